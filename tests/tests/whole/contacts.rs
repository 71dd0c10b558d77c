//! Contacts: exactly one is primary whatever is done, and the customer's history has their changes.

use serde_json::{Value, json};
use tests::{Person, World};

async fn primary(person: &Person, path: &str) -> Vec<String> {
    let contacts = person.get(path).await.ok()["contacts"].clone();
    let contacts = contacts.as_array().expect("contacts").iter().filter(|contact| contact["primary"] == true);
    contacts.map(|contact| contact["name"].as_str().expect("a name").to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_contact_is_primary_and_every_change_is_in_the_customers_history() {
    let world = World::start().await;
    let rep1 = world.person("rep1").await;
    let body = json!({ "name": "联系人样本", "type": "ENTERPRISE", "phones": [{ "number": "13800000001" }] });
    let customer = rep1.post("/v1/customers", &body).await.ok()["id"].as_str().expect("an id").to_owned();
    let path = format!("/v1/customers/{customer}/contacts");
    let add = async |name: &str, primary: bool| {
        let contact = rep1.post(&path, &json!({ "name": name, "primary": primary })).await.ok();
        format!("{path}/{}", contact["id"].as_str().expect("an id"))
    };
    let first = add("甲", false).await;
    assert_eq!(primary(&rep1, &path).await, ["甲"], "the only one");
    let second = add("乙", true).await;
    assert_eq!(primary(&rep1, &path).await, ["乙"]);
    add("丙", false).await;
    rep1.patch(&format!("{second}?updateMask=primary"), &json!({ "primary": false })).await.ok();
    assert_eq!(primary(&rep1, &path).await, ["甲"], "the oldest of the others");
    rep1.delete(&first).await.ok();
    assert_eq!(primary(&rep1, &path).await, ["乙"]);
    // Two at once that both want to be.
    let (one, other) = tokio::join!(add("丁", true), add("戊", true));
    assert_ne!(one, other);
    assert_eq!(primary(&rep1, &path).await.len(), 1);

    let mut types: Vec<Value> = Vec::new();
    let mut token = String::new();
    loop {
        let page = rep1.get(&format!("/v1/customers/{customer}/history?pageSize=4&pageToken={token}")).await.ok();
        types.extend(page["entries"].as_array().expect("entries").iter().map(|entry| entry["type"].clone()));
        token = page["nextPageToken"].as_str().expect("a token").to_owned();
        if token.is_empty() {
            break;
        }
    }
    let many = |kind: &str| types.iter().filter(|own| **own == json!(kind)).count();
    assert_eq!(types.last(), Some(&json!("customer.customer.created.v1")), "newest first");
    assert_eq!((many("customer.contact.created.v1"), many("customer.contact.deleted.v1")), (5, 1), "{types:?}");
    let newest = rep1.get(&format!("/v1/customers/{customer}/history?pageSize=500")).await.ok();
    let removed = newest["entries"].as_array().expect("entries").iter();
    let removed = removed.filter(|entry| entry["type"] == "customer.contact.deleted.v1").collect::<Vec<_>>();
    let name = removed[0]["changes"].as_array().expect("changes").iter().find(|change| change["field"] == "name");
    assert_eq!(name.expect("the name went")["from"], "甲", "{removed:?}");
    assert!(first.ends_with(removed[0]["subjectId"].as_str().expect("an id")), "{removed:?}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_imported_contact_stands_in_its_customers_history() {
    let world = World::start().await;
    let rep1 = world.person("rep1").await;
    let file = "客户名称,手机,联系人\n导入历史样本,13800000002,王小明\n";
    let import = rep1.upload("customers.csv", file.as_bytes().to_vec()).await;
    let path = format!("/v1/imports/{}", import["id"].as_str().expect("an id"));
    let running = rep1.post(&format!("{path}:run"), &json!({})).await.ok();
    rep1.import_until(&running, &["SUCCEEDED"]).await;
    let rows = rep1.get(&format!("{path}/rows")).await.ok();
    let customer = rows["rows"][0]["customerId"].as_str().expect("a customer");
    let history = rep1.get(&format!("/v1/customers/{customer}/history")).await.ok();
    let entries = history["entries"].as_array().expect("entries").iter();
    let types: Vec<&str> = entries.map(|entry| entry["type"].as_str().expect("a type")).collect();
    assert!(types.contains(&"customer.contact.created.v1"), "{types:?}");
    world.stop().await;
}
