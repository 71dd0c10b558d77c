//! The RPCs of the service `Tags`. Those about customers stand in [`crate::customer_tag::rpc`].

use cims_proto::tagging::v1::{
    self as proto, ApplyTagRequest, ApplyTagResponse, CancelTagJobRequest, CreateTagGroupRequest, CreateTagRequest,
    DeleteTagGroupRequest, DeleteTagRequest, GetTagJobRequest, ListCustomerTagHistoryRequest,
    ListCustomerTagHistoryResponse, ListCustomerTagsRequest, ListCustomerTagsResponse, ListTagGroupsRequest,
    ListTagGroupsResponse, ListTagsRequest, ListTagsResponse, SetCustomerTagsRequest, TagChanged, UndoTagJobRequest,
    UpdateTagGroupRequest, UpdateTagRequest, tags_server::Tags,
};
use kit::{
    Call, Failure,
    call::parse_id,
    problem::Match,
    write::{Begin, Write, Writer, check_version, merged},
};
use prost::Message;
use tonic::{Request, Response, Status};

use super::{LIMIT, Tag, store, write::TagChange};
use crate::{
    customer_tag::rpc::CustomerTags,
    tag_group::{self, rpc::TagGroups},
};

/// The service `Tags`.
#[derive(Debug)]
pub struct TagService {
    writer: Writer,
    customer_tags: CustomerTags,
    groups: TagGroups,
}

impl TagService {
    pub fn new(writer: Writer, customer_tags: CustomerTags) -> TagService {
        TagService { customer_tags, groups: TagGroups::new(writer.clone()), writer }
    }

    /// Says of each tag how many customers that the caller may see have it.
    async fn count(&self, call: &Call, tags: &mut [proto::Tag]) -> Result<(), Failure> {
        let counts =
            store::counts(self.writer.pool(), &call.scope_of("customer.read")?, self.writer.clock().now()).await?;
        for tag in tags {
            let count = counts.get(&parse_id("/id", &tag.id)?).copied().unwrap_or_default();
            tag.customer_count = Some(i32::try_from(count).unwrap_or(i32::MAX));
        }
        Ok(())
    }

    /// Why a write of this tag failed: when its name is taken, by which tag.
    async fn refused(&self, write: Write, failure: Failure, tag: &Tag) -> Failure {
        if !store::is_taken(&failure) {
            return failure;
        }
        // The transaction is lost; its connection goes back before another is asked for.
        drop(write);
        match store::find_named(self.writer.pool(), &tag.name).await {
            Ok(twin) => {
                let (id, name) =
                    twin.map_or((String::new(), tag.name.clone()), |twin| (twin.id.to_string(), twin.name));
                Failure::Duplicate {
                    matches: vec![Match { id, name, owner_id: String::new(), by: "name" }],
                    hard: true,
                }
            }
            Err(failure) => failure,
        }
    }
}

#[tonic::async_trait]
impl Tags for TagService {
    async fn list_tags(&self, request: Request<ListTagsRequest>) -> Result<Response<ListTagsResponse>, Status> {
        let (call, request) = kit::open(request)?;
        let mut tags: Vec<proto::Tag> = store::list(self.writer.pool()).await?.iter().map(Tag::to_proto).collect();
        if request.counts {
            self.count(&call, &mut tags).await?;
        }
        Ok(Response::new(ListTagsResponse { tags }))
    }

    async fn create_tag(&self, request: Request<CreateTagRequest>) -> Result<Response<proto::Tag>, Status> {
        let (call, request) = kit::open(request)?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        if store::count(write.connection()).await? >= LIMIT {
            return Err(Failure::State { code: "TOO_MANY_TAGS", parameters: vec![("limit", LIMIT.to_string())] }.into());
        }
        let mut tag = Tag::new(write.id(), "", write.now());
        tag.write(request.tag.unwrap_or_default());
        let group = tag_group::write::named(&mut write, &tag.group).await?;
        let tag = tag.of_group(group.as_ref());
        if let Err(failure) = store::insert(write.connection(), &tag).await {
            return Err(self.refused(*write, failure, &tag).await.into());
        }
        write.record(TagChange::created(&tag).event()?).await?;
        write.commit(tag.to_proto()).await
    }

