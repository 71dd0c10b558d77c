//! SQL of tags.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use kit::{
    Failure, Scope,
    database::{Pool, wrote_one},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::Tag;

/// Every tag, by group and name as a Chinese reader expects them.
///
/// # Errors
/// When the database refuses.
pub async fn list(pool: &Pool) -> Result<Vec<Tag>, Failure> {
    let tags = sqlx::query_as!(
        Tag,
        r#"select id, name, group_id, "group", color, version, create_time, update_time from tag
        order by "group" collate "zh-Hans-x-icu", name collate "zh-Hans-x-icu", id"#,
    );
    Ok(tags.fetch_all(pool).await?)
}

/// # Errors
/// When the database refuses.
pub async fn count(connection: &mut PgConnection) -> Result<i64, Failure> {
    let count = sqlx::query_scalar!(r#"select count(*) as "count!" from tag"#);
    Ok(count.fetch_one(connection).await?)
}

/// # Errors
/// When the database refuses: see [`is_taken`].
pub async fn insert(connection: &mut PgConnection, tag: &Tag) -> Result<(), Failure> {
    sqlx::query!(
        r#"insert into tag (id, name, "group", color, version, create_time, update_time, group_id)
        values ($1, $2, $3, $4, $5, $6, $7, $8)"#,
        tag.id,
        tag.name,
        tag.group,
        tag.color,
        tag.version,
        tag.create_time,
        tag.update_time,
        tag.group_id,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Inserts the tags whose names are free, and answers the ids of those. In the order of the names, so that two who
/// insert the same ones wait for each other in turn.
///
/// # Errors
/// When the database refuses.
pub async fn insert_missing(connection: &mut PgConnection, tags: &[Tag]) -> Result<Vec<Uuid>, Failure> {
    let ids: Vec<Uuid> = tags.iter().map(|tag| tag.id).collect();
    let names: Vec<String> = tags.iter().map(|tag| tag.name.clone()).collect();
    let times: Vec<_> = tags.iter().map(|tag| tag.create_time).collect();
    let inserted = sqlx::query_scalar!(
        r#"insert into tag (id, name, "group", color, version, create_time, update_time)
        select fresh.id, fresh.name, '', '', 1, fresh.time, fresh.time
        from unnest($1::uuid[], $2::text[], $3::timestamptz[]) fresh (id, name, time)
        order by lower(fresh.name)
        on conflict (lower(name)) do nothing
        returning id"#,
        &ids,
        &names,
        &times,
    );
    Ok(inserted.fetch_all(connection).await?)
}

/// A name as somebody wrote it, and the tag that it means.
#[derive(Debug)]
pub struct Named {
    pub wanted: String,
    pub id: Uuid,
}

/// The tags of these names, which stay until the transaction ends.
///
/// # Errors
/// When the database refuses.
pub async fn hold_named(connection: &mut PgConnection, names: &[String]) -> Result<Vec<Named>, Failure> {
    let found = sqlx::query_as!(
        Named,
        r#"select wanted.name as "wanted!", tag.id
        from unnest($1::text[]) wanted (name)
        join tag on lower(tag.name) = lower(wanted.name)
        for key share of tag"#,
        names,
    );
    Ok(found.fetch_all(connection).await?)
}

/// Those of the ids that are tags, which stay until the transaction ends.
///
/// # Errors
/// When the database refuses.
pub async fn hold(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Uuid>, Failure> {
    let found = sqlx::query_scalar!("select id from tag where id = any($1) for key share", ids);
    Ok(found.fetch_all(connection).await?)
}

/// The tag, locked for a change of what it says; customers may get it meanwhile.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn lock(connection: &mut PgConnection, id: Uuid) -> Result<Tag, Failure> {
    let tag = sqlx::query_as!(
        Tag,
        r#"select id, name, group_id, "group", color, version, create_time, update_time from tag where id = $1 for no key update"#,
        id,
    );
    tag.fetch_optional(connection).await?.ok_or(Failure::NotFound)
}

/// The tags of a group, locked for a change of what they say.
///
/// # Errors
/// When the database refuses.
pub async fn lock_of_group(connection: &mut PgConnection, group_id: Uuid) -> Result<Vec<Tag>, Failure> {
    let tags = sqlx::query_as!(
        Tag,
        r#"select id, name, group_id, "group", color, version, create_time, update_time from tag
        where group_id = $1 order by id for no key update"#,
        group_id,
    );
    Ok(tags.fetch_all(connection).await?)
}

/// The tags of exclusive groups, each with its group.
///
/// # Errors
/// When the database refuses.
pub async fn exclusive(connection: &mut PgConnection) -> Result<Vec<(Uuid, Uuid)>, Failure> {
    let tags = sqlx::query!(
        "select tag.id, tag_group.id as group_id from tag join tag_group on tag_group.id = tag.group_id
        where tag_group.exclusive",
    );
    Ok(tags.fetch_all(connection).await?.into_iter().map(|row| (row.id, row.group_id)).collect())
}

/// How many customers of the scope have each tag; those that none has are absent.
///
/// # Errors
/// When the database refuses.
pub async fn counts(pool: &Pool, scope: &Scope, now: DateTime<Utc>) -> Result<HashMap<Uuid, i64>, Failure> {
    let counts = sqlx::query!(
        r#"select customer_tag.tag_id, count(*) as "count!" from customer_tag
        join directory_customer customer on customer.customer_id = customer_tag.customer_id
        where not customer.deleted and (
            in_scope($1, $2, customer.department_id, customer.owner_id)
            or customer.customer_id in (
                select record_id from share where person_id = $3 and (end_time is null or end_time > $4)
            )
        )
        group by customer_tag.tag_id"#,
        scope.departments() as _,
        scope.owner(),
        scope.shared_with(),
        now,
    );
    Ok(counts.fetch_all(pool).await?.into_iter().map(|row| (row.tag_id, row.count)).collect())
}

/// Names of tags, in the order of the ids asked for.
///
/// # Errors
/// When the database refuses.
pub async fn names(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<String>, Failure> {
    let names = sqlx::query_scalar!(
        "select tag.name from unnest($1::uuid[]) with ordinality asked (id, place) join tag on tag.id = asked.id
        order by asked.place",
        ids,
    );
    Ok(names.fetch_all(connection).await?)
}

/// Writes the tag, whose version is the next one.
///
/// # Errors
/// When the database refuses (see [`is_taken`]), or another version stands there: a write without the lock.
pub async fn update(connection: &mut PgConnection, tag: &Tag) -> Result<(), Failure> {
    let updated = sqlx::query!(
        r#"update tag set name = $3, "group" = $4, color = $5, version = $2, update_time = $6, group_id = $7
        where id = $1 and version = $2::bigint - 1"#,
        tag.id,
        tag.version,
        tag.name,
        tag.group,
        tag.color,
        tag.update_time,
        tag.group_id,
    )
    .execute(connection)
    .await?;
    wrote_one(updated.rows_affected(), "tag", tag.id)
}

/// Deletes the tag and, by the foreign key, takes it off every customer.
///
/// # Errors
/// As [`update`].
pub async fn delete(connection: &mut PgConnection, tag: &Tag) -> Result<(), Failure> {
    let deleted =
        sqlx::query!("delete from tag where id = $1 and version = $2", tag.id, tag.version).execute(connection).await?;
    wrote_one(deleted.rows_affected(), "tag", tag.id)
}

/// Whether a write failed because another tag has the name.
pub fn is_taken(failure: &Failure) -> bool {
    failure.violates("tag_name")
}

/// The tag that has the name; none when it has gone meanwhile.
///
/// # Errors
/// When the database refuses.
pub async fn find_named(pool: &Pool, name: &str) -> Result<Option<Tag>, Failure> {
    let tag = sqlx::query_as!(
        Tag,
        r#"select id, name, group_id, "group", color, version, create_time, update_time from tag where lower(name) = lower($1)"#,
        name,
    );
    Ok(tag.fetch_optional(pool).await?)
}
