//! F-13: what `cims all` still gets done when five times of what it can do is asked of it, how soon it refuses the rest, and how soon
//! it is again as it was.
//!
//! The peak is what 32 connections get done that each wait for their answers. Then requests come at a rate, whether or not those
//! before them are answered: at half the peak, at five times the peak, and at half the peak again. The driver takes its part of the
//! processors for what is refused, too, and so lowers the goodput: its processor time stands beside it.
//!
//! Once and not in rounds: overload alone takes as long as most figures together.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    net::SocketAddr,
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use tokio::{
    task::LocalSet,
    time::{interval_at, sleep},
};

use super::{
    Arguments, CONNECTIONS, create,
    http::Connection,
    list,
    load::Requests,
    process::{MEBIBYTE, Running, System, cpu_seconds},
    read,
    report::{Figure, Report, median_and_p99},
    search,
    sign_in::{self, Person},
};
use crate::data::Random;

/// Goals: goodput and rate as multiples of the peak.
const GOAL_GOODPUT: f64 = 0.8;
const GOAL_REFUSAL_MS: f64 = 50.0;
const GOAL_SECONDS: f64 = 10.0;
const OVERLOAD: f64 = 5.0;
const NORMAL: f64 = 0.5;
/// A driver that cannot keep the rate has measured something else.
const KEPT: f64 = 0.98;
/// Five times as many as the gateway has places for calls: while those are taken, the others still come at the rate.
const CROWD: usize = 640;

const WARM_UP: Duration = Duration::from_secs(2);
/// Of the peak, and of what is normal before overload.
const BEFORE: Duration = Duration::from_secs(8);
const OVERLOADED: Duration = Duration::from_secs(120);
/// Looked at for so long; it is not normal again before so many seconds in a row are.
const AFTER: Duration = Duration::from_secs(20);
const STEADY: usize = 3;
/// A normal second is no slower than so many times the usual, and answers this share of the rate.
const SLOWER: f64 = 2.0;
const ANSWERED: f64 = 0.9;
/// How often memory is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// Who asks, and whom.
struct Driver<'a> {
    all: &'a Running,
    readers: Vec<Person>,
    writers: Vec<Person>,
    customers: u64,
    /// So far: each has requests of its own.
    phases: u64,
}

/// When it came, counted from the begin, how long it took, and its status; none where the connection broke.
#[derive(Debug)]
struct Answer {
    at_ms: u32,
    micros: u32,
    status: Option<u16>,
}

#[derive(Debug)]
struct Phase {
    answers: Vec<Answer>,
    seconds: f64,
    /// Processors that the driver took.
    driver: f64,
    /// At most held by CIMS.
    mebibytes: f64,
}

pub async fn measure(system: &System, arguments: &Arguments, report: &mut Report) -> Result<()> {
    let mut all = system.all()?;
    all.ready(Some("/readyz")).await?;
    report.note_load();
    let mut driver = Driver {
        readers: sign_in::readers(all.address, &arguments.password).await?,
        writers: sign_in::writers(all.address, &arguments.password).await?,
        all: &all,
        customers: arguments.template.customers,
        phases: 0,
    };
    driver.phase("warm-up", CONNECTIONS, None, WARM_UP).await?;
    let peak = driver.phase("peak", CONNECTIONS, None, BEFORE).await?;
    ensure!(peak.answers.iter().all(Answer::is_done), "not everything was done at the peak: no place to begin from");
    let rate = peak.per_second(Answer::is_done);
    let before = driver.phase("before", CONNECTIONS, Some(NORMAL * rate), BEFORE).await?;
    let length = arguments.seconds.map_or(OVERLOADED, Duration::from_secs);
    let overload = driver.phase("overload", CROWD, Some(OVERLOAD * rate), length).await?;
    let after = driver.phase("after", CONNECTIONS, Some(NORMAL * rate), AFTER).await?;
    judge(&peak, &before, &overload, &after, report);
    Ok(())
}

