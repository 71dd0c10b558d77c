//! The statements of sessions.

use chrono::{DateTime, Utc};
use kit::{Failure, database::Pool};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Ended, Ending, IdleTimes, PENDING_LIMIT, Session, device::Device, token::RefreshToken};
use crate::role::{builtin, managing};

/// A session to be: when it begins to count and when it ends.
#[derive(Debug)]
pub struct Beginning {
    pub now: DateTime<Utc>,
    pub user_agent: String,
    pub source_address: String,
    /// By a provider's word.
    pub external: bool,
    /// Where the browser goes to sign out at the provider, sealed.
    pub sign_out: Option<Vec<u8>>,
}

/// Codes of the built-in roles that `manages_organisation` takes: they stand in no table.
fn built_in() -> Vec<String> {
    managing(builtin().iter().map(AsRef::as_ref))
}

/// Inserts the session; false when the person was disabled meanwhile.
pub async fn insert(
    connection: &mut PgConnection,
    session: &Session,
    token: &RefreshToken,
    beginning: &Beginning,
) -> Result<bool, Failure> {
    let idle = IdleTimes::after(beginning.now);
    let inserted = sqlx::query!(
        "insert into session (id, user_id, family_digest, current_digest, pending_digests, create_time, idle_expire_time,
            expire_time, user_agent, source_address, use_time, external, sign_out)
        select $1, id, $3, $4, '{}', $5, case when manages_organisation(id, $11) then $6 else $12::timestamptz end, $7, $8,
            $9, $5, $10, $13
        from app_user where id = $2 and not disabled",
        session.id,
        session.user_id,
        token.family_digest(),
        token.digest(),
        beginning.now,
        idle.administrator,
        session.expire_time,
        beginning.user_agent,
        beginning.source_address,
        beginning.external,
        &built_in(),
        idle.other,
        beginning.sign_out.as_deref(),
    );
    Ok(inserted.execute(connection).await?.rows_affected() == 1)
}

/// Uses a token: it becomes the current one if it was a waiting successor, and `successor` then waits for its own use.
/// One statement, so that of two at once one waits for the other and sees what it did. None when the token is not good.
pub async fn show(
    pool: &Pool,
    token: &RefreshToken,
    successor: Option<&RefreshToken>,
    (now, source_address): (DateTime<Utc>, &str),
) -> Result<Option<Session>, Failure> {
    let idle = IdleTimes::after(now);
    let row = sqlx::query_as!(
        Session,
        "update session set
            current_digest = $2,
            pending_digests = (array_remove(
                array_prepend($3::bytea, case when current_digest = $2 then pending_digests else '{}' end), null))[1:$4],
            idle_expire_time = case when manages_organisation(app_user.id, $8) then $6 else $7::timestamptz end,
            use_time = $5,
            source_address = $9
        from app_user
        where family_digest = $1 and end_time is null and expire_time > $5 and idle_expire_time > $5
            and (current_digest = $2 or $2 = any(pending_digests))
            and app_user.id = session.user_id and not app_user.disabled
        returning session.id, session.user_id, session.expire_time",
        token.family_digest(),
        token.digest(),
        successor.map(RefreshToken::digest),
        PENDING_LIMIT,
        now,
        idle.administrator,
        idle.other,
        &built_in(),
        source_address,
    );
    Ok(row.fetch_optional(pool).await?)
}

/// Ends a living session in which the token was good once and is no more.
pub async fn revoke(
    connection: &mut PgConnection,
    token: &RefreshToken,
    now: DateTime<Utc>,
) -> Result<Option<Ended>, Failure> {
    let row = sqlx::query_as!(
        Ended,
        "update session set end_time = $3, sign_out = null
        from app_user
        where family_digest = $1 and end_time is null and expire_time > $3 and idle_expire_time > $3
            and current_digest <> $2 and $2 <> all(pending_digests) and app_user.id = session.user_id
        returning session.id, session.user_id, app_user.department_id",
        token.family_digest(),
        token.digest(),
        now,
    );
    Ok(row.fetch_optional(connection).await?)
}

/// Ends living sessions, and answers them.
pub async fn end(connection: &mut PgConnection, ending: Ending, now: DateTime<Utc>) -> Result<Vec<Ended>, Failure> {
    let (user_id, one, kept) = match ending {
        Ending::One(id, user_id) => (user_id, Some(id), None),
        Ending::Others(user_id, kept) => (user_id, None, kept),
        Ending::All(user_id) => (user_id, None, None),
    };
    let rows = sqlx::query_as!(
        Ended,
        "update session set end_time = $4, sign_out = null
        from app_user
        where session.user_id = $1 and app_user.id = session.user_id and end_time is null and expire_time > $4
            and idle_expire_time > $4
            and ($2::uuid is null or session.id = $2) and ($3::uuid is null or session.id <> $3)
        returning session.id, session.user_id, app_user.department_id",
        user_id,
        one,
        kept,
        now,
    );
    Ok(rows.fetch_all(connection).await?)
}

/// Where the browser of a living session goes to sign out at the provider, sealed; none after a sign-in by password.
pub async fn sign_out(pool: &Pool, id: Uuid, user_id: Uuid) -> Result<Option<Vec<u8>>, Failure> {
    let sealed = sqlx::query_scalar!(
        "select sign_out from session where id = $1 and user_id = $2 and end_time is null",
        id,
        user_id,
    );
    Ok(sealed.fetch_optional(pool).await?.flatten())
}

/// The living sessions of a person, last used first.
pub async fn list(pool: &Pool, user_id: Uuid, now: DateTime<Utc>) -> Result<Vec<Device>, Failure> {
    let rows = sqlx::query_as!(
        Device,
        r#"select id, user_agent, source_address, create_time, coalesce(use_time, create_time) as "use_time!", expire_time
        from session
        where user_id = $1 and end_time is null and expire_time > $2 and idle_expire_time > $2
        order by coalesce(use_time, create_time) desc, id"#,
        user_id,
        now,
    );
    Ok(rows.fetch_all(pool).await?)
}

/// Deletes sessions that expired before this time.
pub async fn sweep(pool: &Pool, before: DateTime<Utc>) -> Result<(), Failure> {
    sqlx::query!("delete from session where expire_time < $1", before).execute(pool).await?;
    Ok(())
}
