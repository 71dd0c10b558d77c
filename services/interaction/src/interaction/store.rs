//! SQL of contact records. Whoever writes holds the customer's lock; see [`crate::customer::store::lock`].

use directory::Entry;
use kit::{
    Failure,
    database::{Pool, wrote_one},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::Interaction;

/// # Errors
/// When the database refuses.
pub async fn insert(connection: &mut PgConnection, record: &Interaction, customer: &Entry) -> Result<(), Failure> {
    sqlx::query!(
        "insert into interaction (id, customer_id, contact_id, method, subject, summary, occur_time, participants,
            next_contact_time, next_contact_plan, priority, author_id, owner_id, department_id, customer_binned, version,
            create_time, update_time)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
        record.id,
        record.customer_id,
        record.contact_id,
        record.method,
        record.subject,
        record.summary,
        record.occur_time,
        &record.participants,
        record.next_contact_time,
        record.next_contact_plan,
        record.priority,
        record.author_id,
        customer.owner_id,
        customer.department_id,
        customer.deleted,
        record.version,
        record.create_time,
        record.update_time,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// # Errors
/// `NotFound` when there is none, or it was deleted while its customer's lock was waited for.
pub async fn find(connection: &mut PgConnection, id: Uuid) -> Result<Interaction, Failure> {
    let record = sqlx::query_as!(
        Interaction,
        "select id, customer_id, contact_id, method, subject, summary, occur_time, participants, next_contact_time,
            next_contact_plan, priority, author_id, version, create_time, update_time, plan_done_time
        from interaction where id = $1 for update",
        id,
    );
    record.fetch_optional(connection).await?.ok_or(Failure::NotFound)
}

/// The record that planned what is due with a customer; none when nothing is.
///
/// # Errors
/// When the database refuses.
pub async fn find_planned(connection: &mut PgConnection, customer_id: Uuid) -> Result<Option<Interaction>, Failure> {
    let record = sqlx::query_as!(
        Interaction,
        "select id, customer_id, contact_id, method, subject, summary, occur_time, participants, next_contact_time,
            next_contact_plan, priority, author_id, version, create_time, update_time, plan_done_time
        from interaction
        where id = (
            select interaction_id from contact_summary where customer_id = $1 and next_contact_time is not null
        ) for update",
        customer_id,
    );
    Ok(record.fetch_optional(connection).await?)
}

/// The customer of a record, which never moves to another.
///
/// # Errors
/// `NotFound` when there is no such record.
pub async fn customer_of(pool: &Pool, id: Uuid) -> Result<Uuid, Failure> {
    let customer_id = sqlx::query_scalar!("select customer_id from interaction where id = $1", id);
    customer_id.fetch_optional(pool).await?.ok_or(Failure::NotFound)
}

/// Writes the record, whose version is the next one.
///
/// # Errors
/// When the database refuses, or another version stands there: a write without the customer's lock.
pub async fn update(connection: &mut PgConnection, record: &Interaction) -> Result<(), Failure> {
    let updated = sqlx::query!(
        "update interaction
        set contact_id = $3, method = $4, subject = $5, summary = $6, occur_time = $7, participants = $8,
            next_contact_time = $9, next_contact_plan = $10, priority = $11, version = $2, update_time = $12,
            plan_done_time = $13
        where id = $1 and version = $2::bigint - 1",
        record.id,
        record.version,
        record.contact_id,
        record.method,
        record.subject,
        record.summary,
        record.occur_time,
        &record.participants,
        record.next_contact_time,
        record.next_contact_plan,
        record.priority,
        record.update_time,
        record.plan_done_time,
    )
    .execute(connection)
    .await?;
    wrote_one(updated.rows_affected(), "contact record", record.id)
}

/// # Errors
/// As [`update`].
pub async fn delete(connection: &mut PgConnection, record: &Interaction) -> Result<(), Failure> {
    let deleted = sqlx::query!("delete from interaction where id = $1 and version = $2", record.id, record.version)
        .execute(connection)
        .await?;
    wrote_one(deleted.rows_affected(), "contact record", record.id)
}
