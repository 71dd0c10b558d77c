//! What an event says of a record: which fields changed, by whom and when.

use prost::{Message, Name};
use sqlx::PgConnection;
use uuid::Uuid;

use super::Origin;
use crate::{
    clock::Clock,
    problem::Failure,
    schema::{changed_fields, event_type, split, table_of},
};

/// One change of one record, as it becomes an event.
#[derive(Debug)]
pub struct Change<'a, M> {
    /// "customer.customer"
    pub subject_type: &'static str,
    pub subject_id: Uuid,
    /// The record that the subject hangs on, in whose history the change stands too; the caller holds its lock.
    pub parent_id: Option<Uuid>,
    /// Rises by one with each change of the subject.
    pub version: i64,
    /// "updated"
    pub verb: &'static str,
    /// JSON names; see [`changed`].
    pub fields: Vec<String>,
    pub owner_id: Option<Uuid>,
    pub department_id: Option<Uuid>,
    pub payload: &'a M,
}

impl<'a, M> Change<'a, M> {
    /// What became of a record that hangs on nothing, by its states as the payload has them, of which one may be absent. The
    /// version is that of its last state: what is gone has one of its own, after its last.
    ///
    /// # Errors
    /// Never for messages of this build.
    pub fn between<S: Message + Name + Default>(
        subject_type: &'static str,
        (subject_id, version): (Uuid, i64),
        (before, after): (Option<&S>, Option<&S>),
        payload: &'a M,
    ) -> Result<Change<'a, M>, Failure> {
        let absent = S::default();
        Ok(Change {
            subject_type,
            subject_id,
            parent_id: None,
            version: version + i64::from(after.is_none()),
            verb: match (before, after) {
                (None, _) => "created",
                (_, Some(_)) => "updated",
                (_, None) => "deleted",
            },
            fields: changed(before.unwrap_or(&absent), after.unwrap_or(&absent))?,
            owner_id: None,
            department_id: None,
            payload,
        })
    }
}

/// JSON names of the fields that differ between two states of a record.
///
/// # Errors
/// Never for messages of this build.
pub fn changed<M: Message + Name>(before: &M, after: &M) -> Result<Vec<String>, Failure> {
    Ok(changed_fields(table_of::<M>(), &before.encode_to_vec(), &after.encode_to_vec())?)
}

/// Records a change in a transaction that no [`super::Write`] holds: an effect that an event has in its consumer, which
/// wakes the relay itself once the transaction is committed. Anything else calls [`super::Write::record`].
///
/// # Errors
/// When the database refuses.
pub async fn record_on<M: Message + Name>(
    connection: &mut PgConnection,
    clock: &Clock,
    origin: &Origin,
    change: Change<'_, M>,
) -> Result<(), Failure> {
    let table = table_of::<M>();
    let (public, personal) = split(table, &change.payload.encode_to_vec())?;
    let personal = (!personal.is_empty()).then_some(personal);
    sqlx::query!(
        "with recorded as (
            insert into event (id, subject_type, subject_id, subject_version, type, actor_id, source_address,
                trace_parent, time, changed_fields, owner_id, department_id, payload, parent_id)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $16)
            returning sequence, id, time
        ), personal as (
            insert into event_personal (event_id, payload)
            select id, $14 from recorded where $14::bytea is not null
        )
        insert into outbox (sequence, event_id, time, bulk) select sequence, id, time, $15 from recorded",
        clock.id(),
        change.subject_type,
        change.subject_id,
        change.version,
        event_type(change.subject_type, change.verb),
        origin.actor_id,
        origin.source_address,
        origin.trace_parent,
        origin.now,
        &change.fields,
        change.owner_id,
        change.department_id,
        public,
        personal,
        origin.bulk,
        change.parent_id,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The same for many changes: one statement, however many there are.
pub(super) async fn record_all_on<M: Message + Name>(
    connection: &mut PgConnection,
    clock: &Clock,
    origin: &Origin,
    changes: &[Change<'_, M>],
) -> Result<(), Failure> {
    let table = table_of::<M>();
    let (mut public, mut personal) = (Vec::with_capacity(changes.len()), Vec::with_capacity(changes.len()));
    for change in changes {
        let (open, private) = split(table, &change.payload.encode_to_vec())?;
        public.push(open);
        personal.push((!private.is_empty()).then_some(private));
    }
    let ids: Vec<Uuid> = changes.iter().map(|_| clock.id()).collect();
    // Arrays of arrays would have to be rectangular; a field's name has no comma.
    let fields: Vec<String> = changes.iter().map(|change| change.fields.join(",")).collect();
    let types: Vec<String> = changes.iter().map(|change| event_type(change.subject_type, change.verb)).collect();
    sqlx::query!(
        "with recorded as (
            insert into event (id, subject_type, subject_id, subject_version, type, actor_id, source_address,
                trace_parent, time, changed_fields, owner_id, department_id, payload, parent_id)
            select new.id, new.subject_type, new.subject_id, new.version, new.type, $11, $12, $13, $14,
                string_to_array(new.fields, ','), new.owner_id, new.department_id, new.payload, new.parent_id
            from unnest($1::uuid[], $2::text[], $3::uuid[], $4::bigint[], $5::text[], $6::text[], $7::uuid[], $8::uuid[],
                $9::bytea[], $16::uuid[])
                new (id, subject_type, subject_id, version, type, fields, owner_id, department_id, payload, parent_id)
            returning sequence, id, time
        ), personal as (
            insert into event_personal (event_id, payload)
            select new.id, new.payload from unnest($1::uuid[], $10::bytea[]) new (id, payload)
            where new.payload is not null
        )
        insert into outbox (sequence, event_id, time, bulk) select sequence, id, time, $15 from recorded",
        &ids,
        &changes.iter().map(|change| change.subject_type).collect::<Vec<_>>() as _,
        &changes.iter().map(|change| change.subject_id).collect::<Vec<_>>(),
        &changes.iter().map(|change| change.version).collect::<Vec<_>>(),
        &types,
        &fields,
        &changes.iter().map(|change| change.owner_id).collect::<Vec<_>>() as _,
        &changes.iter().map(|change| change.department_id).collect::<Vec<_>>() as _,
        &public,
        &personal as _,
        origin.actor_id,
        origin.source_address,
        origin.trace_parent,
        origin.now,
        origin.bulk,
        &changes.iter().map(|change| change.parent_id).collect::<Vec<_>>() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}
