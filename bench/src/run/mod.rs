//! Measuring on a copy of the template.
//!
//! Each round measures the limit, the empty request and CIMS, one right after the other, so that a noisy machine is noisy
//! for all three; a figure is the median of the rounds.

mod audit;
mod authorisation;
mod create;
mod http;
mod import;
mod limit;
mod list;
mod load;
mod measure;
mod overload;
mod process;
mod read;
mod report;
mod search;
mod sign_in;
mod start;
mod telemetry;
mod visible;
mod web;

use std::{path::PathBuf, time::Duration};

use anyhow::Result;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::fill::Template;
use process::System;
use report::Report;

/// Measures. Paths of queries and results are relative to the repository.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    template: Template,
    #[arg(long, env = "CIMS_AMQP_URL")]
    amqp: String,
    /// Where the processes keep their keys and logs.
    #[arg(long)]
    data: PathBuf,
    #[arg(long)]
    pgbench: PathBuf,
    /// The demo people's password, which everybody has.
    #[arg(long, env = "CIMS_DEMO_PASSWORD", hide_env_values = true)]
    password: String,
    /// What stands behind the date in the name of the results' file.
    #[arg(long, default_value = "run")]
    name: String,
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Of each measurement: 8 unless given, and of overload 120.
    #[arg(long)]
    seconds: Option<u64>,
    /// Wait so many seconds at most for a load average below 1.
    #[arg(long, default_value_t = 600)]
    patience: u64,
    /// Only these figures. Measured when they are named: `authorisation`, what authorisation costs of P-1 and P-3; `telemetry`,
    /// what a collector that is down costs of P-1; F-13, overload.
    #[arg(long, value_delimiter = ',', default_value = "P-1,P-2,P-3,P-4,P-5,P-7,P-9,P-13,P-14,X-7")]
    only: Vec<String>,
    /// P-7: rows of the lists that are imported; 1000000 takes its time.
    #[arg(long, value_delimiter = ',', default_value = "10000,100000")]
    import_rows: Vec<u32>,
    /// P-9: writes a second.
    #[arg(long, default_value_t = 500)]
    writes_per_second: u64,
}

/// The database that is measured on.
const DATABASE: &str = "measured";
/// Of a measurement, unless given.
const SECONDS: u64 = 8;
/// As in the goals.
const CONNECTIONS: usize = 32;

pub async fn run(arguments: &Arguments) -> Result<()> {
    let template = &arguments.template;
    copy(template).await?;
    let system = System::prepare(arguments, &template.url_of(DATABASE)?)?;
    audit::settle(&system).await?;
    warm(&system).await?;
    report::quiet(Duration::from_secs(arguments.patience)).await;
    let mut report = Report::begin(&system.url, template.customers).await?;
    // What was found before a part failed is told all the same.
    let measured = measure_all(&system, arguments, &mut report).await;
    report.finish(&arguments.name)?;
    measured
}

async fn measure_all(system: &System, arguments: &Arguments, report: &mut Report) -> Result<()> {
    let wanted = |id: &str| arguments.only.iter().any(|own| own == id);
    // First, as it makes the keys that single roles then take.
    start::measure(system, report, if wanted("P-13") { arguments.rounds } else { 0 }).await?;
    if wanted("X-7") {
        audit::measure(system, report).await?;
    }
    if wanted("P-1") {
        measure::measure(system, arguments, &read::WORK, report).await?;
        read::floor(system, arguments, report).await?;
    }
    if wanted("P-3") {
        measure::measure(system, arguments, &list::WORK, report).await?;
        list::depth(system, arguments, report).await?;
    }
    if wanted("authorisation") {
        authorisation::measure(system, arguments, report).await?;
    }
    if wanted("telemetry") {
        telemetry::measure(system, arguments, report).await?;
    }
    if wanted("P-4") {
        search::quick(system, arguments, report).await?;
    }
    if wanted("P-5") {
        search::advanced(system, arguments, report).await?;
    }
    if wanted("P-14") {
        web::measure(system, arguments, report).await?;
    }
    // Behind what only reads: the customers that it makes are the newest, and all alike.
    if wanted("P-2") {
        measure::measure(system, arguments, &create::WORK, report).await?;
    }
    if wanted("P-7") {
        import::measure(system, arguments, report).await?;
    }
    if wanted("P-9") {
        visible::measure(system, arguments, report).await?;
    }
    if wanted("F-13") {
        overload::measure(system, arguments, report).await?;
    }
    Ok(())
}

impl Arguments {
    fn length(&self) -> Duration {
        Duration::from_secs(self.seconds.unwrap_or(SECONDS))
    }
}

/// Reads what customers are found by and shown from into the database's memory, as on a day when people have worked: the copy
/// left it on the disk. A server without the extension is measured as it is.
async fn warm(system: &System) -> Result<()> {
    const BLOCKS: &str = "select sum(pg_prewarm(oid::regclass))::bigint from pg_class
        where relnamespace = 'customer'::regnamespace and relkind in ('r', 'i') and relname ~ '^(search|customer|contact)'";
    let mut server = PgConnection::connect(&system.url).await?;
    if let Err(error) = server.execute("create extension if not exists pg_prewarm").await {
        println!("the database's memory is not warmed: {error}");
        return Ok(());
    }
    let blocks: i64 = sqlx::query_scalar(BLOCKS).fetch_one(&mut server).await?;
    println!("the database has read {} MB", blocks / 128);
    Ok(())
}

async fn copy(template: &Template) -> Result<()> {
    let mut server = PgConnection::connect(&template.url_of("postgres")?).await?;
    let mut run = async |statement: String| server.execute(AssertSqlSafe(statement)).await;
    run(format!("drop database if exists {DATABASE} with (force)")).await?;
    run(format!("create database {DATABASE} template {} strategy file_copy", template.name())).await?;
    run("checkpoint".to_owned()).await?;
    template.cims(DATABASE, &["migrate"]).await
}
