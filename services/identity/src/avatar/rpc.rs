//! The RPCs of pictures.

use std::sync::Arc;

use bytes::Bytes;
use cims_proto::identity::v1::{
    Avatar, DeleteMyAvatarRequest, DeleteUserAvatarRequest, GetUserAvatarRequest, SetMyAvatarRequest,
    SetUserAvatarRequest, User as Answer,
    avatars_server::{Avatars, AvatarsServer},
};
use kit::{
    Call, Failure,
    call::parse_id,
    open,
    service::Context,
    write::{Begin, Writer},
};
use tokio::{sync::Semaphore, task::spawn_blocking};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{
    picture::{self, Picture},
    store,
};
use crate::user::{self, User};

#[derive(Debug)]
pub struct AvatarService {
    writer: Writer,
    /// One file is unpacked at a time: its memory is bounded, and so is theirs together.
    unpacking: Arc<Semaphore>,
}

pub fn server(context: &Context) -> AvatarsServer<AvatarService> {
    AvatarsServer::new(AvatarService { writer: context.writer.clone(), unpacking: Arc::new(Semaphore::new(1)) })
}

#[tonic::async_trait]
impl Avatars for AvatarService {
    async fn set_my_avatar(&self, request: Request<SetMyAvatarRequest>) -> Result<Response<Answer>, Status> {
        let (call, request) = open(request)?;
        self.put(&call, call.user()?.user_id, Some(request.image)).await
    }

    async fn delete_my_avatar(&self, request: Request<DeleteMyAvatarRequest>) -> Result<Response<Answer>, Status> {
        let (call, _) = open(request)?;
        self.put(&call, call.user()?.user_id, None).await
    }

    async fn set_user_avatar(&self, request: Request<SetUserAvatarRequest>) -> Result<Response<Answer>, Status> {
        let (call, request) = open(request)?;
        self.put(&call, parse_id("/userId", &request.user_id)?, Some(request.image)).await
    }

    async fn delete_user_avatar(&self, request: Request<DeleteUserAvatarRequest>) -> Result<Response<Answer>, Status> {
        let (call, request) = open(request)?;
        self.put(&call, parse_id("/userId", &request.user_id)?, None).await
    }

    async fn get_user_avatar(&self, request: Request<GetUserAvatarRequest>) -> Result<Response<Avatar>, Status> {
        let (call, request) = open(request)?;
        let id = parse_id("/userId", &request.user_id)?;
        let image = store::find(self.writer.pool(), id, &request.digest, &call.scope).await?.unwrap_or_default();
        Ok(Response::new(Avatar { image: image.into() }))
    }
}

impl AvatarService {
    /// Gives a person the picture of a file, or none.
    async fn put(&self, call: &Call, id: Uuid, file: Option<Bytes>) -> Result<Response<Answer>, Status> {
        // Making it takes longer than a transaction should.
        let picture = match file {
            Some(file) => Some(self.picture(file).await?),
            None => None,
        };
        let mut write = match self.writer.begin(call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let before = user::store::lock(write.connection(), id).await?;
        let avatar = picture.as_ref().map(|picture| picture.digest.clone()).unwrap_or_default();
        let mut after = User { avatar, ..before.clone() };
        user::write::check(&mut write, call, &before, &after).await?;
        if before.avatar != after.avatar {
            match picture {
                Some(Picture { image, .. }) => store::put(write.connection(), id, &image).await?,
                None => store::delete(write.connection(), id).await?,
            }
            after = user::write::update(&mut write, &before, after).await?;
        }
        write.commit(after.to_proto()).await
    }

    /// The permit goes along: a caller that leaves does not stop the work.
    async fn picture(&self, file: Bytes) -> Result<Picture, Failure> {
        let permit = self.unpacking.clone().acquire_owned().await.map_err(Failure::internal)?;
        let made = spawn_blocking(move || {
            let _permit = permit;
            picture::of_file(&file)
        });
        made.await.map_err(Failure::internal)?
    }
}
