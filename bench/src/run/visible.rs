//! P-9: how long after its answer a write is seen in another service and on an open page, under a steady stream of writes.

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
    net::SocketAddr,
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use kit::database::service_url;
use serde::Deserialize;
use sqlx::{Connection as _, PgConnection};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::LocalSet,
    time::{interval_at, sleep, timeout},
};
use uuid::Uuid;

use super::{
    Arguments, create,
    http::Connection,
    load::Requests,
    process::System,
    report::{Figure, Report, median, median_and_p99},
    sign_in::{self, Person, Reach},
};

const GOAL_MS: f64 = 500.0;
/// A driver that cannot keep the rate has measured something else.
const KEPT: f64 = 0.98;
/// How often the other service's table is looked at: the figure's grain.
const LOOK: Duration = Duration::from_millis(5);
/// What has not been seen so long after the last write is lost.
const PATIENCE: Duration = Duration::from_secs(30);

/// When each customer's creation was answered, and when it was seen.
#[derive(Debug, Default)]
struct Seen {
    answered: RefCell<HashMap<Uuid, Instant>>,
    on_page: RefCell<HashMap<Uuid, Instant>>,
    in_reporting: RefCell<HashMap<Uuid, Instant>>,
}

/// What one round found, in milliseconds.
#[derive(Debug)]
struct Round {
    per_second: f64,
    page: [f64; 2],
    reporting: [f64; 2],
}

pub async fn measure(system: &System, arguments: &Arguments, report: &mut Report) -> Result<()> {
    let mut rounds = Vec::with_capacity(arguments.rounds);
    for number in 0..arguments.rounds {
        report.note_load();
        let round = round(system, arguments, number).await?;
        println!("P-9 round {}: {round:.1?}", number + 1);
        rounds.push(round);
    }
    let of = |value: fn(&Round) -> f64| median(rounds.iter().map(value).collect());
    let rate = arguments.writes_per_second as f64;
    let mut put = |name: &str, value, unit, goal| {
        report.put(Figure { id: "P-9", name: format!("after a write's answer: {name}"), value, unit, goal });
    };
    put("on an open page, p99", of(|round| round.page[1]), "ms", Some((GOAL_MS, false)));
    put("on an open page, median", of(|round| round.page[0]), "ms", None);
    put("in reporting, p99", of(|round| round.reporting[1]), "ms", Some((GOAL_MS, false)));
    put("in reporting, median", of(|round| round.reporting[0]), "ms", None);
    put("writes kept up", of(|round| round.per_second), "writes/s", Some((KEPT * rate, true)));
    Ok(())
}

async fn round(system: &System, arguments: &Arguments, number: usize) -> Result<Round> {
    let mut all = system.all()?;
    all.ready(Some("/readyz")).await?;
    let address = all.address;
    let admin = sign_in::sign_in(address, "admin", &arguments.password, Reach::All).await?;
    let writers = sign_in::writers(address, &arguments.password).await?;
    let pause = Duration::from_secs_f64(writers.len() as f64 / arguments.writes_per_second as f64);
    let page = open_page(address, &admin).await?;
    let table = PgConnection::connect(&service_url(&system.url, "reporting", None)?).await?;
    let seen = Rc::new(Seen::default());
    let local = LocalSet::new();
    let begin = Instant::now();
    let end = begin + arguments.length();
    let mut writing = Vec::with_capacity(writers.len());
    for (index, person) in writers.into_iter().enumerate() {
        let seed = (number * 1_000 + index) as u64 * 1_000_003 + u64::from(all.id());
        let requests = (create::WORK.requests)(person, arguments.template.customers, seed);
        let first = begin + pause * u32::try_from(index)? / u32::try_from(super::CONNECTIONS)?;
        writing.push(local.spawn_local(write(address, requests, (first, pause, end), seen.clone())));
    }
    let watching =
        [local.spawn_local(watch_page(page, seen.clone())), local.spawn_local(watch_reporting(table, seen.clone()))];
    let work = async {
        for task in writing {
            task.await??;
        }
        let seconds = begin.elapsed().as_secs_f64();
        let all_seen = async {
            while !seen.is_all() {
                sleep(LOOK).await;
            }
        };
        // What is lost then is missed below.
        let _ = timeout(PATIENCE, all_seen).await;
        anyhow::Ok(seconds)
    };
    let seconds = local.run_until(work).await?;
    for task in watching {
        match task.is_finished() {
            true => local.run_until(task).await??,
            false => task.abort(),
        }
    }
    let per_second = seen.answered.borrow().len() as f64 / seconds;
    Ok(Round { per_second, page: seen.lags(&seen.on_page)?, reporting: seen.lags(&seen.in_reporting)? })
}

