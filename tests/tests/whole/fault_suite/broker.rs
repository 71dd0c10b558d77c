//! F-2: RabbitMQ stopped for a while, restarted and killed, on a server of the test's own.

use std::collections::HashMap;

use kit::events::Broker;
use lapin::{
    message::BasicGetMessage,
    options::{BasicGetOptions, QueueBindOptions, QueueDeclareOptions},
    types::{AMQPValue, FieldTable, ShortString},
};
use tests::{Binary, Driver, Ledger, TestDatabase, agrees, binary::ALL, driver::RATE};
use tokio::task::block_in_place;
use xtask::servers::{RabbitMq, temporary};

use super::{is_soak, kills, pause, tell, turn};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes"]
async fn without_the_broker_writes_go_on_and_every_event_follows_in_order() {
    let _turn = turn().await;
    let folder = temporary().expect("a folder");
    let programs = xtask::install::servers(false, true).expect("servers").rabbitmq.expect("RabbitMQ");
    let start = || RabbitMq::start(&programs, &folder.path().join("rabbitmq"));
    let mut broker = block_in_place(start).expect("a broker");
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
    ledger.attempts.bear(&[]);
    assert!(ledger.attempts.failed_percent() <= 0.0, "writes do not notice: {:?}", ledger.attempts.kinds());
    agrees(&binary, &ledger).await;
    witness.saw(&ledger).await;
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
            let version: i64 = header(&message, "subjectversion").parse().expect("a version");
            let known = newest.entry(header(&message, "subject")).or_default();
            assert!(version <= *known + 1, "version {version} came when {known} was the newest");
            *known = version.max(*known);
        }
        for entry in &ledger.customers {
            assert_eq!(newest.get(&entry.id.to_string()), Some(&entry.version), "events of {}", entry.id);
        }
    }
}

fn header(message: &BasicGetMessage, name: &str) -> String {
    let headers = message.properties.headers().as_ref().expect("an event has headers");
    let value = headers.inner().get(&ShortString::from(format!("cloudEvents:{name}"))).expect("an attribute");
    String::from_utf8_lossy(value.as_long_string().expect("a text").as_bytes()).into_owned()
}
