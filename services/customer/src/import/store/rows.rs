//! SQL of an import's rows.

use chrono::{DateTime, Utc};
use intake::import::{Cell, Draft};
use kit::{Failure, database::Pool, secret::Secrets};
use serde_json::Value;
use sqlx::{PgConnection, PgExecutor, types::Json};
use uuid::Uuid;

use crate::import::{Import, Outcome, secret::Opened};

/// Rows by outcome.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    accepted: i32,
    flagged: i32,
    rejected: i32,
    duplicates: i32,
    dropped: i32,
}

impl Counts {
    pub fn add(&mut self, outcome: Outcome, rows: i32) {
        match outcome {
            Outcome::Accepted => self.accepted += rows,
            Outcome::Flagged => {
                self.accepted += rows;
                self.flagged += rows;
            }
            Outcome::Rejected => self.rejected += rows,
            Outcome::Duplicate => self.duplicates += rows,
            Outcome::Dropped => self.dropped += rows,
        }
    }

    pub fn into_import(self, import: &mut Import) {
        import.accepted = self.accepted;
        import.flagged = self.flagged;
        import.rejected = self.rejected;
        import.duplicates = self.duplicates;
        import.dropped = self.dropped;
        import.total = self.accepted + self.rejected + self.duplicates;
    }
}

/// Counts an import's rows.
pub async fn count(executor: impl PgExecutor<'_>, id: Uuid) -> Result<Counts, Failure> {
    let rows = sqlx::query!(
        r#"select outcome as "outcome: Outcome", count(*)::int as "rows!" from import_row
        where import_id = $1 group by outcome"#,
        id,
    );
    let mut counts = Counts::default();
    for row in rows.fetch_all(executor).await? {
        counts.add(row.outcome, row.rows);
    }
    Ok(counts)
}

/// A checked row, to be kept.
#[derive(Debug)]
pub struct NewRow {
    pub row: i32,
    pub outcome: Outcome,
    pub cells: Vec<Cell>,
    /// The sealed cells ([`crate::import::secret`]).
    pub secret: Option<Vec<u8>>,
    pub draft: Option<Box<Draft>>,
    pub keys: Vec<i64>,
    pub errors: Value,
    pub duplicate_row: Option<i32>,
    pub duplicate_customer_id: Option<Uuid>,
    pub duplicate_by: Option<&'static str>,
}

