//! One figure: rounds of the limit, the empty request and CIMS.

use std::{future::Future, net::SocketAddr, pin::Pin};

use anyhow::Result;
use kit::database::service_url;
use sqlx::{Connection, Executor, PgConnection};

use super::{
    Arguments, limit,
    limit::Script,
    load::{Load, Requests, load},
    process::{Running, System},
    report::{Figure, Report, median},
    sign_in::Person,
};

type People<'a> = Pin<Box<dyn Future<Output = Result<Vec<Person>>> + 'a>>;

/// What is measured.
#[derive(Clone, Copy, Debug)]
pub struct Work {
    pub id: &'static str,
    pub name: &'static str,
    /// The status of every answer.
    pub expected: u16,
    pub cpu_goal_us: Option<f64>,
    /// Signs the people in.
    pub people: for<'a> fn(SocketAddr, &'a str) -> People<'a>,
    /// A person's requests, among so many customers, from a seed.
    pub requests: fn(Person, u64, u64) -> Requests,
    pub scripts: fn(u64) -> Result<Vec<Script>>,
}

/// What one round found.
#[derive(Debug)]
struct Round {
    /// Transactions per second.
    limit: f64,
    /// Gateway and echo.
    empty: Load,
    /// `cims all`.
    cims: Load,
    /// Gateway, customer, identity, each in its own process.
    parts: Load,
}

/// Share of the series to reach.
const GOAL: f64 = 0.8;

pub async fn measure(system: &System, arguments: &Arguments, work: &Work, report: &mut Report) -> Result<()> {
    let scripts = (work.scripts)(arguments.template.customers)?;
    let url = service_url(&system.url, "customer", None)?;
    let limit = async || {
        let rate = limit::run(&arguments.pgbench, &url, &arguments.data, &scripts, arguments.length()).await?;
        // What it left there CIMS would publish while it is measured.
        PgConnection::connect(&system.url).await?.execute("truncate customer.outbox").await?;
        anyhow::Ok(rate)
    };
    // Once for nothing: what the database has just been filled with is not in its memory yet.
    limit().await?;
    let mut rounds = Vec::with_capacity(arguments.rounds);
    for number in 0..arguments.rounds {
        report.note_load();
        let round = Round {
            limit: limit().await?,
            empty: empty(system, arguments, work, number).await?,
            cims: all(system, arguments, work, number).await?,
            parts: parts(system, arguments, work, number).await?,
        };
        println!("{} round {}: {round:.1?}", work.id, number + 1);
        rounds.push(round);
    }
    judge(work, &rounds, report);
    Ok(())
}

async fn empty(system: &System, arguments: &Arguments, work: &Work, round: usize) -> Result<Load> {
    let mut identity = system.role("identity", &[])?;
    identity.ready(None).await?;
    let mut echo = system.echo(&[("identity", identity.address)])?;
    echo.ready(None).await?;
    let mut gateway = system.role("gateway", &[("identity", identity.address), ("customer", echo.address)])?;
    gateway.ready(Some("/livez")).await?;
    drive(arguments, work, round, &gateway, &[&gateway, &echo]).await
}

async fn all(system: &System, arguments: &Arguments, work: &Work, round: usize) -> Result<Load> {
    let mut all = system.all()?;
    all.ready(Some("/readyz")).await?;
    drive(arguments, work, round, &all, &[&all]).await
}

async fn parts(system: &System, arguments: &Arguments, work: &Work, round: usize) -> Result<Load> {
    let mut identity = system.role("identity", &[])?;
    identity.ready(None).await?;
    let mut customer = system.role("customer", &[("identity", identity.address)])?;
    customer.ready(None).await?;
    let mut gateway = system.role("gateway", &[("identity", identity.address), ("customer", customer.address)])?;
    gateway.ready(Some("/livez")).await?;
    drive(arguments, work, round, &gateway, &[&gateway, &customer, &identity]).await
}

/// The load of the work on a gateway, and the processor time of the processes behind it.
pub async fn drive(
    arguments: &Arguments,
    work: &Work,
    round: usize,
    gateway: &Running,
    processes: &[&Running],
) -> Result<Load> {
    let people = (work.people)(gateway.address, &arguments.password).await?;
    let seed = |index: usize| (round * 1_000 + index) as u64 * 1_000_003 + u64::from(gateway.id());
    let clients = people
        .into_iter()
        .enumerate()
        .map(|(index, person)| (work.requests)(person, arguments.template.customers, seed(index)))
        .collect();
    let processes: Vec<u32> = processes.iter().map(|process| process.id()).collect();
    load(gateway.address, clients, work.expected, arguments.length(), &processes).await
}

fn judge(work: &Work, rounds: &[Round], report: &mut Report) {
    let of = |value: fn(&Round) -> f64| median(rounds.iter().map(value).collect());
    let series = |round: &Round| 1.0 / (1.0 / round.limit + 1.0 / round.empty.per_second);
    let ratio = of(|round| round.cims.per_second / (1.0 / (1.0 / round.limit + 1.0 / round.empty.per_second)));
    let mut put = |name: &str, value: f64, unit: &'static str, goal: Option<(f64, bool)>| {
        let name = format!("{}: {name}", work.name);
        report.put(Figure { id: work.id, name, value, unit, goal });
    };
    put("share of the series", ratio, "", Some((GOAL, true)));
    put("CIMS", of(|round| round.cims.per_second), "requests/s", None);
    put("limit (pgbench)", of(|round| round.limit), "requests/s", None);
    put("empty (gateway and echo)", of(|round| round.empty.per_second), "requests/s", None);
    put("series", median(rounds.iter().map(series).collect()), "requests/s", None);
    put("share of the limit", of(|round| round.cims.per_second / round.limit), "", None);
    put("median latency", of(|round| round.cims.p50_us), "µs", None);
    put("99th percentile", of(|round| round.cims.p99_us), "µs", None);
    put(
        "processor time of cims all",
        of(|round| round.cims.cpu_us[0]),
        "µs",
        work.cpu_goal_us.map(|goal| (goal, false)),
    );
    put("… of the driver", of(|round| round.cims.driver_us), "µs", None);
    put("apart: gateway", of(|round| round.parts.cpu_us[0]), "µs", None);
    put("apart: customer", of(|round| round.parts.cpu_us[1]), "µs", None);
    put("apart: identity", of(|round| round.parts.cpu_us[2]), "µs", None);
    put("apart: rate", of(|round| round.parts.per_second), "requests/s", None);
    put("empty: gateway", of(|round| round.empty.cpu_us[0]), "µs", None);
    put("empty: echo", of(|round| round.empty.cpu_us[1]), "µs", None);
}
