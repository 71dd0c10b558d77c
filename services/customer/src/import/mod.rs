//! Imports of customers from spreadsheets (C-07): the file is checked by a job, its accepted rows are written by another.
//! What a row means is decided by the crate `intake`, which entry by hand uses too.

mod check;
mod jobs;
mod references;
mod rpc;
mod run;
mod store;

pub use jobs::Jobs;
pub use rpc::ImportService;

use chrono::{DateTime, Utc};
use cims_proto::customer::v1::{self as proto, import};
use kit::{call::etag, clock::time};
use serde::{Deserialize, Serialize};
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
    Reverted,
}

/// A column of the file and the field that it fills, empty for none.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Column {
    pub header: String,
    pub field: String,
}

/// An import as it is kept.
#[derive(Clone, Debug)]
pub struct Import {
    pub id: Uuid,
    pub file_name: String,
    pub state: State,
    /// A code of the message files, when it failed.
    pub problem: String,
    pub columns: Json<Vec<Column>>,
    pub total: i32,
    /// Flagged rows included.
    pub accepted: i32,
    pub rejected: i32,
    pub duplicates: i32,
    pub flagged: i32,
    /// Rows written so far.
    pub progress: i32,
    pub author_id: Uuid,
    pub department_id: Option<Uuid>,
    /// Whom the author may give rows to: everybody, or the people of these departments.
    pub assign_all: bool,
    pub assign_departments: Vec<Uuid>,
    pub trace_parent: String,
    pub version: i64,
    pub create_time: DateTime<Utc>,
    pub finish_time: Option<DateTime<Utc>>,
}

impl Import {
    pub fn into_proto(self) -> proto::Import {
        let state = match self.state {
            State::Checking => import::State::Checking,
            State::Ready => import::State::Ready,
            State::Running => import::State::Running,
            State::Succeeded => import::State::Succeeded,
            State::Failed => import::State::Failed,
            State::Cancelled => import::State::Cancelled,
            State::Reverted => import::State::Reverted,
        };
        let columns =
            self.columns.0.into_iter().map(|column| import::Column { header: column.header, field: column.field });
        proto::Import {
            id: self.id.to_string(),
            file_name: self.file_name,
            state: state.into(),
            problem: self.problem,
            columns: columns.collect(),
            total: self.total,
            accepted: self.accepted,
            rejected: self.rejected,
            duplicates: self.duplicates,
            flagged: self.flagged,
            progress: self.progress,
            author_id: self.author_id.to_string(),
            create_time: Some(time::to_proto(self.create_time)),
            finish_time: self.finish_time.map(time::to_proto),
            etag: etag(self.version),
            ..Default::default()
        }
    }

    /// Whether the author may give rows to others at all; else all are the author's own.
    pub fn assigns(&self) -> bool {
        self.assign_all || !self.assign_departments.is_empty()
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
