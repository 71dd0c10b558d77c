//! The RPCs of assigning.

use std::collections::HashMap;

use cims_proto::customer::v1::{
    AssignCustomersRequest, AssignCustomersResponse,
    assign_customers_response::{Outcome, Result as Assigned},
};
use kit::{
    Call, Failure,
    call::parse_id,
    client::Channel,
    database::Pool,
    job::Jobs,
    problem::code,
    service::Context,
    write::{Begin, Write, Writer},
};
use tonic::{Response, Status};
use uuid::Uuid;

use super::{Owner, Spec, owner, question, store, work::Work};
use crate::{customer, search};

/// Assigns customers.
#[derive(Debug)]
pub struct Assigning {
    writer: Writer,
    /// Plans each search for its own words.
    search_pool: Pool,
    identity: Channel,
    pub jobs: Jobs<Work>,
}

impl Assigning {
    /// Starts the jobs.
    ///
    /// # Errors
    /// When the process was wired without identity.
    pub fn start(context: &Context, search_pool: Pool) -> Result<Assigning, Failure> {
        let identity = context.peer("identity")?;
        let work = Work { identity: identity.clone(), search_pool: search_pool.clone() };
        let jobs = Jobs::start(context, work);
        Ok(Assigning { writer: context.writer.clone(), search_pool, identity, jobs })
    }

    /// Gives the customers named to the owner, or begins a job on those that answer the question.
    ///
    /// # Errors
    /// `Invalid` when the owner or the question does not fit.
    pub async fn assign(
        &self,
        call: &Call,
        request: AssignCustomersRequest,
    ) -> Result<Response<AssignCustomersResponse>, Status> {
        let owner = owner::find(self.identity.clone(), &request.owner_id, &call.scope).await?;
        let named = !request.customer_ids.is_empty();
        let spec = Spec { request, field_rules: call.field_rules().map(Into::into).unwrap_or_default() };
        if !named {
            self.check(call, &spec).await?;
        }
        let mut write = match self.writer.begin(call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        if named {
            let results = assign_named(&mut write, call, owner, &spec.request.customer_ids).await?;
            return write.commit(AssignCustomersResponse { results, job: None }).await;
        }
        let job = self.jobs.begin(&mut write, call, &spec).await?.to_proto();
        let answer = write.commit(AssignCustomersResponse { results: Vec::new(), job: Some(job) }).await;
        self.jobs.wake();
        answer
    }

    /// Refuses a question that the job could not ask, and a request that forgot to ask.
    async fn check(&self, call: &Call, spec: &Spec) -> Result<(), Failure> {
        if spec.request.query.trim().is_empty() && spec.request.r#where.is_none() {
            return Err(Failure::field("/customerIds", code::REQUIRED, "customerIds, query, where"));
        }
        search::matching(&self.search_pool, &question(spec, self.writer.clock().now()), &call.scope, None, 1)
            .await
            .map(drop)
    }
}

async fn assign_named(
    write: &mut Write,
    call: &Call,
    owner: Owner,
    texts: &[String],
) -> Result<Vec<Assigned>, Failure> {
    let ids = texts.iter().map(|text| parse_id("/customerIds", text)).collect::<Result<Vec<Uuid>, _>>()?;
    let locked = store::lock(write.connection(), &ids, &call.scope).await?;
    let mut outcomes = HashMap::new();
    for customer in customer::store::find_with_contacts(write.connection(), &locked).await? {
        let outcome = match owner.take(write, &customer).await? {
            Some(_) => Outcome::Assigned,
            None => Outcome::Unchanged,
        };
        outcomes.insert(customer.id, outcome);
    }
    let results = ids.iter().zip(texts).map(|(id, text)| Assigned {
        customer_id: text.clone(),
        outcome: outcomes.get(id).copied().unwrap_or(Outcome::NotFound).into(),
    });
    Ok(results.collect())
}
