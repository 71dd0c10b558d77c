//! Events: repeated, old, unreadable, or with the broker away, they leave the same figures.

use kit::events::{Broker, DeadLetters};
use lapin::{
    BasicProperties, Connection, ConnectionProperties,
    options::{BasicPublishOptions, QueueDeclareOptions},
    types::FieldTable,
};
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};
use tests::{Person, TestDatabase, World, eventually, proxy::Proxy, shared_broker};

async fn work(person: &Person, from: usize, count: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for turn in from..from + count {
        let body = json!({ "name": format!("事件样本{turn}"), "type": "ENTERPRISE", "phones": [{ "number": format!("131{turn:08}") }], "level": "vip" });
        let id = person.post("/v1/customers", &body).await.ok()["id"].as_str().expect("an id").to_owned();
        person
            .patch(&format!("/v1/customers/{id}?updateMask=regionCode"), &json!({ "regionCode": "330106" }))
            .await
            .ok();
        let call = json!({ "method": "PHONE", "subject": "回访", "occurTime": "2026-01-05T08:00:00Z", "nextContactTime": "2026-01-06T08:00:00Z" });
        person.post(&format!("/v1/customers/{id}/interactions"), &call).await.ok();
        ids.push(id);
    }
    ids
}

/// The figures, without the moment that they are of, and those of the last weeks.
async fn figures(person: &Person) -> Value {
    let mut home = person.get("/v1/reports/home").await.ok();
    home.as_object_mut().expect("an object").remove("asOf");
    home["weeks"] = person.get("/v1/reports/trend").await.ok()["weeks"].clone();
    home
}

