//! SQL of the customers' copies.

use directory::Entry;
use kit::{Failure, Scope, database::Pool, write::Write};
use sqlx::PgConnection;
use uuid::Uuid;

/// The customer, locked until the write ends: the lock of all its records and of its summary. `seen` is what the caller sees,
/// shares included.
///
/// # Errors
/// `NotFound` when the directory does not know it.
pub async fn lock(write: &mut Write, id: Uuid, seen: &Scope) -> Result<Entry, Failure> {
    let now = write.now();
    let entry = sqlx::query_as!(
        Entry,
        r#"select customer_id, owner_id, department_id, deleted, version, is_shared(customer_id, $2, false, $3) as "shared!"
        from directory_customer where customer_id = $1 for no key update"#,
        id,
        seen.shared_with(),
        now,
    );
    entry.fetch_optional(write.connection()).await?.ok_or(Failure::NotFound)
}

/// Locks the customer of a record, which never moves to another.
///
/// # Errors
/// `NotFound` when there is no such record.
pub async fn lock_of(write: &mut Write, interaction_id: Uuid, seen: &Scope) -> Result<Entry, Failure> {
    let now = write.now();
    let entry = sqlx::query_as!(
        Entry,
        r#"select customer_id, owner_id, department_id, deleted, version, is_shared(customer_id, $2, false, $3) as "shared!"
        from directory_customer
        where customer_id = (select customer_id from interaction where id = $1) for no key update"#,
        interaction_id,
        seen.shared_with(),
        now,
    );
    entry.fetch_optional(write.connection()).await?.ok_or(Failure::NotFound)
}

/// The customer of a record when the directory lags; none when it does not, or there is no such record.
///
/// # Errors
/// When the database refuses.
pub async fn doubtful(pool: &Pool, interaction_id: Uuid) -> Result<Option<Uuid>, Failure> {
    let customer_id = sqlx::query_scalar!(
        "select customer_id from interaction where id = $1 and (select not is_current('customer'))",
        interaction_id,
    );
    Ok(customer_id.fetch_optional(pool).await?)
}

/// Brings the copies of these customers' owner, department and bin up to what the directory says. What is equal is not
/// written, so repeated and older events cost a look.
///
/// # Errors
/// When the database refuses.
pub async fn spread(connection: &mut PgConnection, ids: &[Uuid]) -> Result<(), Failure> {
    sqlx::query!(
        "update interaction copy
        set owner_id = customer.owner_id, department_id = customer.department_id, customer_binned = customer.deleted
        from directory_customer customer
        where customer.customer_id = any($1) and copy.customer_id = customer.customer_id
            and (copy.owner_id, copy.department_id, copy.customer_binned)
                is distinct from (customer.owner_id, customer.department_id, customer.deleted)",
        ids,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "update contact_summary copy
        set owner_id = customer.owner_id, department_id = customer.department_id, customer_binned = customer.deleted
        from directory_customer customer
        where customer.customer_id = any($1) and copy.customer_id = customer.customer_id
            and (copy.owner_id, copy.department_id, copy.customer_binned)
                is distinct from (customer.owner_id, customer.department_id, customer.deleted)",
        ids,
    )
    .execute(connection)
    .await?;
    Ok(())
}
