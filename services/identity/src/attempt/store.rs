//! The statements of tries. Of what is tried only a digest is kept: people type passwords where usernames belong.

use chrono::{DateTime, Utc};
use kit::{Failure, database::Pool};
use sqlx::PgConnection;

use super::{FIRST_LOCK, LONGEST_LOCK, Ladder};

/// What tries are counted for. Its digest is made in the statements: what the database takes for the same username must
/// have the same.
#[derive(Debug)]
pub struct Subject(String);

/// An account, whether it exists or not: else being locked out would tell that it does.
pub fn account(username: &str) -> Subject {
    Subject(username.to_owned())
}

/// An address.
pub fn source(address: &str) -> Subject {
    // No username begins with a control character.
    Subject(format!("\u{1}source {address}"))
}

/// Counts a try as failed, until [`clear`] or [`give_back`] says otherwise, and locks the subject when it is one too
/// many, which is the answer: the try itself may go on, the next may not.
///
/// # Errors
/// `Limited` while the subject is locked; nothing is counted then.
pub async fn count(pool: &Pool, subject: &Subject, ladder: &Ladder, now: DateTime<Utc>) -> Result<bool, Failure> {
    let counted = sqlx::query_scalar!(
        r#"insert into sign_in_attempt as attempt (account, failures, locked_until, time) values (sha256(convert_to(lower($1), 'UTF8')), 1, null, $2)
        on conflict (account) do update set
            failures = case when attempt.time < $3 then 1 else attempt.failures + 1 end,
            locked_until = case when attempt.time >= $3 and attempt.failures + 1 >= $4 then
                $2 + make_interval(secs => least($5 * power(2, least(attempt.failures + 1 - $4, 10)), $6))
            end,
            time = $2
        where attempt.locked_until is null or attempt.locked_until <= $2
        returning locked_until is not null as "locks!""#,
        subject.0,
        now,
        now - ladder.memory,
        ladder.first,
        FIRST_LOCK,
        LONGEST_LOCK,
    )
    .fetch_optional(pool)
    .await?;
    match counted {
        Some(locks) => Ok(locks),
        None => Err(locked(pool, subject, now).await?.unwrap_or_else(too_soon)),
    }
}

/// Notes a failure of a subject whose tries are not counted before they are made.
pub async fn note(pool: &Pool, subject: &Subject, ladder: &Ladder, now: DateTime<Utc>) -> Result<(), Failure> {
    match count(pool, subject, ladder, now).await {
        // Locked by another failure meanwhile.
        Err(Failure::Limited { .. }) => Ok(()),
        other => other.map(drop),
    }
}

/// # Errors
/// `Limited` while the subject is locked.
pub async fn refuse_locked(pool: &Pool, subject: &Subject, now: DateTime<Utc>) -> Result<(), Failure> {
    match locked(pool, subject, now).await? {
        Some(failure) => Err(failure),
        None => Ok(()),
    }
}

async fn locked(pool: &Pool, subject: &Subject, now: DateTime<Utc>) -> Result<Option<Failure>, Failure> {
    let until = sqlx::query_scalar!(
        r#"select locked_until as "until!" from sign_in_attempt where account = sha256(convert_to(lower($1), 'UTF8')) and locked_until > $2"#,
        subject.0,
        now,
    );
    Ok(until.fetch_optional(pool).await?.map(|until| {
        let seconds = u32::try_from((until - now).num_seconds()).unwrap_or_default();
        Failure::Limited { code: "LOCKED_OUT", retry_after_seconds: seconds + 1 }
    }))
}

/// It was unlocked meanwhile, by the try that was under way and was right.
fn too_soon() -> Failure {
    Failure::Limited { code: "LOCKED_OUT", retry_after_seconds: 1 }
}

/// Takes back a try that was counted and not made.
pub async fn give_back(pool: &Pool, subject: &Subject) -> Result<(), Failure> {
    // No row is fine: a success in between has cleared it.
    sqlx::query!(
        "update sign_in_attempt set failures = failures - 1, locked_until = null where account = sha256(convert_to(lower($1), 'UTF8')) and failures > 0",
        subject.0,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Forgets the failures of a subject: the password was right.
pub async fn clear(connection: &mut PgConnection, subject: &Subject) -> Result<(), Failure> {
    sqlx::query!("delete from sign_in_attempt where account = sha256(convert_to(lower($1), 'UTF8'))", subject.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Deletes what is forgotten anyway.
pub async fn sweep(pool: &Pool, now: DateTime<Utc>) -> Result<(), Failure> {
    sqlx::query!("delete from sign_in_attempt where time < $1", now - super::ACCOUNT.memory).execute(pool).await?;
    Ok(())
}
