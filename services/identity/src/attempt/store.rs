//! The statements of tries to sign in.

use chrono::{DateTime, Utc};
use kit::{Failure, database::Pool};
use sqlx::PgConnection;

use super::{LOCK_SECONDS, MEMORY};

/// Counts a try as failed, until [`clear`] or [`give_back`] says otherwise, and locks the account when it is one too
/// many: the try itself may go on, the next may not.
///
/// # Errors
/// `Limited` while the account is locked; nothing is counted then.
pub async fn count(pool: &Pool, username: &str, now: DateTime<Utc>) -> Result<(), Failure> {
    let counted = sqlx::query!(
        "insert into sign_in_attempt as attempt (account, failures, locked_until, time)
        values (sha256(convert_to(lower($1), 'UTF8')), 1, null, $2)
        on conflict (account) do update set
            failures = case when attempt.time < $3 then 1 else attempt.failures + 1 end,
            locked_until = case when attempt.time >= $3 then
                $2 + make_interval(secs => nullif(($4::float8[])[least(attempt.failures + 1, cardinality($4::float8[]))], 0))
            end,
            time = $2
        where attempt.locked_until is null or attempt.locked_until <= $2",
        username,
        now,
        now - MEMORY,
        LOCK_SECONDS.as_slice(),
    )
    .execute(pool)
    .await?;
    if counted.rows_affected() == 1 { Ok(()) } else { Err(locked(pool, username, now).await?) }
}

async fn locked(pool: &Pool, username: &str, now: DateTime<Utc>) -> Result<Failure, Failure> {
    let until = sqlx::query_scalar!(
        "select locked_until from sign_in_attempt where account = sha256(convert_to(lower($1), 'UTF8'))",
        username,
    );
    // It may have been unlocked meanwhile, by the try that was under way and was right.
    let until = until.fetch_optional(pool).await?.flatten().unwrap_or(now);
    let seconds = u32::try_from((until - now).num_seconds()).unwrap_or_default();
    Ok(Failure::Limited { code: "LOCKED_OUT", retry_after_seconds: seconds + 1 })
}

/// Takes back a try that was counted and not made.
pub async fn give_back(pool: &Pool, username: &str) -> Result<(), Failure> {
    // No row is fine: a success in between has cleared it.
    sqlx::query!(
        "update sign_in_attempt set failures = failures - 1, locked_until = null
        where account = sha256(convert_to(lower($1), 'UTF8')) and failures > 0",
        username,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Forgets the failures of an account: its password was right.
pub async fn clear(connection: &mut PgConnection, username: &str) -> Result<(), Failure> {
    sqlx::query!("delete from sign_in_attempt where account = sha256(convert_to(lower($1), 'UTF8'))", username)
        .execute(connection)
        .await?;
    Ok(())
}

/// Deletes what is forgotten anyway.
pub async fn sweep(pool: &Pool, now: DateTime<Utc>) -> Result<(), Failure> {
    sqlx::query!("delete from sign_in_attempt where time < $1", now - MEMORY).execute(pool).await?;
    Ok(())
}
