//! Filling a database once and keeping it as a template.

mod indexes;
mod people;
mod rows;

use std::{path::PathBuf, time::Instant};

use anyhow::{Context, Result};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tokio::{process::Command, task::JoinSet};

use crate::data;

/// Fills the template unless it is there.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    pub template: Template,
    /// Fill it anew.
    #[arg(long)]
    fresh: bool,
}

/// Which template, and where.
#[derive(Clone, Debug, clap::Args)]
pub struct Template {
    /// An administrator's URL of PostgreSQL.
    #[arg(long, env = "CIMS_DATABASE_URL")]
    pub url: String,
    /// The binary `cims`, which migrates.
    #[arg(long)]
    pub cims: PathBuf,
    #[arg(long, default_value_t = 1_000_000)]
    pub customers: u64,
}

impl Template {
    /// The database that is copied for each run.
    pub fn name(&self) -> String {
        format!("filled_{}", self.customers)
    }

    /// The same server's URL of another database.
    pub fn url_of(&self, database: &str) -> Result<String> {
        let (server, _) = self.url.rsplit_once('/').context("the URL names no database")?;
        Ok(format!("{server}/{database}"))
    }

    /// Runs `cims` as an administrator of a database.
    pub async fn cims(&self, database: &str, words: &[&str]) -> Result<()> {
        let url = self.url_of(database)?;
        let mut command = Command::new(&self.cims);
        // What is slow on a busy machine is no news here.
        command.args(words).env("CIMS_DATABASE_URL", url).env("CIMS_LOG", "error");
        let status = command.status().await?;
        anyhow::ensure!(status.success(), "cims {} ended with {status}", words.join(" "));
        Ok(())
    }
}

/// Rows that one worker sends before it turns to the next table.
const BATCH: u64 = 5_000;

pub async fn run(arguments: &Arguments) -> Result<()> {
    let template = &arguments.template;
    let mut server = PgConnection::connect(&template.url_of("postgres")?).await?;
    let (name, unfinished) = (template.name(), "filling");
    let exists: bool = sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
        .bind(&name)
        .fetch_one(&mut server)
        .await?;
    if exists && !arguments.fresh {
        println!("{name} is there");
        return Ok(());
    }
    let mut run = async |statement: String| server.execute(AssertSqlSafe(statement)).await;
    run(format!("drop database if exists {name} with (force)")).await?;
    run(format!("drop database if exists {unfinished} with (force)")).await?;
    run(format!("create database {unfinished} encoding 'UTF8' locale 'C.UTF-8' template template0")).await?;
    template.cims(unfinished, &["migrate"]).await?;
    template.cims(unfinished, &["seed", "--empty"]).await?;
    let begin = Instant::now();
    fill(&template.url_of(unfinished)?, template.customers).await?;
    run(format!("alter database {unfinished} rename to {name}")).await?;
    let seconds = begin.elapsed().as_secs_f64();
    println!("{name}: filled in {seconds:.0} s, {:.0} customers/s", template.customers as f64 / seconds);
    Ok(())
}

async fn fill(url: &str, customers: u64) -> Result<()> {
    let mut connection = PgConnection::connect(url).await?;
    people::put(&mut connection).await?;
    let dropped = indexes::drop(&mut connection).await?;
    let begin = Instant::now();
    copy(url, customers).await?;
    println!("{customers} customers copied in {:.0} s", begin.elapsed().as_secs_f64());
    let begin = Instant::now();
    indexes::create(&mut connection, &dropped).await?;
    connection
        .execute(
            "select setval(pg_get_serial_sequence('customer.customer', 'number'), max(number)) from customer.customer",
        )
        .await?;
    connection.execute("vacuum (analyze)").await?;
    println!("{} indexes built, tables analysed in {:.0} s", dropped.len(), begin.elapsed().as_secs_f64());
    Ok(connection.close().await?)
}

/// Each worker takes every n-th batch.
async fn copy(url: &str, customers: u64) -> Result<()> {
    let workers = std::thread::available_parallelism()?.get() as u64;
    let mut running = JoinSet::new();
    for worker in 0..workers {
        let url = url.to_owned();
        running.spawn(async move {
            let mut connection = PgConnection::connect(&url).await?;
            connection.execute("set synchronous_commit = off").await?;
            for first in (worker * BATCH..customers).step_by((workers * BATCH) as usize) {
                let mut rows = rows::Rows::default();
                for number in first..(first + BATCH).min(customers) {
                    rows.put(&data::record(number), number)?;
                }
                rows.send(&mut connection).await?;
            }
            Ok::<_, anyhow::Error>(connection.close().await?)
        });
    }
    while let Some(ended) = running.join_next().await {
        ended??;
    }
    Ok(())
}
