//! SQL of the customers' copies.

use directory::Entry;
use kit::Failure;
use sqlx::PgConnection;
use uuid::Uuid;

/// The customer, locked until the write ends: the lock of all its records and of its summary.
///
/// # Errors
/// `NotFound` when the directory does not know it.
pub async fn lock(connection: &mut PgConnection, id: Uuid) -> Result<Entry, Failure> {
    let entry = sqlx::query_as!(
        Entry,
        "select customer_id, owner_id, department_id, deleted, version from directory_customer
        where customer_id = $1 for no key update",
        id,
    );
    entry.fetch_optional(connection).await?.ok_or(Failure::NotFound)
}

/// Locks the customer of a record, which never moves to another.
///
/// # Errors
/// `NotFound` when there is no such record.
pub async fn lock_of(connection: &mut PgConnection, interaction_id: Uuid) -> Result<Entry, Failure> {
    let entry = sqlx::query_as!(
        Entry,
        "select customer_id, owner_id, department_id, deleted, version from directory_customer
        where customer_id = (select customer_id from interaction where id = $1) for no key update",
        interaction_id,
    );
    entry.fetch_optional(connection).await?.ok_or(Failure::NotFound)
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
