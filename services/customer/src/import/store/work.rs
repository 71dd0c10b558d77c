//! SQL of the jobs that write an import's rows and take them back.

use std::collections::{HashMap, HashSet};

use intake::import::Draft;
use kit::{Failure, database::Pool};
use serde_json::Value;
use sqlx::{PgConnection, PgExecutor, types::Json};
use uuid::Uuid;

use crate::{
    customer::store::Twin,
    import::{DuplicatePolicy, Import, Outcome},
};

/// How many rows a run goes through.
pub async fn run_to_do(connection: &mut PgConnection, import: &Import) -> Result<i32, Failure> {
    let targets = match import.duplicate_policy {
        DuplicatePolicy::Skip => 0,
        DuplicatePolicy::UpdateEmpty | DuplicatePolicy::Overwrite => {
            super::rows::duplicate_targets(connection, import.id).await?
        }
    };
    Ok(import.accepted + targets)
}

/// A row that a run has not come to yet.
#[derive(Debug)]
pub struct Waiting {
    pub row: i32,
    pub draft: Draft,
    /// The customer that it repeats.
    pub target: Option<Uuid>,
}

/// The rows to write behind one number and up to another: accepted ones and, unless duplicates are skipped, those of customers
/// that were there.
pub async fn waiting(pool: &Pool, import: &Import, (after, until): (i32, i32)) -> Result<Vec<Waiting>, Failure> {
    let rows = sqlx::query!(
        r#"select row, draft as "draft!: Json<Draft>", duplicate_customer_id from import_row
        where import_id = $1 and row > $2 and row <= $3 and draft is not null
            and (outcome in ('ACCEPTED', 'FLAGGED')
                or $4 and outcome = 'DUPLICATE' and duplicate_customer_id is not null)
        order by row"#,
        import.id,
        after,
        until,
        import.duplicate_policy != DuplicatePolicy::Skip,
    );
    let waiting = rows.fetch_all(pool).await?.into_iter();
    Ok(waiting.map(|row| Waiting { row: row.row, draft: row.draft.0, target: row.duplicate_customer_id }).collect())
}

/// Locks an import for one batch and renews its lease; false when it is no longer in that version, or another process has
/// done rows behind `after`.
pub async fn hold(connection: &mut PgConnection, import: &Import, after: i32) -> Result<bool, Failure> {
    let held = sqlx::query!(
        "update import set lease_time = now() + interval '5 seconds' where id = $1 and version = $2 and last_row = $3",
        import.id,
        import.version,
        after,
    );
    Ok(held.execute(connection).await?.rows_affected() == 1)
}

/// Lets a batch of a check end before the disk has it: what a crash of the database takes of it is checked again. Not so of a
/// run, whose events may have been published by then.
pub async fn need_not_last(connection: &mut PgConnection) -> Result<(), Failure> {
    sqlx::query!("set local synchronous_commit = off").execute(connection).await?;
    Ok(())
}

/// What a batch has done.
#[derive(Debug, Default)]
pub struct Done {
    pub rows: i32,
    pub last_row: i32,
    /// Accepted rows that turned out to be duplicates, and those among them that were flagged.
    pub duplicates: i32,
    pub unflagged: i32,
    pub updated: i32,
    pub reverted: i32,
    pub kept: i32,
}

