//! F-7: the pool of connections exhausted, ten times the load, slow clients. A full disk: `disk.rs`.

use std::{io::Write, net::TcpStream, time::Duration};

use sqlx::{Connection, Executor, PgConnection};
use tests::{Binary, Driver, Person, agrees, driver::RATE, eventually, ledger::Outcome};

use super::{
    flood::{Flood, normal_again},
    tell, turn,
};

/// Ten times as many as the driver has hands; the customer service has 32 connections.
const PEOPLE: usize = 120;
/// What a process may take beside what it had: 120 requests are next to nothing, so more means that something grows.
const GROWTH_BYTES: u64 = 200 << 20;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes"]
async fn who_finds_no_connection_is_refused_and_served_again() {
    let _turn = turn().await;
    let binary = Binary::start().await;
    let rep1 = binary.person("rep1").await;
    normal_again(&rep1).await;
    let before = binary.resident_bytes("all");
    let flood = Flood::begin(&rep1, PEOPLE);
    eventually("many are served", || async { (flood.attempts().acknowledged() > 200).then_some(()) }).await;
    // Every write waits from here on, and keeps its connection.
    let mut holder = PgConnection::connect(&binary.database().url).await.expect("the test's database");
    let mut held = holder.begin().await.expect("a transaction");
    held.execute("lock table customer.customer in share mode").await.expect("the table can be locked");
    let refused = || flood.attempts().0.iter().any(|attempt| matches!(attempt.outcome, Outcome::Refused(503)));
    eventually("those without a connection are refused", || async { refused().then_some(()) }).await;
    let during = binary.resident_bytes("all");
    held.rollback().await.expect("the lock ends");
    let done = flood.attempts().acknowledged();
    eventually("many are served again", || async { (flood.attempts().acknowledged() > done + 200).then_some(()) })
        .await;
    let attempts = flood.end().await;
    println!("{:?}, longest {:?}, {before} to {during} bytes", attempts.kinds(), attempts.longest());
    // Who waited for the table longest: until the first who waited for a connection gave up, and for a connection before.
    assert!(attempts.longest() <= Duration::from_secs(5), "{:?}", attempts.longest());
    let kinds = attempts.kinds();
    assert!(kinds.keys().all(|kind| matches!(kind, Outcome::Acknowledged | Outcome::Refused(_))), "{kinds:?}");
    let after = binary.resident_bytes("all");
    assert!(during.max(after) <= before + GROWTH_BYTES, "{before}, {during}, {after} bytes");
    let normal = normal_again(&rep1).await;
    assert!(normal <= Duration::from_secs(10), "normal again only after {normal:?}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes"]
async fn slow_clients_hold_up_nobody() {
    let _turn = turn().await;
    let binary = Binary::start().await;
    let driver = Driver::start(&binary.url()).await;
    driver.passed(RATE as usize).await;
    let before = binary.resident_bytes("all");
    let rep1 = binary.person("rep1").await;
    let slow: Vec<TcpStream> = (0..300).map(|turn| half(&binary, &rep1, turn)).collect();
    for _ in 0..5 {
        driver.passed(RATE as usize).await;
    }
    let during = binary.resident_bytes("all");
    drop(slow);
    let ledger = driver.finish().await;
    tell("slow clients", &ledger);
    ledger.attempts.bear(&[]);
    assert!(ledger.attempts.failed_percent() <= 0.0, "{:?}", ledger.attempts.kinds());
    assert!(during <= before + GROWTH_BYTES, "{before} to {during} bytes");
    agrees(&binary, &ledger).await;
}

/// A connection on which half a head or half a body has come.
fn half(binary: &Binary, person: &Person, turn: usize) -> TcpStream {
    let mut stream = TcpStream::connect(binary.address).expect("it listens");
    let head = "POST /v1/customers HTTP/1.1\r\nHost: cims\r\n";
    let body = format!(
        "{head}Authorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: 500000\r\n\r\n{{",
        person.token()
    );
    let sent = if turn.is_multiple_of(2) { head } else { body.as_str() };
    stream.write_all(sent.as_bytes()).expect("it is taken");
    stream
}