async fn settled(person: &Person, customers: i64) -> Value {
    eventually("the figures have followed", || async {
        let home = figures(person).await;
        // Of each customer's events the one with the region comes last, and those of other services beside it.
        let followed = ["customerCount", "overdue"].iter().all(|figure| home[figure] == customers)
            && home["byRegion"][0]["count"] == customers;
        followed.then_some(home)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn events_applied_again_and_out_of_order_change_nothing_and_a_rebuild_gives_the_same() {
    let world = World::start().await;
    let rep1 = world.person("rep1").await;
    let ids = work(&rep1, 0, 10).await;
    let admin = world.person("admin").await;
    admin.delete(&format!("/v1/customers/{}", ids[0])).await.ok();
    let before = settled(&rep1, 9).await;
    let mut database = PgConnection::connect(&world.database.url).await.expect("the test's database");
    for _ in 0..10 {
        // Without its inbox every event is applied as if new, long after the newest state.
        sqlx::raw_sql(
            "delete from reporting.inbox; delete from interaction.inbox; delete from customer.inbox;
            insert into customer.outbox select sequence, id, time, false from customer.event on conflict do nothing;
            insert into interaction.outbox select sequence, id, time, false from interaction.event on conflict do nothing",
        )
        .execute(&mut database)
        .await
        .expect("events can be published again");
        eventually("they are published", || async {
            let mut database = PgConnection::connect(&world.database.url).await.ok()?;
            let left: i64 = sqlx::query_scalar(
                "select (select count(*) from customer.outbox) + (select count(*) from interaction.outbox)",
            )
            .fetch_one(&mut database)
            .await
            .ok()?;
            (left == 0).then_some(())
        })
        .await;
    }
    // A marker behind them all: when it is counted, they were applied.
    work(&rep1, 100, 1).await;
    let mut after = settled(&rep1, 10).await;
    for figure in ["customerCount", "newThisMonth", "overdue"] {
        after[figure] = json!(after[figure].as_i64().expect("a count") - 1);
    }
    for figure in ["customerCount", "newThisMonth", "overdue"] {
        assert_eq!(before[figure], after[figure], "{figure}");
    }
    let live = figures(&rep1).await;
    cims::rebuild_reports(&world.peer_settings()).await.expect("the reports can be rebuilt");
    assert_eq!(live, figures(&rep1).await, "a rebuild gives the same figures");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_trace_runs_from_the_request_through_the_event_to_what_it_causes() {
    let world = World::start().await;
    let admin = world.person("admin").await;
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let file = "客户名称,手机,标签\n痕迹样本,13700000001,老客户\n";
    let part = reqwest::multipart::Part::bytes(file.as_bytes().to_vec()).file_name("customers.csv");
    let form = reqwest::multipart::Form::new().part("file", part);
    let upload = admin
        .request(reqwest::Method::POST, "/v1/imports")
        .header("traceparent", format!("00-{trace}-00f067aa0ba902b7-01"));
    let import = admin.send(upload.multipart(form)).await.ok();
    let import = admin.import_until(&import, &["READY"]).await;
    admin.post(&format!("/v1/imports/{}:run", import["id"].as_str().expect("an id")), &json!({})).await.ok();
    // From HTTP over gRPC to the job's event, over AMQP to tagging, and to the event that tagging records.
    eventually("tagging's event has the upload's trace", || async {
        let mut database = PgConnection::connect(&world.database.url).await.ok()?;
        let text = "select trace_parent from tagging.event where type = 'tagging.customerTags.updated.v1'";
        let found: String = sqlx::query_scalar(text).fetch_optional(&mut database).await.ok()??;
        found.contains(trace).then_some(())
    })
    .await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_go_on_without_the_broker_and_every_event_follows() {
    let (proxy, through) = Proxy::before(&shared_broker()).await;
    let world = World::start_on(TestDatabase::create().await, |settings| settings.amqp_url = through.into()).await;
    let rep1 = world.person("rep1").await;
    work(&rep1, 0, 3).await;
    settled(&rep1, 3).await;
    proxy.cut(true);
    work(&rep1, 10, 5).await;
    assert_eq!(figures(&rep1).await["customerCount"], 3, "nothing can follow yet");
    proxy.cut(false);
    settled(&rep1, 8).await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_nobody_can_read_is_set_aside_and_stops_no_other() {
    let world = World::start().await;
    let rep1 = world.person("rep1").await;
    work(&rep1, 0, 1).await;
    settled(&rep1, 1).await;
    let amqp = world.settings.amqp_url.read().expect("an address");
    let connection = Connection::connect(&amqp, ConnectionProperties::default()).await.expect("the broker");
    let channel = connection.create_channel().await.expect("a channel");
    let exchange = format!("{}cims.internal", world.settings.amqp_prefix);
    let publish = channel.basic_publish(
        exchange.into(),
        "customer.customer.updated.v1".into(),
        BasicPublishOptions::default(),
        b"nonsense",
        BasicProperties::default(),
    );
    publish.await.expect("it is taken").await.expect("it is taken");
    work(&rep1, 10, 1).await;
    settled(&rep1, 2).await;
    let dead = format!("{}cims.reporting.dead.1", world.settings.amqp_prefix);
    eventually("the message lies with the dead letters", || async {
        let options = QueueDeclareOptions { passive: true, ..Default::default() };
        let queue = channel.queue_declare(dead.as_str().into(), options, FieldTable::default()).await.ok()?;
        (queue.message_count() > 0).then_some(())
    })
    .await;
    // Sent again it fails again and comes back: nothing is lost, and an operator sees what it is.
    let broker = Broker::new(world.settings.amqp_url.clone(), world.settings.amqp_prefix.clone());
    let letters = DeadLetters::new(broker, cims::topology());
    let ids: Vec<String> =
        letters.show("reporting").await.expect("it is shown").into_iter().map(|letter| letter.id).collect();
    assert_eq!(letters.requeue("reporting", &ids).await.expect("it is sent"), 1);
    eventually("it is back", || async { (letters.backlog("reporting").await.ok()?.dead == 1).then_some(()) }).await;
    assert_eq!(letters.show("reporting").await.expect("it is shown").len(), 1);
    world.stop().await;
}
