//! The statements of the set-up.

use chrono::{DateTime, Utc};
use kit::{Failure, database::Pool};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{role::ADMINISTRATOR, user::sound};

/// Keeps a token while there is nobody, in place of one before; false when there is somebody.
pub async fn open(pool: &Pool, digest: &[u8]) -> Result<bool, Failure> {
    let opened = sqlx::query!(
        "insert into setup (token_digest) select $1 where not exists (select from app_user)
        on conflict (one) do update set token_digest = excluded.token_digest",
        digest,
    );
    Ok(opened.execute(pool).await?.rows_affected() == 1)
}

/// Whether there is nobody yet.
pub async fn is_open(pool: &Pool) -> Result<bool, Failure> {
    let open = sqlx::query_scalar!(r#"select not exists (select from app_user) as "open!""#);
    Ok(open.fetch_one(pool).await?)
}

/// Whether the token is the one that was printed.
pub async fn is_token(pool: &Pool, digest: &[u8]) -> Result<bool, Failure> {
    let same = sqlx::query_scalar!(r#"select exists (select from setup where token_digest = $1) as "same!""#, digest);
    Ok(same.fetch_one(pool).await?)
}

/// Uses the token up, and keeps everybody else from becoming somebody until the transaction ends; false when there is
/// somebody.
pub async fn close(connection: &mut PgConnection, digest: &[u8]) -> Result<bool, Failure> {
    sqlx::query!("lock table app_user in share row exclusive mode").execute(&mut *connection).await?;
    let closed =
        sqlx::query!("delete from setup where token_digest = $1 and not exists (select from app_user)", digest,);
    Ok(closed.execute(connection).await?.rows_affected() == 1)
}

/// Somebody to be.
#[derive(Debug)]
pub struct First<'a> {
    pub id: Uuid,
    pub department_id: Uuid,
    pub organisation: &'a str,
    pub username: &'a str,
    pub display_name: &'a str,
    pub password_hash: &'a str,
}

/// Creates the first administrator, in the department at the root.
pub async fn insert(connection: &mut PgConnection, first: &First<'_>, now: DateTime<Utc>) -> Result<(), Failure> {
    sqlx::query!(
        "with root as (
            insert into department (id, parent_id, name, version, create_time, update_time)
            values ($1, null, $2, 1, $8, $8)
            on conflict (parent_id, name) where retire_time is null do update set name = excluded.name
            returning id
        ), person as (
            insert into app_user (id, username, display_name, department_id, password_hash, disabled, version, create_time,
                update_time, sound)
            select $3, $4, $5, root.id, $6, false, 1, $8, $8, $9 from root
            returning id
        )
        insert into user_role (user_id, role) select id, $7 from person",
        first.department_id,
        first.organisation,
        first.id,
        first.username,
        first.display_name,
        first.password_hash,
        ADMINISTRATOR,
        now,
        sound::of(first.display_name),
    )
    .execute(connection)
    .await?;
    Ok(())
}
