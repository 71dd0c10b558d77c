//! SQL of imports themselves.

use chrono::{DateTime, Utc};
use cims_proto::customer::v1::ImportChanged;
use intake::import::Layout;
use kit::{
    Failure, Scope,
    database::{Pool, wrote_one},
    write::{Change, Write, Writer},
};
use sqlx::{PgConnection, PgExecutor, types::Json};
use uuid::Uuid;

use super::{pieces::forget_file, rows::Counts};
use crate::import::{DuplicatePolicy, Import, State};

/// Selects imports as `i`: the one place that names what is read of them.
macro_rules! select {
    ($from:tt, $($argument:expr),*) => {
        sqlx::query_as!(
            Import,
            r#"select i.id, i.file_name, i.state as "state: State", i.problem, i.layout as "layout: Json<Layout>",
                i.duplicate_policy as "duplicate_policy: DuplicatePolicy", i.total, i.accepted, i.rejected, i.duplicates,
                i.flagged, i.dropped, i.updated, i.reverted, i.kept, i.progress, i.to_do, i.last_row, i.author_id,
                i.department_id, i.assign_all, i.assign_departments, i.runner_id, i.update_all, i.update_departments,
                i.trace_parent, i.version, i.create_time, i.finish_time, i.locked_fields
            from "# + $from,
            $($argument),*
        )
    };
}

/// An import within a scope.
pub async fn find(executor: impl PgExecutor<'_>, id: Uuid, scope: &Scope) -> Result<Option<Import>, Failure> {
    let row = select!(
        "import i
        where i.id = $1 and in_scope($2, $3, i.department_id, i.author_id)",
        id,
        scope.departments() as _,
        scope.owner()
    );
    Ok(row.fetch_optional(executor).await?)
}

/// Imports begun before the one of an id, newest first.
pub async fn list(pool: &Pool, scope: &Scope, before: Uuid, limit: i64) -> Result<Vec<Import>, Failure> {
    let rows = select!(
        "import i
        where i.id < $1 and in_scope($2, $3, i.department_id, i.author_id)
        order by i.id desc limit $4",
        before,
        scope.departments() as _,
        scope.owner(),
        limit
    );
    Ok(rows.fetch_all(pool).await?)
}

/// An import within a scope, locked until the transaction ends.
pub async fn lock(connection: &mut PgConnection, id: Uuid, scope: &Scope) -> Result<Option<Import>, Failure> {
    let row = select!(
        "import i
        where i.id = $1 and in_scope($2, $3, i.department_id, i.author_id)
        for update",
        id,
        scope.departments() as _,
        scope.owner()
    );
    Ok(row.fetch_optional(connection).await?)
}

/// Writes a new import; its file comes after it.
pub async fn add(write: &mut Write, import: &Import) -> Result<(), Failure> {
    sqlx::query!(
        "insert into import (id, file_name, state, author_id, department_id, assign_all, assign_departments, trace_parent,
            version, create_time, lease_time, locked_fields)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11)",
        import.id,
        import.file_name,
        import.state as State,
        import.author_id,
        import.department_id,
        import.assign_all,
        &import.assign_departments,
        import.trace_parent,
        import.version,
        import.create_time,
        &import.locked_fields,
    )
    .execute(write.connection())
    .await?;
    record(write, None, import).await
}

/// Writes the next state of a locked import.
pub async fn update(write: &mut Write, before: &Import, after: &mut Import) -> Result<(), Failure> {
    after.version = before.version + 1;
    let updated = sqlx::query!(
        "update import set state = $3, problem = $4, layout = $5, duplicate_policy = $6, total = $7, accepted = $8,
            rejected = $9, duplicates = $10, flagged = $11, dropped = $12, progress = $13, to_do = $14, last_row = $15,
            runner_id = $16, update_all = $17, update_departments = $18, finish_time = $19, version = $20,
            lease_time = $21
        where id = $1 and version = $2",
        after.id,
        before.version,
        after.state as State,
        after.problem,
        after.layout.as_ref().map(|layout| Json(&layout.0)) as _,
        after.duplicate_policy as DuplicatePolicy,
        after.total,
        after.accepted,
        after.rejected,
        after.duplicates,
        after.flagged,
        after.dropped,
        after.progress,
        after.to_do,
        after.last_row,
        after.runner_id,
        after.update_all,
        &after.update_departments,
        after.finish_time,
        after.version,
        write.now(),
    );
    wrote_one(updated.execute(write.connection()).await?.rows_affected(), "import", after.id)?;
    record(write, Some(before), after).await
}

