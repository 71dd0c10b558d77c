//! SQL that writes contacts. They are read with their customer, in `customer::store`.

use kit::{Failure, database::Pool};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::Contact;

pub async fn insert(connection: &mut PgConnection, contact: &Contact) -> Result<(), Failure> {
    sqlx::query!(
        "insert into contact (customer_id, id, name, salutation, position, phones, email, birthday, is_primary, version,
            create_time, update_time)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        contact.customer_id,
        contact.id,
        contact.name,
        contact.salutation,
        contact.position,
        Json(&contact.phones) as _,
        contact.email,
        contact.birthday,
        contact.is_primary,
        contact.version,
        contact.create_time,
        contact.update_time,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes a contact over its state of the version before.
pub async fn update(connection: &mut PgConnection, contact: &Contact) -> Result<(), Failure> {
    let updated = sqlx::query!(
        "update contact set name = $4, salutation = $5, position = $6, phones = $7, email = $8, birthday = $9,
            is_primary = $10, version = $3, update_time = $11
        where customer_id = $1 and id = $2 and version = $3::bigint - 1",
        contact.customer_id,
        contact.id,
        contact.version,
        contact.name,
        contact.salutation,
        contact.position,
        Json(&contact.phones) as _,
        contact.email,
        contact.birthday,
        contact.is_primary,
        contact.update_time,
    );
    one(updated.execute(connection).await?.rows_affected(), contact)
}

pub async fn delete(connection: &mut PgConnection, contact: &Contact) -> Result<(), Failure> {
    let deleted = sqlx::query!(
        "delete from contact where customer_id = $1 and id = $2 and version = $3",
        contact.customer_id,
        contact.id,
        contact.version,
    );
    one(deleted.execute(connection).await?.rows_affected(), contact)
}

/// Those of the ids that are contacts of the customer.
pub async fn of_customer(pool: &Pool, customer_id: Uuid, ids: &[Uuid]) -> Result<Vec<Uuid>, Failure> {
    let found = sqlx::query_scalar!("select id from contact where customer_id = $1 and id = any($2)", customer_id, ids);
    Ok(found.fetch_all(pool).await?)
}

fn one(rows: u64, contact: &Contact) -> Result<(), Failure> {
    match rows {
        1 => Ok(()),
        _ => Err(Failure::internal(format!("{rows} rows of contact {} changed under its customer's lock", contact.id))),
    }
}
