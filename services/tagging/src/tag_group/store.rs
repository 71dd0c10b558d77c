//! SQL of groups of tags.

use kit::{
    Failure,
    database::{Pool, wrote_one},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::TagGroup;

/// Every group, by name as a Chinese reader expects them.
///
/// # Errors
/// When the database refuses.
pub async fn list(pool: &Pool) -> Result<Vec<TagGroup>, Failure> {
    let groups = sqlx::query_as!(
        TagGroup,
        r#"select id, name, exclusive, version, create_time, update_time from tag_group
        order by name collate "zh-Hans-x-icu", id"#,
    );
    Ok(groups.fetch_all(pool).await?)
}

/// # Errors
/// When the database refuses.
pub async fn count(connection: &mut PgConnection) -> Result<i64, Failure> {
    let count = sqlx::query_scalar!(r#"select count(*) as "count!" from tag_group"#);
    Ok(count.fetch_one(connection).await?)
}

/// Inserts the group; false when its name is taken.
///
/// # Errors
/// When the database refuses.
pub async fn insert(connection: &mut PgConnection, group: &TagGroup) -> Result<bool, Failure> {
    let inserted = sqlx::query!(
        "insert into tag_group (id, name, exclusive, version, create_time, update_time) values ($1, $2, $3, $4, $5, $6)
        on conflict (lower(name)) do nothing",
        group.id,
        group.name,
        group.exclusive,
        group.version,
        group.create_time,
        group.update_time,
    );
    Ok(inserted.execute(connection).await?.rows_affected() == 1)
}

/// The group of a name, which neither changes nor goes until the transaction ends.
///
/// # Errors
/// When the database refuses.
pub async fn hold_named(connection: &mut PgConnection, name: &str) -> Result<Option<TagGroup>, Failure> {
    let group = sqlx::query_as!(
        TagGroup,
        "select id, name, exclusive, version, create_time, update_time from tag_group
        where lower(name) = lower($1) for share",
        name,
    );
    Ok(group.fetch_optional(connection).await?)
}

/// The group, locked for a change.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn lock(connection: &mut PgConnection, id: Uuid) -> Result<TagGroup, Failure> {
    let group = sqlx::query_as!(
        TagGroup,
        "select id, name, exclusive, version, create_time, update_time from tag_group where id = $1 for update",
        id,
    );
    group.fetch_optional(connection).await?.ok_or(Failure::NotFound)
}

/// Writes the group, whose version is the next one.
///
/// # Errors
/// When the database refuses (see [`is_taken`]), or another version stands there: a write without the lock.
pub async fn update(connection: &mut PgConnection, group: &TagGroup) -> Result<(), Failure> {
    let updated = sqlx::query!(
        "update tag_group set name = $3, exclusive = $4, version = $2, update_time = $5
        where id = $1 and version = $2::bigint - 1",
        group.id,
        group.version,
        group.name,
        group.exclusive,
        group.update_time,
    );
    wrote_one(updated.execute(connection).await?.rows_affected(), "group", group.id)
}

/// Deletes a group that no tag is in.
///
/// # Errors
/// As [`update`].
pub async fn delete(connection: &mut PgConnection, group: &TagGroup) -> Result<(), Failure> {
    let deleted = sqlx::query!("delete from tag_group where id = $1 and version = $2", group.id, group.version);
    wrote_one(deleted.execute(connection).await?.rows_affected(), "group", group.id)
}

/// Whether a write failed because another group has the name.
pub fn is_taken(failure: &Failure) -> bool {
    failure.violates("tag_group_name")
}

/// The group that has the name; none when it has gone meanwhile.
///
/// # Errors
/// When the database refuses.
pub async fn find_named(pool: &Pool, name: &str) -> Result<Option<TagGroup>, Failure> {
    let group = sqlx::query_as!(
        TagGroup,
        "select id, name, exclusive, version, create_time, update_time from tag_group where lower(name) = lower($1)",
        name,
    );
    Ok(group.fetch_optional(pool).await?)
}
