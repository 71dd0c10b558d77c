//! F-2: RabbitMQ stopped for a while, restarted and killed, and its password changed, on a server of the test's own.

use std::{collections::HashMap, fs};

use kit::events::{Broker, Event, events_of};
use lapin::{
    options::{BasicGetOptions, QueueBindOptions, QueueDeclareOptions},
    types::{AMQPValue, FieldTable},
};
use tempfile::TempDir;
use tests::{Binary, Driver, Ledger, TestDatabase, agrees, binary::ALL, driver::RATE, eventually};
use tokio::task::block_in_place;

use super::{is_soak, kills, own_broker, pause, tell, turn};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes"]
async fn without_the_broker_writes_go_on_and_every_event_follows_in_order() {
    let _turn = turn().await;
    let (_folder, mut broker) = own_broker();
    let binary = Binary::start_with(ALL, &broker.url(), TestDatabase::create().await).await;
    let witness = Witness::bind(binary.broker()).await;
    let driver = Driver::start(&binary.url()).await;
    driver.passed(RATE as usize).await;
    block_in_place(|| broker.stop());
    let about_seconds = if is_soak() { 60 } else { 15 };
    for _ in 0..about_seconds {
        driver.passed(RATE as usize).await;
    }
    block_in_place(|| broker.start_again()).expect("the broker comes back");
    for _ in 0..kills() {
        for kill in [false, true] {
            driver.passed(RATE as usize).await;
            pause().await;
            block_in_place(|| if kill { broker.kill() } else { broker.stop() });
            driver.passed(RATE as usize).await;
            block_in_place(|| broker.start_again()).expect("the broker comes back");
        }
    }
    driver.passed(RATE as usize).await;
    let ledger = driver.finish().await;
    tell("broker", &ledger);
    unnoticed(&ledger);
    agrees(&binary, &ledger).await;
    witness.saw(&ledger).await;
}

// Beside the others of rotation.rs: who looks for lost events is here.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes"]
async fn the_password_of_the_broker_changes_while_events_flow_and_none_is_lost() {
    let _turn = turn().await;
    let (_folder, server) = own_broker();
    let control = |arguments: &[&str]| block_in_place(|| server.control(arguments)).expect("the broker obeys");
    let (files, url) = (TempDir::new().expect("a folder"), server.url());
    let file = files.path().join("url");
    let address = |password: &str| url.replacen("guest:guest@", &format!("guest:{password}@"), 1);
    let write = |passwords: &[&str]| {
        let addresses = passwords.iter().map(|password| address(password)).collect::<Vec<_>>();
        fs::write(&file, addresses.join("\n")).expect("a file");
    };
    write(&["guest"]);
    let told = HashMap::from([
        ("CIMS_AMQP_URL".to_owned(), String::new()),
        ("CIMS_AMQP_URL_FILE".to_owned(), file.display().to_string()),
    ]);
    let binary = Binary::start_told(ALL, TestDatabase::create().await, told).await;
    let witness = Witness::bind(binary.broker()).await;
    let driver = Driver::start(&binary.url()).await;
    driver.passed(RATE as usize).await;
    // Open connections outlive a change of the password.
    let close = || control(&["close_all_connections", "the test wants new ones"]);

    // As the documents have it: both in the file, then at the broker, then the new one alone.
    write(&["second", "guest"]);
    close();
    witness.hears_more().await;
    control(&["change_password", "guest", "second"]);
    close();
    witness.hears_more().await;
    write(&["second"]);
    close();
    witness.hears_more().await;
    let by_old = Broker::new(address("guest"), String::new());
    assert!(by_old.connect().await.is_err(), "the old one is over");

    // The new one alone in the file, before the broker has it: events wait.
    write(&["third"]);
    close();
    driver.passed(RATE as usize).await;
    control(&["change_password", "guest", "third"]);
    witness.hears_more().await;

    let ledger = driver.finish().await;
    tell("password of the broker", &ledger);
    unnoticed(&ledger);
    agrees(&binary, &ledger).await;
    witness.saw(&ledger).await;
}

fn unnoticed(ledger: &Ledger) {
    ledger.attempts.bear(&[]);
    assert!(ledger.attempts.failed_percent() <= 0.0, "writes do not notice: {:?}", ledger.attempts.kinds());
}

/// A queue beside the consumers', which gets every event of a customer.
struct Witness {
    broker: Broker,
    queue: String,
}

impl Witness {
    async fn bind(broker: Broker) -> Witness {
        let queue = format!("{}.witness", broker.exchange(false));
        let connection = broker.connect().await.expect("the broker");
        let channel = connection.create_channel().await.expect("a channel");
        broker.declare(&channel, &cims::topology()).await.expect("exchanges");
        let mut arguments = FieldTable::default();
        arguments.insert("x-queue-type".into(), AMQPValue::LongString("quorum".into()));
        let durable = QueueDeclareOptions { durable: true, ..Default::default() };
        channel.queue_declare(queue.as_str().into(), durable, arguments).await.expect("a queue");
        let (exchange, key) = (broker.exchange(false), "customer.customer.*.v1");
        let options = QueueBindOptions::default();
        let bind =
            channel.queue_bind(queue.as_str().into(), exchange.into(), key.into(), options, FieldTable::default());
        bind.await.expect("a binding");
        Witness { broker, queue }
    }

    /// Waits until more messages have come than now.
    async fn hears_more(&self) {
        let before = self.count().await;
        eventually("events come", || async { (self.count().await > before).then_some(()) }).await;
    }

    /// How many messages there are, asked by a connection of its own.
    async fn count(&self) -> u32 {
        let connection = self.broker.connect().await.expect("the broker");
        let channel = connection.create_channel().await.expect("a channel");
        let passive = QueueDeclareOptions { passive: true, ..Default::default() };
        let queue = channel.queue_declare(self.queue.as_str().into(), passive, FieldTable::default()).await;
        queue.expect("the queue is there").message_count()
    }

    /// Every version of every customer came, for the first time in order; again it may come at any time.
    async fn saw(&self, ledger: &Ledger) {
        let connection = self.broker.connect().await.expect("the broker");
        let channel = connection.create_channel().await.expect("a channel");
        let mut newest: HashMap<String, i64> = HashMap::new();
        while let Some(message) = channel
            .basic_get(self.queue.as_str().into(), BasicGetOptions { no_ack: true })
            .await
            .expect("the queue answers")
        {
            for Event { subject_id, subject_version: version, .. } in events_of(&message) {
                let known = newest.entry(subject_id).or_default();
                assert!(version <= *known + 1, "version {version} came when {known} was the newest");
                *known = version.max(*known);
            }
        }
        for entry in &ledger.customers {
            assert_eq!(newest.get(&entry.id.to_string()), Some(&entry.version), "events of {}", entry.id);
        }
    }
}
