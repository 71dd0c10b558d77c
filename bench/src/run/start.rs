//! P-13: how soon `cims all` is ready, and what it and each role alone hold when nobody asks anything.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::Result;
use tokio::time::sleep;

use super::{
    process::{MEBIBYTE, Running, SERVICES, System},
    report::{Figure, Report, median},
};

const IDLE: Duration = Duration::from_secs(5);

/// Starts `cims all` once for its keys and queues, then as many times as there are rounds.
pub async fn measure(system: &System, report: &mut Report, rounds: usize) -> Result<()> {
    let mut first = system.all()?;
    first.ready(Some("/readyz")).await?;
    drop(first);
    if rounds == 0 {
        return Ok(());
    }
    report.note_load();
    let (mut seconds, mut resident) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let begin = Instant::now();
        let mut all = system.all()?;
        all.ready(Some("/readyz")).await?;
        seconds.push(begin.elapsed().as_secs_f64());
        sleep(IDLE).await;
        resident.push(all.resident()? as f64 / MEBIBYTE);
    }
    let mut put = |name: String, value, unit, goal| {
        report.put(Figure { id: "P-13", name, value, unit, goal: Some((goal, false)) });
    };
    put("cims all: ready after".to_owned(), median(seconds), "s", 1.0);
    put("cims all: idle, resident".to_owned(), median(resident), "MiB", 150.0);
    for (role, resident) in roles(system).await? {
        put(format!("{role} alone: idle, resident"), resident, "MiB", 40.0);
    }
    Ok(())
}

/// Every role in a process of its own, all at once, as they find each other.
async fn roles(system: &System) -> Result<Vec<(&'static str, f64)>> {
    let mut running: Vec<(&'static str, Running)> = Vec::new();
    let mut peers: Vec<(&str, SocketAddr)> = Vec::new();
    for role in SERVICES.into_iter().chain(["gateway"]) {
        let mut process = system.role(role, &peers)?;
        process.ready((role == "gateway").then_some("/readyz")).await?;
        peers.push((role, process.address));
        running.push((role, process));
    }
    sleep(IDLE).await;
    running.into_iter().map(|(role, process)| Ok((role, process.resident()? as f64 / MEBIBYTE))).collect()
}
