//! Facts into their tables. The counters follow in the same statement, from the rows before and after: a fact that is
//! not newer than its row changes neither. Statements run in the order of [`write`], each on what the one before left.

mod customers;
mod follow_ups;
mod interactions;

use chrono::{DateTime, Utc};
use kit::Failure;
use sqlx::PgConnection;

use super::Facts;

/// Held by whoever writes facts: both of the consumer's queues and a rebuild come one after the other.
pub const WRITING: i64 = 0x0063_696d_735f_7270;
/// How long whoever writes waits for a row.
const PATIENCE: &str = "1s";

/// Waits for its turn to write, until the transaction ends. Who has it waits for no row for long: what an
/// import's batch cannot write now must not hold up a person's edit, and is tried again after it.
///
/// # Errors
/// When the database refuses.
pub async fn take_turn(connection: &mut PgConnection) -> Result<(), Failure> {
    // A plan made while the tables were small must not stay when an import fills them.
    let row = sqlx::query!(
        r#"select pg_try_advisory_xact_lock($1) as "taken!", set_config('plan_cache_mode', 'force_custom_plan', true) as plan,
            set_config('lock_timeout', $2, true) as patience"#,
        WRITING,
        PATIENCE,
    );
    if row.fetch_one(&mut *connection).await?.taken {
        return Ok(());
    }
    // A rebuild takes minutes. An event that gave up before its end would use up its deliveries.
    sqlx::query!("set local statement_timeout = 0").execute(&mut *connection).await?;
    sqlx::query!("set local lock_timeout = 0").execute(&mut *connection).await?;
    sqlx::query!("select pg_advisory_xact_lock($1)", WRITING).execute(&mut *connection).await?;
    sqlx::query!("set local statement_timeout to default").execute(&mut *connection).await?;
    sqlx::query_scalar!("select set_config('lock_timeout', $1, true)", PATIENCE).fetch_one(&mut *connection).await?;
    Ok(())
}

/// Writes the facts that are newer than what is there; `full` when more was waiting behind them.
///
/// # Errors
/// When the database refuses.
pub async fn write(connection: &mut PgConnection, facts: &Facts, full: bool) -> Result<(), Failure> {
    if !facts.customers.is_empty() {
        let moved = customers::put(&mut *connection, facts.customers.iter()).await?;
        interactions::follow(&mut *connection, &moved).await?;
        follow_ups::follow(&mut *connection, &moved).await?;
    }
    if !facts.interactions.is_empty() {
        interactions::put(&mut *connection, facts.interactions.iter()).await?;
        follow_ups::put(&mut *connection, facts.follow_ups.iter()).await?;
    }
    put_progress(connection, facts.event_time, full).await
}

async fn put_progress(
    connection: &mut PgConnection,
    event_time: Option<DateTime<Utc>>,
    full: bool,
) -> Result<(), Failure> {
    sqlx::query!(
        "insert into progress as known (event_time, backlog_time)
        values ($1, case when $2 then now() else '-infinity' end)
        on conflict (singleton) do update
            set event_time = greatest(known.event_time, excluded.event_time),
                backlog_time = greatest(known.backlog_time, excluded.backlog_time)",
        event_time,
        full,
    )
    .execute(connection)
    .await?;
    Ok(())
}
