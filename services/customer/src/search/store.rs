//! SQL that writes search rows. A new one is inserted with its customer; what asks them is put together in
//! [`super::statement`].

use kit::{Failure, database::Pool};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Entry, frequency::Frequencies, period::Spread, rebuild::RULES};

/// Writes a customer's search row anew, from its row as it stands in this transaction and what is made of its names.
///
/// # Errors
/// When the database refuses, or there is no such row: a defect.
pub async fn put(connection: &mut PgConnection, customer_id: Uuid, entry: &Entry) -> Result<(), Failure> {
    let updated = sqlx::query!(
        "update search set owner_id = c.owner_id, department_id = c.department_id, deleted = c.delete_time is not null,
            name = c.name, type = c.type, credit_code = c.credit_code, email = lower(c.email),
            region_code = c.region_code, industry = c.industry, source = c.source, level = c.level, status = c.status,
            cooperation_products = c.cooperation_products, first_cooperation_date = c.first_cooperation_date,
            cumulative_amount = c.cumulative_amount, flags = c.flags, update_time = c.update_time,
            name_key = $2, contact_key = $3, phones = $4, sound = $5, words = $6
        from customer c where c.id = $1 and search.customer_id = $1",
        customer_id,
        entry.name_key,
        entry.contact_key,
        entry.phones,
        entry.sound,
        &entry.words,
    )
    .execute(connection)
    .await?;
    match updated.rows_affected() {
        1 => Ok(()),
        _ => Err(Failure::internal(format!("customer {customer_id} has no search row"))),
    }
}

/// Notes that the rows are to be given the words of these rules, unless that is known.
///
/// # Errors
/// When the database refuses.
pub async fn announce(pool: &Pool, rules: i32) -> Result<(), Failure> {
    sqlx::query!("insert into search_rebuild (rules, finished) values ($1, false) on conflict do nothing", rules)
        .execute(pool)
        .await?;
    Ok(())
}

/// How far a rebuild has come, held until the transaction ends.
#[derive(Debug)]
pub struct Progress {
    pub reached: Option<Uuid>,
}

/// None when it is finished, or another process is at it.
///
/// # Errors
/// When the database refuses.
pub async fn hold(connection: &mut PgConnection, rules: i32) -> Result<Option<Progress>, Failure> {
    let row = sqlx::query_as!(
        Progress,
        "select reached from search_rebuild where rules = $1 and not finished for update skip locked",
        rules,
    );
    Ok(row.fetch_optional(connection).await?)
}

/// # Errors
/// When the database refuses.
pub async fn advance(connection: &mut PgConnection, rules: i32, reached: Option<Uuid>) -> Result<(), Failure> {
    sqlx::query!(
        "update search_rebuild set reached = coalesce($2, reached), finished = $2::uuid is null where rules = $1",
        rules,
        reached,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Locks the customers behind an id, in the order of their ids.
///
/// # Errors
/// When the database refuses.
pub async fn lock_next(connection: &mut PgConnection, reached: Option<Uuid>, limit: i64) -> Result<Vec<Uuid>, Failure> {
    let ids = sqlx::query_scalar!(
        "select id from customer where id > $1 order by id limit $2 for update",
        reached.unwrap_or(Uuid::nil()),
        limit,
    );
    Ok(ids.fetch_all(connection).await?)
}

/// What the database's statistics say of words, and of when customers came.
///
/// # Errors
/// When the database refuses.
pub(super) async fn frequencies(pool: &Pool) -> Result<Frequencies, Failure> {
    let row = sqlx::query!(
        r#"select (select reltuples::float8 from pg_class where oid = 'search'::regclass) as "rows!",
            (select most_common_elems::text::bigint[] from pg_stats
                where schemaname = current_schema() and tablename = 'search' and attname = 'words') as digests,
            (select most_common_elem_freqs from pg_stats
                where schemaname = current_schema() and tablename = 'search' and attname = 'words') as shares,
            (select histogram_bounds::text::uuid[] from pg_stats
                where schemaname = current_schema() and tablename = 'search' and attname = 'customer_id') as bounds,
            exists (select from search_rebuild where rules = $1 and finished) as "is_complete!""#,
        RULES,
    )
    .fetch_one(pool)
    .await?;
    // Behind the elements' own stand the least and the greatest.
    let shares = row.digests.unwrap_or_default().into_iter().zip(row.shares.unwrap_or_default()).collect();
    let spread = Spread::new(&row.bounds.unwrap_or_default());
    Ok(Frequencies::new(row.rows, shares, spread, row.is_complete))
}
