//! Giving customers another owner (C-13): those named at once, those that answer a question in a job.
//!
//! The owner's department goes with the owner. What hangs on a customer follows by its event.

pub mod owner;
mod rpc;
pub mod store;
mod work;

pub use rpc::Assigning;

use chrono::{DateTime, Utc};
use cims_proto::{customer::v1::AssignCustomersRequest, identity::v1::FieldRule};
use kit::{Failure, schema::FieldRules, write::Write};
use uuid::Uuid;

use crate::{
    customer::{Customer, write},
    search::Matching,
};

/// Who is to own customers, as of now.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Owner {
    pub owner_id: Option<Uuid>,
    pub department_id: Option<Uuid>,
}

impl Owner {
    pub fn of(customer: &Customer) -> Owner {
        Owner { owner_id: customer.owner_id, department_id: customer.department_id }
    }

    /// Gives a locked customer to this owner, and answers its version then; none when it is the owner's already.
    pub async fn take(self, write: &mut Write, customer: &Customer) -> Result<Option<i64>, Failure> {
        if Owner::of(customer) == self {
            return Ok(None);
        }
        let Owner { owner_id, department_id } = self;
        let mut after = Customer { owner_id, department_id, ..customer.clone() };
        write::update(write, "updated", customer, &mut after).await?;
        Ok(Some(after.version))
    }
}

/// What a job is to do.
#[derive(Clone, PartialEq, prost::Message)]
struct Spec {
    #[prost(message, required, tag = "1")]
    request: AssignCustomersRequest,
    /// Of the author.
    #[prost(message, repeated, tag = "3")]
    field_rules: Vec<FieldRule>,
}

/// What a job's request asks for.
fn question(Spec { request, field_rules }: &Spec, now: DateTime<Utc>) -> Matching {
    // An empty condition stands for every customer.
    let where_ = request.r#where.clone().filter(|condition| *condition != cims_proto::Condition::default());
    Matching { query: request.query.clone(), where_, rules: FieldRules::from(field_rules.as_slice()), now }
}
