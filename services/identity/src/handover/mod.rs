//! Handing over what somebody owns (I-10): to one person or several, by rules, in every service that keeps such records.
//!
//! Identity keeps what is to be done, the goal, and tells it to the services that take part until each has taken it in. A
//! service does its part as a job of its own.

mod check;
mod follow;
mod participants;
mod rpc;
mod state;
mod store;

pub use participants::Participants;
pub use rpc::server;

use chrono::{DateTime, Utc};
use cims_proto::{
    handover::v1::{HandoverPart, StartHandoverRequest},
    identity::v1::{self as proto, HandoverChanged},
};
use kit::{
    Failure,
    clock::time,
    write::{Change, Write},
};
use prost::Message;
use uuid::Uuid;

/// What the services are to do.
#[derive(Clone, Copy, Debug, Eq, PartialEq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
enum Goal {
    HandOver,
    Cancel,
    Undo,
}

#[derive(Clone, Debug)]
struct Handover {
    id: Uuid,
    user_id: Uuid,
    author_id: Uuid,
    plan: Vec<u8>,
    goal: Goal,
    version: i64,
    create_time: DateTime<Utc>,
}

/// What a service that takes part has taken in.
#[derive(Clone, Debug)]
struct Part {
    service: String,
    told: Option<Goal>,
    refused: bool,
}

/// A part, and how far its service says it is; none before it is started.
#[derive(Clone, Debug)]
struct Progress {
    part: Part,
    answer: Option<HandoverPart>,
}

impl Handover {
    /// # Errors
    /// Never for a plan of this or an earlier build.
    fn plan(&self) -> Result<StartHandoverRequest, Failure> {
        StartHandoverRequest::decode(self.plan.as_slice()).map_err(Failure::internal)
    }

    /// As it is shown, with its services as they were a moment ago.
    fn to_proto(&self, progress: &[Progress]) -> Result<proto::Handover, Failure> {
        let state = state::of(self.goal, progress);
        let parts = progress.iter().map(|own| {
            let answer = own.answer.clone().unwrap_or_default();
            HandoverPart { service: own.part.service.clone(), ..answer }
        });
        Ok(proto::Handover {
            state: state.into(),
            parts: parts.collect(),
            finish_time: state::finish_time(state, progress).map(time::to_proto),
            ..self.to_brief()?
        })
    }

    /// What it is for identity alone.
    fn to_brief(&self) -> Result<proto::Handover, Failure> {
        Ok(proto::Handover {
            id: self.id.to_string(),
            user_id: self.user_id.to_string(),
            rules: self.plan()?.rules,
            state: state::meant(self.goal).into(),
            parts: Vec::new(),
            author_id: self.author_id.to_string(),
            create_time: Some(time::to_proto(self.create_time)),
            finish_time: None,
        })
    }
}

/// Records the beginning of a handover or another goal of it.
async fn record(write: &mut Write, before: Option<&Handover>, after: &Handover) -> Result<(), Failure> {
    let before = before.map(Handover::to_brief).transpose()?;
    let payload = HandoverChanged { before, after: Some(after.to_brief()?) };
    let states = (payload.before.as_ref(), payload.after.as_ref());
    let change = Change::between("identity.handover", (after.id, after.version), states, &payload)?;
    write.record(Change { owner_id: Some(after.author_id), ..change }).await
}
