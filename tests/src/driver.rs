//! People who write all the time, and put down what was acknowledged.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::{
    task::JoinHandle,
    time::{MissedTickBehavior, interval},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    Person, eventually,
    ledger::{Attempt, Attempts, Entry, Ledger, Outcome},
};

/// Writes a second. The goal is 100 on a release build; a debug build beside the driver and both servers has two slow
/// processors to itself and takes half.
pub const RATE: u32 = 50;
/// Each does one thing after the other: so many requests are under way at most.
const HANDS: u32 = 12;
const PEOPLE: [&str; 4] = ["rep1", "rep2", "rep3", "manager1"];
/// Longer than any answer may take, the gateway's deadline of 10 s included.
const SILENCE: Duration = Duration::from_secs(15);
const PAUSE: Duration = Duration::from_millis(100);
/// A write that is never acknowledged is lost work.
const PATIENCE: Duration = Duration::from_secs(90);

/// Customers are made, edited under their version, contacted and tagged until [`Driver::finish`].
#[derive(Debug)]
pub struct Driver {
    attempts: Arc<Mutex<Vec<Attempt>>>,
    stop: CancellationToken,
    hands: Vec<JoinHandle<Vec<Entry>>>,
}

/// Of every driver of this program: names, phones and keys are never the same.
static SERIAL: AtomicUsize = AtomicUsize::new(0);

/// A body with a name and a phone that nobody else has, and its number.
pub fn customer() -> (usize, Value) {
    let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
    let phones = json!([{ "number": format!("137{serial:08}") }]);
    (serial, json!({ "name": format!("账本样本{serial}"), "type": "ENTERPRISE", "level": "normal", "phones": phones }))
}

impl Driver {
    /// Signs the people in and lets them begin, [`RATE`] writes a second in all.
    pub async fn start(url: &str) -> Driver {
        let admin = Person::sign_in(url, "admin", crate::PASSWORD).await;
        let mut tags = Vec::new();
        for turn in 0..2 {
            let name = format!("账本{}号{turn}", SERIAL.fetch_add(1, Ordering::Relaxed));
            let tag = admin.post("/v1/tags", &json!({ "name": name })).await.ok();
            tags.push(id(&tag));
        }
        let mut people = Vec::new();
        for name in PEOPLE {
            people.push(Person::sign_in(url, name, crate::PASSWORD).await);
        }
        let (attempts, stop) = (Arc::<Mutex<Vec<Attempt>>>::default(), CancellationToken::new());
        let hands = (0..HANDS).map(|turn| {
            let person = people[turn as usize % people.len()].clone();
            let hand = Hand { person, attempts: attempts.clone(), stop: stop.clone(), tags: tags.clone() };
            tokio::spawn(hand.work())
        });
        Driver { hands: hands.collect(), attempts, stop }
    }

    /// All so far.
    pub fn attempts(&self) -> Attempts {
        Attempts(self.attempts.lock().expect("no hand panics").clone())
    }

    /// Waits until so many more writes were acknowledged.
    pub async fn passed(&self, more: usize) {
        let goal = self.attempts().acknowledged() + more;
        eventually("writes go on", || async { (self.attempts().acknowledged() >= goal).then_some(()) }).await;
    }

    /// Lets everybody end what they are at, which is acknowledged in the end.
    pub async fn finish(self) -> Ledger {
        self.stop.cancel();
        let mut customers = Vec::new();
        for hand in self.hands {
            customers.extend(hand.await.expect("every write is acknowledged in the end"));
        }
        let attempts = Attempts(std::mem::take(&mut *self.attempts.lock().expect("no hand panics")));
        assert!(!customers.is_empty(), "nothing was written: the test tests nothing");
        Ledger { customers, attempts }
    }
}

/// One of those who write.
struct Hand {
    person: Person,
    attempts: Arc<Mutex<Vec<Attempt>>>,
    stop: CancellationToken,
    tags: Vec<Uuid>,
}

struct Write {
    service: &'static str,
    method: Method,
    path: String,
    etag: Option<String>,
    key: String,
    body: Value,
}

/// A success: its ETag's number and its body.
struct Answered {
    version: i64,
    body: Value,
}

impl Hand {
    async fn work(self) -> Vec<Entry> {
        let mut entries = Vec::new();
        let mut ticks = interval(Duration::from_secs(1) * HANDS / RATE);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !self.stop.is_cancelled() {
            ticks.tick().await;
            let (serial, mut entry) = self.create().await;
            for step in 0..5 {
                ticks.tick().await;
                // What was acknowledged so far stands in the entry.
                if self.stop.is_cancelled() {
                    break;
                }
                let key = format!("ledger-{serial}-{step}");
                match step {
                    0 | 3 => self.edit(&mut entry, key).await,
                    1 | 4 => self.contact(&mut entry, key).await,
                    _ => self.tag(&mut entry, key, serial).await,
                }
            }
            entries.push(entry);
        }
        entries
    }

