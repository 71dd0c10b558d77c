//! The statements of sealing anew.

use kit::{Failure, database::Pool};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::customer::Customer;

/// A customer that has an ID number.
#[derive(Debug)]
pub struct Holder {
    pub id: Uuid,
    pub id_number: String,
}

/// The next customers that have one, those in the bin too.
pub async fn holders(pool: &Pool, after: Uuid, limit: i64) -> Result<Vec<Holder>, Failure> {
    let rows = sqlx::query_as!(
        Holder,
        "select id, id_number from customer where id_number <> '' and id > $1 order by id limit $2",
        after,
        limit,
    );
    Ok(rows.fetch_all(pool).await?)
}

/// Locks a customer until the transaction ends.
pub async fn lock(connection: &mut PgConnection, id: Uuid) -> Result<(), Failure> {
    sqlx::query!("select id from customer where id = $1 for update", id).fetch_optional(connection).await?;
    Ok(())
}

/// Writes its ID number and by what duplicates of it are known.
pub async fn put(connection: &mut PgConnection, customer: &Customer) -> Result<(), Failure> {
    sqlx::query!(
        "update customer set id_number = $2, duplicate_keys = $3 where id = $1",
        customer.id,
        customer.id_number,
        &customer.duplicate_keys(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A row of an import that has sealed cells.
#[derive(Debug)]
pub struct Row {
    pub import_id: Uuid,
    pub row: i32,
    pub secret: Vec<u8>,
    /// Of its draft.
    pub id_number: Option<String>,
}

/// The next rows that have sealed cells.
pub async fn rows(pool: &Pool, (import_id, row): (Uuid, i32), limit: i64) -> Result<Vec<Row>, Failure> {
    let rows = sqlx::query_as!(
        Row,
        r#"select import_id, row, secret as "secret!", draft ->> 'idNumber' as id_number from import_row
        where secret is not null and (import_id, row) > ($1, $2) order by import_id, row limit $3"#,
        import_id,
        row,
        limit,
    );
    Ok(rows.fetch_all(pool).await?)
}

/// Writes a row's secrets over the old ones; false when somebody has written it meanwhile.
pub async fn put_row(
    pool: &Pool,
    row: &Row,
    old: &[u8],
    (old_key, new_key): (Option<i64>, Option<i64>),
) -> Result<bool, Failure> {
    let updated = sqlx::query!(
        "update import_row set secret = $4,
            draft = case when $5::text is null then draft
                else draft || jsonb_build_object('idNumber', $5::text, 'idNumberKey', $7::bigint) end,
            keys = case when $6::bigint is null then keys else array_replace(keys, $6::bigint, $7::bigint) end
        where import_id = $1 and row = $2 and secret = $3",
        row.import_id,
        row.row,
        old,
        row.secret,
        row.id_number,
        old_key,
        new_key,
    );
    Ok(updated.execute(pool).await?.rows_affected() == 1)
}
