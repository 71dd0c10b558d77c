//! Every SQL statement on search rows but their insertion, which goes with the customer's.
//!
//! The two questions want plans of their own values: a rare word is looked up in the index of words, a common one by
//! going through the newest customers until the page is full.

use kit::{Failure, database::Pool};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Entry, Question, Reach};

/// 0: exactly this name, 1: the name begins so, 2: anything else.
pub type Rank = i32;

const EXACT: Rank = 0;
const BEGINNING: Rank = 1;
const OTHER: Rank = 2;

/// A customer found, and by what.
#[derive(Debug)]
pub struct Row {
    pub customer_id: Uuid,
    pub rank: Rank,
    pub by_name: bool,
    pub by_contact: bool,
    pub by_phone: bool,
}

/// The id below which the rows of a rank go on after a page's last row: all, those after it, or none.
fn before(rank: Rank, after: Option<(Rank, Uuid)>) -> Uuid {
    match after {
        Some((last, _)) if last > rank => Uuid::nil(),
        Some((last, id)) if last == rank => id,
        _ => Uuid::max(),
    }
}

/// Customers whose name is the fragment or begins with it.
pub(super) async fn by_beginning(
    pool: &Pool,
    question: &Question,
    after: Option<(Rank, Uuid)>,
    limit: i64,
) -> Result<Vec<Row>, Failure> {
    let rows = sqlx::query_as!(
        Row,
        r#"select customer_id as "customer_id!", rank as "rank!", true as "by_name!",
            coalesce(tokens @> $3 and contact_key like $4, false) as "by_contact!",
            coalesce(tokens @> $5, false) as "by_phone!"
        from (
            (
                select customer_id, 0 as rank, tokens, contact_key from search
                where not deleted and name_key = $1
                    and ($6::uuid is null or owner_id = $6)
                    and ($7::uuid is null or department_id = $7)
                    and ($8::uuid[] is null or department_id = any($8))
                    and customer_id < $9
                order by customer_id desc limit $11
            ) union all (
                select customer_id, 1 as rank, tokens, contact_key from search
                where not deleted and name_key like $2 and name_key <> $1
                    and ($6::uuid is null or owner_id = $6)
                    and ($7::uuid is null or department_id = $7)
                    and ($8::uuid[] is null or department_id = any($8))
                    and customer_id < $10
                order by customer_id desc limit $11
            )
        ) found
        order by rank, customer_id desc limit $11"#,
        question.name,
        question.beginning,
        question.contact_tokens.as_deref() as _,
        question.contact_pattern,
        question.phone_tokens.as_deref() as _,
        question.reach.owner,
        question.reach.department,
        question.reach.departments.as_deref() as _,
        before(EXACT, after),
        before(BEGINNING, after),
        limit,
    );
    Ok(rows.fetch_all(pool).await?)
}

/// All others that answer the question.
pub(super) async fn others(
    pool: &Pool,
    question: &Question,
    after: Option<(Rank, Uuid)>,
    limit: i64,
) -> Result<Vec<Row>, Failure> {
    let rows = sqlx::query_as!(
        Row,
        r#"select customer_id, $10::integer as "rank!",
            coalesce(tokens @> $1 and name_key like $2, false) as "by_name!",
            coalesce(tokens @> $3 and contact_key like $4, false) as "by_contact!",
            coalesce(tokens @> $5, false) as "by_phone!"
        from search
        where not deleted
            and (
                (tokens @> $1 and name_key like $2)
                or (tokens @> $3 and contact_key like $4)
                or tokens @> $5
            )
            and name_key not like $6
            and ($7::uuid is null or owner_id = $7)
            and ($8::uuid is null or department_id = $8)
            and ($9::uuid[] is null or department_id = any($9))
            and customer_id < $11
        order by customer_id desc limit $12"#,
        question.name_tokens.as_deref() as _,
        question.name_pattern,
        question.contact_tokens.as_deref() as _,
        question.contact_pattern,
        question.phone_tokens.as_deref() as _,
        question.beginning,
        question.reach.owner,
        question.reach.department,
        question.reach.departments.as_deref() as _,
        OTHER,
        before(OTHER, after),
        limit,
    );
    Ok(rows.fetch_all(pool).await?)
}

/// Writes a customer's search row anew.
///
/// # Errors
/// When the database refuses, or there is no such row: a defect.
pub async fn put(connection: &mut PgConnection, customer_id: Uuid, entry: &Entry) -> Result<(), Failure> {
    let updated = sqlx::query!(
        "update search set owner_id = $2, department_id = $3, deleted = $4, name_key = $5, contact_key = $6, tokens = $7
        where customer_id = $1",
        customer_id,
        entry.owner_id,
        entry.department_id,
        entry.deleted,
        entry.name_key,
        entry.contact_key,
        &entry.tokens,
    )
    .execute(connection)
    .await?;
    match updated.rows_affected() {
        1 => Ok(()),
        _ => Err(Failure::internal(format!("customer {customer_id} has no search row"))),
    }
}

/// Every customer that answers the question, whatever its rank.
pub(super) async fn matching(
    pool: &Pool,
    question: &Question,
    before: Uuid,
    limit: i64,
) -> Result<Vec<Uuid>, Failure> {
    let ids = sqlx::query_scalar!(
        "select customer_id from search
        where not deleted
            and (
                name_key like $1
                or (tokens @> $2 and name_key like $3)
                or (tokens @> $4 and contact_key like $5)
                or tokens @> $6
            )
            and ($7::uuid is null or owner_id = $7)
            and ($8::uuid is null or department_id = $8)
            and ($9::uuid[] is null or department_id = any($9))
            and customer_id < $10
        order by customer_id desc limit $11",
        question.beginning,
        question.name_tokens.as_deref() as _,
        question.name_pattern,
        question.contact_tokens.as_deref() as _,
        question.contact_pattern,
        question.phone_tokens.as_deref() as _,
        question.reach.owner,
        question.reach.department,
        question.reach.departments.as_deref() as _,
        before,
        limit,
    );
    Ok(ids.fetch_all(pool).await?)
}

/// Every customer of a scope.
pub(super) async fn all(pool: &Pool, reach: &Reach, before: Uuid, limit: i64) -> Result<Vec<Uuid>, Failure> {
    let ids = sqlx::query_scalar!(
        "select customer_id from search
        where not deleted
            and ($1::uuid is null or owner_id = $1)
            and ($2::uuid is null or department_id = $2)
            and ($3::uuid[] is null or department_id = any($3))
            and customer_id < $4
        order by customer_id desc limit $5",
        reach.owner,
        reach.department,
        reach.departments.as_deref() as _,
        before,
        limit,
    );
    Ok(ids.fetch_all(pool).await?)
}
