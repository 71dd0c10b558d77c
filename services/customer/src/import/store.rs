//! SQL of imports and their rows.

use std::collections::HashMap;

use cims_proto::customer::v1::ImportChanged;
use intake::import::Draft;
use kit::{
    Failure, Scope,
    database::Pool,
    write::{Change, Write, Writer, changed},
};
use serde_json::Value;
use sqlx::{PgConnection, PgExecutor, types::Json};
use uuid::Uuid;

use super::{Column, Import, Outcome, State};
use crate::customer::store::Twin;

/// Selects imports as `i`: the one place that names what is read of them.
macro_rules! select {
    ($from:tt, $($argument:expr),*) => {
        sqlx::query_as!(
            Import,
            r#"select i.id, i.file_name, i.state as "state: State", i.problem, i.columns as "columns: Json<Vec<Column>>", i.total,
                i.accepted, i.rejected, i.duplicates, i.flagged, i.progress, i.author_id, i.department_id, i.assign_all,
                i.assign_departments, i.trace_parent, i.version, i.create_time, i.finish_time
            from "# + $from,
            $($argument),*
        )
    };
}

/// An import within a scope.
pub async fn find(executor: impl PgExecutor<'_>, id: Uuid, scope: &Scope) -> Result<Option<Import>, Failure> {
    let row = select!(
        "import i
        where i.id = $1 and ($2::uuid[] is null or i.department_id = any($2)) and ($3::uuid is null or i.author_id = $3)",
        id,
        scope.departments() as _,
        scope.owner()
    );
    Ok(row.fetch_optional(executor).await?)
}

/// The same, locked until the transaction ends.
pub async fn lock(connection: &mut PgConnection, id: Uuid, scope: &Scope) -> Result<Option<Import>, Failure> {
    let row = select!(
        "import i
        where i.id = $1 and ($2::uuid[] is null or i.department_id = any($2)) and ($3::uuid is null or i.author_id = $3)
        for update",
        id,
        scope.departments() as _,
        scope.owner()
    );
    Ok(row.fetch_optional(connection).await?)
}

/// Writes a new import with its file.
pub async fn add(write: &mut Write, import: &Import, content: &[u8]) -> Result<(), Failure> {
    sqlx::query!(
        "insert into import (id, file_name, state, author_id, department_id, assign_all, assign_departments, trace_parent,
            version, create_time, lease_time)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)",
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
    )
    .execute(write.connection())
    .await?;
    sqlx::query!("insert into import_file (import_id, content) values ($1, $2)", import.id, content)
        .execute(write.connection())
        .await?;
    record(write, None, import).await
}

/// Writes the next state of a locked import.
pub async fn update(write: &mut Write, before: &Import, after: &mut Import) -> Result<(), Failure> {
    after.version = before.version + 1;
    let updated = sqlx::query!(
        "update import set state = $3, problem = $4, columns = $5, total = $6, accepted = $7, rejected = $8, duplicates = $9,
            flagged = $10, finish_time = $11, version = $12, lease_time = $13
        where id = $1 and version = $2",
        after.id,
        before.version,
        after.state as State,
        after.problem,
        Json(&after.columns.0) as _,
        after.total,
        after.accepted,
        after.rejected,
        after.duplicates,
        after.flagged,
        after.finish_time,
        after.version,
        write.now(),
    );
    match updated.execute(write.connection()).await?.rows_affected() {
        1 => record(write, Some(before), after).await,
        count => Err(Failure::internal(format!("{count} rows of import {} changed under its lock", after.id))),
    }
}

async fn record(write: &mut Write, before: Option<&Import>, after: &Import) -> Result<(), Failure> {
    let (old, new) = (before.map(|import| import.clone().into_proto()), after.clone().into_proto());
    let fields = changed(&old.clone().unwrap_or_default(), &new)?;
    let payload = ImportChanged { before: old, after: Some(new) };
    let change = Change {
        subject_type: "customer.import",
        subject_id: after.id,
        version: after.version,
        verb: if before.is_none() { "created" } else { "updated" },
        fields,
        owner_id: Some(after.author_id),
        department_id: after.department_id,
        payload: &payload,
    };
    write.record(change).await
}

/// Takes the oldest import that waits for work and that nobody works on.
pub async fn claim(pool: &Pool) -> Result<Option<Import>, Failure> {
    let claimed = sqlx::query_scalar!(
        "update import set lease_time = now() + interval '10 seconds'
        where id = (
            select id from import where state in ('CHECKING', 'RUNNING') and lease_time <= now()
            order by create_time limit 1 for update skip locked
        )
        returning id",
    );
    match claimed.fetch_optional(pool).await? {
        Some(id) => find(pool, id, &Scope::Everything).await,
        None => Ok(None),
    }
}

/// The bytes of the uploaded file.
pub async fn file(pool: &Pool, id: Uuid) -> Result<Vec<u8>, Failure> {
    Ok(sqlx::query_scalar!("select content from import_file where import_id = $1", id).fetch_one(pool).await?)
}

/// Rows by outcome.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    accepted: i32,
    flagged: i32,
    rejected: i32,
    duplicates: i32,
}

