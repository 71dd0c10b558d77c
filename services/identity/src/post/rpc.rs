//! The RPCs of posts.

use cims_proto::identity::v1::{
    self as proto, CreatePostRequest, DeletePostRequest, ListPostsResponse, PostChanged, UpdatePostRequest,
};
use kit::{
    Call, Failure,
    call::parse_id,
    write::{Begin, Change, Write, Writer, check_version, merged},
};
use prost::Message;
use tonic::{Response, Status};

use super::{LIMIT, Post, store};

#[derive(Debug)]
pub struct Posts {
    writer: Writer,
}

impl Posts {
    pub fn new(writer: Writer) -> Posts {
        Posts { writer }
    }

    pub async fn list(&self) -> Result<Response<ListPostsResponse>, Status> {
        let posts = store::list(self.writer.pool()).await?.iter().map(Post::to_proto).collect();
        Ok(Response::new(ListPostsResponse { posts }))
    }

    pub async fn create(&self, call: &Call, request: CreatePostRequest) -> Result<Response<proto::Post>, Status> {
        let mut write = match self.writer.begin(call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        if store::count(write.connection()).await? >= LIMIT {
            return Err(
                Failure::State { code: "TOO_MANY_POSTS", parameters: vec![("limit", LIMIT.to_string())] }.into()
            );
        }
        let (id, now) = (write.id(), write.now());
        let mut post = Post { id, name: String::new(), order: 0, version: 1, create_time: now, update_time: now };
        post.write(&request.post.unwrap_or_default());
        store::insert(write.connection(), &post).await.map_err(|failure| refused(failure, &post))?;
        record(&mut write, None, Some(&post)).await?;
        write.commit(post.to_proto()).await
    }

    pub async fn update(&self, call: &Call, request: UpdatePostRequest) -> Result<Response<proto::Post>, Status> {
        let patch = request.post.unwrap_or_default();
        let id = parse_id("/post/id", &patch.id)?;
        let mut write = match self.writer.begin(call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let before = store::lock(write.connection(), id).await?;
        let mut after = before.clone();
        after.write(&merged(&before.to_proto(), &patch, request.update_mask.as_ref())?);
        check(&mut write, call, &before, &after).await?;
        if before.to_proto() == after.to_proto() {
            return write.commit(before.to_proto()).await;
        }
        after.version = before.version + 1;
        after.update_time = write.now();
        store::update(write.connection(), &after).await.map_err(|failure| refused(failure, &after))?;
        record(&mut write, Some(&before), Some(&after)).await?;
        write.commit(after.to_proto()).await
    }

    pub async fn delete(&self, call: &Call, request: DeletePostRequest) -> Result<Response<proto::Post>, Status> {
        let id = parse_id("/id", &request.id)?;
        let mut write = match self.writer.begin(call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let post = store::lock(write.connection(), id).await?;
        check(&mut write, call, &post, &post).await?;
        store::delete(write.connection(), &post).await.map_err(|failure| match store::is_held(&failure) {
            true => Failure::state("POST_HELD"),
            false => failure,
        })?;
        record(&mut write, Some(&post), None).await?;
        write.commit(post.to_proto()).await
    }
}

fn refused(failure: Failure, post: &Post) -> Failure {
    if store::is_taken(&failure) { Failure::taken("name", &post.name) } else { failure }
}

async fn record(write: &mut Write, before: Option<&Post>, after: Option<&Post>) -> Result<(), Failure> {
    let Some(post) = after.or(before) else { return Ok(()) };
    let payload = PostChanged { before: before.map(Post::to_proto), after: after.map(Post::to_proto) };
    let states = (payload.before.as_ref(), payload.after.as_ref());
    write.record(Change::between("identity.post", (post.id, post.version), states, &payload)?).await
}

async fn check(write: &mut Write, call: &Call, before: &Post, after: &Post) -> Result<(), Failure> {
    let original = |payload: &[u8]| PostChanged::decode(payload).ok()?.after;
    check_version(write, call, (before.id, before.version), (&before.to_proto(), &after.to_proto()), original).await
}
