//! A replica that lags: single records obey who owns them now, lists and figures say that they may be behind, and all of it
//! ends by itself (decision 0026).

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Binary, Person, TestDatabase, World, binary::APART, eventually, proxy::Proxy, shared_broker};

const LISTS: [&str; 2] = ["/v1/interactions", "/v1/followUps?due=OVERDUE"];

fn id(record: &Value) -> String {
    record["id"].as_str().expect("a record has an id").to_owned()
}

async fn customer(person: &Person) -> String {
    let body = json!({ "name": "迟到样本", "type": "ENTERPRISE", "phones": [{ "number": "13612345678" }] });
    id(&person.post("/v1/customers", &body).await.ok())
}

fn call(subject: &str) -> Value {
    json!({ "method": "PHONE", "subject": subject, "occurTime": "2026-01-05T08:00:00Z", "nextContactTime": "2026-01-06T08:00:00Z" })
}

/// Waits until both lists, and the figures, say the one or the other.
async fn lags(person: &Person, lags: bool) {
    eventually(if lags { "all say that they may be behind" } else { "all are up to date" }, || async {
        for list in LISTS {
            (person.get(list).await.ok()["mayBeStale"] == lags).then_some(())?;
        }
        (person.get("/v1/reports/home").await.ok()["asOf"]["caughtUp"] == !lags).then_some(())
    })
    .await;
}

async fn subjects(person: &Person) -> Vec<String> {
    let list = person.get("/v1/interactions").await.ok();
    let records = list["interactions"].as_array().expect("records");
    records.iter().map(|own| own["subject"].as_str().expect("a subject").to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_broker_single_records_obey_their_owner_and_lists_say_that_they_may_be_stale() {
    let (proxy, through) = Proxy::before(&shared_broker()).await;
    let world = World::start_on(TestDatabase::create().await, |settings| settings.amqp_url = through.into()).await;
    let (admin, rep1, rep2) = (world.person("admin").await, world.person("rep1").await, world.person("rep2").await);
    let customer = customer(&rep1).await;
    let (records, tags) = (format!("/v1/customers/{customer}/interactions"), format!("/v1/customers/{customer}/tags"));
    let record = id(&rep1.post(&records, &call("从前")).await.ok());
    let tag = id(&admin.post("/v1/tags", &json!({ "name": "迟到" })).await.ok());
    lags(&rep1, false).await;

    proxy.cut(true);
    lags(&rep1, true).await;
    let assign = json!({ "customerIds": [customer], "ownerId": rep2.id });
    admin.post("/v1/customers:assign", &assign).await.ok();

    // First by who had it, so that nobody has asked the owner before.
    let edit = format!("/v1/interactions/{record}?updateMask=subject");
    assert_eq!(rep1.patch(&edit, &json!({ "subject": "改" })).await.refused(404), "NOT_FOUND");
    assert_eq!(rep1.post(&records, &call("现在")).await.refused(404), "NOT_FOUND");
    assert_eq!(rep1.get(&tags).await.refused(404), "NOT_FOUND");
    let apply = json!({ "customerIds": [customer] });
    let applied = async |person: &Person| person.post(&format!("/v1/tags/{tag}:apply"), &apply).await.ok();
    assert_eq!(applied(&rep1).await["results"][0]["outcome"], "NOT_FOUND");
    assert_eq!(applied(&rep2).await["results"][0]["outcome"], "APPLIED");
    rep2.post(&records, &call("现在")).await.ok();
    let snooze = json!({ "dueTime": "2099-01-06T08:00:00Z" });
    rep2.post(&format!("/v1/followUps/{customer}:snooze"), &snooze).await.ok();
    // The list still has what the events have not taken away, and says so.
    let list = rep1.get("/v1/interactions").await.ok();
    assert_eq!((&list["interactions"][0]["subject"], &list["mayBeStale"]), (&json!("从前"), &json!(true)), "{list}");
    let of_one = rep2.send(rep2.request(Method::GET, &records)).await.ok();
    assert_eq!(of_one["mayBeStale"], false, "its owner was asked");

    proxy.cut(false);
    lags(&rep1, false).await;
    assert_eq!(subjects(&rep1).await, Vec::<String>::new());
    assert_eq!(subjects(&rep2).await.len(), 2);
    world.stop().await;
}

/// Waits until lists of customers and the record of one say the one or the other of their tags and contacts.
async fn copies_lag(person: &Person, customer: &str, lag: bool) {
    let (record, query) = (format!("/v1/customers/{customer}"), json!({ "query": "迟到样本" }));
    eventually(if lag { "customers say that they may be behind" } else { "customers are up to date" }, || async {
        let list = person.get("/v1/customers").await.ok();
        let found = person.post("/v1/customers:search", &query).await.ok();
        let one = person.get(&record).await.ok();
        [list, found, one].iter().all(|answer| answer["mayBeStale"] == lag).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_broker_customers_say_that_their_tags_and_contacts_may_be_stale() {
    let (proxy, through) = Proxy::before(&shared_broker()).await;
    let world = World::start_on(TestDatabase::create().await, |settings| settings.amqp_url = through.into()).await;
    let (admin, rep1) = (world.person("admin").await, world.person("rep1").await);
    let customer = customer(&rep1).await;
    let tag = id(&admin.post("/v1/tags", &json!({ "name": "迟到" })).await.ok());
    copies_lag(&rep1, &customer, false).await;

    proxy.cut(true);
    copies_lag(&rep1, &customer, true).await;
    rep1.post(&format!("/v1/customers/{customer}/interactions"), &call("现在")).await.ok();
    let applied = rep1.post(&format!("/v1/tags/{tag}:apply"), &json!({ "customerIds": [customer] })).await.ok();
    assert_eq!(applied["results"][0]["outcome"], "APPLIED");
    let shown = async || rep1.get(&format!("/v1/customers/{customer}")).await.ok();
    let behind = shown().await;
    assert_eq!((&behind["tags"], &behind["mayBeStale"]), (&json!([]), &json!(true)), "{behind}");
    assert_eq!(behind["lastContactTime"], Value::Null, "{behind}");

    proxy.cut(false);
    copies_lag(&rep1, &customer, false).await;
    // Who says that nothing lags has all that came before.
    let caught_up = shown().await;
    assert_eq!(caught_up["tags"][0]["id"], json!(tag), "{caught_up}");
    assert_eq!(caught_up["lastContactTime"], call("现在")["occurTime"], "{caught_up}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_say_that_they_may_be_stale_when_tagging_or_interaction_is_away() {
    let mut binary = Binary::start_roles(APART, &shared_broker()).await;
    let rep1 = binary.person("rep1").await;
    let customer = customer(&rep1).await;
    copies_lag(&rep1, &customer, false).await;
    for role in ["tagging", "interaction"] {
        binary.kill_role(role);
        copies_lag(&rep1, &customer, true).await;
        binary.restart().await;
        copies_lag(&rep1, &customer, false).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_lags_answers_by_itself_when_the_owner_is_away() {
    let mut binary = Binary::start_roles(APART, &shared_broker()).await;
    let rep1 = binary.person("rep1").await;
    let customer = customer(&rep1).await;
    let records = format!("/v1/customers/{customer}/interactions");
    rep1.post(&records, &call("从前")).await.ok();
    binary.kill_role("customer");
    lags(&rep1, true).await;
    rep1.post(&records, &call("现在")).await.ok();
    binary.restart().await;
    lags(&rep1, false).await;
}
