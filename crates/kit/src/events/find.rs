//! Looking through a service's events for the log of operations.

use std::mem;

use cims_proto::event::v1::{FindEventsRequest, FoundEvent};

use super::{
    history::{reason_of, reasoned},
    stored::Stored,
};
use crate::{call::parse_id, clock::time, database::Pool, problem::Failure};

/// Signing in and out is no operation on a record and has a log of its own.
const LEFT_OUT: [&str; 2] = ["identity.session", "identity.signIn"];

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
        Stored,
        // A payload is read for the reason alone.
        r#"select sequence, false as "bulk!", id, subject_type, subject_id, subject_version, type, actor_id, source_address,
            trace_parent, time, changed_fields, owner_id, department_id,
            case when subject_type = any($8) then payload else ''::bytea end as "payload!", parent_id
        from event
        where ($1::uuid[] is null or actor_id = any($1))
            and ($2::uuid is null or subject_id = $2 or parent_id = $2)
            and ($3::timestamptz is null or time >= $3) and ($4::timestamptz is null or time < $4)
            and ($5::bigint = 0 or sequence < $5)
            and subject_type <> all($6)
            and (cardinality($9::text[]) = 0 or not coalesce(
                (select bool_and(type || ' ' || field = any($9)) from unnest(changed_fields) field), false))
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
        &request.untold_fields,
    )
    .fetch_all(&mut *transaction)
    .await?;
    transaction.commit().await?;
    rows.into_iter().map(found).collect()
}

fn found(mut row: Stored) -> Result<FoundEvent, Failure> {
    let (payload, source_address) = (mem::take(&mut row.payload), mem::take(&mut row.source_address));
    let reason = reason_of(&row.subject_type, &payload)?;
    let parent_id = row.parent_id.map(|id| id.to_string()).unwrap_or_default();
    Ok(FoundEvent { event: Some(row.into()), source_address, parent_id, reason })
}
