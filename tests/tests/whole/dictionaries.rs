//! Dictionaries: renaming keeps records, retiring keeps history, and every process sees both at once.

use std::time::{Duration, Instant};

use cims::{Process, Role};
use serde_json::{Value, json};
use tests::{PASSWORD, Person, World, eventually};

const LEVELS: &str = "/v1/dictionaries/level/items";

async fn items(person: &Person, dictionary: &str, query: &str) -> Vec<Value> {
    let all = person.get(&format!("/v1/dictionaries{query}")).await.ok();
    let own = all["dictionaries"].as_array().expect("dictionaries").iter().find(|own| own["code"] == dictionary);
    own.expect("the dictionary is there")["items"].as_array().expect("items").clone()
}

async fn codes(person: &Person) -> Vec<String> {
    let items = items(person, "level", "").await;
    items.iter().map(|item| item["code"].as_str().expect("a code").to_owned()).collect()
}

fn customer(turn: usize, level: &str) -> Value {
    json!({ "name": format!("字典样本{turn}"), "type": "ENTERPRISE", "level": level,
        "phones": [{ "number": format!("138{turn:08}") }] })
}

/// What is allowed instead, when the level is refused. The customer has no name: nothing is made of it.
async fn refused(person: &Person, level: &str) -> Option<String> {
    let answer = person.post("/v1/customers", &json!({ "type": "ENTERPRISE", "level": level })).await;
    let errors = answer.body["errors"].as_array()?.clone();
    let error = errors.iter().find(|error| error["code"] == "NOT_IN_DICTIONARY")?;
    Some(error["message"].to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn renaming_keeps_records_and_retiring_keeps_history() {
    let world = World::start().await;
    let (admin, rep1) = (world.person("admin").await, world.person("rep1").await);
    eventually("the dictionaries are known", || async { refused(&rep1, "gold").await }).await;
    let made = rep1.post("/v1/customers", &customer(1, "vip")).await.ok();
    let one = format!("/v1/customers/{}", made["id"].as_str().expect("an id"));

    let renamed =
        admin.patch(&format!("{LEVELS}/vip"), &json!({ "labelZh": "钻石客户", "labelEn": "Diamond" })).await.ok();
    assert_eq!((&renamed["code"], &renamed["labelZh"]), (&json!("vip"), &json!("钻石客户")), "{renamed}");
    assert_eq!(rep1.get(&one).await.ok()["level"], "vip", "the record keeps its code");

    // A sheet is understood by the new label and by the former one.
    let sheet = "客户名称,手机,客户等级\n新称,13700000001,钻石客户\n旧称,13700000002,VIP客户\n";
    let import = admin.upload("levels.csv", sheet.into()).await;
    admin.post(&format!("/v1/imports/{}:run", import["id"].as_str().expect("an id")), &json!({})).await.ok();
    eventually("both rows have the level", || async {
        let found = admin
            .post(
                "/v1/customers:search",
                &json!({
            "where": { "field": "level", "op": "eq", "value": "vip" } }),
            )
            .await
            .ok();
        (found["results"].as_array()?.len() == 3).then_some(())
    })
    .await;

    admin.post(&format!("{LEVELS}/vip:retire"), &json!({})).await.ok();
    let told = eventually("a retired code is refused", || async { refused(&rep1, "vip").await }).await;
    assert!(told.contains("important") && !told.contains("vip"), "it names what is allowed: {told}");
    rep1.patch(&one, &json!({ "remarks": "照旧" })).await.ok();
    assert_eq!(rep1.get(&one).await.ok()["level"], "vip", "the record keeps what is retired");
    let question = json!({ "where": { "field": "level", "op": "eq", "value": "vip" } });
    let found = admin.post("/v1/customers:search", &question).await.ok();
    assert_eq!(found["results"].as_array().expect("results").len(), 3, "what is retired can be asked for");
    let counted = items(&admin, "level", "?counts=true").await;
    let vip = counted.iter().find(|item| item["code"] == "vip").expect("it stays in the list");
    assert_eq!((&vip["retired"], &vip["recordCount"]), (&json!(true), &json!(3)));
    let used = admin.delete(&format!("{LEVELS}/vip")).await;
    assert_eq!(used.refused(409), "DICTIONARY_ITEM_USED");

    admin.post(&format!("{LEVELS}/vip:unretire"), &json!({})).await.ok();
    eventually("it can be chosen again", || async {
        (rep1.post("/v1/customers", &customer(3, "vip")).await.status == 201).then_some(())
    })
    .await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_are_added_ordered_and_deleted_by_administrators_alone() {
    let world = World::start().await;
    let (admin, manager1) = (world.person("admin").await, world.person("manager1").await);
    eventually("the dictionaries are filled", || async { (codes(&admin).await.len() == 3).then_some(()) }).await;
    let gold = json!({ "code": "gold", "labelZh": "金牌客户", "labelEn": "Gold" });
    assert_eq!(manager1.post(LEVELS, &gold).await.refused(403), "PERMISSION_DENIED");
    assert_eq!(manager1.get("/v1/dictionaries?counts=true").await.refused(403), "PERMISSION_DENIED");
    admin.post(LEVELS, &gold).await.ok();
    assert_eq!(admin.post(LEVELS, &gold).await.refused(409), "DUPLICATE");
    assert_eq!(admin.post("/v1/dictionaries/colour/items", &gold).await.refused(404), "NOT_FOUND");
    assert_eq!(codes(&manager1).await, ["vip", "important", "normal", "gold"]);

    let order = "/v1/dictionaries/level:reorder";
    let part = admin.post(order, &json!({ "codes": ["gold", "vip"] })).await;
    assert_eq!(part.body["errors"][0]["code"], "NOT_IN_DICTIONARY", "{}", part.body);
    admin.post(order, &json!({ "codes": ["gold", "normal", "vip", "important"] })).await.ok();
    assert_eq!(codes(&manager1).await, ["gold", "normal", "vip", "important"]);
    admin.delete(&format!("{LEVELS}/gold")).await.ok();
    assert_eq!(codes(&manager1).await, ["normal", "vip", "important"]);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_sees_a_change_within_five_seconds() {
    let world = World::start().await;
    let mut settings = world.peer_settings();
    settings.peers.remove(&Role::Customer);
    let second = Process::start(&settings, &[Role::Customer, Role::Gateway]).await.expect("a second process starts");
    let url = format!("http://{}", second.http_address.expect("its gateway runs here"));
    let (admin, elsewhere) = (world.person("admin").await, Person::sign_in(&url, "rep1", PASSWORD).await);
    eventually("the other process knows the dictionaries", || async { refused(&elsewhere, "gold").await }).await;
    admin.post(LEVELS, &json!({ "code": "gold", "labelZh": "金牌客户", "labelEn": "Gold" })).await.ok();
    let since = Instant::now();
    eventually("the other process takes the new code", || async {
        (elsewhere.post("/v1/customers", &customer(1, "gold")).await.status == 201).then_some(())
    })
    .await;
    assert!(since.elapsed() < Duration::from_secs(5), "after {:?}", since.elapsed());
    second.stop().await;
    world.stop().await;
}
