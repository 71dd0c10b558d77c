//! Handing over what somebody owns: previewed, by rules, to one or several, after a crash, and taken back.

mod boards;

use std::collections::HashMap;

use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use tests::{Binary, Person, World, binary::APART, eventually};

/// Enough for several batches.
const MANY: usize = 700;

fn id(record: &Value) -> String {
    record["id"].as_str().expect("a record has an id").to_owned()
}

async fn customer(person: &Person, turn: usize, region: &str) -> String {
    let phones = json!([{ "number": format!("137{turn:08}") }]);
    let body =
        json!({ "name": format!("交接样本{turn}"), "type": "ENTERPRISE", "phones": phones, "regionCode": region });
    id(&person.post("/v1/customers", &body).await.ok())
}

/// Imports as many customers of the person's own.
async fn fill(person: &Person, count: usize) {
    let rows = (0..count).map(|turn| format!("交接样本{turn},136{turn:08}\n"));
    let file = format!("客户名称,手机\n{}", rows.collect::<String>());
    let import = person.upload("customers.csv", file.into_bytes()).await;
    person.post(&format!("/v1/imports/{}:run", id(&import)), &json!({})).await.ok();
    let import = person.import_until(&import, &["SUCCEEDED", "FAILED"]).await;
    assert_eq!(import["accepted"], json!(count), "{import}");
}

fn to(receivers: &[&Person], region: &str) -> Value {
    let receivers: Vec<&str> = receivers.iter().map(|person| person.id.as_str()).collect();
    json!({ "regionCode": region, "receiverIds": receivers })
}

async fn preview(by: &Person, whose: &Person, rules: &[Value]) -> Value {
    by.post("/v1/handovers:preview", &json!({ "userId": whose.id, "rules": rules })).await.ok()
}

async fn hand_over(by: &Person, whose: &Person, rules: &[Value]) -> Value {
    let handover = by.post("/v1/handovers", &json!({ "userId": whose.id, "rules": rules })).await.ok();
    by.job_ended("handovers", &handover).await
}