impl Driver<'_> {
    /// Requests of so many clients: each sends its next when its turn at the rate has come, or else when it has its last answer.
    async fn phase(&mut self, name: &str, count: usize, rate: Option<f64>, length: Duration) -> Result<Phase> {
        let answers = Rc::new(RefCell::new(Vec::new()));
        let local = LocalSet::new();
        let (begin, before) = (Instant::now(), cpu_seconds(std::process::id())?);
        let mut tasks = Vec::with_capacity(count);
        for index in 0..count {
            let pace = rate.map(|rate| {
                let first = begin + Duration::from_secs_f64(index as f64 / rate);
                (first, Duration::from_secs_f64(count as f64 / rate))
            });
            let requests = self.requests(index);
            tasks.push(local.spawn_local(client(self.all.address, requests, pace, (begin, length), answers.clone())));
        }
        self.phases += 1;
        let mebibytes = local.run_until(most_held(self.all, length)).await?;
        local.await;
        for task in tasks {
            task.await??;
        }
        let seconds = begin.elapsed().as_secs_f64();
        let driver = (cpu_seconds(std::process::id())? - before) / seconds;
        let phase = Phase { answers: answers.take(), seconds, driver, mebibytes };
        println!("F-13 {name}: {:?} in {seconds:.1} s, by status", phase.by_status());
        Ok(phase)
    }

    /// Of a client: 60 % read one customer, 20 % search, 10 % list, 10 % create one.
    fn requests(&self, index: usize) -> Requests {
        let seed = (self.phases * 1_000 + index as u64) * 1_000_003 + u64::from(self.all.id());
        let reader = &self.readers[index % self.readers.len()];
        let writer = &self.writers[index % self.writers.len()];
        let mut read = (read::WORK.requests)(reader.clone(), self.customers, seed);
        let mut search = search::requests(reader.clone(), seed);
        let mut list = (list::WORK.requests)(reader.clone(), self.customers, seed);
        let mut write = (create::WORK.requests)(writer.clone(), self.customers, seed);
        // From another seed: what is read must not depend on what was chosen.
        let mut random = Random::new(!seed);
        Box::new(move || match random.below(10) {
            0..6 => read(),
            6 | 7 => search(),
            8 => list(),
            _ => write(),
        })
    }
}

/// With a pace, a request that was late is followed by the next at once.
async fn client(
    address: SocketAddr,
    mut requests: Requests,
    pace: Option<(Instant, Duration)>,
    (begin, length): (Instant, Duration),
    answers: Rc<RefCell<Vec<Answer>>>,
) -> Result<()> {
    let mut connection = Connection::open(address).await?;
    let mut turns = pace.map(|(first, pause)| interval_at(first.into(), pause));
    loop {
        if let Some(turns) = &mut turns {
            turns.tick().await;
        }
        if begin.elapsed() >= length {
            return Ok(());
        }
        let request = requests();
        let sent = Instant::now();
        let status = connection.exchange(request.as_bytes()).await.ok();
        let (at_ms, micros) = (begin.elapsed().as_millis(), sent.elapsed().as_micros());
        answers.borrow_mut().push(Answer { at_ms: u32::try_from(at_ms)?, micros: u32::try_from(micros)?, status });
        if status.is_none() {
            connection = Connection::open(address).await?;
        }
    }
}

/// Resident memory at most, in that time.
async fn most_held(all: &Running, length: Duration) -> Result<f64> {
    let (begin, mut most) = (Instant::now(), 0);
    while begin.elapsed() < length {
        sleep(LOOK).await;
        most = most.max(all.resident()?);
    }
    Ok(most as f64 / MEBIBYTE)
}

impl Answer {
    fn is_done(&self) -> bool {
        matches!(self.status, Some(200..300))
    }

    fn is_refused(&self) -> bool {
        matches!(self.status, Some(429 | 503))
    }

    fn is_else(&self) -> bool {
        !self.is_done() && !self.is_refused()
    }
}

impl Phase {
    fn count(&self, kind: fn(&Answer) -> bool) -> f64 {
        self.answers.iter().filter(|answer| kind(answer)).count() as f64
    }

