//! SQL that asks who is there: customers that look alike, and who owns which.

use chrono::{DateTime, Utc};
use kit::{Failure, database::Pool};
use sqlx::PgConnection;
use uuid::Uuid;

/// A customer that looks like another.
#[derive(Debug)]
pub struct Twin {
    pub id: Uuid,
    pub name: String,
    pub owner_id: Option<Uuid>,
    pub department_id: Option<Uuid>,
    pub deleted: bool,
    /// It is shared with whoever asks.
    pub shared: bool,
    /// Its keys.
    pub keys: Vec<i64>,
}

/// The oldest customers but this that have one of the keys; those in the bin do not count. At most ten: more say
/// nothing more. `reader` is the person whose shares count.
pub async fn twins(
    connection: &mut PgConnection,
    keys: &[i64],
    but: Uuid,
    (reader, now): (Option<Uuid>, DateTime<Utc>),
) -> Result<Vec<Twin>, Failure> {
    // Materialized, or else a plan made for any keys goes through all customers in the order of their ids until it has
    // ten: 0.7 s at 1,000,000 instead of 0.2 ms. The keys by a select of their own, or else the database finds a plan for each
    // keys cheaper and makes it anew each time, which takes 0.28 ms: more than the rest.
    let rows = sqlx::query_as!(
        Twin,
        r#"with alike as materialized (
            select id, name, owner_id, department_id, duplicate_keys from customer
            where duplicate_keys && (select $1::bigint[]) and delete_time is null and id <> $2
        )
        select id as "id!", name as "name!", owner_id, department_id, false as "deleted!",
            is_shared(id, $3, false, $4) as "shared!", duplicate_keys as "keys!" from alike
        order by id limit 10"#,
        keys,
        but,
        reader,
        now,
    );
    Ok(rows.fetch_all(connection).await?)
}

/// The customer that has a credit code, in the bin or not.
pub async fn credit_code_holder(
    pool: &Pool,
    credit_code: &str,
    (reader, now): (Option<Uuid>, DateTime<Utc>),
) -> Result<Option<Twin>, Failure> {
    let row = sqlx::query_as!(
        Twin,
        r#"select id, name, owner_id, department_id, delete_time is not null as "deleted!",
            is_shared(id, $2, false, $3) as "shared!", duplicate_keys as "keys!" from customer
        where credit_code = $1"#,
        credit_code,
        reader,
        now,
    );
    Ok(row.fetch_optional(pool).await?)
}

/// Who owns a customer, and whether it is in the bin.
#[derive(Debug)]
pub struct Owned {
    pub id: Uuid,
    pub owner_id: Option<Uuid>,
    pub department_id: Option<Uuid>,
    pub deleted: bool,
    pub version: i64,
}

/// Who owns these customers, in no order; those that do not exist are absent.
pub async fn owners(pool: &Pool, ids: &[Uuid]) -> Result<Vec<Owned>, Failure> {
    let rows = sqlx::query_as!(
        Owned,
        r#"select id, owner_id, department_id, delete_time is not null as "deleted!", version
        from customer where id = any($1)"#,
        ids,
    );
    Ok(rows.fetch_all(pool).await?)
}
