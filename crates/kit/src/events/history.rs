//! A record's changes, read from its events: the change log is a query on them, never a table of its own.

use std::{collections::HashMap, iter, sync::LazyLock};

use chrono::{DateTime, Utc};
use cims_proto::event::v1::{FieldChange, HistoryEntry};
use uuid::Uuid;

use crate::{
    call::Call,
    clock::time,
    database::Pool,
    page::Page,
    problem::Failure,
    schema::{FieldTable, MessageTable, Visibility, along, any, conceal, event_type, field_to_json, mask, schema},
};

/// One page of a record's history.
#[derive(Debug)]
pub struct HistoryPage {
    pub entries: Vec<HistoryEntry>,
    pub next_page_token: String,
}

struct Row {
    id: Uuid,
    sequence: i64,
    subject_type: String,
    subject_id: Uuid,
    subject_version: i64,
    r#type: String,
    time: DateTime<Utc>,
    actor_id: Option<Uuid>,
    changed_fields: Vec<String>,
    payload: Vec<u8>,
}

/// A subject type and the change message of its events, whose fields `before` and `after` hold the record's states, or
/// `before_x` and `after_x` what its field `x` was and is.
pub type Subject = (&'static str, fn() -> &'static MessageTable);

/// The changes of a record and of what hangs on it, newest first, under the caller's field rules; of the subjects given
/// only, and without updates of nothing but hidden fields. That the caller may read the record was checked before.
///
/// # Errors
/// When the page's token is none, or the database refuses.
pub async fn history(
    pool: &Pool,
    call: &Call,
    id: Uuid,
    (size, token): (i32, &str),
    subjects: &[Subject],
) -> Result<HistoryPage, Failure> {
    let page: Page<i64> = Page::parse(size, token, &id)?;
    let types: Vec<String> = subjects.iter().map(|(name, _)| (*name).to_owned()).collect();
    // The order of the sequence is that of the changes: whoever changes what hangs on a record locks the record.
    // Materialized, or else a plan may go through all events in their order until it has a page of these.
    let mut rows = sqlx::query_as!(
        Row,
        r#"with own as materialized (
            select sequence, id, time, type, changed_fields from event where subject_id = $1 and subject_type = any($2)
            union all
            select sequence, id, time, type, changed_fields from event where parent_id = $1 and subject_type = any($2)
        ), page as (
            select sequence, id, time from own
            where ($3::bigint is null or sequence < $3)
                and (cardinality($5::text[]) = 0 or not coalesce(
                    (select bool_and(type || ' ' || field = any($5)) from unnest(changed_fields) field), false))
            order by sequence desc limit $4
        )
        select event.id, event.sequence, event.subject_type, event.subject_id, event.subject_version, event.type,
            event.time, event.actor_id, event.changed_fields, event.payload || coalesce(personal.payload, ''::bytea) as "payload!"
        from page join event on event.sequence = page.sequence and event.time = page.time
        left join event_personal personal on personal.event_id = page.id
        order by page.sequence desc"#,
        id,
        &types,
        page.after,
        page.limit(),
        &untold_fields(call),
    )
    .fetch_all(pool)
    .await?;
    let next_page_token = page.finish(&mut rows, |row| row.sequence);
    let entries = rows.into_iter().map(|row| entry(call, subjects, row)).collect::<Result<_, _>>()?;
    Ok(HistoryPage { entries, next_page_token })
}

fn entry(call: &Call, subjects: &[Subject], row: Row) -> Result<HistoryEntry, Failure> {
    let subject = subjects.iter().find(|(name, _)| *name == row.subject_type);
    let (_, change) = subject.ok_or_else(|| Failure::internal(format!("no history of {}", row.subject_type)))?;
    let change = change();
    let mut payload = conceal(change, &row.payload)?;
    if let Some(rules) = call.field_rules() {
        let mut masked = Vec::with_capacity(payload.len());
        mask(change, &payload, rules, &mut masked)?;
        payload = masked;
    }
    let state = |name: &str| -> Result<Option<(&FieldTable, Vec<u8>)>, Failure> {
        let Some(field) = change.field(name) else { return Ok(None) };
        Ok(whole(field.number, &payload)?.map(|bytes| (field, bytes)))
    };
    let (before, after) = (state("before")?, state("after")?);
    let value = |state: &Option<(&FieldTable, Vec<u8>)>, name: &str, field: &str| -> Result<_, Failure> {
        let Some((holder, bytes)) = state else {
            return Ok(field_to_json(change, &payload, &beside(name, field))?.map(|json| any(&json)));
        };
        let Some(table) = holder.message() else { return Ok(None) };
        Ok(field_to_json(table, bytes, field)?.map(|json| any(&json)))
    };
    // Not even that a hidden field changed is told; of an update of nothing else there is no entry.
    let changes = row.changed_fields.into_iter().filter(|field| is_told(call, change, field)).map(|field| {
        Ok(FieldChange { from: value(&before, "before", &field)?, to: value(&after, "after", &field)?, field })
    });
    Ok(HistoryEntry {
        id: row.id.to_string(),
        version: i32::try_from(row.subject_version).unwrap_or(i32::MAX),
        r#type: row.r#type,
        time: Some(time::to_proto(row.time)),
        actor_id: row.actor_id.map(|id| id.to_string()).unwrap_or_default(),
        changes: changes.collect::<Result<_, Failure>>()?,
        subject_id: row.subject_id.to_string(),
    })
}

