//! The statements of second factors.

use chrono::{DateTime, Utc};
use kit::{Failure, database::Pool};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    external::{Subject, Word},
    session::Shown,
};

/// What a person has set up.
#[derive(Debug)]
pub struct Row {
    /// Sealed; none while there is no second factor.
    pub secret: Option<Vec<u8>>,
    pub confirm_time: Option<DateTime<Utc>>,
    /// Sealed; awaits its first code.
    pub pending_secret: Option<Vec<u8>>,
    /// Recovery codes that were not used.
    pub unused: i64,
}

/// A person's second factor. None when they never had one.
pub async fn find(pool: &Pool, user_id: Uuid) -> Result<Option<Row>, Failure> {
    let row = sqlx::query_as!(
        Row,
        r#"select secret, confirm_time, pending_secret,
            (select count(*) from recovery_code code where code.user_id = factor.user_id and use_time is null) as "unused!"
        from second_factor factor where user_id = $1"#,
        user_id,
    );
    Ok(row.fetch_optional(pool).await?)
}

/// Keeps a secret that awaits its first code, in place of another one that did; false when there is a second factor.
pub async fn put_pending(connection: &mut PgConnection, user_id: Uuid, sealed: &[u8]) -> Result<bool, Failure> {
    let put = sqlx::query!(
        "insert into second_factor as factor (user_id, pending_secret) values ($1, $2)
        on conflict (user_id) do update set pending_secret = excluded.pending_secret where factor.secret is null",
        user_id,
        sealed,
    );
    Ok(put.execute(connection).await?.rows_affected() == 1)
}

/// Turns on the secret that waits, by the code of this step; false when another one waits meanwhile.
pub async fn confirm(
    connection: &mut PgConnection,
    user_id: Uuid,
    pending: &[u8],
    (step, now): (i64, DateTime<Utc>),
) -> Result<bool, Failure> {
    let confirmed = sqlx::query!(
        "update second_factor set secret = pending_secret, pending_secret = null, confirm_time = $4, last_step = $3
        where user_id = $1 and pending_secret = $2 and secret is null",
        user_id,
        pending,
        step,
        now,
    );
    Ok(confirmed.execute(connection).await?.rows_affected() == 1)
}

/// Uses the code of a step; false when it, or a later one, was used before.
pub async fn use_step(connection: &mut PgConnection, user_id: Uuid, step: i64) -> Result<bool, Failure> {
    let used = sqlx::query!(
        "update second_factor set last_step = $2 where user_id = $1 and secret is not null and last_step < $2",
        user_id,
        step,
    );
    Ok(used.execute(connection).await?.rows_affected() == 1)
}

/// Uses a recovery code, known by any of these digests; false when it is none or was used before.
pub async fn use_recovery_code(
    connection: &mut PgConnection,
    user_id: Uuid,
    digests: &[Vec<u8>],
    now: DateTime<Utc>,
) -> Result<bool, Failure> {
    let used = sqlx::query!(
        "update recovery_code set use_time = $3 where user_id = $1 and digest = any($2) and use_time is null",
        user_id,
        digests,
        now,
    );
    Ok(used.execute(connection).await?.rows_affected() == 1)
}

/// Replaces all recovery codes of a person.
pub async fn put_recovery_codes(
    connection: &mut PgConnection,
    user_id: Uuid,
    digests: &[Vec<u8>],
) -> Result<(), Failure> {
    sqlx::query!("delete from recovery_code where user_id = $1", user_id).execute(&mut *connection).await?;
    sqlx::query!("insert into recovery_code (user_id, digest) select $1, unnest($2::bytea[])", user_id, digests)
        .execute(connection)
        .await?;
    Ok(())
}

/// Turns a second factor off; false when there was none.
pub async fn disable(connection: &mut PgConnection, user_id: Uuid) -> Result<bool, Failure> {
    sqlx::query!("delete from recovery_code where user_id = $1", user_id).execute(&mut *connection).await?;
    let disabled = sqlx::query!(
        "update second_factor set secret = null, confirm_time = null, pending_secret = null
        where user_id = $1 and secret is not null",
        user_id,
    );
    Ok(disabled.execute(connection).await?.rows_affected() == 1)
}

