//! SQL of jobs and their records.

use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::{Item, Job, Outcome, Refusal, State};
use crate::{
    auth::Scope,
    database::{Pool, wrote_one},
    problem::Failure,
};

/// Selects jobs as `j`, or answers those that a statement has written.
macro_rules! select {
    ($before:tt, $after:tt, $($argument:expr),*) => {
        sqlx::query_as!(
            Job,
            $before + r#" j.id, j.kind, j.state as "state: State", j.spec, j.author_id, j.department_id,
                j.scope as "scope: Json<Scope>", j.trace_parent, j.chosen, j.cursor, j.total, j.progress, j.changed,
                j.unchanged, j.refused, j.create_time, j.finish_time "# + $after,
            $($argument),*
        )
    };
}

/// False when there is one of its id.
pub async fn add(connection: &mut PgConnection, job: &Job) -> Result<bool, Failure> {
    let added = sqlx::query!(
        "insert into job (id, kind, state, spec, author_id, department_id, scope, trace_parent, chosen, cursor, total,
            progress, changed, unchanged, refused, create_time, lease_time)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16)
        on conflict do nothing",
        job.id,
        job.kind,
        job.state as State,
        job.spec,
        job.author_id,
        job.department_id,
        Json(&job.scope.0) as _,
        job.trace_parent,
        job.chosen,
        job.cursor,
        job.total,
        job.progress,
        job.changed,
        job.unchanged,
        job.refused,
        job.create_time,
    );
    Ok(added.execute(connection).await?.rows_affected() == 1)
}

/// A job of an author, or of anybody.
pub async fn find(pool: &Pool, id: Uuid, kind: &str, author: Option<Uuid>) -> Result<Option<Job>, Failure> {
    let job = select!(
        "select",
        "from job j where j.id = $1 and j.kind = $2 and ($3::uuid is null or j.author_id = $3)",
        id,
        kind,
        author
    );
    Ok(job.fetch_optional(pool).await?)
}

/// The same, locked until the transaction ends.
pub async fn lock(
    connection: &mut PgConnection,
    id: Uuid,
    kind: &str,
    author: Option<Uuid>,
) -> Result<Option<Job>, Failure> {
    let job = select!(
        "select",
        "from job j where j.id = $1 and j.kind = $2 and ($3::uuid is null or j.author_id = $3) for update",
        id,
        kind,
        author
    );
    Ok(job.fetch_optional(connection).await?)
}

/// Writes the state of a locked job, and what a state begins with.
pub async fn turn(connection: &mut PgConnection, job: &Job) -> Result<(), Failure> {
    let turned = sqlx::query!(
        "update job set state = $2, chosen = $3, cursor = $4, total = $5, progress = $6, changed = $7, unchanged = $8,
            refused = $9, finish_time = $10, lease_time = now()
        where id = $1",
        job.id,
        job.state as State,
        job.chosen,
        job.cursor,
        job.total,
        job.progress,
        job.changed,
        job.unchanged,
        job.refused,
        job.finish_time,
    );
    wrote_one(turned.execute(connection).await?.rows_affected(), "job", job.id)
}

/// Takes the job that has waited longest and that nobody works on.
pub async fn claim(pool: &Pool, kind: &str) -> Result<Option<Job>, Failure> {
    let job = select!(
        "update job j set lease_time = now() + interval '10 seconds'
        where j.id = (
            select id from job where state in ('RUNNING', 'UNDOING') and kind = $1 and lease_time <= now()
            order by lease_time limit 1 for update skip locked
        )
        returning",
        "",
        kind
    );
    Ok(job.fetch_optional(pool).await?)
}

/// Locks the job for one step and renews its lease; false when it is no longer as it was.
pub async fn hold(connection: &mut PgConnection, job: &Job) -> Result<bool, Failure> {
    let held = sqlx::query!(
        "update job set lease_time = now() + interval '10 seconds'
        where id = $1 and state = $2 and chosen = $3 and cursor is not distinct from $4",
        job.id,
        job.state as State,
        job.chosen,
        job.cursor,
    );
    Ok(held.execute(connection).await?.rows_affected() == 1)
}

/// Notes a page of chosen records. After the last page the work begins with the first of them.
pub async fn chosen(connection: &mut PgConnection, id: Uuid, subjects: &[Uuid], is_last: bool) -> Result<Job, Failure> {
    let job = select!(
        "with added as (
            insert into job_item (job_id, subject_id) select $1, subject from unnest($2::uuid[]) subject
            on conflict do nothing returning 1
        )
        update job j set total = total + (select count(*)::integer from added), chosen = $3, cursor = $4
        where j.id = $1
        returning",
        "",
        id,
        subjects,
        is_last,
        subjects.last().filter(|_| !is_last).copied()
    );
    Ok(job.fetch_one(connection).await?)
}

/// The next records to come to.
pub async fn waiting(pool: &Pool, job: &Job, limit: usize) -> Result<Vec<Uuid>, Failure> {
    let subjects = sqlx::query_scalar!(
        "select subject_id from job_item where job_id = $1 and subject_id > $2 order by subject_id limit $3",
        job.id,
        job.cursor.unwrap_or(Uuid::nil()),
        i64::try_from(limit).unwrap_or(i64::MAX),
    );
    Ok(subjects.fetch_all(pool).await?)
}