/// Of the changed fields of an event of this subject type, those of which the caller may know. None of a type that nobody
/// knows.
pub fn shown_fields(call: &Call, subject_type: &str, fields: &[String]) -> Vec<String> {
    let Some(change) = change_of(subject_type) else { return Vec::new() };
    fields.iter().filter(|field| is_told(call, change, field)).cloned().collect()
}

/// Fields that the caller may not know of, each behind the type of the updates that change it:
/// "customer.customer.updated.v1 remarks". An update tells of its fields alone, so one of these and no other is left out. What
/// is made, deleted, restored or looked at says more than that, and stays without them.
pub fn untold_fields(call: &Call) -> Vec<String> {
    let Some(rules) = call.field_rules() else { return Vec::new() };
    let restricted = CHANGES.iter().filter(|(_, change)| !rules.all_clear(change));
    let fields = |(subject, &change): (&String, &&'static MessageTable)| {
        let updated = event_type(subject, UPDATED);
        let untold = names(change).into_iter().filter(|name| !is_told(call, change, name));
        untold.map(|name| format!("{updated} {name}")).collect::<Vec<_>>()
    };
    restricted.flat_map(fields).collect()
}

/// The verb of an event that tells of nothing but changed fields.
const UPDATED: &str = "updated";

/// Whether the caller may know that a field changed; of a path, all that it leads through.
fn is_told(call: &Call, change: &'static MessageTable, name: &str) -> bool {
    let hides = |field: &FieldTable| call.field_rules().is_some_and(|rules| rules.of(field) == Visibility::Hidden);
    !fields_at(change, name).into_iter().any(hides)
}

/// By what names the fields of a change message can have changed.
fn names(change: &MessageTable) -> Vec<String> {
    match record_of(change) {
        Some(record) => record.fields.iter().map(|field| field.json.clone()).collect(),
        None => change.fields.iter().filter_map(|field| beside_after(&field.json)).collect(),
    }
}

/// What the name of a changed field means.
fn fields_at(change: &'static MessageTable, name: &str) -> Vec<&'static FieldTable> {
    if let Some(record) = change.change.as_ref().and_then(|own| schema().message(own.fields_of.as_deref()?)) {
        return along(record, name);
    }
    let field = match record_of(change) {
        Some(record) => record.field_by_json(name),
        None => change.field_by_json(&beside("after", name)),
    };
    field.into_iter().collect()
}

/// The record whose states a change message has; none of one that has none.
fn record_of(change: &MessageTable) -> Option<&'static MessageTable> {
    ["after", "before"].into_iter().find_map(|name| change.field(name)?.message())
}

/// Names of the rules of the fields that the type of such an event tells have changed: of the whole set of a customer's tags it
/// does. None of a record's own change, which tells its readers of a new version, as the record does; nor where a field has
/// no rule.
pub(super) fn told_fields(subject_type: &str, fields: &[String]) -> Vec<String> {
    let Some(change) = change_of(subject_type).filter(|change| record_of(change).is_none()) else { return Vec::new() };
    let rule = |field: &String| Some(change.field_by_json(&beside("after", field))?.field_rule()?.to_owned());
    fields.iter().map(rule).collect::<Option<_>>().unwrap_or_default()
}

/// The change message of events of this subject type; none of a type that nobody knows.
pub(super) fn change_of(subject_type: &str) -> Option<&'static MessageTable> {
    CHANGES.get(subject_type).copied()
}

/// The field of a change message that says why the change was made.
const REASON: &str = "reason";

/// Subject types of what is done for a reason.
pub(super) fn reasoned() -> Vec<String> {
    CHANGES.iter().filter(|(_, change)| change.field(REASON).is_some()).map(|(subject, _)| subject.clone()).collect()
}

/// Why a change was made, by its payload; empty where nobody has to say.
pub(super) fn reason_of(subject_type: &str, payload: &[u8]) -> Result<String, Failure> {
    let Some(change) = change_of(subject_type) else { return Ok(String::new()) };
    let reason = field_to_json(change, payload, REASON)?;
    Ok(reason.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default().to_owned())
}

/// The change message of each subject type.
static CHANGES: LazyLock<HashMap<String, &MessageTable>> = LazyLock::new(|| {
    let subject = |message: &'static MessageTable| Some((message.change.as_ref()?.subject.clone(), message));
    schema().messages().iter().filter_map(subject).collect()
});

/// "before", "tagIds" → "beforeTagIds": a change of something that is no message has both values beside each other.
fn beside(name: &str, field: &str) -> String {
    let mut letters = field.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    name.chars().chain(first).chain(letters).collect()
}

/// "afterTagIds" → "tagIds"; none of what is no such value.
fn beside_after(json: &str) -> Option<String> {
    let mut letters = json.strip_prefix("after")?.chars();
    let first = letters.next()?.to_ascii_lowercase();
    Some(iter::once(first).chain(letters).collect())
}

/// A singular message field, whose public and personal halves stand apart on the wire, as one.
fn whole(number: u32, payload: &[u8]) -> Result<Option<Vec<u8>>, Failure> {
    let parts = crate::schema::parts(number, payload)?;
    Ok((!parts.is_empty()).then(|| parts.concat()))
}
