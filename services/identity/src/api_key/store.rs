//! The statements of API keys.

use chrono::{DateTime, Utc};
use kit::{Failure, database::Pool, page::Page};
use sqlx::PgConnection;
use uuid::Uuid;

use super::ApiKey;

/// The keys of a person that are good, or were until not long ago; newest first.
pub async fn list(pool: &Pool, user_id: Uuid, since: DateTime<Utc>) -> Result<Vec<ApiKey>, Failure> {
    let rows = sqlx::query_as!(
        ApiKey,
        "select id, user_id, name, hint, roles, read_only, create_time, expire_time, use_time, use_address, revoke_time,
            version
        from api_key
        where user_id = $1 and expire_time > $2 and (revoke_time is null or revoke_time > $2)
        order by id desc",
        user_id,
        since,
    );
    Ok(rows.fetch_all(pool).await?)
}

/// The same of everybody, page by page.
pub async fn list_all(pool: &Pool, since: DateTime<Utc>, page: &Page<Uuid>) -> Result<Vec<ApiKey>, Failure> {
    let rows = sqlx::query_as!(
        ApiKey,
        "select id, user_id, name, hint, roles, read_only, create_time, expire_time, use_time, use_address, revoke_time,
            version
        from api_key
        where expire_time > $1 and (revoke_time is null or revoke_time > $1) and ($2::uuid is null or id < $2)
        order by id desc
        limit $3",
        since,
        page.after,
        page.limit(),
    );
    Ok(rows.fetch_all(pool).await?)
}

/// Keys of a person that are good now.
pub async fn count(connection: &mut PgConnection, user_id: Uuid, now: DateTime<Utc>) -> Result<i64, Failure> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from api_key where user_id = $1 and revoke_time is null and expire_time > $2"#,
        user_id,
        now,
    );
    Ok(count.fetch_one(connection).await?)
}

pub async fn insert(connection: &mut PgConnection, key: &ApiKey, digest: &[u8]) -> Result<(), Failure> {
    sqlx::query!(
        "insert into api_key (id, user_id, name, digest, hint, roles, read_only, create_time, expire_time, version)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        key.id,
        key.user_id,
        key.name,
        digest,
        key.hint,
        &key.roles,
        key.read_only,
        key.create_time,
        key.expire_time,
        key.version,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A key of a person, locked.
pub async fn lock(connection: &mut PgConnection, user_id: Uuid, id: Uuid) -> Result<Option<ApiKey>, Failure> {
    let row = sqlx::query_as!(
        ApiKey,
        "select id, user_id, name, hint, roles, read_only, create_time, expire_time, use_time, use_address, revoke_time,
            version
        from api_key where id = $2 and user_id = $1
        for update",
        user_id,
        id,
    );
    Ok(row.fetch_optional(connection).await?)
}

/// The good key of a digest, whose person is not disabled, locked.
pub async fn lock_by_digest(
    connection: &mut PgConnection,
    digest: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<ApiKey>, Failure> {
    let row = sqlx::query_as!(
        ApiKey,
        "select id, user_id, name, hint, roles, read_only, create_time, expire_time, use_time, use_address, revoke_time,
            version
        from api_key
        where digest = $1 and revoke_time is null and expire_time > $2
            and exists (select from app_user where app_user.id = api_key.user_id and not disabled)
        for update",
        digest,
        now,
    );
    Ok(row.fetch_optional(connection).await?)
}

/// Writes what changes of a locked key.
pub async fn update(connection: &mut PgConnection, key: &ApiKey) -> Result<(), Failure> {
    sqlx::query!(
        "update api_key set use_time = $2, use_address = $3, revoke_time = $4, version = $5 where id = $1",
        key.id,
        key.use_time,
        key.use_address,
        key.revoke_time,
        key.version,
    )
    .execute(connection)
    .await?;
    Ok(())
}