/// The version of the next event.
pub async fn next_version(connection: &mut PgConnection, user_id: Uuid) -> Result<i64, Failure> {
    let version = sqlx::query_scalar!(
        "insert into second_factor as factor (user_id, version) values ($1, 1)
        on conflict (user_id) do update set version = factor.version + 1
        returning version",
        user_id,
    );
    Ok(version.fetch_one(connection).await?)
}

/// Keeps the ticket of somebody who has shown this; false when the password was replaced, or the person disabled,
/// meanwhile.
pub async fn put_ticket(
    pool: &Pool,
    digest: &[u8],
    (user_id, shown): (Uuid, Shown<'_>),
    expire_time: DateTime<Utc>,
) -> Result<bool, Failure> {
    let (password_hash, word) = match shown {
        Shown::Password(hash) => (Some(hash), None),
        Shown::Provider(word) => (None, Some(word)),
        Shown::Ticket(_) => (None, None),
    };
    // The lock: whoever replaces the password deletes this ticket too, or is waited for.
    let put = sqlx::query!(
        "with proven as (
            select id from app_user
            where id = $2 and ($3::text is null or password_hash = $3) and not disabled for share
        )
        insert into sign_in_ticket (digest, user_id, expire_time, issuer, subject, sign_out)
        select $1, id, $4, $5, $6, $7 from proven",
        digest,
        user_id,
        password_hash,
        expire_time,
        word.map(|word| &word.subject.issuer),
        word.map(|word| &word.subject.name),
        word.and_then(|word| word.sign_out.as_deref()),
    );
    Ok(put.execute(pool).await?.rows_affected() == 1)
}

/// Deletes a person's tickets: what was shown for them counts no more.
pub async fn drop_tickets(connection: &mut PgConnection, user_id: Uuid) -> Result<(), Failure> {
    sqlx::query!("delete from sign_in_ticket where user_id = $1", user_id).execute(connection).await?;
    Ok(())
}

/// Whose ticket it is, while it is good.
pub async fn ticket_holder(pool: &Pool, digest: &[u8], now: DateTime<Utc>) -> Result<Option<Uuid>, Failure> {
    let holder =
        sqlx::query_scalar!("select user_id from sign_in_ticket where digest = $1 and expire_time > $2", digest, now,);
    Ok(holder.fetch_optional(pool).await?)
}

/// A ticket that was used up.
#[derive(Debug)]
pub struct Taken {
    /// The provider's word, when that was what the person had shown.
    pub word: Option<Word>,
}

/// Uses a ticket up; none when it is gone.
pub async fn take_ticket(connection: &mut PgConnection, digest: &[u8]) -> Result<Option<Taken>, Failure> {
    let taken =
        sqlx::query!("delete from sign_in_ticket where digest = $1 returning issuer, subject, sign_out", digest);
    let Some(row) = taken.fetch_optional(connection).await? else { return Ok(None) };
    let subject = row.issuer.zip(row.subject).map(|(issuer, name)| Subject { issuer, name });
    Ok(Some(Taken { word: subject.map(|subject| Word { subject, sign_out: row.sign_out }) }))
}

/// Deletes tickets that nobody used.
pub async fn sweep(pool: &Pool, now: DateTime<Utc>) -> Result<(), Failure> {
    sqlx::query!("delete from sign_in_ticket where expire_time < $1", now).execute(pool).await?;
    Ok(())
}

/// What is sealed of a person.
#[derive(Debug)]
pub struct Sealed {
    pub user_id: Uuid,
    pub secret: Option<Vec<u8>>,
    pub pending_secret: Option<Vec<u8>>,
}

/// Of everybody who has set up something.
pub async fn sealed(pool: &Pool) -> Result<Vec<Sealed>, Failure> {
    let rows = sqlx::query_as!(
        Sealed,
        "select user_id, secret, pending_secret from second_factor where secret is not null or pending_secret is not null",
    );
    Ok(rows.fetch_all(pool).await?)
}

/// Puts the same secret under another envelope, wherever it stands by now.
pub async fn reseal(pool: &Pool, user_id: Uuid, old: &[u8], new: &[u8]) -> Result<(), Failure> {
    sqlx::query!(
        "update second_factor set secret = case when secret = $2 then $3 else secret end,
            pending_secret = case when pending_secret = $2 then $3 else pending_secret end
        where user_id = $1 and (secret = $2 or pending_secret = $2)",
        user_id,
        old,
        new,
    )
    .execute(pool)
    .await?;
    Ok(())
}
