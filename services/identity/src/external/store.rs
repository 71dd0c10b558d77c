//! The statements of sign-ins by a provider, and of whom it knows.

use chrono::{DateTime, Utc};
use kit::{Failure, database::Pool};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use super::Subject;

/// Who a person is at the provider.
#[derive(Debug)]
pub struct Identity {
    pub issuer: String,
    pub link_time: DateTime<Utc>,
}

/// Keeps a sign-in that was begun.
pub async fn put_begun(
    pool: &Pool,
    (state_digest, browser_digest): (&[u8], &[u8]),
    sealed: &[u8],
    expire_time: DateTime<Utc>,
) -> Result<(), Failure> {
    sqlx::query!(
        "insert into external_sign_in (state_digest, browser_digest, secret, expire_time) values ($1, $2, $3, $4)",
        state_digest,
        browser_digest,
        sealed,
        expire_time,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Uses up a sign-in that this browser has begun; none when there is none, or it took too long. One of another browser
/// stays as it is.
pub async fn take_begun(
    pool: &Pool,
    (state_digest, browser_digest): (&[u8], &[u8]),
    now: DateTime<Utc>,
) -> Result<Option<Vec<u8>>, Failure> {
    let taken = sqlx::query_scalar!(
        "delete from external_sign_in where state_digest = $1 and browser_digest = $2 and expire_time > $3 returning secret",
        state_digest,
        browser_digest,
        now,
    );
    Ok(taken.fetch_optional(pool).await?)
}

/// The person who is this at the provider.
pub async fn holder(executor: impl PgExecutor<'_>, subject: &Subject) -> Result<Option<Uuid>, Failure> {
    let holder = sqlx::query_scalar!(
        "select user_id from external_identity where issuer = $1 and subject = $2",
        subject.issuer,
        subject.name,
    );
    Ok(holder.fetch_optional(executor).await?)
}

/// Who a person is at the provider.
pub async fn find(pool: &Pool, user_id: Uuid) -> Result<Option<Identity>, Failure> {
    let row = sqlx::query_as!(Identity, "select issuer, link_time from external_identity where user_id = $1", user_id,);
    Ok(row.fetch_optional(pool).await?)
}

/// Links a person, in place of what they were at another provider; false when they are somebody else at this one.
pub async fn link(
    connection: &mut PgConnection,
    (id, user_id): (Uuid, Uuid),
    subject: &Subject,
    now: DateTime<Utc>,
) -> Result<bool, Failure> {
    let linked = sqlx::query!(
        "insert into external_identity as own (id, user_id, issuer, subject, link_time) values ($1, $2, $3, $4, $5)
        on conflict (user_id) do update
            set id = excluded.id, issuer = excluded.issuer, subject = excluded.subject, link_time = excluded.link_time
            where own.issuer <> excluded.issuer",
        id,
        user_id,
        subject.issuer,
        subject.name,
        now,
    );
    Ok(linked.execute(connection).await?.rows_affected() == 1)
}

/// Takes a person's link away; its id, when there was one.
pub async fn unlink(connection: &mut PgConnection, user_id: Uuid) -> Result<Option<Uuid>, Failure> {
    let unlinked = sqlx::query_scalar!("delete from external_identity where user_id = $1 returning id", user_id);
    Ok(unlinked.fetch_optional(connection).await?)
}

/// Deletes sign-ins that did not come back.
pub async fn sweep(pool: &Pool, now: DateTime<Utc>) -> Result<(), Failure> {
    sqlx::query!("delete from external_sign_in where expire_time < $1", now).execute(pool).await?;
    Ok(())
}
