//! An event as it stands in the tables.

use chrono::{DateTime, Utc};
use cims_proto::event::v1::Event;
use uuid::Uuid;

use crate::clock::time;

/// An event; what a statement does not read is empty.
#[derive(Clone)]
pub(super) struct Stored {
    pub sequence: i64,
    /// Published the bulk way.
    pub bulk: bool,
    pub id: Uuid,
    pub subject_type: String,
    pub subject_id: Uuid,
    pub subject_version: i64,
    pub r#type: String,
    pub actor_id: Option<Uuid>,
    pub source_address: String,
    pub trace_parent: String,
    pub time: DateTime<Utc>,
    pub changed_fields: Vec<String>,
    pub owner_id: Option<Uuid>,
    pub department_id: Option<Uuid>,
    /// Both halves joined.
    pub payload: Vec<u8>,
    /// The record that the subject hangs on.
    pub parent_id: Option<Uuid>,
}

impl From<Stored> for Event {
    fn from(row: Stored) -> Event {
        let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
        Event {
            sequence: row.sequence,
            id: row.id.to_string(),
            subject_type: row.subject_type,
            subject_id: row.subject_id.to_string(),
            subject_version: row.subject_version,
            r#type: row.r#type,
            actor_id: id(row.actor_id),
            time: Some(time::to_proto(row.time)),
            changed_fields: row.changed_fields,
            trace_parent: row.trace_parent,
            owner_id: id(row.owner_id),
            department_id: id(row.department_id),
            payload: row.payload.into(),
        }
    }
}
