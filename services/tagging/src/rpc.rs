//! RPCs of tags and of customers' tags.

use std::collections::HashMap;

use cims_proto::tagging::v1::{
    ApplyTagRequest, ApplyTagResponse, CreateTagRequest, DeleteTagRequest, ListCustomerTagsRequest, ListCustomerTagsResponse, ListTagsRequest,
    ListTagsResponse, SetCustomerTagsRequest, Tag as TagMessage, TagChanged, UpdateTagRequest, apply_tag_response, tags_server::Tags,
};
use directory::Entry;
use kit::{
    Call, Failure,
    call::{etag, parse_id},
    client::Channel,
    open,
    problem::code,
    write::{Begin, Writer, check_version, merged},
};
use serde_json::json;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use crate::{
    customer_tags::{self, store::Locked},
    tag::{self, Tag, store::Write},
};

/// The service `cims.tagging.v1.Tags`.
#[derive(Debug)]
pub struct TagService {
    writer: Writer,
    customers: Channel,
}

/// What a person may see of customers decides whether one is there at all.
const READ: &str = "customer.read";

impl TagService {
    pub fn new(writer: Writer, customers: Channel) -> TagService {
        TagService { writer, customers }
    }

    /// A customer whose tags the call may change.
    async fn customer(&self, call: &Call, id: Uuid) -> Result<Entry, Failure> {
        let entry = directory::resolve_one(self.writer.pool(), self.customers.clone(), id, &call.scope_of(READ)?).await?;
        match call.scope.contains(entry.owner_id, entry.department_id) {
            true => Ok(entry),
            false => Err(Failure::Forbidden { operation: call.method.permission.clone() }),
        }
    }

    async fn applied(&self, customer_id: Uuid) -> Result<ListCustomerTagsResponse, Failure> {
        let mut connection = self.writer.pool().acquire().await?;
        shown(&mut connection, customer_id).await
    }
}

async fn shown(connection: &mut sqlx::PgConnection, customer_id: Uuid) -> Result<ListCustomerTagsResponse, Failure> {
    let (tags, version) = customer_tags::store::list(connection, customer_id).await?;
    Ok(ListCustomerTagsResponse { tags: tags.into_iter().map(Into::into).collect(), etag: etag(version) })
}

#[tonic::async_trait]
impl Tags for TagService {
    async fn list_tags(&self, _: Request<ListTagsRequest>) -> Result<Response<ListTagsResponse>, Status> {
        let tags = tag::store::list(self.writer.pool()).await?;
        Ok(Response::new(ListTagsResponse { tags: tags.into_iter().map(Tag::into_proto).collect() }))
    }

    async fn create_tag(&self, request: Request<CreateTagRequest>) -> Result<Response<TagMessage>, Status> {
        let (call, request) = open(request)?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let mut tag = Tag::new(write.id(), "", write.now());
        tag.write(request.tag.unwrap_or_default());
        tag::store::add(&mut Write::of(&mut write), &tag).await?;
        write.commit(tag.into_proto()).await
    }

    async fn update_tag(&self, request: Request<UpdateTagRequest>) -> Result<Response<TagMessage>, Status> {
        let (call, request) = open(request)?;
        let patch = request.tag.unwrap_or_default();
        let id = parse_id("/tag/id", &patch.id)?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let before = tag::store::lock(write.connection(), id).await?;
        let current = before.clone().into_proto();
        let mine = merged(&current, &patch, request.update_mask.as_ref())?;
        let original = |payload: &[u8]| <TagChanged as prost::Message>::decode(payload).ok()?.after;
        check_version(&mut write, &call, (id, before.version), (&current, &mine), original).await?;
        let mut after = before.clone();
        after.write(mine);
        tag::store::update(&mut Write::of(&mut write), &before, &mut after).await?;
        write.commit(after.into_proto()).await
    }

    async fn delete_tag(&self, request: Request<DeleteTagRequest>) -> Result<Response<TagMessage>, Status> {
        let (call, request) = open(request)?;
        let id = parse_id("/id", &request.id)?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let tag = tag::store::lock(write.connection(), id).await?;
        tag::store::delete(&mut Write::of(&mut write), &tag).await?;
        write.commit(tag.into_proto()).await
    }