/// Creates customers at a steady pace: one that was late is followed by the next at once.
async fn write(
    address: SocketAddr,
    mut requests: Requests,
    (first, pause, end): (Instant, Duration, Instant),
    seen: Rc<Seen>,
) -> Result<()> {
    #[derive(Deserialize)]
    struct Created {
        id: Uuid,
    }
    let mut connection = Connection::open(address).await?;
    let mut turns = interval_at(first.into(), pause);
    while turns.tick().await.into_std() < end {
        let status = connection.exchange(requests().as_bytes()).await?;
        let answered = Instant::now();
        ensure!(status == 201, "{status}: {}", String::from_utf8_lossy(connection.body()));
        let created: Created = serde_json::from_slice(connection.body())?;
        seen.answered.borrow_mut().insert(created.id, answered);
    }
    Ok(())
}

async fn open_page(address: SocketAddr, person: &Person) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!(
        "GET /v1/events HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\n{}\r\n",
        person.authorization
    );
    stream.write_all(request.as_bytes()).await?;
    let mut head = [0; 12];
    stream.read_exact(&mut head).await?;
    ensure!(&head == b"HTTP/1.1 200", "{}", String::from_utf8_lossy(&head));
    Ok(stream)
}

/// Reads the notices of a page: one line each, whatever chunks they come in.
async fn watch_page(mut stream: TcpStream, seen: Rc<Seen>) -> Result<()> {
    #[derive(Deserialize)]
    struct Notice {
        r#type: String,
        id: String,
    }
    let mut buffer = Vec::with_capacity(64 << 10);
    loop {
        ensure!(stream.read_buf(&mut buffer).await? > 0, "the page's stream was closed");
        let now = Instant::now();
        let Some(end) = buffer.iter().rposition(|byte| *byte == b'\n') else { continue };
        let lines: Vec<u8> = buffer.drain(..=end).collect();
        for line in String::from_utf8_lossy(&lines).lines() {
            let Some(data) = line.strip_prefix("data:") else { continue };
            let notice: Notice = serde_json::from_str(data).with_context(|| data.to_owned())?;
            if notice.r#type == "customer.customer.created.v1"
                && let Ok(id) = notice.id.parse()
            {
                seen.on_page.borrow_mut().entry(id).or_insert(now);
            }
        }
    }
}

/// Looks for those that reporting does not have yet.
async fn watch_reporting(mut table: PgConnection, seen: Rc<Seen>) -> Result<()> {
    let mut turns = tokio::time::interval(LOOK);
    let mut there: HashSet<Uuid> = HashSet::new();
    loop {
        turns.tick().await;
        let waiting: Vec<Uuid> = seen.answered.borrow().keys().filter(|id| !there.contains(id)).copied().collect();
        if waiting.is_empty() {
            continue;
        }
        let found: Vec<Uuid> = sqlx::query_scalar("select customer_id from customer_fact where customer_id = any($1)")
            .bind(&waiting)
            .fetch_all(&mut table)
            .await?;
        let now = Instant::now();
        for id in found {
            there.insert(id);
            seen.in_reporting.borrow_mut().insert(id, now);
        }
    }
}

impl Seen {
    fn is_all(&self) -> bool {
        let (page, reporting) = (self.on_page.borrow(), self.in_reporting.borrow());
        self.answered.borrow().keys().all(|id| page.contains_key(id) && reporting.contains_key(id))
    }

    /// Median and p99 in milliseconds. What was seen before its answer came was seen at once.
    fn lags(&self, seen: &RefCell<HashMap<Uuid, Instant>>) -> Result<[f64; 2]> {
        let seen = seen.borrow();
        let answered = self.answered.borrow();
        let lag = |(id, answered): (&Uuid, &Instant)| Some(seen.get(id)?.duration_since(*answered).as_secs_f64() * 1e3);
        let lags: Vec<f64> = answered.iter().filter_map(lag).collect();
        ensure!(
            lags.len() == answered.len(),
            "{} of {} writes were never seen",
            answered.len() - lags.len(),
            answered.len()
        );
        ensure!(!lags.is_empty(), "no write was answered");
        Ok(median_and_p99(lags))
    }
}
