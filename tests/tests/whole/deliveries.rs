//! Events on their way, as an administrator sees them: what waits, what was set aside and why, sent again or dropped.

use std::process::Command;

use cims::{Process, Role};
use kit::schema::{from_json, schema};
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};
use tests::{PASSWORD, Person, World, eventually, proxy::Proxy, shared_broker};

async fn consumer(person: &Person, name: &str) -> Value {
    let all = person.get("/v1/deliveries").await.ok();
    let own = all["consumers"].as_array().expect("consumers").iter().find(|own| own["name"] == name);
    own.unwrap_or_else(|| panic!("no consumer {name}: {all}")).clone()
}

async fn letters(person: &Person, consumer: &str) -> Vec<Value> {
    let body = person.get(&format!("/v1/deliveries/{consumer}/deadLetters")).await.ok();
    body["letters"].as_array().expect("letters").clone()
}

/// What the log of operations says of this event: by whom and why.
async fn logged(person: &Person, event_type: &str) -> Vec<(Value, Value)> {
    let log = person.get("/v1/operationLog?pageSize=100").await.ok();
    let lines = log["operations"].as_array().expect("lines").iter();
    let own = lines.filter(|line| line["type"] == event_type);
    own.map(|line| (line["actorId"].clone(), line["reason"].clone())).collect()
}

