//! F-8: an event that cannot be applied, and one of the next version with fields and a verb that nobody knows yet. A message that is
//! no event at all: events.rs; a database one migration ahead: migrations.rs.

use cims_proto::event::v1::EventBatch;
use kit::{
    clock::{Clock, time},
    events::{BATCH_TYPE, DeadLetters, Event},
};
use lapin::{
    BasicProperties, Channel,
    options::BasicPublishOptions,
    types::{AMQPValue, FieldTable, ShortString},
};
use prost::Message;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use tests::{Binary, Person, driver::customer, eventually};
use uuid::Uuid;

use super::turn;

/// Field 2 of the change, `after`, once more: in it field 1000, a text. Decoders join it to the first.
const NEXT_VERSION: &[u8] = &[0x12, 6, 0xc2, 0x3e, 3, b'n', b'e', b'w'];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes"]
async fn what_cannot_be_applied_is_set_aside_and_what_is_of_the_next_version_is_applied() {
    let _turn = turn().await;
    let binary = Binary::start().await;
    let rep1 = binary.person("rep1").await;
    let made = make(&rep1).await;
    let id: Uuid = made["id"].as_str().expect("an id").parse().expect("an id");
    let mut database = PgConnection::connect(&binary.database().url).await.expect("the test's database");
    let text = "select event.payload || coalesce(personal.payload, ''::bytea) from customer.event
        left join customer.event_personal personal on personal.event_id = event.id where subject_id = $1";
    let payload: Vec<u8> = sqlx::query_scalar(text).bind(id).fetch_one(&mut database).await.expect("its event");
    let strange = Strange::to(&binary, id).await;

    // Version 2 is of the next version of CIMS, version 3 its new verb.
    let next = [&payload[..], NEXT_VERSION].concat();
    strange.publish("customer.customer.updated.v1", 2, &next).await;
    followed(&binary, id, 2).await;
    strange.publish("customer.customer.enchanted.v1", 3, &next).await;
    followed(&binary, id, 3).await;

    // What nobody can decode is tried six times by each consumer, and stops no other: alone, and in a batch, of which it alone
    // is set aside.
    let nonsense = b"\xff\xff nonsense";
    strange.publish("customer.customer.updated.v1", 4, nonsense).await;
    strange.publish_batch("customer.customer.updated.v1", &[(4, nonsense), (5, &next)]).await;
    followed(&binary, id, 5).await;
    let later = make(&rep1).await;
    followed(&binary, later["id"].as_str().expect("an id").parse().expect("an id"), 1).await;
    let letters = DeadLetters::new(binary.broker(), cims::topology());
    for consumer in ["interaction", "tagging", "reporting"] {
        let aside = || async { (letters.backlog(consumer).await.ok()?.dead == 2).then_some(()) };
        eventually(&format!("{consumer} has set it aside"), aside).await;
        let shown = letters.show(consumer).await.expect("it is shown");
        for letter in shown {
            assert_eq!((letter.event_type.as_str(), letter.size()), ("customer.customer.updated.v1", nonsense.len()));
        }
    }
    assert!(binary.log().contains("event not applied"), "the log says why");
}

async fn make(person: &Person) -> Value {
    person.post("/v1/customers", &customer().1).await.ok()
}

/// Whoever keeps something of the customer keeps this version.
async fn followed(binary: &Binary, id: Uuid, version: i64) {
    let text = "select array[(select version from reporting.customer_fact where customer_id = $1),
        (select version from interaction.directory_customer where customer_id = $1),
        (select version from tagging.directory_customer where customer_id = $1)]";
    eventually(&format!("all have version {version}"), || async {
        let mut database = PgConnection::connect(&binary.database().url).await.ok()?;
        let versions: Vec<Option<i64>> = sqlx::query_scalar(text).bind(id).fetch_one(&mut database).await.ok()?;
        (versions == [Some(version); 3]).then_some(())
    })
    .await;
}

/// Whoever publishes events of a customer that no service of ours would.
struct Strange {
    _connection: lapin::Connection,
    channel: Channel,
    exchange: String,
    subject: Uuid,
}

impl Strange {
    async fn to(binary: &Binary, subject: Uuid) -> Strange {
        let broker = binary.broker();
        let connection = broker.connect().await.expect("the broker");
        let channel = connection.create_channel().await.expect("a channel");
        broker.declare(&channel, &cims::topology()).await.expect("exchanges");
        Strange { _connection: connection, channel, exchange: broker.exchange(false), subject }
    }

    async fn publish(&self, event_type: &str, version: i64, payload: &[u8]) {
        let mut headers = FieldTable::default();
        let clock = Clock::system();
        for (name, value) in [
            ("id", clock.id().to_string()),
            ("type", event_type.to_owned()),
            ("subject", self.subject.to_string()),
            ("time", clock.now().to_rfc3339()),
            ("subjecttype", "customer.customer".to_owned()),
            ("subjectversion", version.to_string()),
            ("sequence", (1_000_000 + version).to_string()),
            ("changedfields", "charm".to_owned()),
            // An attribute of the next version, too.
            ("charm", json!({ "strength": 7 }).to_string()),
        ] {
            let name = ShortString::from(format!("cloudEvents:{name}"));
            headers.insert(name, AMQPValue::LongString(value.into()));
        }
        self.send(event_type, BasicProperties::default().with_headers(headers), payload).await;
    }

    /// As one message, events of these versions with their payloads.
    async fn publish_batch(&self, event_type: &str, events: &[(i64, &[u8])]) {
        let clock = Clock::system();
        let event = |&(version, payload): &(i64, &[u8])| Event {
            sequence: 1_000_000 + version,
            id: clock.id().to_string(),
            subject_type: "customer.customer".to_owned(),
            subject_id: self.subject.to_string(),
            subject_version: version,
            r#type: event_type.to_owned(),
            time: Some(time::to_proto(clock.now())),
            payload: payload.to_vec().into(),
            ..Event::default()
        };
        let batch = EventBatch { events: events.iter().map(event).collect() };
        let properties = BasicProperties::default().with_content_type(BATCH_TYPE.into());
        self.send(event_type, properties, &batch.encode_to_vec()).await;
    }

    async fn send(&self, event_type: &str, properties: BasicProperties, body: &[u8]) {
        let options = BasicPublishOptions::default();
        let exchange = self.exchange.as_str().into();
        let publish = self.channel.basic_publish(exchange, event_type.into(), options, body, properties);
        publish.await.expect("it is taken").await.expect("it is taken");
    }
}