    async fn list_customer_tags(&self, request: Request<ListCustomerTagsRequest>) -> Result<Response<ListCustomerTagsResponse>, Status> {
        let (call, request) = open(request)?;
        let id = parse_id("/customerId", &request.customer_id)?;
        directory::resolve_one(self.writer.pool(), self.customers.clone(), id, &call.scope).await?;
        Ok(Response::new(self.applied(id).await?))
    }

    async fn set_customer_tags(&self, request: Request<SetCustomerTagsRequest>) -> Result<Response<ListCustomerTagsResponse>, Status> {
        let (call, request) = open(request)?;
        let customer = self.customer(&call, parse_id("/customerId", &request.customer_id)?).await?;
        let ids = request.tag_ids.iter().map(|id| parse_id("/tagIds", id)).collect::<Result<Vec<_>, _>>()?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let locked = customer_tags::store::lock(write.connection(), customer.customer_id).await?;
        refuse_stale(&call, &locked, &request.tag_ids)?;
        let known = tag::store::known(write.connection(), &ids).await?;
        if let Some(place) = ids.iter().position(|id| !known.contains(id)) {
            return Err(Failure::field(&format!("/tagIds/{place}"), code::NOT_FOUND, "").into());
        }
        customer_tags::store::set(&mut Write::of(&mut write), &customer, &locked, &ids).await?;
        let answer = shown(write.connection(), customer.customer_id).await?;
        write.commit(answer).await
    }

    async fn apply_tag(&self, request: Request<ApplyTagRequest>) -> Result<Response<ApplyTagResponse>, Status> {
        let (call, request) = open(request)?;
        let id = parse_id("/id", &request.id)?;
        let ids = request.customer_ids.iter().map(|id| parse_id("/customerIds", id)).collect::<Result<Vec<_>, _>>()?;
        let customers = directory::resolve(self.writer.pool(), self.customers.clone(), &ids, &call.scope).await?;
        let mut customers: Vec<(Uuid, Entry)> = customers.into_iter().map(|entry| (entry.customer_id, entry)).collect();
        // One order for all who lock several sets.
        customers.sort_unstable_by_key(|(id, _)| *id);
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        if tag::store::known(write.connection(), &[id]).await?.is_empty() {
            return Err(Failure::NotFound.into());
        }
        let mut outcomes = HashMap::new();
        for (customer_id, customer) in &customers {
            let locked = customer_tags::store::lock(write.connection(), *customer_id).await?;
            let mut after: Vec<Uuid> = locked.tag_ids.iter().copied().filter(|own| *own != id).collect();
            if !request.remove {
                after.push(id);
            }
            outcomes.insert(*customer_id, customer_tags::store::set(&mut Write::of(&mut write), customer, &locked, &after).await?);
        }
        let results = ids.iter().map(|customer_id| {
            let outcome = match outcomes.get(customer_id) {
                Some(true) => apply_tag_response::Outcome::Applied,
                Some(false) => apply_tag_response::Outcome::Unchanged,
                None => apply_tag_response::Outcome::NotFound,
            };
            apply_tag_response::Result { customer_id: customer_id.to_string(), outcome: outcome.into() }
        });
        let results = results.collect();
        write.commit(ApplyTagResponse { results }).await
    }
}

/// The set as a whole is one field: a change made meanwhile concerns it.
fn refuse_stale(call: &Call, locked: &Locked, mine: &[String]) -> Result<(), Failure> {
    if call.expected_version()?.is_none_or(|expected| expected == locked.version) {
        return Ok(());
    }
    let theirs: Vec<String> = locked.tag_ids.iter().map(Uuid::to_string).collect();
    Err(Failure::Stale {
        fields: vec!["tagIds".to_owned()],
        mine: json!({ "tagIds": mine }).to_string(),
        theirs: json!({ "tagIds": theirs, "etag": etag(locked.version) }).to_string(),
        original: json!({}).to_string(),
    })
}
