//! how long the chains of seals take to be verified.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::time::sleep;

use super::{
    process::{SERVICES, System},
    report::{Figure, Report},
};

/// As many as the goal is for.
const EVENTS: f64 = 100_000.0;
const GOAL_SECONDS: f64 = 10.0;
const LOOK: Duration = Duration::from_secs(1);
/// Longer than a million events take.
const SETTLED_WITHIN: Duration = Duration::from_secs(900);

/// Waits until everything that the database was filled with is sealed: a processor is busy with it as long as that takes.
pub async fn settle(system: &System) -> Result<()> {
    let mut connection = PgConnection::connect(&system.url).await?;
    let mut all = system.all()?;
    all.ready(Some("/readyz")).await?;
    let begin = Instant::now();
    while !is_sealed(&mut connection).await? {
        ensure!(begin.elapsed() < SETTLED_WITHIN, "not sealed within {SETTLED_WITHIN:?}");
        sleep(LOOK).await;
    }
    println!("everything sealed after {:.0} s", begin.elapsed().as_secs_f64());
    Ok(())
}

async fn is_sealed(connection: &mut PgConnection) -> Result<bool> {
    const SEALED: &str = "select not exists (
        select from customer.event where sequence > (select coalesce(max(last_sequence), 0) from customer.seal)
    )";
    Ok(sqlx::query_scalar(SEALED).fetch_one(connection).await?)
}

pub async fn measure(system: &System, report: &mut Report) -> Result<()> {
    let mut connection = PgConnection::connect(&system.url).await?;
    let counts = SERVICES.map(|service| format!("(select count(*) from {service}.event)")).join(" + ");
    let events: i64 = sqlx::query_scalar(AssertSqlSafe(format!("select {counts}"))).fetch_one(&mut connection).await?;
    report.note_load();
    let begin = Instant::now();
    system.verify_audit().await.context("cims audit verify")?;
    let value = begin.elapsed().as_secs_f64() * EVENTS / events as f64;
    let name = "audit verify, 100,000 events".to_owned();
    report.put(Figure { id: "X-7", name, value, unit: "s", goal: Some((GOAL_SECONDS, false)) });
    Ok(())
}
