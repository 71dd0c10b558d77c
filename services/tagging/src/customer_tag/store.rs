//! SQL of customers' tags, many customers at a time.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use cims_proto::tagging::v1 as proto;
use kit::{Failure, clock::time};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use super::SetChange;
use crate::tag::Tag;

/// A customer's tags, locked for a change.
#[derive(Debug, Default)]
pub struct TagSet {
    pub version: i64,
    /// Version of the customer whose import tags are among them.
    pub import_version: i64,
    pub tags: BTreeSet<Uuid>,
}

/// Locks the sets of these customers until the transaction ends; who had none yet gets an empty one. In the order of
/// their ids, so that two who lock the same ones wait for each other in turn.
///
/// # Errors
/// When the database refuses.
pub async fn lock(connection: &mut PgConnection, customers: &[Uuid]) -> Result<HashMap<Uuid, TagSet>, Failure> {
    let locked = sqlx::query!(
        "insert into customer_tag_set (customer_id, version, import_version)
        select customer_id, 0, 0 from unnest($1::uuid[]) customer_id order by customer_id
        on conflict (customer_id) do update set version = customer_tag_set.version
        returning customer_id, version, import_version",
        customers,
    )
    .fetch_all(&mut *connection)
    .await?;
    // Read after the lock was given, not with it: what was put on meanwhile would else be missing.
    let tags = sqlx::query!("select customer_id, tag_id from customer_tag where customer_id = any($1)", customers)
        .fetch_all(connection)
        .await?;
    let mut sets: HashMap<Uuid, TagSet> = HashMap::with_capacity(locked.len());
    for row in locked {
        let set = TagSet { version: row.version, import_version: row.import_version, tags: BTreeSet::new() };
        sets.insert(row.customer_id, set);
    }
    for row in tags {
        sets.entry(row.customer_id).or_default().tags.insert(row.tag_id);
    }
    Ok(sets)
}

/// Writes the changes of locked sets.
///
/// # Errors
/// When the database refuses, or another version stands there: a write without the lock.
pub async fn write(connection: &mut PgConnection, changes: &[&SetChange], now: DateTime<Utc>) -> Result<(), Failure> {
    if changes.is_empty() {
        return Ok(());
    }
    take_off(connection, changes).await?;
    put_on(connection, changes, now).await?;
    let (customers, versions): (Vec<Uuid>, Vec<i64>) =
        changes.iter().map(|change| (change.customer.customer_id, change.version)).unzip();
    let updated = sqlx::query!(
        "update customer_tag_set kept set version = change.version
        from unnest($1::uuid[], $2::bigint[]) change (customer_id, version)
        where kept.customer_id = change.customer_id and kept.version = change.version - 1",
        &customers,
        &versions,
    )
    .execute(connection)
    .await?;
    match updated.rows_affected() == changes.len() as u64 {
        true => Ok(()),
        false => Err(Failure::internal("tag sets were changed without their lock")),
    }
}

async fn take_off(connection: &mut PgConnection, changes: &[&SetChange]) -> Result<(), Failure> {
    let removed = changes.iter().flat_map(|change| change.removed().map(|tag| (change.customer.customer_id, tag)));
    let (customers, tags): (Vec<Uuid>, Vec<Uuid>) = removed.unzip();
    if tags.is_empty() {
        return Ok(());
    }
    // A tag may be gone already, with its definition.
    sqlx::query!(
        "delete from customer_tag kept using unnest($1::uuid[], $2::uuid[]) off (customer_id, tag_id)
        where kept.customer_id = off.customer_id and kept.tag_id = off.tag_id",
        &customers,
        &tags,
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn put_on(connection: &mut PgConnection, changes: &[&SetChange], now: DateTime<Utc>) -> Result<(), Failure> {
    let (mut customers, mut tags, mut authors) = (Vec::new(), Vec::new(), Vec::new());
    for change in changes {
        for tag in change.added() {
            customers.push(change.customer.customer_id);
            tags.push(tag);
            authors.push(change.author_id);
        }
    }
    if tags.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into customer_tag (customer_id, tag_id, author_id, apply_time)
        select customer_id, tag_id, author_id, $4
        from unnest($1::uuid[], $2::uuid[], $3::uuid[]) fresh (customer_id, tag_id, author_id)",
        &customers,
        &tags,
        &authors as &[Option<Uuid>],
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes as of which versions of these customers their import tags were put on.
///
/// # Errors
/// When the database refuses.
pub async fn note_imports(connection: &mut PgConnection, imports: &[(Uuid, i64)]) -> Result<(), Failure> {
    let (customers, versions): (Vec<Uuid>, Vec<i64>) = imports.iter().copied().unzip();
    sqlx::query!(
        "update customer_tag_set kept set import_version = done.version
        from (select customer_id, max(version) as version from unnest($1::uuid[], $2::bigint[]) done (customer_id, version)
            group by customer_id) done
        where kept.customer_id = done.customer_id and kept.import_version < done.version",
        &customers,
        &versions,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Version of a customer's set; 0 when it never had a tag.
///
/// # Errors
/// When the database refuses.
pub async fn version(executor: impl PgExecutor<'_>, customer_id: Uuid) -> Result<i64, Failure> {
    let version = sqlx::query_scalar!("select version from customer_tag_set where customer_id = $1", customer_id);
    Ok(version.fetch_optional(executor).await?.unwrap_or_default())
}

/// A customer's tags, by group and name, with who put them on and when.
///
/// # Errors
/// When the database refuses.
pub async fn list(executor: impl PgExecutor<'_>, customer_id: Uuid) -> Result<Vec<proto::AppliedTag>, Failure> {
    let rows = sqlx::query!(
        r#"select tag.id, tag.name, tag.group_id, tag."group", tag.color, tag.version, tag.create_time, tag.update_time,
            customer_tag.author_id, customer_tag.apply_time
        from customer_tag join tag on tag.id = customer_tag.tag_id
        where customer_tag.customer_id = $1
        order by tag."group" collate "zh-Hans-x-icu", tag.name collate "zh-Hans-x-icu", tag.id"#,
        customer_id,
    )
    .fetch_all(executor)
    .await?;
    let applied = rows.into_iter().map(|row| {
        let tag = Tag {
            id: row.id,
            name: row.name,
            group_id: row.group_id,
            group: row.group,
            color: row.color,
            version: row.version,
            create_time: row.create_time,
            update_time: row.update_time,
        };
        proto::AppliedTag {
            tag: Some(tag.to_proto()),
            author_id: row.author_id.map(|id| id.to_string()).unwrap_or_default(),
            apply_time: Some(time::to_proto(row.apply_time)),
        }
    });
    Ok(applied.collect())
}
