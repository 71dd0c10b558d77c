//! The statements of departments.

use chrono::{DateTime, Utc};
use cims_proto::identity::v1::department::Kind;
use kit::{
    Failure, Scope,
    database::{Pool, wrote_one},
};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use super::{Department, Tree};

struct Row {
    id: Uuid,
    parent_id: Option<Uuid>,
    name: String,
    kind: String,
    retire_time: Option<DateTime<Utc>>,
    version: i64,
    create_time: DateTime<Utc>,
    update_time: DateTime<Utc>,
}

impl From<Row> for Department {
    fn from(row: Row) -> Department {
        Department {
            id: row.id,
            parent_id: row.parent_id,
            name: row.name,
            // The table checks it.
            kind: Kind::from_str_name(&row.kind).unwrap_or_default(),
            retire_time: row.retire_time,
            version: row.version,
            create_time: row.create_time,
            update_time: row.update_time,
        }
    }
}

/// The departments that the scope reaches, by name. There are few, so all come at once.
pub async fn list(pool: &Pool, scope: &Scope, retired: bool) -> Result<Vec<Department>, Failure> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id, parent_id, name, kind, retire_time, version, create_time, update_time from department
        where ($1::uuid[] is null or id = any($1)) and ($2 or retire_time is null)
        order by name collate "zh-Hans-x-icu", id"#,
        scope.departments(),
        retired,
    );
    Ok(rows.fetch_all(pool).await?.into_iter().map(Into::into).collect())
}

/// How many there are, the retired ones too.
pub async fn count(connection: &mut PgConnection) -> Result<i64, Failure> {
    let count = sqlx::query_scalar!(r#"select count(*) as "count!" from department"#);
    Ok(count.fetch_one(connection).await?)
}

/// The whole tree, the retired ones too.
pub async fn tree(executor: impl PgExecutor<'_>) -> Result<Tree, Failure> {
    let rows = sqlx::query!("select id, parent_id from department").fetch_all(executor).await?;
    Ok(Tree::new(rows.into_iter().map(|row| (row.id, row.parent_id))))
}

/// A department that is not retired, locked.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn lock(connection: &mut PgConnection, id: Uuid) -> Result<Department, Failure> {
    let row = sqlx::query_as!(
        Row,
        "select id, parent_id, name, kind, retire_time, version, create_time, update_time from department
        where id = $1 and retire_time is null for no key update",
        id,
    );
    Ok(row.fetch_optional(connection).await?.ok_or(Failure::NotFound)?.into())
}

/// The departments right below one, the retired ones too, locked.
pub async fn lock_below(connection: &mut PgConnection, id: Uuid) -> Result<Vec<Department>, Failure> {
    let rows = sqlx::query_as!(
        Row,
        "select id, parent_id, name, kind, retire_time, version, create_time, update_time from department
        where parent_id = $1 order by id for no key update",
        id,
    );
    Ok(rows.fetch_all(connection).await?.into_iter().map(Into::into).collect())
}

/// A department with all that stand above it; empty when there is none, or it is retired.
pub async fn path(connection: &mut PgConnection, id: Uuid) -> Result<Vec<Uuid>, Failure> {
    let ids = sqlx::query_scalar!(
        r#"with recursive path as (
            select id, parent_id from department where id = $1 and retire_time is null
            union
            select department.id, department.parent_id from department join path on department.id = path.parent_id
        )
        select id as "id!" from path"#,
        id,
    );
    Ok(ids.fetch_all(connection).await?)
}

/// The departments below one, without the retired ones, and the people in it and in them.
#[derive(Debug)]
pub struct Weight {
    pub departments: i64,
    pub users: i64,
}

/// What hangs on a department.
pub async fn weight(connection: &mut PgConnection, id: Uuid) -> Result<Weight, Failure> {
    let row = sqlx::query_as!(
        Weight,
        r#"with recursive tree as (
            select id, retire_time from department where id = $1
            union
            select department.id, department.retire_time from department join tree on department.parent_id = tree.id
        )
        select (select count(*) from tree where id <> $1 and retire_time is null) as "departments!",
            (select count(*) from app_user join tree on tree.id = app_user.department_id) as "users!""#,
        id,
    );
    Ok(row.fetch_one(connection).await?)
}

/// # Errors
/// When the database refuses: see [`is_taken`].
pub async fn insert(connection: &mut PgConnection, department: &Department) -> Result<(), Failure> {
    sqlx::query!(
        "insert into department (id, parent_id, name, kind, version, create_time, update_time)
        values ($1, $2, $3, $4, $5, $6, $7)",
        department.id,
        department.parent_id,
        department.name,
        department.kind.as_str_name(),
        department.version,
        department.create_time,
        department.update_time,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes the department, whose version is the next one.
///
/// # Errors
/// When the database refuses (see [`is_taken`]), or another version stands there: a write without the lock.
pub async fn update(connection: &mut PgConnection, department: &Department) -> Result<(), Failure> {
    let updated = sqlx::query!(
        "update department set parent_id = $3, name = $4, kind = $5, retire_time = $6, version = $2, update_time = $7
        where id = $1 and version = $2::bigint - 1",
        department.id,
        department.version,
        department.parent_id,
        department.name,
        department.kind.as_str_name(),
        department.retire_time,
        department.update_time,
    )
    .execute(connection)
    .await?;
    wrote_one(updated.rows_affected(), "department", department.id)
}

/// Whether a write failed because another department below the same one has the name.
pub fn is_taken(failure: &Failure) -> bool {
    failure.violates("department_name_unique")
}
