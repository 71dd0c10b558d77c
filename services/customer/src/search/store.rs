//! Every SQL statement on search rows but their insertion, which goes with the customer's.
//!
//! The two questions want plans of their own values: a rare word is looked up in the index of words, a common one by
//! going through the newest customers until the page is full.

use kit::Failure;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{Question, Words};

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
    pool: &PgPool,
    question: &Question,
    after: Option<(Rank, Uuid)>,
    limit: i64,
) -> Result<Vec<Row>, Failure> {
    let rows = sqlx::query_as!(
        Row,
        r#"select customer_id as "customer_id!", rank as "rank!", true as "by_name!",
            coalesce(tokens @> $8 and contact_key like $9, false) as "by_contact!",
            coalesce(tokens @> $10, false) as "by_phone!"
        from (
            (
                select customer_id, 0 as rank, tokens, contact_key from search
                where not deleted and name_key = $1 and ($4::text[] is null or scope && $4) and customer_id < $5
                order by customer_id desc limit $7
            ) union all (
                select customer_id, 1 as rank, tokens, contact_key from search
                where not deleted and name_key like $2 and name_key <> $1 and tokens @> $3
                    and ($4::text[] is null or scope && $4) and customer_id < $6
                order by customer_id desc limit $7
            )
        ) found
        order by rank, customer_id desc limit $7"#,
        question.name,
        question.beginning,
        &question.name_tokens,
        question.scope.as_deref() as _,
        before(EXACT, after),
        before(BEGINNING, after),
        limit,
        question.contact_tokens.as_deref() as _,
        question.contact_pattern,
        question.phone_tokens.as_deref() as _,
    );
    Ok(rows.fetch_all(pool).await?)
}

/// All others that answer the question.
pub(super) async fn others(
    pool: &PgPool,
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
            and ($7::text[] is null or scope && $7)
            and customer_id < $8
        order by customer_id desc limit $9"#,
        question.inner_tokens.as_deref() as _,
        question.name_pattern,
        question.contact_tokens.as_deref() as _,
        question.contact_pattern,
        question.phone_tokens.as_deref() as _,
        question.beginning,
        question.scope.as_deref() as _,
        before(OTHER, after),
        limit,
        OTHER,
    );
    Ok(rows.fetch_all(pool).await?)
}

/// Writes by what a customer is found, and whether it is.
///
/// # Errors
/// When the database refuses, or the customer has no search row: a defect.
pub async fn put(connection: &mut PgConnection, customer_id: Uuid, words: &Words, deleted: bool) -> Result<(), Failure> {
    let updated = sqlx::query!(
        "update search set name_key = $2, contact_key = $3, tokens = $4, deleted = $5 where customer_id = $1",
        customer_id,
        words.name_key,
        words.contact_key,
        &words.tokens,
        deleted,
    )
    .execute(connection)
    .await?;
    match updated.rows_affected() {
        1 => Ok(()),
        _ => Err(Failure::internal(format!("customer {customer_id} has no search row"))),
    }
}
