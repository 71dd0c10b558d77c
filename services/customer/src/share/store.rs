//! SQL of shares.

use chrono::{DateTime, Utc};
use kit::{
    Failure,
    database::{Pool, wrote_one},
};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use super::{Access, Share};

/// Selects shares: the one place that names what is read of them.
macro_rules! select {
    ($rest:tt, $($argument:expr),*) => {
        sqlx::query_as!(
            Share,
            r#"select id, customer_id, user_id, access as "access: Access", end_date, end_time, ended, author_id, version,
                create_time, update_time
            from customer_share "# + $rest,
            $($argument),*
        )
    };
}

/// The shares of a customer that hold, the oldest first; with one person alone when one is named.
pub async fn list(
    executor: impl PgExecutor<'_>,
    customer_id: Uuid,
    user_id: Option<Uuid>,
    now: DateTime<Utc>,
) -> Result<Vec<Share>, Failure> {
    let shares = select!(
        "where customer_id = $1 and ($2::uuid is null or user_id = $2) and not ended
            and (end_time is null or end_time > $3)
        order by create_time, id",
        customer_id,
        user_id,
        now
    );
    Ok(shares.fetch_all(executor).await?)
}

/// A share of a customer, which the caller has locked.
pub async fn find(connection: &mut PgConnection, customer_id: Uuid, id: Uuid) -> Result<Option<Share>, Failure> {
    Ok(select!("where customer_id = $1 and id = $2", customer_id, id).fetch_optional(connection).await?)
}

/// The person with whom a share is.
pub async fn person_of(pool: &Pool, customer_id: Uuid, id: Uuid) -> Result<Option<Uuid>, Failure> {
    let person =
        sqlx::query_scalar!("select user_id from customer_share where customer_id = $1 and id = $2", customer_id, id);
    Ok(person.fetch_optional(pool).await?)
}

/// The share with a person, also one that has ended, of a customer which the caller has locked.
pub async fn find_with(
    connection: &mut PgConnection,
    customer_id: Uuid,
    user_id: Uuid,
) -> Result<Option<Share>, Failure> {
    Ok(select!("where customer_id = $1 and user_id = $2", customer_id, user_id).fetch_optional(connection).await?)
}

/// The share that ended first of those whose end has not been told.
pub async fn due(pool: &Pool, now: DateTime<Utc>) -> Result<Option<Share>, Failure> {
    let share = select!("where not ended and end_time <= $1 order by end_time limit 1", now);
    Ok(share.fetch_optional(pool).await?)
}

/// Locks a customer whoever asks.
pub async fn lock_customer(connection: &mut PgConnection, id: Uuid) -> Result<(), Failure> {
    sqlx::query!("select id from customer where id = $1 for update", id).fetch_optional(connection).await?;
    Ok(())
}

/// Writes a share, whose version is 1 or the next one, and who reaches the customer by it.
pub async fn put(connection: &mut PgConnection, share: &Share) -> Result<(), Failure> {
    let written = sqlx::query!(
        "insert into customer_share (id, customer_id, user_id, access, end_date, end_time, ended, author_id, version,
            create_time, update_time)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        on conflict (id) do update
            set access = $4, end_date = $5, end_time = $6, ended = $7, author_id = $8, version = $9, create_time = $10,
                update_time = $11
            where customer_share.version = $9::bigint - 1",
        share.id,
        share.customer_id,
        share.user_id,
        share.access as Access,
        share.end_date,
        share.end_time,
        share.ended,
        share.author_id,
        share.version,
        share.create_time,
        share.update_time,
    );
    wrote_one(written.execute(&mut *connection).await?.rows_affected(), "share", share.id)?;
    kit::share::put(connection, &[share.into()]).await
}