async fn record(write: &mut Write, before: Option<&Import>, after: &Import) -> Result<(), Failure> {
    let state = |import: &Import| import.clone().into_proto();
    let payload = ImportChanged { before: before.map(state), after: Some(state(after)) };
    let states = (payload.before.as_ref(), payload.after.as_ref());
    let change = Change::between("customer.import", (after.id, after.version), states, &payload)?;
    write.record(Change { owner_id: Some(after.author_id), department_id: after.department_id, ..change }).await
}

/// An import begun before a time that nobody has run.
pub async fn waiting_since(pool: &Pool, before: DateTime<Utc>) -> Result<Option<Import>, Failure> {
    let row = select!("import i where i.state = 'READY' and i.create_time < $1 limit 1", before);
    Ok(row.fetch_optional(pool).await?)
}

/// Takes the oldest import that waits for work and that nobody works on.
pub async fn claim(pool: &Pool) -> Result<Option<Import>, Failure> {
    let claimed = sqlx::query_scalar!(
        "update import set lease_time = now() + interval '5 seconds'
        where id = (
            select id from import where state in ('CHECKING', 'RUNNING', 'REVERTING') and lease_time <= now()
            order by create_time limit 1 for update skip locked
        )
        returning id",
    );
    match claimed.fetch_optional(pool).await? {
        Some(id) => find(pool, id, &Scope::Everything).await,
        None => Ok(None),
    }
}

/// Keeps a claimed import for a while longer; false when it is no longer in the state that it was claimed in.
pub async fn renew(pool: &Pool, import: &Import) -> Result<bool, Failure> {
    let renewed = sqlx::query!(
        "update import set lease_time = now() + interval '5 seconds' where id = $1 and version = $2",
        import.id,
        import.version,
    );
    Ok(renewed.execute(pool).await?.rows_affected() == 1)
}

/// Notes how many rows a check goes through, from the first on: what one before it has done is done again, and whoever
/// still believes it theirs finds that it is not.
pub async fn start_check(pool: &Pool, import: &Import, to_do: i32) -> Result<(), Failure> {
    sqlx::query!(
        "update import set progress = 0, last_row = 0, to_do = $3 where id = $1 and version = $2",
        import.id,
        import.version,
        to_do,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Ends a check: the rows can be run.
pub async fn ready(writer: &Writer, import: &Import, layout: Layout, counts: Counts) -> Result<(), Failure> {
    finish(writer, import, |after| {
        after.state = State::Ready;
        after.layout = Some(Json(layout));
        counts.into_import(after);
    })
    .await
}

/// Ends an import whose file cannot be read.
pub async fn fail(writer: &Writer, import: &Import, problem: &str) -> Result<(), Failure> {
    finish(writer, import, |after| {
        after.state = State::Failed;
        after.problem = problem.to_owned();
    })
    .await
}

/// Ends a run.
pub async fn succeed(writer: &Writer, import: &Import) -> Result<(), Failure> {
    finish(writer, import, |after| after.state = State::Succeeded).await
}

/// Ends a revert.
pub async fn revert_done(writer: &Writer, import: &Import) -> Result<(), Failure> {
    finish(writer, import, |after| after.state = State::Reverted).await
}

/// Leaves the state in which the import was claimed, unless somebody else has done so already. The file has then served.
async fn finish(writer: &Writer, import: &Import, change: impl FnOnce(&mut Import)) -> Result<(), Failure> {
    let mut write = writer.begin_job(Some(import.actor()), import.trace_parent.clone()).await?;
    let locked = lock(write.connection(), import.id, &Scope::Everything).await?;
    let Some(before) = locked.filter(|locked| locked.version == import.version) else { return Ok(()) };
    let mut after = before.clone();
    change(&mut after);
    if after.state != State::Ready {
        after.finish_time = Some(write.now());
    }
    update(&mut write, &before, &mut after).await?;
    forget_file(write.connection(), import.id).await?;
    write.commit_job().await
}
