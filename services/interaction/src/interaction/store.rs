//! SQL of contact records. Whoever writes holds the customer's lock; see [`crate::customer::store::lock`].

use chrono::{DateTime, Utc};
use directory::Entry;
use kit::{Failure, Scope, database::Pool, page::Page};
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
            next_contact_plan, priority, author_id, version, create_time, update_time
        from interaction where id = $1 for update",
        id,
    );
    record.fetch_optional(connection).await?.ok_or(Failure::NotFound)
}

/// Writes the record, whose version is the next one.
///
/// # Errors
/// When the database refuses, or another version stands there: a write without the customer's lock.
pub async fn update(connection: &mut PgConnection, record: &Interaction) -> Result<(), Failure> {
    let updated = sqlx::query!(
        "update interaction
        set contact_id = $3, method = $4, subject = $5, summary = $6, occur_time = $7, participants = $8,
            next_contact_time = $9, next_contact_plan = $10, priority = $11, version = $2, update_time = $12
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
    )
    .execute(connection)
    .await?;
    one(updated.rows_affected())
}

/// # Errors
/// As [`update`].
pub async fn delete(connection: &mut PgConnection, record: &Interaction) -> Result<(), Failure> {
    let deleted = sqlx::query!("delete from interaction where id = $1 and version = $2", record.id, record.version)
        .execute(connection)
        .await?;
    one(deleted.rows_affected())
}

fn one(affected: u64) -> Result<(), Failure> {
    if affected == 1 { Ok(()) } else { Err(Failure::internal(format!("{affected} contact records written, not 1"))) }
}

/// Latest first: the keyset of a list.
pub type Key = (DateTime<Utc>, Uuid);

/// Whose records a list shows.
#[derive(Clone, Copy, Debug)]
pub enum Reach<'a> {
    /// Of one customer, which the caller may see.
    Customer(Uuid),
    /// Of every customer of the scope that is not in the bin.
    Scope(&'a Scope),
}

impl Reach<'_> {
    fn customer(&self) -> Option<Uuid> {
        match self {
            Reach::Customer(id) => Some(*id),
            Reach::Scope(_) => None,
        }
    }

    fn scope(&self) -> Option<&Scope> {
        match self {
            Reach::Customer(_) => None,
            Reach::Scope(scope) => Some(scope),
        }
    }
}

/// One page of contact records, latest first.
///
/// One arm runs, each on the index that has its order, whatever plan the statement has; a department is read by itself
/// because records of several come from one index in no common order.
///
/// # Errors
/// When the database refuses.
pub async fn list(pool: &Pool, reach: Reach<'_>, page: &Page<Key>) -> Result<Vec<Interaction>, Failure> {
    let rows = sqlx::query_as!(
        Interaction,
        "with page as (
            (select id, occur_time from interaction
            where customer_id = $1 and (occur_time, id) < (coalesce($5::timestamptz, 'infinity'), $6)
            order by occur_time desc, id desc limit $7)
            union all
            (select id, occur_time from interaction
            where $2 and not customer_binned and (occur_time, id) < (coalesce($5::timestamptz, 'infinity'), $6)
            order by occur_time desc, id desc limit $7)
            union all
            (select id, occur_time from interaction
            where owner_id = $3 and not customer_binned and (occur_time, id) < (coalesce($5::timestamptz, 'infinity'), $6)
            order by occur_time desc, id desc limit $7)
            union all
            (select own.id, own.occur_time from unnest($4::uuid[]) department
            cross join lateral (
                select id, occur_time from interaction
                where department_id = department and not customer_binned and (occur_time, id) < (coalesce($5::timestamptz, 'infinity'), $6)
                order by occur_time desc, id desc limit $7
            ) own
            order by own.occur_time desc, own.id desc limit $7)
        )
        select id, customer_id, contact_id, method, subject, summary, occur_time, participants, next_contact_time,
            next_contact_plan, priority, author_id, version, create_time, update_time
        from interaction where id in (select id from page)
        order by occur_time desc, id desc",
        reach.customer(),
        matches!(reach.scope(), Some(Scope::Everything)),
        reach.scope().and_then(Scope::owner),
        reach.scope().and_then(Scope::departments),
        page.after.map(|(time, _)| time),
        page.after.map_or(Uuid::max(), |(_, id)| id),
        page.limit(),
    );
    Ok(rows.fetch_all(pool).await?)
}
