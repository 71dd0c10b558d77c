//! The log of operations: who did what, when and from where, over all services, and who sees what of it.

use serde_json::{Value, json};
use tests::{Person, World};

async fn log(person: &Person, query: &str) -> Vec<Value> {
    let body = person.get(&format!("/v1/operationLog?pageSize=500{query}")).await.ok();
    body["operations"].as_array().expect("lines").clone()
}

fn types(lines: &[Value]) -> Vec<&str> {
    lines.iter().filter_map(|line| line["type"].as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_has_every_service_and_shows_it_by_scope() {
    let world = World::start().await;
    let rep1 = world.person("rep1").await;
    let body =
        json!({ "name": "Alder", "type": "ENTERPRISE", "phones": [{ "number": "13800138000", "kind": "MOBILE" }] });
    let customer = rep1.post("/v1/customers", &body).await.ok();
    let id = customer["id"].as_str().expect("an id");
    rep1.patch(&format!("/v1/customers/{id}"), &json!({ "remarks": "tall" })).await.ok();
    rep1.post(&format!("/v1/customers/{id}/contacts"), &json!({ "name": "Ann" })).await.ok();
    let contact = json!({ "method": "PHONE", "subject": "first call", "occurTime": "2026-01-05T08:00:00Z" });
    rep1.post(&format!("/v1/customers/{id}/interactions"), &contact).await.ok();
    let admin = world.person("admin").await;
    let tag = admin.post("/v1/tags", &json!({ "name": "oak" })).await.ok();

    let own = log(&rep1, "").await;
    assert_eq!(
        types(&own),
        [
            "interaction.interaction.created.v1",
            "customer.contact.created.v1",
            "customer.customer.updated.v1",
            "customer.customer.created.v1",
        ]
    );
    assert!(own.iter().all(|line| line["actorId"] == json!(rep1.id) && line["address"] == "127.0.0.1"), "{own:?}");
    assert_eq!(own[2]["recordId"], id);
    assert!(own[2]["changedFields"].as_array().expect("fields").contains(&json!("remarks")), "{}", own[2]);
    assert_eq!((own[1]["parentId"].as_str(), own[1]["recordType"].as_str()), (Some(id), Some("customer.contact")));

    // The manager sees the people of the department, a colleague nothing, the executive is refused.
    let manager = world.person("manager1").await;
    assert_eq!(log(&manager, &format!("&userId={}", rep1.id)).await, own);
    assert!(log(&manager, "").await.iter().all(|line| line["actorId"] != json!(admin.id)));
    let rep3 = world.person("rep3").await;
    assert_eq!(log(&rep3, &format!("&userId={}", rep1.id)).await, Vec::<Value>::new());
    assert_eq!(log(&rep3, &format!("&recordId={id}")).await, Vec::<Value>::new());
    assert_eq!(world.person("exec1").await.get("/v1/operationLog").await.refused(403), "PERMISSION_DENIED");

    // The administrator sees everything, also of one record and what hangs on it, and by time.
    let all = log(&admin, "").await;
    assert_eq!(all[0]["recordId"], tag["id"]);
    assert!(own.iter().all(|line| all.contains(line)));
    assert_eq!(log(&admin, &format!("&recordId={id}")).await, own);
    let time = own[2]["time"].as_str().expect("a time");
    assert_eq!(log(&admin, &format!("&recordId={id}&startTime={time}")).await, own[..3]);
    assert_eq!(log(&admin, &format!("&recordId={id}&endTime={time}")).await, own[3..]);

    // Page by page it is the same.
    let (mut paged, mut token) = (Vec::new(), String::new());
    loop {
        let page = admin.get(&format!("/v1/operationLog?pageSize=3&pageToken={token}")).await.ok();
        paged.extend(page["operations"].as_array().expect("lines").clone());
        token = page["nextPageToken"].as_str().expect("a token").to_owned();
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(paged, all);
    world.stop().await;
}