async fn owner(admin: &Person, customer: &str) -> Value {
    admin.get(&format!("/v1/customers/{customer}")).await.ok()["ownerId"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_go_by_region_to_two_and_come_back() {
    let world = World::start().await;
    let (admin, manager1) = (world.person("admin").await, world.person("manager1").await);
    let (rep1, rep2, rep3) = (world.person("rep1").await, world.person("rep2").await, world.person("rep3").await);
    let mut east = Vec::new();
    for (turn, region) in ["330106", "330100", "330000"].into_iter().enumerate() {
        east.push(customer(&rep1, turn, region).await);
    }
    let north = [customer(&rep1, 3, "110101").await, customer(&rep1, 4, "110101").await];
    let nowhere = customer(&rep1, 5, "").await;
    customer(&rep2, 6, "330106").await;
    let call = json!({ "method": "PHONE", "subject": "回访", "occurTime": "2026-01-05T08:00:00Z", "nextContactTime": "2026-01-06T08:00:00Z" });
    rep1.post(&format!("/v1/customers/{}/interactions", north[0]), &call).await.ok();

    let rules = [to(&[&rep2], "330000"), to(&[&rep3], "110000")];
    let body = json!({ "userId": rep1.id, "rules": rules });
    let seen = preview(&admin, &rep1, &rules).await;
    assert_eq!((&seen["total"], &seen["staying"]), (&json!(6), &json!(1)), "{seen}");
    let line = |rule: i64, receiver: &str, count: i64| json!({ "service": "customer", "type": "customer.customer", "rule": rule, "receiverId": receiver, "count": count });
    assert_eq!(seen["counts"], json!([line(0, "", 1), line(1, &rep2.id, 3), line(2, &rep3.id, 2)]), "{seen}");
    let nothing = preview(&admin, &rep1, &[]).await;
    assert_eq!((&nothing["total"], &nothing["staying"]), (&json!(6), &json!(6)), "{nothing}");

    // A manager gives to people of the own departments, a representative to nobody.
    let beyond = manager1.post("/v1/handovers", &body).await;
    let told = (&beyond.body["errors"][0]["code"], &beyond.body["errors"][0]["pointer"]);
    assert_eq!(told, (&json!("OUT_OF_REACH"), &json!("/rules/1/receiverIds/0")), "{}", beyond.body);
    assert_eq!(rep1.post("/v1/handovers:preview", &body).await.refused(403), "PERMISSION_DENIED");
    let own = json!({ "userId": rep1.id, "rules": [to(&[&rep1], "")] });
    assert_eq!(admin.post("/v1/handovers", &own).await.body["errors"][0]["code"], "SAME_PERSON");

    // Sent twice under one key it is one handover.
    let send = || {
        let request = admin.request(Method::POST, "/v1/handovers").header("idempotency-key", "once");
        admin.send(request.json(&body))
    };
    let handover = send().await;
    assert_eq!((handover.status.as_u16(), &handover.body), (201, &send().await.body));
    let path = format!("/v1/handovers/{}", id(&handover.body));
    assert_eq!(manager1.get(&path).await.refused(404), "NOT_FOUND", "somebody else's");
    let ended = admin.job_ended("handovers", &handover.body).await;
    let counts =
        |handover: &Value| ["total", "changed", "refused"].map(|name| handover["parts"][0]["job"][name].clone());
    assert_eq!(ended["state"], "SUCCEEDED", "{ended}");
    assert_eq!(counts(&ended), [5, 5, 0].map(|count| json!(count)), "{ended}");
    assert!(ended["finishTime"].is_string(), "{ended}");
    let listed = admin.get(&format!("/v1/handovers?userId={}", rep1.id)).await.ok();
    assert_eq!(listed["handovers"], json!([ended]));
    for (customer, person) in east.iter().map(|own| (own, &rep2)).chain(north.iter().map(|own| (own, &rep3))) {
        assert_eq!(owner(&admin, customer).await, json!(person.id));
    }
    assert_eq!(owner(&admin, &nowhere).await, json!(rep1.id), "no rule fits it");
    let history = rep3.get(&format!("/v1/customers/{}/history", north[0])).await.ok();
    let entry = &history["entries"][0];
    let fields: Vec<_> = entry["changes"].as_array().expect("changes").iter().map(|own| own["field"].clone()).collect();
    assert_eq!((fields, &entry["actorId"]), (vec![json!("ownerId"), json!("departmentId")], &json!(admin.id)));
    eventually("what hangs on a customer follows", || async {
        let due = rep3.get("/v1/followUps?due=OVERDUE").await.ok();
        (due["followUps"][0]["customerId"] == json!(north[0])).then_some(())
    })
    .await;

    // Back again: an edit does not stand in the way, another owner does.
    rep2.patch(&format!("/v1/customers/{}?updateMask=remarks", east[0]), &json!({ "remarks": "接手" })).await.ok();
    let taken = json!({ "customerIds": [north[1]], "ownerId": rep2.id });
    admin.post("/v1/customers:assign", &taken).await.ok();
    let undoing = admin.post(&format!("{path}:undo"), &json!({})).await.ok();
    assert_eq!(undoing["state"], "UNDOING", "{undoing}");
    let undone = admin.job_ended("handovers", &undoing).await;
    assert_eq!((&undone["state"], counts(&undone)), (&json!("UNDONE"), [5, 4, 1].map(|count| json!(count))));
    let refusal = json!([{ "type": "customer.customer", "id": north[1], "reason": "CHANGED" }]);
    assert_eq!(undone["parts"][0]["refusals"], refusal, "{undone}");
    assert_eq!(owner(&admin, &north[1]).await, json!(rep2.id), "left as it is");
    assert_eq!(owner(&admin, &north[0]).await, json!(rep1.id));
    assert_eq!(owner(&admin, &east[0]).await, json!(rep1.id));
    assert_eq!(admin.post(&format!("{path}:undo"), &json!({})).await.refused(422), "JOB_UNDONE");
    let log = admin.get(&format!("/v1/operationLog?recordId={}", id(&ended))).await.ok();
    let types = log["operations"].as_array().expect("lines").iter().map(|own| own["type"].clone());
    assert_eq!(types.collect::<Vec<_>>(), ["identity.handover.updated.v1", "identity.handover.created.v1"]);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_receivers_share_as_the_preview_says_and_then_the_account_may_go() {
    let world = World::start().await;
    let (admin, manager1) = (world.person("admin").await, world.person("manager1").await);
    let (rep1, rep2, rep3) = (world.person("rep1").await, world.person("rep2").await, world.person("rep3").await);
    fill(&rep1, 60).await;
    customer(&rep2, 60, "").await;

    let disable = format!("/v1/users/{}:disable", rep1.id);
    for (language, words) in [("zh-CN", "60 条记录"), ("en", "60 records")] {
        let request = admin.request(Method::POST, &disable).header("accept-language", language);
        let refused = admin.send(request.json(&json!({}))).await;
        assert!(refused.body["title"].as_str().is_some_and(|title| title.contains(words)), "{}", refused.body);
        assert_eq!(refused.body["counts"], json!({ "customer.customer": 60 }));
        assert_eq!(refused.refused(422), "OWNS_RECORDS");
    }

    // The manager's own handover: to the team, evenly.
    let rules = [to(&[&rep2, &manager1], "")];
    let seen = preview(&manager1, &rep1, &rules).await;
    let expected: HashMap<&str, i64> = seen["counts"]
        .as_array()
        .expect("counts")
        .iter()
        .map(|own| (own["receiverId"].as_str().expect("an id"), own["count"].as_i64().expect("a count")))
        .collect();
    assert!(expected.len() == 2 && expected.values().all(|count| (15..=45).contains(count)), "{seen}");
    let handover = hand_over(&manager1, &rep1, &rules).await;
    assert_eq!(handover["state"], "SUCCEEDED", "{handover}");
    for (person, had) in [(&rep2, 1), (&manager1, 0)] {
        let now = preview(&admin, person, &[]).await["total"].as_i64().expect("a count");
        assert_eq!(now, expected[person.id.as_str()] + had, "{}", person.name());
    }
    assert_eq!(admin.post(&disable, &json!({})).await.ok()["disabled"], json!(true));
    let back = json!({ "userId": rep2.id, "rules": [to(&[&rep1], "")] });
    assert_eq!(admin.post("/v1/handovers", &back).await.body["errors"][0]["code"], "DISABLED");
    assert_eq!(rep3.get(&format!("/v1/handovers/{}", id(&handover))).await.refused(403), "PERMISSION_DENIED");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_process_goes_on_with_a_handover_and_moves_every_customer_once() {
    let mut binary = Binary::start().await;
    let (admin, rep1, rep2) = (binary.person("admin").await, binary.person("rep1").await, binary.person("rep2").await);
    fill(&rep1, MANY).await;
    let body = json!({ "userId": rep1.id, "rules": [to(&[&rep2], "")] });
    let handover = admin.post("/v1/handovers", &body).await.ok();
    // Before or just after the service was told.
    binary.kill();
    binary.restart().await;
    let admin = binary.person("admin").await;
    let path = format!("/v1/handovers/{}", id(&handover));
    eventually("it goes on", || async {
        let progress = admin.get(&path).await.ok()["parts"][0]["job"]["progress"].as_u64()?;
        (progress > 0).then_some(())
    })
    .await;
    binary.kill();
    binary.restart().await;
    let admin = binary.person("admin").await;
    let ended = admin.job_ended("handovers", &handover).await;
    assert_eq!((&ended["state"], &ended["parts"][0]["job"]["changed"]), (&json!("SUCCEEDED"), &json!(MANY)), "{ended}");
    let mut database = PgConnection::connect(&binary.database().url).await.expect("the test's database");
    let (events, customers): (i64, i64) = sqlx::query_as(
        "select count(*), count(distinct subject_id) from customer.event where type = 'customer.customer.updated.v1'",
    )
    .fetch_one(&mut database)
    .await
    .expect("a count");
    let many = i64::try_from(MANY).expect("a count");
    assert_eq!((events, customers), (many, many), "each customer once");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_service_is_away_nobody_is_disabled_and_it_is_said_which() {
    let broker = std::env::var("CIMS_TEST_AMQP_URL").expect("run the tests by `cargo xtask test`");
    let mut binary = Binary::start_roles(APART, &broker).await;
    let (admin, rep1) = (binary.person("admin").await, binary.person("rep1").await);
    let (person, disable) = (format!("/v1/users/{}", rep1.id), format!("/v1/users/{}:disable", rep1.id));
    let before = admin.get(&person).await.ok();
    // One keeps what people own; of the other nobody knows that it does not before it has said so.
    for (service, zh, en) in [("customer", "客户服务", "of customers"), ("tagging", "标签服务", "of tags")] {
        binary.kill_role(service);
        for (language, words) in [("zh-CN", zh), ("en", en)] {
            let request = admin.request(Method::POST, &disable).header("accept-language", language);
            let answer = request.json(&json!({})).send().await.expect("the gateway answers");
            let wait = answer.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse::<u32>().ok());
            assert_eq!((answer.status().as_u16(), wait.is_some_and(|wait| wait > 0)), (503, true), "{service}");
            let body: Value = answer.json().await.expect("a problem");
            assert_eq!(body["code"], "SERVICE_AWAY", "{body}");
            assert!(body["title"].as_str().is_some_and(|title| title.contains(words)), "{body}");
        }
        assert_eq!(admin.get(&person).await.ok(), before, "nothing is half done");
        rep1.get("/v1/me").await.ok();
        binary.restart().await;
        eventually("all services can be asked", || async {
            let answer = admin.post("/v1/handovers:preview", &json!({ "userId": rep1.id })).await;
            (answer.status == 200).then_some(())
        })
        .await;
    }
    assert_eq!(admin.post(&disable, &json!({})).await.ok()["disabled"], true);
    eventually("the person is out", || async { (rep1.get("/v1/me").await.status == 401).then_some(()) }).await;
}
