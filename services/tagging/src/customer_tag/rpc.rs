//! What people do with the tags of customers.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use cims_proto::tagging::v1::{
    ApplyTagRequest, ApplyTagResponse, CustomerTagsChanged, ListCustomerTagHistoryRequest,
    ListCustomerTagHistoryResponse, ListCustomerTagsRequest, ListCustomerTagsResponse, SetCustomerTagsRequest,
    apply_tag_response::{self, Outcome},
};
use directory::Entry;
use kit::{
    Call, Failure, Violation,
    call::{etag, parse_id},
    client::Channel,
    events,
    job::Jobs,
    problem::code,
    schema::table_of,
    service::Context,
    write::{Begin, Write, Writer, check_version},
};
use prost::Message;
use tonic::{Response, Status};
use uuid::Uuid;

use super::{SetChange, exclusive::Exclusive, question::Spec, store, work::Work, write};
use crate::tag;

const READ: &str = "customer.read";

/// The RPCs about customers' tags.
#[derive(Debug)]
pub struct CustomerTags {
    writer: Writer,
    customers: Channel,
    pub jobs: Jobs<Work>,
}

impl CustomerTags {
    /// Starts the jobs.
    ///
    /// # Errors
    /// When the process was wired without the customer service.
    pub fn start(context: &Context) -> Result<CustomerTags, Failure> {
        let (writer, customers) = (context.writer.clone(), context.peer("customer")?);
        let work = Work { pool: context.pool.clone(), customers: customers.clone(), clock: context.clock.clone() };
        Ok(CustomerTags { writer, customers, jobs: Jobs::start(context, work) })
    }

    fn now(&self) -> DateTime<Utc> {
        self.writer.clock().now()
    }

    pub async fn list(
        &self,
        call: &Call,
        request: &ListCustomerTagsRequest,
    ) -> Result<Response<ListCustomerTagsResponse>, Status> {
        let id = parse_id("/customerId", &request.customer_id)?;
        let pool = self.writer.pool();
        directory::resolve_one(pool, self.customers.clone(), id, &call.scope, self.now()).await?;
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
            write::record(&mut write, [&change]).await?;
        }
        let tags = store::list(write.connection(), customer.customer_id).await?;
        write.commit(ListCustomerTagsResponse { tags, etag: etag(version) }).await
    }

    pub async fn apply(&self, call: &Call, request: ApplyTagRequest) -> Result<Response<ApplyTagResponse>, Status> {
        match request.customer_ids.is_empty() {
            true => self.apply_by_question(call, request).await,
            false => self.apply_to_named(call, request).await,
        }
    }

    async fn apply_to_named(
        &self,
        call: &Call,
        request: ApplyTagRequest,
    ) -> Result<Response<ApplyTagResponse>, Status> {
        let id = parse_id("/id", &request.id)?;
        let ids = parse_ids("/customerIds", &request.customer_ids)?;
        let (pool, seen) = (self.writer.pool(), call.scope_of(READ)?);
        let mut customers = directory::resolve(pool, self.customers.clone(), &ids, &seen, self.now()).await?;
        customers.retain(|entry| entry.is_within(&call.scope));
        let mut write = match self.writer.begin(call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        hold_one(&mut write, id).await?;
        let applied = write::apply(&mut write, &customers, id, request.remove).await?;
        let outcomes: HashMap<Uuid, Outcome> = applied
            .into_iter()
            .map(|(id, change)| (id, if change.is_some() { Outcome::Applied } else { Outcome::Unchanged }))
            .collect();
        let results = ids.iter().zip(request.customer_ids).map(|(id, customer_id)| {
            let outcome = outcomes.get(id).copied().unwrap_or(Outcome::NotFound);
            apply_tag_response::Result { customer_id, outcome: outcome.into() }
        });
        let answer = ApplyTagResponse { results: results.collect(), job: None };
        write.commit(answer).await
    }

    async fn apply_by_question(
        &self,
        call: &Call,
        request: ApplyTagRequest,
    ) -> Result<Response<ApplyTagResponse>, Status> {
        let id = parse_id("/id", &request.id)?;
        let spec = Spec::new(call, request);
        spec.check(self.customers.clone(), &call.scope).await?;
        let mut write = match self.writer.begin(call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        hold_one(&mut write, id).await?;
        let job = self.jobs.begin(&mut write, call, &spec).await?.to_proto();
        let answer = write.commit(ApplyTagResponse { results: Vec::new(), job: Some(job) }).await;
        self.jobs.wake();
        answer
    }

    pub async fn history(
        &self,
        call: &Call,
        request: &ListCustomerTagHistoryRequest,
    ) -> Result<Response<ListCustomerTagHistoryResponse>, Status> {
        let id = parse_id("/customerId", &request.customer_id)?;
        let pool = self.writer.pool();
        directory::resolve_one(pool, self.customers.clone(), id, &call.scope, self.now()).await?;
        let page = (request.page_size, request.page_token.as_str());
        let subject: events::Subject = ("tagging.customerTags", table_of::<CustomerTagsChanged>);
        let page = events::history(pool, call, id, page, &[subject]).await?;
        let (entries, next_page_token) = (page.entries, page.next_page_token);
        Ok(Response::new(ListCustomerTagHistoryResponse { entries, next_page_token }))
    }

    /// The customer, which the caller may see and the call's operation reaches.
    async fn customer(&self, call: &Call, id: &str) -> Result<Entry, Failure> {
        let id = parse_id("/customerId", id)?;
        let seen = call.scope_of(READ)?;
        let (pool, customers) = (self.writer.pool(), self.customers.clone());
        let customer = directory::resolve_one(pool, customers, id, &seen, self.now()).await?;
        match customer.is_within(&call.scope) {
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
    if !violations.is_empty() {
        return Err(Failure::Invalid(violations));
    }
    refuse_exclusive(write, &ids).await?;
    Ok(ids.into_iter().collect())
}

/// Refuses two tags of one exclusive group, and names them.
async fn refuse_exclusive(write: &mut Write, ids: &[Uuid]) -> Result<(), Failure> {
    let exclusive = Exclusive::new(tag::store::exclusive(write.connection()).await?);
    let Some((one, other)) = exclusive.conflict(ids) else { return Ok(()) };
    let names = tag::store::names(write.connection(), &[ids[one], ids[other]]).await?.join(", ");
    let pointer = format!("/tagIds/{other}");
    let violation = match table_of::<SetCustomerTagsRequest>().field("tag_ids") {
        Some(field) => Violation::of(field, pointer, code::EXCLUSIVE),
        None => Violation::new(pointer, code::EXCLUSIVE),
    };
    Err(Failure::Invalid(vec![violation.allowed(names)]))
}

async fn hold_one(write: &mut Write, tag: Uuid) -> Result<(), Failure> {
    match tag::store::hold(write.connection(), &[tag]).await?.is_empty() {
        true => Err(Failure::NotFound),
        false => Ok(()),
    }
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