/// The next records that it has changed.
pub async fn changed(pool: &Pool, job: &Job, limit: usize) -> Result<Vec<Item>, Failure> {
    let items = sqlx::query_as!(
        Item,
        r#"select subject_id, before as "before!", version as "version!" from job_item
        where job_id = $1 and subject_id > $2 and outcome = 'CHANGED'
        order by subject_id limit $3"#,
        job.id,
        job.cursor.unwrap_or(Uuid::nil()),
        i64::try_from(limit).unwrap_or(i64::MAX),
    );
    Ok(items.fetch_all(pool).await?)
}

/// Notes what became of records, for an undo.
pub async fn note(connection: &mut PgConnection, id: Uuid, outcomes: &[(Uuid, Outcome)]) -> Result<(), Failure> {
    let (mut subjects, mut names, mut befores, mut versions) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    note_refused(connection, id, outcomes).await?;
    for (subject, outcome) in outcomes {
        let (name, before, version) = match outcome {
            Outcome::Changed { before, version } => ("CHANGED", Some(before.clone()), Some(*version)),
            Outcome::Unchanged => ("UNCHANGED", None, None),
            Outcome::Refused(_) => ("REFUSED", None, None),
        };
        subjects.push(*subject);
        names.push(name.to_owned());
        befores.push(before);
        versions.push(version);
    }
    let (first, last) = bounds(&subjects);
    sqlx::query!(
        "update job_item item set outcome = done.outcome, before = done.before, version = done.version
        from unnest($2::uuid[], $3::text[], $4::bytea[], $5::bigint[]) done (subject_id, outcome, before, version)
        where item.job_id = $1 and item.subject_id = done.subject_id and item.subject_id between $6 and $7",
        id,
        &subjects,
        &names,
        &befores as &[Option<Vec<u8>>],
        &versions as &[Option<i64>],
        first,
        last,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes why records were left as they are.
pub async fn note_refused(
    connection: &mut PgConnection,
    id: Uuid,
    outcomes: &[(Uuid, Outcome)],
) -> Result<(), Failure> {
    let refused = outcomes.iter().filter_map(|(subject, outcome)| match outcome {
        Outcome::Refused(refusal) => Some((*subject, *refusal)),
        _ => None,
    });
    let (subjects, refusals): (Vec<Uuid>, Vec<Refusal>) = refused.unzip();
    if subjects.is_empty() {
        return Ok(());
    }
    let (first, last) = bounds(&subjects);
    sqlx::query!(
        "update job_item item set refusal = done.refusal
        from unnest($2::uuid[], $3::text[]) done (subject_id, refusal)
        where item.job_id = $1 and item.subject_id = done.subject_id and item.subject_id between $4 and $5",
        id,
        &subjects,
        &refusals as &[Refusal],
        first,
        last,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The least and the greatest of a batch's records. Told only which they are, a plan made before there are statistics of the job
/// reads all of it, for each batch.
fn bounds(subjects: &[Uuid]) -> (Option<Uuid>, Option<Uuid>) {
    (subjects.iter().min().copied(), subjects.iter().max().copied())
}

/// The first records that a job left as they are: in an undo, of those that it had changed.
pub async fn refused(pool: &Pool, id: Uuid, limit: i64) -> Result<Vec<(Uuid, Refusal)>, Failure> {
    let rows = sqlx::query!(
        r#"select item.subject_id, item.refusal as "refusal!: Refusal"
        from job_item item join job on job.id = item.job_id
        where item.job_id = $1 and item.refusal is not null
            and (item.outcome = 'CHANGED') = (job.state in ('UNDOING', 'UNDONE'))
        order by item.subject_id limit $2"#,
        id,
        limit,
    );
    Ok(rows.fetch_all(pool).await?.into_iter().map(|row| (row.subject_id, row.refusal)).collect())
}

/// Counts a batch and moves the cursor behind it.
pub async fn advance(connection: &mut PgConnection, id: Uuid, outcomes: &[(Uuid, Outcome)]) -> Result<Job, Failure> {
    let count = |is: fn(&Outcome) -> bool| {
        i32::try_from(outcomes.iter().filter(|(_, outcome)| is(outcome)).count()).unwrap_or(i32::MAX)
    };
    let job = select!(
        "update job j set progress = progress + $2 + $3 + $4, changed = changed + $2, unchanged = unchanged + $3,
            refused = refused + $4, cursor = $5
        where j.id = $1
        returning",
        "",
        id,
        count(|outcome| matches!(outcome, Outcome::Changed { .. })),
        count(|outcome| *outcome == Outcome::Unchanged),
        count(|outcome| matches!(outcome, Outcome::Refused(_))),
        outcomes.last().map(|(subject, _)| *subject)
    );
    Ok(job.fetch_one(connection).await?)
}

/// Ends a job that cannot go on.
pub async fn fail(pool: &Pool, id: Uuid) -> Result<Option<Job>, Failure> {
    let job = select!(
        "update job j set state = 'FAILED', finish_time = now() where j.id = $1 and j.state in ('RUNNING', 'UNDOING')
        returning",
        "",
        id
    );
    Ok(job.fetch_optional(pool).await?)
}