/// Notes on the import what a batch has done.
pub async fn done(connection: &mut PgConnection, id: Uuid, done: &Done) -> Result<(), Failure> {
    sqlx::query!(
        "update import set progress = progress + $2, last_row = $3, accepted = accepted - $4, duplicates = duplicates + $4,
            flagged = flagged - $5, updated = updated + $6, reverted = reverted + $7, kept = kept + $8
        where id = $1",
        id,
        done.rows,
        done.last_row,
        done.duplicates,
        done.unflagged,
        done.updated,
        done.reverted,
        done.kept,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes the advisory locks of duplicate keys, in the given order.
pub async fn hold_keys(connection: &mut PgConnection, keys: &[i64]) -> Result<(), Failure> {
    sqlx::query!("select count(pg_advisory_xact_lock(key)) from unnest($1::bigint[]) key", keys)
        .fetch_one(connection)
        .await?;
    Ok(())
}

/// Locks customers in the order of their ids, so that two batches cannot wait for each other.
pub async fn lock_customers(connection: &mut PgConnection, ids: &[Uuid]) -> Result<(), Failure> {
    sqlx::query!("select id from customer where id = any($1) order by id for update", ids)
        .fetch_all(connection)
        .await?;
    Ok(())
}

/// Customers, those in the bin not counted, by the duplicate keys that they hold.
pub type Holders = HashMap<i64, Twin>;

/// The holders of these keys.
pub async fn key_holders(executor: impl PgExecutor<'_>, keys: &[i64]) -> Result<Holders, Failure> {
    // Key by key: for a batch's keys together (`duplicate_keys && $1`) the plan goes through all customers, 10 s at 1,000,000
    // instead of 30 ms.
    let rows = sqlx::query!(
        r#"select key as "key!", id, name, owner_id, department_id from unnest($1::bigint[]) key
        join customer on duplicate_keys @> array[key] and delete_time is null"#,
        keys,
    );
    let mut holders = Holders::new();
    for row in rows.fetch_all(executor).await? {
        let (id, name, owner_id, department_id) = (row.id, row.name, row.owner_id, row.department_id);
        let twin = Twin { id, name, owner_id, department_id, deleted: false, shared: false, keys: vec![row.key] };
        holders.insert(row.key, twin);
    }
    Ok(holders)
}

/// Customers, in the bin or not, by their credit codes.
pub async fn code_holders(executor: impl PgExecutor<'_>, codes: &[String]) -> Result<HashMap<String, Uuid>, Failure> {
    let rows =
        sqlx::query!(r#"select credit_code as "credit_code!", id from customer where credit_code = any($1)"#, codes);
    Ok(rows.fetch_all(executor).await?.into_iter().map(|row| (row.credit_code, row.id)).collect())
}

/// Those of these customers that this import has updated already.
pub async fn twice(connection: &mut PgConnection, id: Uuid, customers: &[Uuid]) -> Result<HashSet<Uuid>, Failure> {
    // Of none, a plan may go through all duplicates to find that out.
    if customers.is_empty() {
        return Ok(HashSet::new());
    }
    let rows = sqlx::query_scalar!(
        r#"select customer_id as "customer_id!" from import_row
        where import_id = $1 and outcome = 'DUPLICATE' and customer_id = any($2)"#,
        id,
        customers,
    );
    Ok(rows.fetch_all(connection).await?.into_iter().collect())
}

/// A row that was written.
#[derive(Debug)]
pub struct Written {
    pub row: i32,
    pub customer_id: Uuid,
    /// None when the customer already was as the row says.
    pub version: Option<i64>,
    /// The row changed more of the customer than its contacts.
    pub changed: bool,
    pub contact_id: Option<Uuid>,
}

impl Written {
    /// Marks the rows that became customers or changed them.
    pub async fn mark(connection: &mut PgConnection, id: Uuid, rows: &[Written]) -> Result<(), Failure> {
        let range = Range::of(rows, |row| row.row);
        sqlx::query!(
            "update import_row set customer_id = ($4::uuid[])[row - $2 + 1], customer_version = ($5::bigint[])[row - $2 + 1],
                customer_changed = ($6::boolean[])[row - $2 + 1], contact_id = ($7::uuid[])[row - $2 + 1]
            where import_id = $1 and row >= $2 and row <= $3 and ($4::uuid[])[row - $2 + 1] is not null",
            id,
            range.first,
            range.last,
            range.each(|row| Some(row.customer_id)) as _,
            range.each(|row| row.version) as _,
            range.each(|row| Some(row.changed)) as _,
            range.each(|row| row.contact_id) as _,
        )
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// Numbers of rows from one to another, and what is to be written of those that stand there.
///
/// A statement finds what it writes of a row by the row's place in the range. By a join of the rows with their import it would read
/// all of the import where a plan expects one row of it, as it does of one that is younger than the statistics.
struct Range<'r, T> {
    first: i32,
    last: i32,
    places: Vec<Option<&'r T>>,
}

impl<'r, T> Range<'r, T> {
    fn of(rows: &'r [T], number: impl Fn(&T) -> i32) -> Range<'r, T> {
        let numbers: Vec<i32> = rows.iter().map(number).collect();
        let first = numbers.iter().min().copied().unwrap_or_default();
        // Of no rows nothing lies between.
        let last = numbers.iter().max().copied().unwrap_or(first - 1);
        let place = |number: i32| usize::try_from(number - first).unwrap_or_default();
        let mut places = vec![None; place(last + 1)];
        for (row, number) in rows.iter().zip(numbers) {
            places[place(number)] = Some(row);
        }
        Range { first, last, places }
    }

    /// A value of each row; null where there is none.
    fn each<V>(&self, value: impl Fn(&T) -> Option<V>) -> Vec<Option<V>> {
        self.places.iter().map(|row| row.and_then(&value)).collect()
    }
}

/// Marks a row that is not written as a duplicate, with the reason when it has one; true when it had been flagged.
pub async fn skip(
    connection: &mut PgConnection,
    id: Uuid,
    row: i32,
    (twin, by): (Option<Uuid>, &str),
    errors: Option<Value>,
) -> Result<bool, Failure> {
    let before = sqlx::query_scalar!(
        r#"update import_row set outcome = 'DUPLICATE', duplicate_customer_id = coalesce($3, import_row.duplicate_customer_id),
            duplicate_by = coalesce(import_row.duplicate_by, $4), errors = coalesce($5, import_row.errors)
        from import_row before
        where import_row.import_id = $1 and import_row.row = $2 and before.import_id = $1 and before.row = $2
        returning before.outcome as "outcome: Outcome""#,
        id,
        row,
        twin,
        by,
        errors,
    );
    Ok(before.fetch_one(connection).await? == Outcome::Flagged)
}

/// How many rows a revert goes through.
pub async fn revert_to_do(connection: &mut PgConnection, id: Uuid) -> Result<i32, Failure> {
    let count = sqlx::query_scalar!(
        r#"select count(*)::int as "rows!" from import_row where import_id = $1 and customer_version is not null"#,
        id,
    );
    Ok(count.fetch_one(connection).await?)
}

/// A row to take back.
#[derive(Debug)]
pub struct Revert {
    pub row: i32,
    /// The row made its customer; else it changed it.
    pub created: bool,
    pub customer_id: Uuid,
    pub version: i64,
    pub changed: bool,
    pub contact_id: Option<Uuid>,
}

/// The rows to take back behind one number and up to another.
pub async fn revert_rows(pool: &Pool, id: Uuid, (after, until): (i32, i32)) -> Result<Vec<Revert>, Failure> {
    let rows = sqlx::query_as!(
        Revert,
        r#"select row, outcome <> 'DUPLICATE' as "created!", customer_id as "customer_id!", customer_version as "version!",
            customer_changed as changed, contact_id
        from import_row
        where import_id = $1 and row > $2 and row <= $3 and customer_version is not null and customer_id is not null
        order by row"#,
        id,
        after,
        until,
    );
    Ok(rows.fetch_all(pool).await?)
}

/// Marks the rows that a revert left, each with its reason.
pub async fn kept(connection: &mut PgConnection, id: Uuid, rows: &[(i32, &'static str)]) -> Result<(), Failure> {
    let range = Range::of(rows, |(row, _)| *row);
    sqlx::query!(
        "update import_row set kept_because = ($4::text[])[row - $2 + 1]
        where import_id = $1 and row >= $2 and row <= $3 and ($4::text[])[row - $2 + 1] is not null",
        id,
        range.first,
        range.last,
        range.each(|(_, reason)| Some(*reason)) as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The event by which a customer got a version, whole.
pub async fn state_before(
    connection: &mut PgConnection,
    customer_id: Uuid,
    version: i64,
) -> Result<Option<Vec<u8>>, Failure> {
    let payload = sqlx::query_scalar!(
        r#"select event.payload || coalesce(personal.payload, ''::bytea) as "payload!"
        from event left join event_personal personal on personal.event_id = event.id
        where event.subject_id = $1 and event.subject_version = $2"#,
        customer_id,
        version,
    );
    Ok(payload.fetch_optional(connection).await?)
}