/// Keeps checked rows over what a check before said of them.
pub async fn put_rows(connection: &mut PgConnection, id: Uuid, rows: &[NewRow]) -> Result<(), Failure> {
    let outcomes: Vec<Outcome> = rows.iter().map(|row| row.outcome).collect();
    let cells: Vec<Json<&Vec<Cell>>> = rows.iter().map(|row| Json(&row.cells)).collect();
    let drafts: Vec<Option<Json<&Draft>>> = rows.iter().map(|row| row.draft.as_deref().map(Json)).collect();
    // Arrays of arrays would have to be rectangular.
    let keys: Vec<String> = rows.iter().map(|row| joined(&row.keys)).collect();
    let errors: Vec<&Value> = rows.iter().map(|row| &row.errors).collect();
    sqlx::query!(
        r#"insert into import_row (import_id, row, outcome, cells, draft, keys, errors, duplicate_row, duplicate_customer_id,
            duplicate_by, secret)
        select $1, new.row, new.outcome, new.cells, new.draft, string_to_array(new.keys, ',')::bigint[], new.errors,
            new.duplicate_row, new.duplicate_customer_id, new.duplicate_by, new.secret
        from unnest($2::int[], $3::text[], $4::jsonb[], $5::jsonb[], $6::text[], $7::jsonb[], $8::int[], $9::uuid[],
            $10::text[], $11::bytea[])
            new (row, outcome, cells, draft, keys, errors, duplicate_row, duplicate_customer_id, duplicate_by, secret)
        on conflict (import_id, row) do update set outcome = excluded.outcome, cells = excluded.cells,
            draft = excluded.draft, keys = excluded.keys, errors = excluded.errors,
            duplicate_row = excluded.duplicate_row, duplicate_customer_id = excluded.duplicate_customer_id,
            duplicate_by = excluded.duplicate_by, secret = excluded.secret"#,
        id,
        &rows.iter().map(|row| row.row).collect::<Vec<_>>(),
        outcomes as _,
        cells as _,
        drafts as _,
        &keys,
        errors as _,
        &rows.iter().map(|row| row.duplicate_row).collect::<Vec<_>>() as _,
        &rows.iter().map(|row| row.duplicate_customer_id).collect::<Vec<_>>() as _,
        &rows.iter().map(|row| row.duplicate_by).collect::<Vec<_>>() as _,
        &rows.iter().map(|row| row.secret.as_deref()).collect::<Vec<_>>() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

fn joined(keys: &[i64]) -> String {
    keys.iter().map(i64::to_string).collect::<Vec<_>>().join(",")
}

/// A row as the file has it, and the keys that it has now.
#[derive(Debug)]
pub struct Kept {
    pub row: i32,
    pub cells: Json<Vec<Cell>>,
    pub secret: Option<Vec<u8>>,
    pub keys: Vec<i64>,
}

impl Kept {
    /// # Errors
    /// As [`Opened::of`].
    pub fn open(self, import_id: Uuid, secrets: &Secrets) -> Result<Opened, Failure> {
        let row = intake::import::Row { number: self.row.unsigned_abs(), cells: self.cells.0 };
        Opened::of(row, self.secret.as_deref(), import_id, secrets)
    }
}

/// The number of an import's last row; 0 without rows.
///
/// Whoever goes through an import goes from one number to another. Asked for the next so many rows instead, a plan made before
/// there are statistics of the import expects next to none, and sorts all that are left, each time.
pub async fn last_row(pool: &Pool, id: Uuid) -> Result<i32, Failure> {
    let last =
        sqlx::query_scalar!(r#"select coalesce(max(row), 0) as "last!" from import_row where import_id = $1"#, id);
    Ok(last.fetch_one(pool).await?)
}

/// The rows behind one number and up to another, in the order of the file, those dropped left out.
pub async fn kept_rows(pool: &Pool, id: Uuid, (after, until): (i32, i32)) -> Result<Vec<Kept>, Failure> {
    let rows = sqlx::query_as!(
        Kept,
        r#"select row, cells as "cells: Json<Vec<Cell>>", secret, keys from import_row
        where import_id = $1 and row > $2 and row <= $3 and outcome <> 'DROPPED' order by row"#,
        id,
        after,
        until,
    );
    Ok(rows.fetch_all(pool).await?)
}

/// The rows of these numbers, in the order of the file, dropped ones too.
pub async fn numbered(executor: impl PgExecutor<'_>, id: Uuid, numbers: &[i32]) -> Result<Vec<Kept>, Failure> {
    let rows = sqlx::query_as!(
        Kept,
        r#"select row, cells as "cells: Json<Vec<Cell>>", secret, keys from import_row
        where import_id = $1 and row = any($2) order by row"#,
        id,
        numbers,
    );
    Ok(rows.fetch_all(executor).await?)
}

/// A row with what it would become.
#[derive(Debug)]
pub struct Alike {
    pub row: i32,
    pub cells: Json<Vec<Cell>>,
    pub secret: Option<Vec<u8>>,
    pub keys: Vec<i64>,
    pub draft: Json<Draft>,
}

/// The rows that have one of the keys. No index serves this: it goes through the import, which takes a tenth of a second
/// for a hundred thousand rows, where keeping an index would cost each of them at every check.
pub async fn alike(connection: &mut PgConnection, id: Uuid, keys: &[i64]) -> Result<Vec<Alike>, Failure> {
    let rows = sqlx::query_as!(
        Alike,
        r#"select row, cells as "cells: Json<Vec<Cell>>", secret, keys, draft as "draft!: Json<Draft>" from import_row
        where import_id = $1 and keys && $2 and draft is not null order by row"#,
        id,
        keys,
    );
    Ok(rows.fetch_all(connection).await?)
}

/// Leaves rows out.
pub async fn drop_rows(connection: &mut PgConnection, id: Uuid, numbers: &[i32]) -> Result<(), Failure> {
    sqlx::query!(
        "update import_row set outcome = 'DROPPED', draft = null, errors = '[]', keys = '{}', duplicate_row = null,
            duplicate_customer_id = null, duplicate_by = null
        where import_id = $1 and row = any($2)",
        id,
        numbers,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets rows of imports that ended before a time, so many that it takes a moment; answers how many.
pub async fn forget_rows(pool: &Pool, before: DateTime<Utc>) -> Result<u64, Failure> {
    let forgotten = sqlx::query!(
        "delete from import_row where ctid = any(array(
            select own.ctid from import join import_row own on own.import_id = import.id
            where import.finish_time < $1 limit 10000
        ))",
        before,
    );
    Ok(forgotten.execute(pool).await?.rows_affected())
}

/// How many duplicates are of customers that were there.
pub async fn duplicate_targets(executor: impl PgExecutor<'_>, id: Uuid) -> Result<i32, Failure> {
    let count = sqlx::query_scalar!(
        r#"select count(*)::int as "rows!" from import_row
        where import_id = $1 and outcome = 'DUPLICATE' and duplicate_customer_id is not null"#,
        id,
    );
    Ok(count.fetch_one(executor).await?)
}

/// A row as it is shown.
#[derive(Debug)]
pub struct Row {
    pub row: i32,
    pub outcome: Outcome,
    pub cells: Json<Vec<Cell>>,
    pub secret: Option<Vec<u8>>,
    pub errors: Value,
    pub flags: Value,
    pub duplicate_row: Option<i32>,
    pub duplicate_customer_id: Option<Uuid>,
    pub duplicate_by: Option<String>,
    pub customer_id: Option<Uuid>,
    pub kept_because: String,
}

/// Which rows are asked for.
#[derive(Clone, Copy, Debug)]
pub enum Asked<'a> {
    Of(&'a [Outcome]),
    /// Of these outcomes, what a revert left.
    Kept(&'a [Outcome]),
    Numbers(&'a [i32]),
}

/// Rows, in the order of the file.
pub async fn rows(
    executor: impl PgExecutor<'_>,
    id: Uuid,
    asked: Asked<'_>,
    after: i32,
    limit: i64,
) -> Result<Vec<Row>, Failure> {
    let (outcomes, numbers) = match asked {
        Asked::Of(outcomes) | Asked::Kept(outcomes) => (Some(outcomes.to_vec()), None),
        Asked::Numbers(numbers) => (None, Some(numbers)),
    };
    let rows = sqlx::query_as!(
        Row,
        r#"select row, outcome as "outcome: Outcome", cells as "cells: Json<Vec<Cell>>", secret, errors,
            coalesce(draft -> 'flags', '[]') as "flags!", duplicate_row, duplicate_customer_id, duplicate_by, customer_id,
            kept_because
        from import_row
        where import_id = $1 and ($2::text[] is null or outcome = any($2)) and ($3::int[] is null or row = any($3))
            and row > $4 and (not $6 or kept_because <> '')
        order by row limit $5"#,
        id,
        outcomes as _,
        numbers as _,
        after,
        limit,
        matches!(asked, Asked::Kept(_)),
    );
    Ok(rows.fetch_all(executor).await?)
}
