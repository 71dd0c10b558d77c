//! Asking the customer service which customers a job is about.

use cims_proto::{
    Condition, Reach,
    customer::v1::{MatchCustomersRequest, directory_client::DirectoryClient},
    identity::v1::FieldRule,
    tagging::v1::ApplyTagRequest,
};
use kit::{Call, Failure, Scope, client::Channel, problem::code};
use uuid::Uuid;

/// What a job is to do.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Spec {
    #[prost(message, required, tag = "1")]
    pub request: ApplyTagRequest,
    /// Of the author.
    #[prost(message, repeated, tag = "3")]
    pub field_rules: Vec<FieldRule>,
}

impl Spec {
    pub fn new(call: &Call, request: ApplyTagRequest) -> Spec {
        Spec { request, field_rules: call.field_rules().map(Into::into).unwrap_or_default() }
    }

    /// Refuses a question that the job could not ask, and a request that forgot to ask.
    ///
    /// # Errors
    /// `Invalid` with what does not fit; when the customer service is out of reach.
    pub async fn check(&self, customers: Channel, scope: &Scope) -> Result<(), Failure> {
        if self.request.query.trim().is_empty() && self.request.r#where.is_none() {
            return Err(Failure::field("/customerIds", code::REQUIRED, "customerIds, query, where"));
        }
        self.ask(customers, scope, None, 1).await.map(drop)
    }

    /// The customers of the scope that answer the question, behind the one of an id.
    ///
    /// # Errors
    /// As [`Spec::check`].
    pub async fn ask(
        &self,
        customers: Channel,
        scope: &Scope,
        after: Option<Uuid>,
        limit: usize,
    ) -> Result<Vec<Uuid>, Failure> {
        let request = MatchCustomersRequest {
            query: self.request.query.clone(),
            // An empty condition stands for every customer.
            r#where: self.request.r#where.clone().filter(|condition| *condition != Condition::default()),
            reach: Some(Reach::from(scope)),
            field_rules: self.field_rules.clone(),
            page_size: i32::try_from(limit).map_err(Failure::internal)?,
            after_id: after.map(|id| id.to_string()).unwrap_or_default(),
        };
        let answer = DirectoryClient::new(customers).match_customers(request).await?.into_inner();
        answer.customer_ids.iter().map(|id| id.parse().map_err(Failure::internal)).collect()
    }
}