    fn per_second(&self, kind: fn(&Answer) -> bool) -> f64 {
        self.count(kind) / self.seconds
    }

    /// Median and p99 in milliseconds.
    fn millis(&self, kind: fn(&Answer) -> bool) -> [f64; 2] {
        millis(self.answers.iter().filter(|answer| kind(answer)))
    }

    fn by_status(&self) -> BTreeMap<Option<u16>, usize> {
        let mut counts = BTreeMap::new();
        for answer in &self.answers {
            *counts.entry(answer.status).or_default() += 1;
        }
        counts
    }

    /// Seconds until some in a row are normal again, by the rate and by the 99th percentile of before; the whole phase when none are.
    fn seconds_until_normal(&self, rate: f64, usual_ms: f64) -> f64 {
        let whole = AFTER.as_secs();
        let mut seconds: Vec<Vec<&Answer>> = (0..whole).map(|_| Vec::new()).collect();
        for answer in &self.answers {
            if let Some(second) = seconds.get_mut(answer.at_ms as usize / 1_000) {
                second.push(answer);
            }
        }
        let normal: Vec<bool> = seconds.iter().map(|second| is_normal(second, rate, usual_ms)).collect();
        let begin = normal.windows(STEADY).position(|row| row.iter().all(|normal| *normal));
        begin.map_or(whole as f64, |second| second as f64)
    }
}

fn millis<'a>(answers: impl Iterator<Item = &'a Answer>) -> [f64; 2] {
    median_and_p99(answers.map(|answer| f64::from(answer.micros) / 1e3).collect())
}

fn is_normal(second: &[&Answer], rate: f64, usual_ms: f64) -> bool {
    let [_, p99] = millis(second.iter().copied());
    second.iter().all(|answer| answer.is_done()) && second.len() as f64 >= ANSWERED * rate && p99 <= SLOWER * usual_ms
}

fn judge(peak: &Phase, before: &Phase, overload: &Phase, after: &Phase, report: &mut Report) {
    let mut put = |name: &str, value, unit, goal| {
        report.put(Figure { id: "F-13", name: name.to_owned(), value, unit, goal });
    };
    let rate = peak.per_second(Answer::is_done);
    let goodput = overload.per_second(Answer::is_done);
    let [usual_median, usual_p99] = before.millis(Answer::is_done);
    let [done_median, done_p99] = overload.millis(Answer::is_done);
    let [refused_median, refused_p99] = overload.millis(Answer::is_refused);
    put("overload: goodput, of the peak", goodput / rate, "", Some((GOAL_GOODPUT, true)));
    put("overload: a refusal, p99", refused_p99, "ms", Some((GOAL_REFUSAL_MS, false)));
    let until_normal = after.seconds_until_normal(NORMAL * rate, usual_p99);
    put("normal again after overload", until_normal, "s", Some((GOAL_SECONDS, false)));
    let asked = overload.per_second(|_| true) / rate;
    put("overload: asked, of the peak", asked, "", Some((KEPT * OVERLOAD, true)));
    put("overload: neither done nor refused", overload.count(Answer::is_else), "answers", Some((0.0, false)));
    put("overload: resident at most", overload.mebibytes, "MiB", None);
    put("before: resident at most", before.mebibytes, "MiB", None);
    put("after: resident at most", after.mebibytes, "MiB", None);
    put("peak, 32 connections", rate, "requests/s", None);
    put("overload: done", goodput, "requests/s", None);
    put("overload: refused", overload.per_second(Answer::is_refused), "requests/s", None);
    put("overload: a refusal, median", refused_median, "ms", None);
    put("overload: done, median", done_median, "ms", None);
    put("overload: done, p99", done_p99, "ms", None);
    put("before, half the peak: median", usual_median, "ms", None);
    put("before, half the peak: p99", usual_p99, "ms", None);
    put("peak: the driver", peak.driver, "processors", None);
    put("overload: the driver", overload.driver, "processors", None);
}