    async fn create(&self) -> (usize, Entry) {
        let (serial, body) = customer();
        let name = body["name"].as_str().expect("it has a name").to_owned();
        let key = format!("ledger-{serial}");
        let path = "/v1/customers".to_owned();
        let write = Write { service: "customer", method: Method::POST, path, etag: None, key, body };
        let made = self.acknowledged(&write).await;
        let entry = Entry {
            id: id(&made.body),
            name,
            version: made.version,
            remarks: String::new(),
            records: BTreeSet::new(),
            last_contact: None,
            tags: BTreeSet::new(),
        };
        (serial, entry)
    }

    async fn edit(&self, entry: &mut Entry, key: String) {
        let remarks = format!("改自{key}");
        let write = Write {
            service: "customer",
            method: Method::PATCH,
            path: format!("/v1/customers/{}?updateMask=remarks", entry.id),
            etag: Some(format!("\"{}\"", entry.version)),
            key,
            body: json!({ "remarks": remarks }),
        };
        entry.version = self.acknowledged(&write).await.version;
        entry.remarks = remarks;
    }

    async fn contact(&self, entry: &mut Entry, key: String) {
        let begin: DateTime<Utc> = "2026-01-05T08:00:00Z".parse().expect("a time");
        let occur = begin + TimeDelta::hours(i64::try_from(entry.records.len()).expect("a count"));
        let moment = occur.to_rfc3339_opts(SecondsFormat::Secs, true);
        let write = Write {
            service: "interaction",
            method: Method::POST,
            path: format!("/v1/customers/{}/interactions", entry.id),
            etag: None,
            key,
            body: json!({ "method": "PHONE", "subject": "回访", "occurTime": moment }),
        };
        entry.records.insert(id(&self.acknowledged(&write).await.body));
        entry.last_contact = Some(occur);
    }

    async fn tag(&self, entry: &mut Entry, key: String, serial: usize) {
        let tag = self.tags[serial % self.tags.len()];
        let write = Write {
            service: "tagging",
            method: Method::POST,
            path: format!("/v1/customers/{}/tags:set", entry.id),
            etag: None,
            key,
            body: json!({ "tagIds": [tag] }),
        };
        self.acknowledged(&write).await;
        entry.tags = BTreeSet::from([tag]);
    }

    /// Sends a write until it is acknowledged, always under its key.
    async fn acknowledged(&self, write: &Write) -> Answered {
        let first = Instant::now();
        let mut number = 0;
        loop {
            number += 1;
            let begun = Instant::now();
            let answer = attempt(&self.person, write).await;
            let outcome = answer.as_ref().err().copied().unwrap_or(Outcome::Acknowledged);
            let attempt = Attempt { service: write.service, begun, took: begun.elapsed(), outcome, number };
            self.attempts.lock().expect("no hand panics").push(attempt);
            match answer {
                Ok(answered) => return answered,
                Err(_) => assert!(first.elapsed() < PATIENCE, "{} {}: {outcome:?}", write.method, write.path),
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// Makes one customer, without a second try.
pub async fn create_once(person: &Person) -> Attempt {
    let (serial, body) = customer();
    let (path, key) = ("/v1/customers".to_owned(), format!("ledger-{serial}"));
    let write = Write { service: "customer", method: Method::POST, path, etag: None, key, body };
    let begun = Instant::now();
    let outcome = attempt(person, &write).await.err().unwrap_or(Outcome::Acknowledged);
    Attempt { service: write.service, begun, took: begun.elapsed(), outcome, number: 1 }
}

async fn attempt(person: &Person, write: &Write) -> Result<Answered, Outcome> {
    let broken = |error: reqwest::Error| if error.is_timeout() { Outcome::Silent } else { Outcome::Lost };
    let request = person.request(write.method.clone(), &write.path).timeout(SILENCE);
    let request = request.header("idempotency-key", &write.key).json(&write.body);
    let request = match &write.etag {
        Some(etag) => request.header("if-match", etag),
        None => request,
    };
    let response = request.send().await.map_err(broken)?;
    let (status, headers) = (response.status(), response.headers().clone());
    let text = response.text().await.map_err(broken)?;
    let body: Value = serde_json::from_str(&text).unwrap_or_default();
    match status.as_u16() {
        200..=299 => {
            let etag = headers.get("etag").and_then(|etag| etag.to_str().ok()).unwrap_or_default();
            Ok(Answered { version: etag.trim_matches('"').parse().unwrap_or_default(), body })
        }
        code @ (409 | 429 | 503) if headers.contains_key("retry-after") => Err(Outcome::Refused(code)),
        504 => Err(Outcome::Deadline),
        // Not a fault's: what was acknowledged is gone, came twice, or the driver is wrong.
        code @ 400..=499 => panic!("{} {}: {code} {body}", write.method, write.path),
        code => Err(Outcome::Wrong(code)),
    }
}

fn id(record: &Value) -> Uuid {
    record["id"].as_str().and_then(|id| id.parse().ok()).unwrap_or_else(|| panic!("no id: {record}"))
}
