//! Imports of customers from spreadsheets (C-07): one job reads and checks the file, another writes its rows, a third
//! takes them back. What a row means is decided by the crate `intake`, which entry by hand uses too.

mod check;
mod download;
mod expiry;
mod fix;
mod jobs;
mod judge;
mod reading;
mod references;
mod revert;
mod row;
mod rpc;
mod run;
pub mod secret;
mod store;
mod update;
mod upload;

pub use expiry::start as start_forgetting;
pub use jobs::Jobs;
pub use rpc::ImportService;

use chrono::{DateTime, Utc};
use cims_proto::customer::v1::{self as proto, import};
use intake::import::Layout;
use kit::{Scope, call::etag, clock::time};
use sqlx::types::Json;
use uuid::Uuid;

/// Largest file, in bytes.
pub const FILE_LIMIT: usize = 100 << 20;

#[derive(Clone, Copy, Debug, Eq, PartialEq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    Checking,
    Ready,
    Running,
    Succeeded,
    Failed,
    Cancelled,
    Reverting,
    Reverted,
}

/// What becomes of a row whose customer is there already.
#[derive(Clone, Copy, Debug, Eq, PartialEq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DuplicatePolicy {
    Skip,
    /// Fill what the customer has empty.
    UpdateEmpty,
    /// The row's values win.
    Overwrite,
}

/// An import as it is kept.
#[derive(Clone, Debug)]
pub struct Import {
    pub id: Uuid,
    pub file_name: String,
    pub state: State,
    /// A code of the message files, when it failed.
    pub problem: String,
    /// None until the file was read.
    pub layout: Option<Json<Layout>>,
    pub duplicate_policy: DuplicatePolicy,
    /// Rows but those dropped.
    pub total: i32,
    /// Flagged rows included.
    pub accepted: i32,
    pub rejected: i32,
    pub duplicates: i32,
    pub flagged: i32,
    pub dropped: i32,
    /// Duplicates written into customers that were there.
    pub updated: i32,
    pub reverted: i32,
    pub kept: i32,
    /// Rows that the job at work has done, of how many, and the last of them.
    pub progress: i32,
    pub to_do: i32,
    pub last_row: i32,
    pub author_id: Uuid,
    pub department_id: Option<Uuid>,
    /// Whom the author may give rows to: everybody, or the people of these departments.
    pub assign_all: bool,
    pub assign_departments: Vec<Uuid>,
    /// Who ran it or takes it back, and which customers that person may update.
    pub runner_id: Option<Uuid>,
    pub update_all: bool,
    pub update_departments: Vec<Uuid>,
    pub trace_parent: String,
    pub version: i64,
    pub create_time: DateTime<Utc>,
    pub finish_time: Option<DateTime<Utc>>,
    /// Paths that the author may not write: no column is taken for them.
    pub locked_fields: Vec<String>,
}

impl Import {
    pub fn into_proto(self) -> proto::Import {
        let columns = self.layout.iter().flat_map(|layout| layout.columns());
        let columns =
            columns.map(|(header, field)| import::Column { header: header.to_owned(), field: field.to_owned() });
        let expire_time = self.expire_time().map(time::to_proto);
        proto::Import {
            id: self.id.to_string(),
            state: self.state.into_proto().into(),
            problem: self.problem,
            columns: columns.collect(),
            duplicate_policy: self.duplicate_policy.into_proto().into(),
            file_name: self.file_name,
            total: self.total,
            accepted: self.accepted,
            rejected: self.rejected,
            duplicates: self.duplicates,
            flagged: self.flagged,
            dropped: self.dropped,
            updated: self.updated,
            reverted: self.reverted,
            kept: self.kept,
            progress: self.progress,
            to_do: self.to_do,
            author_id: self.author_id.to_string(),
            create_time: Some(time::to_proto(self.create_time)),
            finish_time: self.finish_time.map(time::to_proto),
            expire_time,
            etag: etag(self.version),
        }
    }

    /// Whether the author may give rows to others at all; else all are the author's own.
    pub fn assigns(&self) -> bool {
        self.assign_all || !self.assign_departments.is_empty()
    }

    /// Who acts when rows are written.
    pub fn actor(&self) -> Uuid {
        self.runner_id.unwrap_or(self.author_id)
    }

    /// The customers that whoever runs it may update.
    pub fn update_scope(&self) -> Scope {
        match self.update_all {
            true => Scope::Everything,
            false if !self.update_departments.is_empty() => Scope::Departments(self.update_departments.clone().into()),
            false => Scope::Own(self.actor()),
        }
    }

    /// Begins a job: nothing of it is done yet.
    pub fn begin(&mut self, state: State, to_do: i32) {
        (self.state, self.to_do, self.progress, self.last_row) = (state, to_do, 0, 0);
        self.finish_time = None;
    }
}

impl State {
    fn into_proto(self) -> import::State {
        match self {
            State::Checking => import::State::Checking,
            State::Ready => import::State::Ready,
            State::Running => import::State::Running,
            State::Succeeded => import::State::Succeeded,
            State::Failed => import::State::Failed,
            State::Cancelled => import::State::Cancelled,
            State::Reverting => import::State::Reverting,
            State::Reverted => import::State::Reverted,
        }
    }

    /// A job works on it.
    pub fn is_work(self) -> bool {
        matches!(self, State::Checking | State::Running | State::Reverting)
    }
}

impl DuplicatePolicy {
    fn into_proto(self) -> import::DuplicatePolicy {
        match self {
            DuplicatePolicy::Skip => import::DuplicatePolicy::Skip,
            DuplicatePolicy::UpdateEmpty => import::DuplicatePolicy::UpdateEmpty,
            DuplicatePolicy::Overwrite => import::DuplicatePolicy::Overwrite,
        }
    }

    fn of(policy: import::DuplicatePolicy) -> DuplicatePolicy {
        match policy {
            import::DuplicatePolicy::UpdateEmpty => DuplicatePolicy::UpdateEmpty,
            import::DuplicatePolicy::Overwrite => DuplicatePolicy::Overwrite,
            import::DuplicatePolicy::Skip | import::DuplicatePolicy::Unspecified => DuplicatePolicy::Skip,
        }
    }
}

/// What becomes of a row, as it is kept. Flagged rows are accepted.
#[derive(Clone, Copy, Debug, Eq, PartialEq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Outcome {
    Accepted,
    Flagged,
    Rejected,
    Duplicate,
    Dropped,
}

impl From<intake::import::Outcome> for Outcome {
    fn from(outcome: intake::import::Outcome) -> Outcome {
        match outcome {
            intake::import::Outcome::Accepted => Outcome::Accepted,
            intake::import::Outcome::Flagged => Outcome::Flagged,
            intake::import::Outcome::Rejected => Outcome::Rejected,
            intake::import::Outcome::Duplicate => Outcome::Duplicate,
        }
    }
}