/// Runs `cims events dead …` beside the world, and answers what it prints.
fn dead(world: &World, words: &[&str]) -> String {
    let mut command = Command::new(&world.settings.program);
    command
        .env("CIMS_DATABASE_URL", &world.database.url)
        .env("CIMS_AMQP_URL", shared_broker())
        .env("CIMS_AMQP_PREFIX", &world.settings.amqp_prefix)
        .args(["events", "dead"])
        .args(words);
    let told = command.output().expect("the binary starts");
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    String::from_utf8_lossy(&told.stdout).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_could_not_be_applied_is_sent_again_once_the_cause_is_gone() {
    let world = World::start().await;
    let (admin, rep1) = (world.person("admin").await, world.person("rep1").await);
    let mut database = PgConnection::connect(&world.database.url).await.expect("the test's database");
    sqlx::raw_sql("alter table reporting.inbox rename to inbox_away").execute(&mut database).await.expect("a cause");
    let body = json!({ "name": "死信样本", "type": "ENTERPRISE", "phones": [{ "number": "13812345678" }] });
    rep1.post("/v1/customers", &body).await.ok();
    eventually("it is set aside", || async {
        (consumer(&admin, "reporting").await["dead"].as_i64()? > 0).then_some(())
    })
    .await;

    let found = letters(&admin, "reporting").await;
    let letter = &found[0];
    assert_eq!((found.len(), &letter["type"]), (1, &json!("customer.customer.created.v1")), "{letter}");
    assert_eq!((&letter["reason"], &letter["deliveries"]), (&json!("NOT_APPLIED"), &json!(6)), "{letter}");
    let after = &letter["payload"]["after"];
    assert_eq!((&after["name"], &after["type"]), (&json!("******"), &json!("ENTERPRISE")), "{after}");
    assert_eq!(after["phones"][0]["number"], "138****5678", "{after}");
    assert!(!letter.to_string().contains("死信样本"));

    sqlx::raw_sql("alter table reporting.inbox_away rename to inbox").execute(&mut database).await.expect("mended");
    let sent = admin.post("/v1/deliveries/reporting/deadLetters:requeue", &json!({ "ids": [letter["id"]] })).await.ok();
    assert_eq!(sent["ids"], json!([letter["id"]]));
    eventually("the figures have followed", || async {
        (rep1.get("/v1/reports/home").await.ok()["customerCount"] == 1).then_some(())
    })
    .await;
    assert_eq!(consumer(&admin, "reporting").await["dead"], 0);
    assert_eq!(logged(&admin, "delivery.deadLetter.requeued.v1").await, [(json!(admin.id), json!(""))]);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_can_read_is_dropped_for_a_reason_by_administrators_alone() {
    let world = World::start().await;
    let (admin, manager1) = (world.person("admin").await, world.person("manager1").await);
    let table = schema().message("cims.customer.v1.CustomerChanged").expect("a message");
    let change = json!({ "after": { "name": "死信样本", "level": "vip", "phones": [{ "number": "13812345678" }] } });
    let content = from_json(table, &change, "", &mut Vec::new());
    let readable = world.dead_letter("tagging", "customer.customer.updated.v1", &content).await;
    let nonsense = world.dead_letter("tagging", "customer.customer.updated.v1", b"nonsense").await;

    let found = letters(&admin, "tagging").await;
    let of = |id: &str| found.iter().find(|letter| letter["id"] == id).expect("the letter");
    assert_eq!((found.len(), &of(&readable)["reason"]), (2, &json!("UNREADABLE")));
    assert_eq!(of(&readable)["payload"]["after"]["phones"][0]["number"], "138****5678");
    assert_eq!((&of(&nonsense)["payload"], &of(&nonsense)["size"]), (&Value::Null, &json!(8)));
    assert_eq!(consumer(&admin, "tagging").await["dead"], 2);
    let outboxes = admin.get("/v1/deliveries").await.ok()["outboxes"].as_array().expect("outboxes").len();
    assert_eq!(outboxes, 5, "each service has one");

    let path = "/v1/deliveries/tagging/deadLetters:drop";
    let drop = json!({ "ids": [readable, nonsense], "reason": "重复的测试消息" });
    assert_eq!(manager1.get("/v1/deliveries").await.refused(403), "PERMISSION_DENIED");
    assert_eq!(manager1.get("/v1/deliveries/tagging/deadLetters").await.refused(403), "PERMISSION_DENIED");
    assert_eq!(manager1.post(path, &drop).await.refused(403), "PERMISSION_DENIED");
    assert_eq!(admin.get("/v1/deliveries/identity/deadLetters").await.refused(404), "NOT_FOUND");
    assert_eq!(admin.post(path, &json!({ "ids": [nonsense], "reason": " " })).await.refused(400), "INVALID");
    assert_eq!(admin.post(path, &json!({ "ids": ["unknown"], "reason": "重复" })).await.refused(400), "INVALID");
    let dropped = admin.post(path, &drop).await.ok();
    assert_eq!(dropped["ids"].as_array().expect("ids").len(), 2);
    assert_eq!(letters(&admin, "tagging").await, Vec::<Value>::new());
    assert_eq!(logged(&admin, "delivery.deadLetter.dropped.v1").await, [(json!(admin.id), json!("重复的测试消息"))]);

    let mut database = PgConnection::connect(&world.database.url).await.expect("the test's database");
    let noted: i64 = sqlx::query_scalar(
        "select count(*) from tagging.event where type = 'delivery.deadLetter.dropped.v1'
            and position(convert_to('重复的测试消息', 'UTF8') in payload) > 0",
    )
    .fetch_one(&mut database)
    .await
    .expect("the events");
    assert_eq!(noted, 1, "the event says why");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_drops_and_sends_again_with_lines_in_the_log() {
    let world = World::start().await;
    let admin = world.person("admin").await;
    let [dropped, kept] = [
        world.dead_letter("tagging", "customer.customer.updated.v1", b"nonsense").await,
        world.dead_letter("tagging", "customer.customer.updated.v1", b"more of it").await,
    ];
    let reason = ["--reason", "重复的测试消息"];
    // What is not there is neither dropped nor said to be.
    let told = dead(&world, &[&["drop", "tagging", "--id", "unknown"][..], &reason].concat());
    assert_eq!(told, "0 dropped\n");
    let told = dead(&world, &[&["drop", "tagging", "--id", dropped.as_str()][..], &reason].concat());
    assert_eq!(told, "1 dropped\n");
    let left: Vec<Value> = letters(&admin, "tagging").await.into_iter().map(|letter| letter["id"].clone()).collect();
    assert_eq!(left, [json!(kept)]);
    assert_eq!(dead(&world, &["requeue", "tagging"]), "1 sent again\n");
    // By CIMS itself: nobody is signed in there.
    assert_eq!(logged(&admin, "delivery.deadLetter.dropped.v1").await, [(json!(""), json!("重复的测试消息"))]);
    assert_eq!(logged(&admin, "delivery.deadLetter.requeued.v1").await, [(json!(""), json!(""))]);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_says_which_service_is_out_of_reach() {
    let world = World::start().await;
    let (proxy, tagging) = Proxy::before(world.service_url("tagging")).await;
    let mut settings = world.peer_settings();
    settings.peers.insert(Role::Tagging, tagging);
    let edge = Process::start(&settings, &[Role::Gateway]).await.expect("a second edge starts");
    let url = format!("http://{}", edge.http_address.expect("its gateway runs here"));
    let admin = Person::sign_in(&url, "admin", PASSWORD).await;
    let told = async || {
        let all = admin.get("/v1/deliveries").await.ok();
        let services = all["outboxes"].as_array().expect("outboxes").iter().map(|own| own["service"].clone());
        let mut services: Vec<String> = services.map(|name| name.as_str().unwrap_or_default().to_owned()).collect();
        services.sort_unstable();
        (services.join(" "), all["unreachable"].clone())
    };
    let whole = ("customer identity interaction reporting tagging".to_owned(), json!([]));
    assert_eq!(told().await, whole);
    proxy.cut(true);
    assert_eq!(told().await, ("customer identity interaction reporting".to_owned(), json!(["tagging"])));
    // Nobody else could answer for it.
    let letters = admin.get("/v1/deliveries/tagging/deadLetters").await;
    assert!(letters.status.is_server_error(), "{} {}", letters.status, letters.body);
    proxy.cut(false);
    eventually("it answers again", || async { (told().await == whole).then_some(()) }).await;
    edge.stop().await;
    world.stop().await;
}
