//! Work on many records, done behind the request: chosen once, changed in batches, each a transaction of its own with
//! its events, so that a killed process loses nothing and repeats nothing; it can be cancelled, and undone.
//!
//! A service implements [`Work`] for each kind, starts it by [`Jobs::start`], and answers its RPCs by the same
//! [`Jobs`].

mod calls;
mod store;
mod worker;

use std::future::Future;

use chrono::{DateTime, Utc};
use prost::Message;
use sqlx::types::Json;
use uuid::Uuid;

use crate::{auth::Scope, clock::time, problem::Failure, write::Write};

pub use calls::Jobs;

/// Records chosen at once.
pub const PAGE: usize = 10_000;
/// Records in one transaction: few enough that a person who edits one of them never waits long.
pub const BATCH: usize = 200;

#[derive(Clone, Copy, Debug, Eq, PartialEq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    Running,
    Succeeded,
    Cancelled,
    Undoing,
    Undone,
    Failed,
}

impl From<State> for cims_proto::job::State {
    fn from(state: State) -> cims_proto::job::State {
        use cims_proto::job::State as Shown;
        match state {
            State::Running => Shown::Running,
            State::Succeeded => Shown::Succeeded,
            State::Cancelled => Shown::Cancelled,
            State::Undoing => Shown::Undoing,
            State::Undone => Shown::Undone,
            State::Failed => Shown::Failed,
        }
    }
}

/// A job as it is kept.
#[derive(Clone, Debug)]
pub struct Job {
    pub id: Uuid,
    pub kind: String,
    pub state: State,
    spec: Vec<u8>,
    pub author_id: Uuid,
    department_id: Option<Uuid>,
    scope: Json<Scope>,
    trace_parent: String,
    chosen: bool,
    cursor: Option<Uuid>,
    total: i32,
    progress: i32,
    changed: i32,
    unchanged: i32,
    refused: i32,
    create_time: DateTime<Utc>,
    finish_time: Option<DateTime<Utc>>,
}

impl Job {
    /// The request that began it.
    ///
    /// # Errors
    /// When it is of another type: a defect.
    pub fn spec<M: Message + Default>(&self) -> Result<M, Failure> {
        M::decode(self.spec.as_slice()).map_err(Failure::internal)
    }

    /// What its author's operation reached when it began.
    pub fn scope(&self) -> &Scope {
        &self.scope.0
    }

    /// The moment of which "today" in its question is, however long it waits.
    pub fn create_time(&self) -> DateTime<Utc> {
        self.create_time
    }

    pub fn to_proto(&self) -> cims_proto::Job {
        cims_proto::Job {
            id: self.id.to_string(),
            kind: self.kind.clone(),
            state: cims_proto::job::State::from(self.state).into(),
            total: self.total,
            progress: self.progress,
            changed: self.changed,
            unchanged: self.unchanged,
            refused: self.refused,
            author_id: self.author_id.to_string(),
            create_time: Some(time::to_proto(self.create_time)),
            finish_time: self.finish_time.map(time::to_proto),
        }
    }
}

/// What became of one record.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// What an undo needs: the state before in the service's own words, and the record's version after.
    Changed {
        before: Vec<u8>,
        version: i64,
    },
    Unchanged,
    Refused(Refusal),
}

/// Why a record was left as it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Refusal {
    /// Not there any more, or out of the author's reach.
    Gone,
    /// Somebody has changed it since.
    Changed,
}

impl From<Refusal> for cims_proto::job::Refusal {
    fn from(refusal: Refusal) -> cims_proto::job::Refusal {
        match refusal {
            Refusal::Gone => cims_proto::job::Refusal::Gone,
            Refusal::Changed => cims_proto::job::Refusal::Changed,
        }
    }
}

/// For whom a job works.
#[derive(Clone, Debug)]
pub struct Author {
    pub user_id: Uuid,
    pub department_id: Option<Uuid>,
    /// What their operation reaches.
    pub scope: Scope,
}

/// A record that a job has changed.
#[derive(Clone, Debug)]
pub struct Item {
    pub subject_id: Uuid,
    pub before: Vec<u8>,
    /// After the job's change: a record that has another by now was changed since.
    pub version: i64,
}

/// What a service does in the jobs of one kind.
pub trait Work: Send + Sync + 'static {
    /// "customers.assign"
    const KIND: &'static str;

    /// What a batch needs of other services.
    type Ready: Send;

    /// The records that the job is about, behind the last of the page before, at most [`PAGE`]; fewer are the last.
    fn choose(&self, job: &Job, after: Option<Uuid>) -> impl Future<Output = Result<Vec<Uuid>, Failure>> + Send;

    /// Asks other services what the batch needs: within its transaction nobody is asked.
    fn prepare(&self, job: &Job, subjects: &[Uuid]) -> impl Future<Output = Result<Self::Ready, Failure>> + Send;

    /// Changes the records; one that is not in the answer is refused as gone.
    fn change(
        &self,
        write: &mut Write,
        job: &Job,
        ready: Self::Ready,
        subjects: &[Uuid],
    ) -> impl Future<Output = Result<Vec<(Uuid, Outcome)>, Failure>> + Send;

    /// Makes the records again what they were, but for those changed since.
    fn undo(
        &self,
        write: &mut Write,
        job: &Job,
        ready: Self::Ready,
        items: &[Item],
    ) -> impl Future<Output = Result<Vec<(Uuid, Outcome)>, Failure>> + Send;
}
