//! Showing a masked value in clear, and who learns of it.

use serde_json::{Value, json};
use tests::{Person, World, eventually};

use super::{rule::reader, text};

#[tokio::test(flavor = "multi_thread")]
async fn a_masked_value_is_revealed_one_by_one_and_every_look_is_logged() {
    let world = World::start().await;
    let (author, service1) = (world.person("rep1").await, world.person("service1").await);
    let phone = "13912340001";
    let body =
        json!({ "name": "西湖样本", "type": "ENTERPRISE", "phones": [{ "number": phone }], "email": "li@example.com" });
    let customer = text(&author.post("/v1/customers", &body).await.ok()["id"]);
    let path = format!("/v1/customers/{customer}");
    let contact = json!({ "name": "王小明", "phones": [{ "number": "13912340002" }] });
    let contact = text(&author.post(&format!("{path}/contacts"), &contact).await.ok()["id"]);
    let seen = service1.get(&path).await.ok();
    assert_eq!(seen["phones"][0]["number"], "139****0001");
    let reveal =
        async |person: &Person, field: &str| person.post(&format!("{path}:reveal"), &json!({ "field": field })).await;
    assert_eq!(reveal(&service1, "phones[0]").await.ok()["value"], phone);
    assert_eq!(reveal(&service1, "email").await.ok()["value"], "li@example.com");
    assert_eq!(reveal(&service1, &format!("contacts[{contact}].phones[0]")).await.ok()["value"], "13912340002");
    for field in ["phones[1]", "phones", "shoeSize", "contacts[", "remarks"] {
        let answer = reveal(&service1, field).await;
        assert_eq!(answer.body["errors"][0]["pointer"], "/field", "{field}: {}", answer.body);
        answer.refused(400);
    }
    assert_eq!(reveal(&world.person("marketing1").await, "email").await.refused(403), "PERMISSION_DENIED");
    assert_eq!(reveal(&world.person("rep3").await, "email").await.refused(404), "NOT_FOUND");

    // Who looked and at what; not what was seen, which whoever reads the history may not see.
    let history = service1.get(&format!("{path}/history")).await.ok();
    let entries = history["entries"].as_array().expect("entries").iter();
    let looks: Vec<&Value> = entries.filter(|entry| entry["type"] == "customer.reveal.created.v1").collect();
    assert_eq!(looks.len(), 3, "{history}");
    assert_eq!((&looks[2]["actorId"], &looks[2]["changes"][0]["field"]), (&json!(service1.id), &json!("phones[0]")));
    assert!(!history.to_string().contains(phone), "{history}");
    let looked_at = async |person: &Person| -> Vec<Value> {
        let log = person.get(&format!("/v1/operationLog?recordId={customer}")).await.ok();
        let lines = log["operations"].as_array().expect("lines").iter();
        let looks = lines.filter(|line| line["type"] == "customer.reveal.created.v1");
        looks.map(|line| line["changedFields"].clone()).collect()
    };
    let fields = [json!([format!("contacts[{contact}].phones[0]")]), json!(["email"]), json!(["phones[0]"])];
    assert_eq!(looked_at(&service1).await, fields, "the log of operations says the same");
    // From whom the fields are hidden it is hidden, too, at which of them somebody looked.
    let (person, _) = reader(&world, &world.person("admin").await).await;
    let told = eventually("the role counts", || async {
        let answer = person.get(&format!("{path}/history")).await;
        (answer.status == 200).then_some(answer.body)
    })
    .await;
    let looks = told["entries"].as_array().expect("entries").iter();
    let looks: Vec<&Value> = looks.filter(|entry| entry["type"] == "customer.reveal.created.v1").collect();
    assert_eq!(looks.len(), 3, "{told}");
    assert!(looks.iter().all(|entry| entry["changes"].as_array().is_none_or(Vec::is_empty)), "{told}");
    assert_eq!(looked_at(&person).await, [json!([]), json!([]), json!([])]);

    for _ in 3..200 {
        reveal(&service1, "phones[0]").await.ok();
    }
    let request = service1.request(reqwest::Method::POST, &format!("{path}:reveal")).json(&json!({ "field": "email" }));
    let answer = request.send().await.expect("the gateway answers");
    assert_eq!(answer.status().as_u16(), 429);
    let wait: u32 = answer.headers()["retry-after"].to_str().expect("text").parse().expect("seconds");
    assert!((1..=86_400).contains(&wait), "{wait}");
    assert_eq!(reveal(&author, "email").await.ok()["value"], "li@example.com");
    world.stop().await;
}
