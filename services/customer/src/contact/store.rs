//! SQL that writes contacts. They are read with their customer, in `customer::store`.

use kit::{
    Failure,
    database::{Pool, wrote_one},
};
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

/// Inserts new contacts without phones and birthdays, as an import has them, in one statement.
pub async fn insert_all(connection: &mut PgConnection, contacts: &[&Contact]) -> Result<(), Failure> {
    sqlx::query!(
        "insert into contact (customer_id, id, name, salutation, position, phones, email, is_primary, version, create_time,
            update_time)
        select new.customer_id, new.id, new.name, new.salutation, new.position, '[]', '', new.is_primary, 1, $7, $7
        from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::boolean[])
            new (customer_id, id, name, salutation, position, is_primary)",
        &contacts.iter().map(|contact| contact.customer_id).collect::<Vec<_>>(),
        &contacts.iter().map(|contact| contact.id).collect::<Vec<_>>(),
        &contacts.iter().map(|contact| contact.name.as_str()).collect::<Vec<_>>() as _,
        &contacts.iter().map(|contact| contact.salutation.as_str()).collect::<Vec<_>>() as _,
        &contacts.iter().map(|contact| contact.position.as_str()).collect::<Vec<_>>() as _,
        &contacts.iter().map(|contact| contact.is_primary).collect::<Vec<_>>(),
        contacts.first().map(|contact| contact.create_time),
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
    wrote_one(updated.execute(connection).await?.rows_affected(), "contact", contact.id)
}

pub async fn delete(connection: &mut PgConnection, contact: &Contact) -> Result<(), Failure> {
    let deleted = sqlx::query!(
        "delete from contact where customer_id = $1 and id = $2 and version = $3",
        contact.customer_id,
        contact.id,
        contact.version,
    );
    wrote_one(deleted.execute(connection).await?.rows_affected(), "contact", contact.id)
}

/// Those of the ids that are contacts of the customer.
pub async fn of_customer(pool: &Pool, customer_id: Uuid, ids: &[Uuid]) -> Result<Vec<Uuid>, Failure> {
    let found = sqlx::query_scalar!("select id from contact where customer_id = $1 and id = any($2)", customer_id, ids);
    Ok(found.fetch_all(pool).await?)
}
