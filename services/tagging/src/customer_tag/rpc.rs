//! What people do with the tags of customers.

use std::collections::{BTreeSet, HashMap};

use cims_proto::tagging::v1::{
    ApplyTagRequest, ApplyTagResponse, CustomerTagsChanged, ListCustomerTagsRequest, ListCustomerTagsResponse,
    SetCustomerTagsRequest,
    apply_tag_response::{self, Outcome},
};
use directory::Entry;
use kit::{
    Call, Failure, Violation,
    call::{etag, parse_id},
    client::Channel,
    problem::code,
    write::{Begin, Write, Writer, check_version},
};
use prost::Message;
use tonic::{Response, Status};
use uuid::Uuid;

use super::{SetChange, store};
use crate::tag;

const READ: &str = "customer.read";

/// The RPCs about customers' tags.
#[derive(Debug)]
pub struct CustomerTags {
    writer: Writer,
    customers: Channel,
}

impl CustomerTags {
    pub fn new(writer: Writer, customers: Channel) -> CustomerTags {
        CustomerTags { writer, customers }
    }

    pub async fn list(
        &self,
        call: &Call,
        request: &ListCustomerTagsRequest,
    ) -> Result<Response<ListCustomerTagsResponse>, Status> {
        let id = parse_id("/customerId", &request.customer_id)?;
        let pool = self.writer.pool();
        directory::resolve_one(pool, self.customers.clone(), id, &call.scope).await?;
        // The version first: tags that are newer than their etag are refused once too often, never once too little.
        let version = store::version(pool, id).await?;
        let tags = store::list(pool, id).await?;
        Ok(Response::new(ListCustomerTagsResponse { tags, etag: etag(version) }))
    }

    pub async fn set(
        &self,
        call: &Call,
        request: SetCustomerTagsRequest,
    ) -> Result<Response<ListCustomerTagsResponse>, Status> {
        let customer = self.customer(call, &request.customer_id).await?;
        let mut write = match self.writer.begin(call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let after = hold(&mut write, &request.tag_ids).await?;
        let mut sets = store::lock(write.connection(), &[customer.customer_id]).await?;
        let before = sets.remove(&customer.customer_id).unwrap_or_default();
        check(&mut write, call, &customer, &before, &after).await?;
        let mut version = before.version;
        if let Some(change) = SetChange::new(customer, before.version, write.actor_id(), before.tags, after) {
            version = change.version;
            record(&mut write, &[change]).await?;
        }
        let tags = store::list(write.connection(), customer.customer_id).await?;
        write.commit(ListCustomerTagsResponse { tags, etag: etag(version) }).await
    }

    pub async fn apply(&self, call: &Call, request: ApplyTagRequest) -> Result<Response<ApplyTagResponse>, Status> {
        let id = parse_id("/id", &request.id)?;
        let ids = parse_ids("/customerIds", &request.customer_ids)?;
        let mut customers =
            directory::resolve(self.writer.pool(), self.customers.clone(), &ids, &call.scope_of(READ)?).await?;
        customers.retain(|entry| call.scope.contains(entry.owner_id, entry.department_id));
        let mut write = match self.writer.begin(call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        if tag::store::hold(write.connection(), &[id]).await?.is_empty() {
            return Err(Failure::NotFound.into());
        }
        let outcomes = apply_to(&mut write, &customers, id, request.remove).await?;
        let results = ids.iter().zip(request.customer_ids).map(|(id, customer_id)| {
            let outcome = outcomes.get(id).copied().unwrap_or(Outcome::NotFound);
            apply_tag_response::Result { customer_id, outcome: outcome.into() }
        });
        let answer = ApplyTagResponse { results: results.collect(), job: None };
        write.commit(answer).await
    }

    /// The customer, which the caller may see and the call's operation reaches.
    async fn customer(&self, call: &Call, id: &str) -> Result<Entry, Failure> {
        let id = parse_id("/customerId", id)?;
        let seen = call.scope_of(READ)?;
        let customer = directory::resolve_one(self.writer.pool(), self.customers.clone(), id, &seen).await?;
        match call.scope.contains(customer.owner_id, customer.department_id) {
            true => Ok(customer),
            false => Err(Failure::Forbidden { operation: call.method.permission.clone() }),
        }
    }
}

fn parse_ids(pointer: &str, texts: &[String]) -> Result<Vec<Uuid>, Failure> {
    texts.iter().enumerate().map(|(index, text)| parse_id(&format!("{pointer}/{index}"), text)).collect()
}

/// The tags, which stay until the write ends.
async fn hold(write: &mut Write, texts: &[String]) -> Result<BTreeSet<Uuid>, Failure> {
    let ids = parse_ids("/tagIds", texts)?;
    let held = tag::store::hold(write.connection(), &ids).await?;
    let missing = ids.iter().enumerate().filter(|(_, id)| !held.contains(id));
    let violations: Vec<_> =
        missing.map(|(index, _)| Violation::new(format!("/tagIds/{index}"), code::NOT_FOUND)).collect();
    if violations.is_empty() { Ok(ids.into_iter().collect()) } else { Err(Failure::Invalid(violations)) }
}

/// Puts the tag on the customers, or takes it off, and answers what became of each.
async fn apply_to(
    write: &mut Write,
    customers: &[Entry],
    tag: Uuid,
    remove: bool,
) -> Result<HashMap<Uuid, Outcome>, Failure> {
    let ids: Vec<Uuid> = customers.iter().map(|customer| customer.customer_id).collect();
    let mut sets = store::lock(write.connection(), &ids).await?;
    let (mut outcomes, mut changes) = (HashMap::new(), Vec::new());
    for customer in customers {
        let set = sets.remove(&customer.customer_id).unwrap_or_default();
        let mut after = set.tags.clone();
        let changed = if remove { after.remove(&tag) } else { after.insert(tag) };
        outcomes.insert(customer.customer_id, if changed { Outcome::Applied } else { Outcome::Unchanged });
        changes.extend(SetChange::new(*customer, set.version, write.actor_id(), set.tags, after));
    }
    record(write, &changes).await?;
    Ok(outcomes)
}

async fn record(write: &mut Write, changes: &[SetChange]) -> Result<(), Failure> {
    let now = write.now();
    store::write(write.connection(), changes, now).await?;
    for change in changes {
        write.record(change.event()).await?;
    }
    Ok(())
}

/// `If-Match` on the set: what both sides say of it is shown as the request says it.
async fn check(
    write: &mut Write,
    call: &Call,
    customer: &Entry,
    before: &store::TagSet,
    after: &BTreeSet<Uuid>,
) -> Result<(), Failure> {
    let state =
        |tag_ids: Vec<String>| SetCustomerTagsRequest { customer_id: customer.customer_id.to_string(), tag_ids };
    let texts = |ids: &BTreeSet<Uuid>| state(ids.iter().map(Uuid::to_string).collect());
    let original = |payload: &[u8]| Some(state(CustomerTagsChanged::decode(payload).ok()?.after_tag_ids));
    let subject = (customer.customer_id, before.version);
    check_version(write, call, subject, (&texts(&before.tags), &texts(after)), original).await
}
