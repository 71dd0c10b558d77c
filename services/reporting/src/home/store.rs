//! The sums of the home page. Whole days come from the counters, hours from the facts.

mod trend;

pub use trend::by_week;

use chrono::{DateTime, Utc};
use kit::{Failure, Scope, database::Pool};
use sqlx::PgConnection;
use uuid::Uuid;

use super::window::{Past, Window, Windows};
use crate::rebuild::REBUILDING;

/// Everything that the page shows, of one moment.
#[derive(Debug)]
pub struct Figures {
    pub event_time: Option<DateTime<Utc>>,
    pub caught_up: bool,
    /// Dimension ("province", "level"), key, customers.
    pub keys: Vec<(String, String, i64)>,
    /// Customers by owner; empty for a reader who sees only their own.
    pub owners: Vec<(Uuid, i64)>,
    pub created: i64,
    /// Contact records by author.
    pub contacts: Vec<(Option<Uuid>, i64)>,
    pub due: i64,
    pub overdue: i64,
}

/// One snapshot for all figures. Plans are made for the values at hand: one person's rows and everybody's need other
/// ones, and none of them is worth compiling.
const BEGIN: &str = "begin isolation level repeatable read read only; set local plan_cache_mode = force_custom_plan; set local jit = off";

/// # Errors
/// When the database refuses.
pub async fn figures(pool: &Pool, scope: &Scope, windows: &Windows) -> Result<Figures, Failure> {
    let mut transaction = pool.begin_with(BEGIN).await?;
    let connection = &mut *transaction;
    let (event_time, caught_up) = progress(&mut *connection).await?;
    let owners = if scope.is_personal() { Vec::new() } else { owners(&mut *connection, scope).await? };
    let (due, overdue) = follow_ups(&mut *connection, scope, &windows.today).await?;
    let figures = Figures {
        event_time,
        caught_up,
        keys: keys(&mut *connection, scope).await?,
        owners,
        created: created(&mut *connection, scope, &windows.month).await?,
        contacts: contacts(&mut *connection, scope, &windows.week).await?,
        due,
        overdue,
    };
    transaction.commit().await?;
    Ok(figures)
}

/// A full batch has others behind it: so long as one was applied within these seconds, events are waiting. Events that have not
/// arrived are told by the heartbeats that have not.
async fn progress(connection: &mut PgConnection) -> Result<(Option<DateTime<Utc>>, bool), Failure> {
    let row = sqlx::query!(
        r#"select known.event_time as "event_time?",
            coalesce(known.backlog_time < now() - interval '2 seconds', true) as "drained!",
            is_current('customer') and is_current('interaction') as "current!",
            pg_try_advisory_xact_lock_shared($1) as "settled!"
        from (select) one left join progress known on true"#,
        REBUILDING,
    )
    .fetch_one(connection)
    .await?;
    Ok((row.event_time, row.drained && row.current && row.settled))
}

async fn keys(connection: &mut PgConnection, scope: &Scope) -> Result<Vec<(String, String, i64)>, Failure> {
    let rows = sqlx::query!(
        r#"select dimension, key, sum(count)::bigint as "count!" from key_count
        where in_scope($1, $2, department_id, owner_id)
        group by dimension, key"#,
        scope.departments(),
        scope.owner(),
    );
    let rows = rows.fetch_all(connection).await?;
    Ok(rows.into_iter().map(|row| (row.dimension, row.key, row.count)).collect())
}

async fn owners(connection: &mut PgConnection, scope: &Scope) -> Result<Vec<(Uuid, i64)>, Failure> {
    let rows = sqlx::query!(
        r#"select owner_id as "owner_id!", sum(count)::bigint as "count!" from key_count
        where in_scope($1, $2, department_id, owner_id) and dimension = 'level' and owner_id is not null
        group by owner_id"#,
        scope.departments(),
        scope.owner(),
    );
    let rows = rows.fetch_all(connection).await?;
    Ok(rows.into_iter().map(|row| (row.owner_id, row.count)).collect())
}

async fn created(connection: &mut PgConnection, scope: &Scope, month: &Window) -> Result<i64, Failure> {
    let count = sqlx::query_scalar!(
        r#"select coalesce(sum(part.count), 0)::bigint as "count!" from (
            select sum(count) as count from day_count
            where measure = 'created' and day >= $3 and day < $4
                and in_scope($1, $2, department_id, owner_id)
            union all
            select count(*) from customer_fact
            where not deleted and create_time >= $5 and create_time < $6
                and in_scope($1, $2, department_id, owner_id)
            union all
            select count(*) from customer_fact
            where not deleted and create_time >= $7 and create_time < $8
                and in_scope($1, $2, department_id, owner_id)
        ) part"#,
        scope.departments(),
        scope.owner(),
        month.first,
        month.last,
        month.from,
        month.head_end,
        month.tail_start,
        month.to,
    );
    Ok(count.fetch_one(connection).await?)
}

async fn contacts(
    connection: &mut PgConnection,
    scope: &Scope,
    week: &Window,
) -> Result<Vec<(Option<Uuid>, i64)>, Failure> {
    let rows = sqlx::query!(
        r#"select part.author_id as "author_id?", sum(part.count)::bigint as "count!" from (
            select author_id, count from day_count
            where measure = 'contact' and day >= $3 and day < $4
                and in_scope($1, $2, department_id, owner_id)
            union all
            select author_id, 1 from interaction_fact
            where counted and occur_time >= $5 and occur_time < $6
                and in_scope($1, $2, department_id, owner_id)
            union all
            select author_id, 1 from interaction_fact
            where counted and occur_time >= $7 and occur_time < $8
                and in_scope($1, $2, department_id, owner_id)
        ) part
        group by part.author_id"#,
        scope.departments(),
        scope.owner(),
        week.first,
        week.last,
        week.from,
        week.head_end,
        week.tail_start,
        week.to,
    );
    let rows = rows.fetch_all(connection).await?;
    Ok(rows.into_iter().map(|row| (row.author_id, row.count)).collect())
}

/// Due today, and due before.
async fn follow_ups(connection: &mut PgConnection, scope: &Scope, today: &Window) -> Result<(i64, i64), Failure> {
    let past = Past::before(today.from);
    let row = sqlx::query!(
        r#"select
            (select count(*) from follow_up_fact
                where counted and due_time >= $3 and due_time < $4
                    and in_scope($1, $2, department_id, owner_id)) as "due!",
            (select coalesce(sum(part.count), 0)::bigint from (
                select sum(count) as count from day_count
                where measure = 'due_month' and day < $5
                    and in_scope($1, $2, department_id, owner_id)
                union all
                select sum(count) from day_count
                where measure = 'due' and day >= $5 and day < $6
                    and in_scope($1, $2, department_id, owner_id)
                union all
                select count(*) from follow_up_fact
                where counted and due_time >= $7 and due_time < $8
                    and in_scope($1, $2, department_id, owner_id)
            ) part) as "overdue!""#,
        scope.departments(),
        scope.owner(),
        today.from,
        today.to,
        past.month,
        past.day,
        past.day_start,
        past.end,
    );
    let row = row.fetch_one(connection).await?;
    Ok((row.due, row.overdue))
}
