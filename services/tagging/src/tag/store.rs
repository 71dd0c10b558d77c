//! SQL of tags, and their events.

use cims_proto::tagging::v1::{self as proto, TagChanged};
use kit::{
    Failure,
    clock::Clock,
    problem::Match,
    write::{Change, Origin, changed, record_on},
};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::Tag;

/// Constraint's name in migrations/0001.
const NAME: &str = "tag_name";

/// Every tag, by group and name in the order of pinyin.
pub async fn list(pool: &PgPool) -> Result<Vec<Tag>, Failure> {
    let rows = sqlx::query_as!(
        Tag,
        r#"select id, name, "group", color, version, create_time, update_time from tag
        order by "group" collate "zh-Hans-x-icu", name collate "zh-Hans-x-icu", id"#,
    );
    Ok(rows.fetch_all(pool).await?)
}

/// A tag, locked until the transaction ends.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn lock(connection: &mut PgConnection, id: Uuid) -> Result<Tag, Failure> {
    let row = sqlx::query_as!(
        Tag,
        r#"select id, name, "group", color, version, create_time, update_time from tag where id = $1 for update"#,
        id,
    );
    row.fetch_optional(connection).await?.ok_or(Failure::NotFound)
}

/// Those of the ids that are tags, kept from deletion until the transaction ends.
pub async fn known(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Uuid>, Failure> {
    Ok(sqlx::query_scalar!("select id from tag where id = any($1) order by id for key share", ids).fetch_all(connection).await?)
}

/// Who writes, and on what: an RPC's write, or what a consumer has.
pub struct Write<'a> {
    pub connection: &'a mut PgConnection,
    pub clock: &'a Clock,
    pub origin: &'a Origin,
}

impl<'a> Write<'a> {
    pub fn of(write: &'a mut kit::write::Write) -> Write<'a> {
        let (connection, clock, origin) = write.parts();
        Write { connection, clock, origin }
    }
}

/// Writes a new tag.
///
/// # Errors
/// `Duplicate` (hard) when another has the name.
pub async fn add(write: &mut Write<'_>, tag: &Tag) -> Result<(), Failure> {
    let inserted = sqlx::query!(
        r#"insert into tag (id, name, "group", color, version, create_time, update_time) values ($1, $2, $3, $4, $5, $6, $7)"#,
        tag.id,
        tag.name,
        tag.group,
        tag.color,
        tag.version,
        tag.create_time,
        tag.update_time,
    );
    inserted.execute(&mut *write.connection).await.map_err(|error| refused(error, &tag.name))?;
    record(write, "created", tag.id, tag.version, None, Some(tag)).await
}

/// Writes the next state of a locked tag.
///
/// # Errors
/// As [`add`].
pub async fn update(write: &mut Write<'_>, before: &Tag, after: &mut Tag) -> Result<(), Failure> {
    after.version = before.version + 1;
    after.update_time = write.origin.now;
    let updated = sqlx::query!(
        r#"update tag set name = $3, "group" = $4, color = $5, version = $6, update_time = $7 where id = $1 and version = $2"#,
        after.id,
        before.version,
        after.name,
        after.group,
        after.color,
        after.version,
        after.update_time,
    );
    match updated.execute(&mut *write.connection).await.map_err(|error| refused(error, &after.name))?.rows_affected() {
        1 => record(write, "updated", after.id, after.version, Some(before), Some(after)).await,
        count => Err(Failure::internal(format!("{count} rows of tag {} changed under its lock", after.id))),
    }
}

/// Deletes a locked tag and takes it off every customer. There is no event per customer, of whom there may be a
/// million: who shows tags drops it by the tag's own event.
pub async fn delete(write: &mut Write<'_>, tag: &Tag) -> Result<(), Failure> {
    match sqlx::query!("delete from tag where id = $1 and version = $2", tag.id, tag.version).execute(&mut *write.connection).await?.rows_affected() {
        1 => record(write, "deleted", tag.id, tag.version + 1, Some(tag), None).await,
        count => Err(Failure::internal(format!("{count} rows of tag {} deleted under its lock", tag.id))),
    }
}

/// The ids of the tags of these names; those that do not exist are made.
pub async fn named(write: &mut Write<'_>, names: &[String]) -> Result<Vec<Uuid>, Failure> {
    let mut ids = Vec::with_capacity(names.len());
    for name in names {
        let fresh = Tag::new(write.clock.id(), name, write.origin.now);
        let inserted = sqlx::query!(
            r#"insert into tag (id, name, "group", color, version, create_time, update_time) values ($1, $2, $3, $4, $5, $6, $6)
            on conflict (lower(name)) do nothing"#,
            fresh.id,
            fresh.name,
            fresh.group,
            fresh.color,
            fresh.version,
            fresh.create_time,
        );
        if inserted.execute(&mut *write.connection).await?.rows_affected() == 1 {
            record(write, "created", fresh.id, fresh.version, None, Some(&fresh)).await?;
            ids.push(fresh.id);
            continue;
        }
        let known = sqlx::query_scalar!("select id from tag where lower(name) = lower($1) for key share", fresh.name);
        ids.extend(known.fetch_optional(&mut *write.connection).await?);
    }
    Ok(ids)
}

async fn record(
    write: &mut Write<'_>,
    verb: &'static str,
    id: Uuid,
    version: i64,
    before: Option<&Tag>,
    after: Option<&Tag>,
) -> Result<(), Failure> {
    let state = |tag: Option<&Tag>| tag.cloned().map(Tag::into_proto);
    let (before, after) = (state(before), state(after));
    let of = |state: &Option<proto::Tag>| state.clone().unwrap_or_default();
    let fields = changed(&of(&before), &of(&after))?;
    let payload = TagChanged { before, after };
    let change = Change {
        subject_type: "tagging.tag",
        subject_id: id,
        version,
        verb,
        fields,
        // Tags belong to everybody.
        owner_id: None,
        department_id: None,
        payload: &payload,
    };
    record_on(write.connection, write.clock, write.origin, change).await
}

fn refused(error: sqlx::Error, name: &str) -> Failure {
    match error.as_database_error().and_then(|error| error.constraint()) {
        Some(NAME) => {
            let found = Match { id: String::new(), name: name.to_owned(), owner_id: String::new(), by: "name" };
            Failure::Duplicate { matches: vec![found], hard: true }
        }
        _ => Failure::Database(error),
    }
}
