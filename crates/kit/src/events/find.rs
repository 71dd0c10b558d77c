//! Looking through a service's events for the log of operations.

use chrono::{DateTime, Utc};
use cims_proto::event::v1::{Event, FindEventsRequest, FoundEvent};
use uuid::Uuid;

use super::history::{reason_of, reasoned};
use crate::{call::parse_id, clock::time, database::Pool, problem::Failure};

/// Signing in and out is no operation on a record and has a log of its own.
const LEFT_OUT: [&str; 2] = ["identity.session", "identity.signIn"];

struct Row {
    sequence: i64,
    id: Uuid,
    subject_type: String,
    subject_id: Uuid,
    parent_id: Option<Uuid>,
    subject_version: i64,
    r#type: String,
    actor_id: Option<Uuid>,
    source_address: String,
    time: DateTime<Utc>,
    changed_fields: Vec<String>,
    /// Of what is done for a reason.
    payload: Option<Vec<u8>>,
}

/// The events asked for, newest first.
pub(super) async fn find(pool: &Pool, request: &FindEventsRequest) -> Result<Vec<FoundEvent>, Failure> {
    let ids = |ids: &[String]| ids.iter().map(|id| parse_id("/actors", id)).collect::<Result<Vec<_>, _>>();
    let actors = request.actors.as_ref().map(|actors| ids(&actors.ids)).transpose()?;
    let subject = match request.subject_id.as_str() {
        "" => None,
        id => Some(parse_id("/subjectId", id)?),
    };
    // A plan of its own each time: one person's events and everybody's want different indexes.
    let mut transaction = pool.begin_with("begin read only; set local plan_cache_mode = force_custom_plan").await?;
    let rows = sqlx::query_as!(
        Row,
        r#"select sequence, id, subject_type, subject_id, parent_id, subject_version, type, actor_id, source_address, time,
            changed_fields, case when subject_type = any($8) then payload end as "payload?"
        from event
        where ($1::uuid[] is null or actor_id = any($1))
            and ($2::uuid is null or subject_id = $2 or parent_id = $2)
            and ($3::timestamptz is null or time >= $3) and ($4::timestamptz is null or time < $4)
            and ($5::bigint = 0 or sequence < $5)
            and subject_type <> all($6)
        order by sequence desc
        limit $7"#,
        actors.as_deref(),
        subject,
        request.start_time.as_ref().and_then(time::from_proto),
        request.end_time.as_ref().and_then(time::from_proto),
        request.before_sequence,
        &LEFT_OUT.map(str::to_owned),
        i64::from(request.page_size),
        &reasoned(),
    )
    .fetch_all(&mut *transaction)
    .await?;
    transaction.commit().await?;
    rows.into_iter().map(found).collect()
}

fn found(row: Row) -> Result<FoundEvent, Failure> {
    let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    let reason = match &row.payload {
        Some(payload) => reason_of(&row.subject_type, payload)?,
        None => String::new(),
    };
    let event = Event {
        sequence: row.sequence,
        id: row.id.to_string(),
        subject_type: row.subject_type,
        subject_id: row.subject_id.to_string(),
        subject_version: row.subject_version,
        r#type: row.r#type,
        actor_id: id(row.actor_id),
        time: Some(time::to_proto(row.time)),
        changed_fields: row.changed_fields,
        ..Event::default()
    };
    Ok(FoundEvent { event: Some(event), source_address: row.source_address, parent_id: id(row.parent_id), reason })
}