impl Counts {
    pub fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Accepted => self.accepted += 1,
            Outcome::Flagged => {
                self.accepted += 1;
                self.flagged += 1;
            }
            Outcome::Rejected => self.rejected += 1,
            Outcome::Duplicate => self.duplicates += 1,
        }
    }
}

/// A checked row, to be kept.
#[derive(Debug)]
pub struct NewRow {
    pub row: i32,
    pub outcome: Outcome,
    pub values: Value,
    pub draft: Option<Value>,
    pub errors: Value,
    pub duplicate_row: Option<i32>,
    pub duplicate_customer_id: Option<Uuid>,
    pub duplicate_by: Option<String>,
}

impl NewRow {
    pub fn new(row: i32, outcome: Outcome, values: Value) -> NewRow {
        let errors = Value::Array(Vec::new());
        NewRow {
            row,
            outcome,
            values,
            draft: None,
            errors,
            duplicate_row: None,
            duplicate_customer_id: None,
            duplicate_by: None,
        }
    }
}

/// Forgets the rows of a check that was broken off.
pub async fn clear_rows(pool: &Pool, id: Uuid) -> Result<(), Failure> {
    sqlx::query!("delete from import_row where import_id = $1", id).execute(pool).await?;
    Ok(())
}

/// Keeps checked rows and renews the lease.
pub async fn add_rows(pool: &Pool, id: Uuid, rows: &[NewRow]) -> Result<(), Failure> {
    let outcomes: Vec<Outcome> = rows.iter().map(|row| row.outcome).collect();
    let values: Vec<Value> = rows.iter().map(|row| row.values.clone()).collect();
    let drafts: Vec<Option<Value>> = rows.iter().map(|row| row.draft.clone()).collect();
    let errors: Vec<Value> = rows.iter().map(|row| row.errors.clone()).collect();
    sqlx::query!(
        r#"with renewed as (update import set lease_time = now() + interval '10 seconds' where id = $1)
        insert into import_row (import_id, row, outcome, "values", draft, errors, duplicate_row, duplicate_customer_id, duplicate_by)
        select $1, * from unnest($2::int[], $3::text[], $4::jsonb[], $5::jsonb[], $6::jsonb[], $7::int[], $8::uuid[], $9::text[])"#,
        id,
        &rows.iter().map(|row| row.row).collect::<Vec<_>>(),
        outcomes as _,
        &values,
        &drafts as _,
        &errors,
        &rows.iter().map(|row| row.duplicate_row).collect::<Vec<_>>() as _,
        &rows.iter().map(|row| row.duplicate_customer_id).collect::<Vec<_>>() as _,
        &rows.iter().map(|row| row.duplicate_by.clone()).collect::<Vec<_>>() as _,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Ends a check: the rows can be run.
pub async fn ready(writer: &Writer, import: &Import, columns: &[Column], counts: Counts) -> Result<(), Failure> {
    finish(writer, import, State::Checking, |after| {
        after.state = State::Ready;
        after.columns = Json(columns.to_vec());
        after.accepted = counts.accepted;
        after.flagged = counts.flagged;
        after.rejected = counts.rejected;
        after.duplicates = counts.duplicates;
        after.total = counts.accepted + counts.rejected + counts.duplicates;
    })
    .await
}

/// Ends an import whose file cannot be read.
pub async fn fail(writer: &Writer, import: &Import, problem: &str) -> Result<(), Failure> {
    finish(writer, import, State::Checking, |after| {
        after.state = State::Failed;
        after.problem = problem.to_owned();
    })
    .await
}

/// Ends a run.
pub async fn succeed(writer: &Writer, import: &Import) -> Result<(), Failure> {
    finish(writer, import, State::Running, |after| after.state = State::Succeeded).await
}

/// Leaves a state, unless somebody else has done so already. The file has then served.
async fn finish(
    writer: &Writer,
    import: &Import,
    from: State,
    change: impl FnOnce(&mut Import),
) -> Result<(), Failure> {
    let mut write = writer.begin_job(Some(import.author_id), import.trace_parent.clone()).await?;
    let Some(before) =
        lock(write.connection(), import.id, &Scope::Everything).await?.filter(|import| import.state == from)
    else {
        return Ok(());
    };
    let mut after = before.clone();
    change(&mut after);
    if after.state != State::Ready {
        after.finish_time = Some(write.now());
    }
    update(&mut write, &before, &mut after).await?;
    sqlx::query!("delete from import_file where import_id = $1", import.id).execute(write.connection()).await?;
    write.commit_job().await
}

/// A row that is accepted and not written yet.
#[derive(Debug)]
pub struct Waiting {
    pub row: i32,
    pub draft: Draft,
}

/// The next rows to write.
pub async fn waiting(pool: &Pool, id: Uuid, limit: i64) -> Result<Vec<Waiting>, Failure> {
    let rows = sqlx::query!(
        r#"select row, draft as "draft!: Json<Draft>" from import_row
        where import_id = $1 and customer_id is null and outcome in ('ACCEPTED', 'FLAGGED')
        order by row limit $2"#,
        id,
        limit,
    );
    let rows = rows.fetch_all(pool).await?;
    Ok(rows.into_iter().map(|row| Waiting { row: row.row, draft: row.draft.0 }).collect())
}

/// Locks a running import for one batch and renews its lease; false when it no longer runs.
pub async fn hold(connection: &mut PgConnection, id: Uuid) -> Result<bool, Failure> {
    let held = sqlx::query!(
        "update import set lease_time = now() + interval '10 seconds' where id = $1 and state = 'RUNNING'",
        id
    );
    Ok(held.execute(connection).await?.rows_affected() == 1)
}

/// Takes the advisory locks of duplicate keys, in the given order.
pub async fn hold_keys(connection: &mut PgConnection, keys: &[i64]) -> Result<(), Failure> {
    sqlx::query!("select count(pg_advisory_xact_lock(key)) from unnest($1::bigint[]) key", keys)
        .fetch_one(connection)
        .await?;
    Ok(())
}

/// Customers, those in the bin not counted, by the duplicate keys that they hold.
pub async fn holders(pool: &Pool, keys: &[i64]) -> Result<HashMap<i64, String>, Failure> {
    let holders = key_holders(pool, keys).await?;
    Ok(holders
        .into_iter()
        .flat_map(|(twin, held)| held.into_iter().map(move |key| (key, twin.id.to_string())))
        .collect())
}

/// The same customers, each with all its keys.
pub async fn key_holders(executor: impl PgExecutor<'_>, keys: &[i64]) -> Result<Vec<(Twin, Vec<i64>)>, Failure> {
    let rows = sqlx::query!(
        "select id, name, owner_id, department_id, duplicate_keys from customer where duplicate_keys && $1 and delete_time is null",
        keys,
    );
    let twins = rows.fetch_all(executor).await?.into_iter().map(|row| {
        let twin = Twin {
            id: row.id,
            name: row.name,
            owner_id: row.owner_id,
            department_id: row.department_id,
            deleted: false,
        };
        (twin, row.duplicate_keys)
    });
    Ok(twins.collect())
}

/// Customers, in the bin or not, by their credit codes.
pub async fn code_holders(executor: impl PgExecutor<'_>, codes: &[String]) -> Result<HashMap<String, String>, Failure> {
    let rows =
        sqlx::query!(r#"select credit_code as "credit_code!", id from customer where credit_code = any($1)"#, codes);
    Ok(rows.fetch_all(executor).await?.into_iter().map(|row| (row.credit_code, row.id.to_string())).collect())
}

/// Marks a row whose customer somebody entered since the check.
pub async fn duplicate(
    connection: &mut PgConnection,
    id: Uuid,
    row: i32,
    twin: Option<Uuid>,
    by: &str,
) -> Result<(), Failure> {
    sqlx::query!(
        "with marked as (
            update import_row set outcome = 'DUPLICATE', duplicate_customer_id = $3, duplicate_by = $4
            where import_id = $1 and row = $2
            returning (select old.outcome from import_row old where old.import_id = $1 and old.row = $2) as before
        )
        update import set flagged = flagged - (select count(*)::int from marked where before = 'FLAGGED') where id = $1",
        id,
        row,
        twin,
        by,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Marks the rows that became customers.
pub async fn written(
    connection: &mut PgConnection,
    id: Uuid,
    rows: &[(i32, Uuid)],
    duplicates: i32,
) -> Result<(), Failure> {
    let (numbers, customers): (Vec<i32>, Vec<Uuid>) = rows.iter().copied().unzip();
    sqlx::query!(
        "with marked as (
            update import_row set customer_id = made.customer_id
            from unnest($2::int[], $3::uuid[]) made (row, customer_id)
            where import_row.import_id = $1 and import_row.row = made.row
        )
        update import set progress = progress + cardinality($2::int[]), accepted = accepted - $4, duplicates = duplicates + $4
        where id = $1",
        id,
        &numbers,
        &customers,
        duplicates,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A row as it is shown.
#[derive(Debug)]
pub struct Row {
    pub row: i32,
    pub outcome: Outcome,
    pub values: Value,
    pub errors: Value,
    pub flags: Value,
    pub duplicate_row: Option<i32>,
    pub duplicate_customer_id: Option<Uuid>,
    pub duplicate_by: Option<String>,
    pub customer_id: Option<Uuid>,
}

/// Rows with one of the outcomes, in the order of the file.
pub async fn rows(pool: &Pool, id: Uuid, outcomes: &[Outcome], after: i32, limit: i64) -> Result<Vec<Row>, Failure> {
    let rows = sqlx::query_as!(
        Row,
        r#"select row, outcome as "outcome: Outcome", "values", errors, coalesce(draft -> 'flags', '[]') as "flags!", duplicate_row,
            duplicate_customer_id, duplicate_by, customer_id
        from import_row
        where import_id = $1 and outcome = any($2) and row > $3
        order by row limit $4"#,
        id,
        outcomes.to_vec() as _,
        after,
        limit,
    );
    Ok(rows.fetch_all(pool).await?)
}