    async fn update_tag(&self, request: Request<UpdateTagRequest>) -> Result<Response<proto::Tag>, Status> {
        let (call, request) = kit::open(request)?;
        let patch = request.tag.unwrap_or_default();
        let id = parse_id("/tag/id", &patch.id)?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let before = store::lock(write.connection(), id).await?;
        let mut after = before.clone();
        after.write(merged(&before.to_proto(), &patch, request.update_mask.as_ref())?);
        check(&mut write, &call, &before, &after).await?;
        if before.to_proto() == after.to_proto() {
            return write.commit(before.to_proto()).await;
        }
        if before.group != after.group {
            let group = tag_group::write::named(&mut write, &after.group).await?;
            after = after.of_group(group.as_ref());
        }
        after.version = before.version + 1;
        after.update_time = write.now();
        if let Err(failure) = store::update(write.connection(), &after).await {
            return Err(self.refused(*write, failure, &after).await.into());
        }
        write.record(TagChange::updated(&before, &after).event()?).await?;
        write.commit(after.to_proto()).await
    }

    /// Those who know a customer's tags by event drop a deleted tag by this one event. An event of each customer would
    /// say the same again, up to a million times in one transaction.
    async fn delete_tag(&self, request: Request<DeleteTagRequest>) -> Result<Response<proto::Tag>, Status> {
        let (call, request) = kit::open(request)?;
        let id = parse_id("/id", &request.id)?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let tag = store::lock(write.connection(), id).await?;
        check(&mut write, &call, &tag, &tag).await?;
        store::delete(write.connection(), &tag).await?;
        write.record(TagChange::deleted(&tag).event()?).await?;
        write.commit(tag.to_proto()).await
    }

    async fn list_customer_tags(
        &self,
        request: Request<ListCustomerTagsRequest>,
    ) -> Result<Response<ListCustomerTagsResponse>, Status> {
        let (call, request) = kit::open(request)?;
        self.customer_tags.list(&call, &request).await
    }

    async fn set_customer_tags(
        &self,
        request: Request<SetCustomerTagsRequest>,
    ) -> Result<Response<ListCustomerTagsResponse>, Status> {
        let (call, request) = kit::open(request)?;
        self.customer_tags.set(&call, request).await
    }

    async fn apply_tag(&self, request: Request<ApplyTagRequest>) -> Result<Response<ApplyTagResponse>, Status> {
        let (call, request) = kit::open(request)?;
        self.customer_tags.apply(&call, request).await
    }

    async fn get_tag_job(&self, request: Request<GetTagJobRequest>) -> Result<Response<cims_proto::Job>, Status> {
        let (call, request) = kit::open(request)?;
        self.customer_tags.jobs.get(&call, parse_id("/id", &request.id)?).await
    }

    async fn cancel_tag_job(&self, request: Request<CancelTagJobRequest>) -> Result<Response<cims_proto::Job>, Status> {
        let (call, request) = kit::open(request)?;
        self.customer_tags.jobs.cancel(&call, parse_id("/id", &request.id)?).await
    }

    async fn undo_tag_job(&self, request: Request<UndoTagJobRequest>) -> Result<Response<cims_proto::Job>, Status> {
        let (call, request) = kit::open(request)?;
        self.customer_tags.jobs.undo(&call, parse_id("/id", &request.id)?).await
    }

    async fn list_customer_tag_history(
        &self,
        request: Request<ListCustomerTagHistoryRequest>,
    ) -> Result<Response<ListCustomerTagHistoryResponse>, Status> {
        let (call, request) = kit::open(request)?;
        self.customer_tags.history(&call, &request).await
    }

    async fn list_tag_groups(
        &self,
        request: Request<ListTagGroupsRequest>,
    ) -> Result<Response<ListTagGroupsResponse>, Status> {
        kit::open(request)?;
        self.groups.list().await
    }

    async fn create_tag_group(
        &self,
        request: Request<CreateTagGroupRequest>,
    ) -> Result<Response<proto::TagGroup>, Status> {
        let (call, request) = kit::open(request)?;
        self.groups.create(&call, request).await
    }

    async fn update_tag_group(
        &self,
        request: Request<UpdateTagGroupRequest>,
    ) -> Result<Response<proto::TagGroup>, Status> {
        let (call, request) = kit::open(request)?;
        self.groups.update(&call, request).await
    }

    async fn delete_tag_group(
        &self,
        request: Request<DeleteTagGroupRequest>,
    ) -> Result<Response<proto::TagGroup>, Status> {
        let (call, request) = kit::open(request)?;
        self.groups.delete(&call, request).await
    }
}

async fn check(write: &mut Write, call: &Call, before: &Tag, after: &Tag) -> Result<(), Failure> {
    let original = |payload: &[u8]| TagChanged::decode(payload).ok()?.after;
    check_version(write, call, (before.id, before.version), (&before.to_proto(), &after.to_proto()), original).await
}
