//! What people do with a follow-up: they put it off, or mark it as done. Both are changes of the record that planned it.

use chrono::{DateTime, SecondsFormat, Utc};
use cims_proto::interaction::v1::{self as proto, CompleteFollowUpRequest, SnoozeFollowUpRequest};
use kit::{
    Call, Failure, Violation,
    call::parse_id,
    client::Channel,
    clock::time,
    problem::code,
    schema::table_of,
    write::{Begin, Writer},
};
use tonic::{Response, Status};

use super::FollowUp;
use crate::{
    customer,
    interaction::{Interaction, store, write},
};

/// The RPCs that change follow-ups.
#[derive(Debug)]
pub struct FollowUps {
    writer: Writer,
    customers: Channel,
}

impl FollowUps {
    pub fn new(writer: Writer, customers: Channel) -> FollowUps {
        FollowUps { writer, customers }
    }

    pub async fn snooze(
        &self,
        call: &Call,
        request: &SnoozeFollowUpRequest,
    ) -> Result<Response<proto::FollowUp>, Status> {
        let due = request.due_time.as_ref().and_then(time::from_proto);
        self.change(call, &request.customer_id, |record, now| {
            let due = due.filter(|due| *due > now).ok_or_else(|| past(now))?;
            record.plan(Some(due));
            Ok(())
        })
        .await
    }

    pub async fn complete(
        &self,
        call: &Call,
        request: &CompleteFollowUpRequest,
    ) -> Result<Response<proto::FollowUp>, Status> {
        self.change(call, &request.customer_id, |record, now| {
            record.plan_done_time = Some(now);
            Ok(())
        })
        .await
    }

    /// Changes the plan of a customer's latest record. The window for edits is that of what was said, not of plans.
    async fn change(
        &self,
        call: &Call,
        customer_id: &str,
        change: impl FnOnce(&mut Interaction, DateTime<Utc>) -> Result<(), Failure>,
    ) -> Result<Response<proto::FollowUp>, Status> {
        let customer_id = parse_id("/customerId", customer_id)?;
        // Brings the customer into the directory, or up to date there; what counts is read again under its lock.
        let seen = customer::read_scope(call)?;
        let now = self.writer.clock().now();
        directory::resolve_one(self.writer.pool(), self.customers.clone(), customer_id, &seen, now).await?;
        let mut begun = match self.writer.begin(call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let customer = customer::store::lock(&mut begun, customer_id, &seen).await?;
        customer::permit(call, &customer)?;
        let planned = store::find_planned(begun.connection(), customer_id).await?;
        let before = planned.ok_or_else(|| Failure::state("NO_FOLLOW_UP"))?;
        let mut after = before.clone();
        change(&mut after, begun.now())?;
        write::update(&mut begun, &customer, &before, &mut after).await?;
        let follow_up = FollowUp::of(&after, &customer).ok_or_else(|| Failure::internal("the plan has no time"))?;
        begun.commit(follow_up.into_proto()).await
    }
}

/// The time has passed already: `allowed` is the earliest that may be written.
fn past(now: DateTime<Utc>) -> Failure {
    let pointer = "/dueTime";
    let violation = match table_of::<SnoozeFollowUpRequest>().field("due_time") {
        Some(field) => Violation::of(field, pointer, code::PAST),
        None => Violation::new(pointer, code::PAST),
    };
    Failure::Invalid(vec![violation.allowed(now.to_rfc3339_opts(SecondsFormat::Secs, true))])
}
