//! Load from a fixed number of connections, each of which sends its next request when it has the answer to the last.

use std::{
    cell::{Cell, RefCell},
    net::SocketAddr,
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use tokio::{task::LocalSet, time::sleep};

use super::{http::Connection, process, report::median_and_p99};

/// Writes a connection's next request.
pub type Requests = Box<dyn FnMut() -> String>;

/// What a load did.
#[derive(Clone, Debug)]
pub struct Load {
    pub per_second: f64,
    pub p50_us: f64,
    pub p99_us: f64,
    /// Processor time by process, in microseconds per request, in the order in which they were given.
    pub cpu_us: Vec<f64>,
    /// The same of this driver.
    pub driver_us: f64,
}

/// Before counting, so that caches and plans are those of a running system.
const WARM_UP: Duration = Duration::from_secs(2);

#[derive(Debug, Default)]
struct Tally {
    counting: Cell<bool>,
    over: Cell<bool>,
    micros: RefCell<Vec<u32>>,
}

/// Runs the load for that long and fails on the first answer that is not `expected`.
pub async fn load(
    address: SocketAddr,
    clients: Vec<Requests>,
    expected: u16,
    length: Duration,
    processes: &[u32],
) -> Result<Load> {
    let tally = Rc::new(Tally::default());
    let local = LocalSet::new();
    let tasks: Vec<_> = clients
        .into_iter()
        .map(|requests| local.spawn_local(client(address, requests, expected, tally.clone())))
        .collect();
    local.run_until(sleep(WARM_UP)).await;
    let before = cpu(processes)?;
    let begin = Instant::now();
    tally.counting.set(true);
    local.run_until(sleep(length)).await;
    tally.counting.set(false);
    let seconds = begin.elapsed().as_secs_f64();
    let after = cpu(processes)?;
    tally.over.set(true);
    local.await;
    for task in tasks {
        task.await??;
    }
    let micros = tally.micros.take();
    ensure!(!micros.is_empty(), "no request ended");
    let requests = micros.len() as f64;
    let [p50_us, p99_us] = median_and_p99(micros.into_iter().map(f64::from).collect());
    let spent: Vec<f64> = before.iter().zip(&after).map(|(before, after)| (after - before) * 1e6 / requests).collect();
    let (driver_us, cpu_us) = spent.split_last().context("the driver itself")?;
    Ok(Load { per_second: requests / seconds, p50_us, p99_us, cpu_us: cpu_us.to_vec(), driver_us: *driver_us })
}

/// Processor seconds of each process, the driver last.
fn cpu(processes: &[u32]) -> Result<Vec<f64>> {
    processes.iter().chain([&std::process::id()]).map(|process| process::cpu_seconds(*process)).collect()
}

async fn client(address: SocketAddr, mut requests: Requests, expected: u16, tally: Rc<Tally>) -> Result<()> {
    let mut connection = Connection::open(address).await?;
    while !tally.over.get() {
        let request = requests();
        let begin = Instant::now();
        let status = connection.exchange(request.as_bytes()).await?;
        if status != expected {
            let body = String::from_utf8_lossy(connection.body());
            anyhow::bail!("{status} instead of {expected}: {body}; asked: {request}");
        }
        if tally.counting.get() {
            tally.micros.borrow_mut().push(u32::try_from(begin.elapsed().as_micros())?);
        }
    }
    Ok(())
}
