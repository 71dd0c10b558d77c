//! One path through every part, over HTTP: find, correct, record, tag; a manager's figures follow; others see nothing.

use futures_util::StreamExt;
use reqwest::Method;
use serde_json::json;
use tests::{World, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn a_representatives_work_reaches_the_manager_and_nobody_else() {
    let world = World::start().await;
    let (rep1, manager1, rep3) =
        (world.person("rep1").await, world.person("manager1").await, world.person("rep3").await);
    let body = json!({ "name": "杭州西湖科技有限公司", "type": "ENTERPRISE", "phones": [{ "number": "138 1234 0000" }], "regionCode": "330106", "level": "vip" });
    let customer = rep1.post("/v1/customers", &body).await.ok();
    let (id, path) = (customer["id"].clone(), format!("/v1/customers/{}", customer["id"].as_str().expect("an id")));
    assert_eq!(customer["phones"][0]["number"], "13812340000");

    let found = rep1.post("/v1/customers:search", &json!({ "query": "西湖" })).await.ok();
    assert_eq!(found["results"][0]["customer"]["id"], id, "{found}");
    let by_phone = manager1.post("/v1/customers:search", &json!({ "query": "0000" })).await.ok();
    assert_eq!(by_phone["results"][0]["reasons"], json!(["phones"]), "{by_phone}");

    let live = manager1.request(Method::GET, "/v1/events").send().await.expect("the stream opens");
    let mut live = live.bytes_stream();
    let before = manager1.get("/v1/reports/home").await.ok();
    rep1.patch(&format!("{path}?updateMask=phones"), &json!({ "phones": [{ "number": "13900001111" }] })).await.ok();
    let call = json!({ "method": "PHONE", "subject": "回访", "occurTime": "2026-01-05T08:00:00Z", "nextContactTime": "2026-01-06T01:00:00Z", "nextContactPlan": "报价" });
    rep1.post(&format!("{path}/interactions"), &call).await.ok();
    let tag = manager1.post("/v1/tags", &json!({ "name": "高潜力", "color": "#1677ff" })).await.ok();
    rep1.post(&format!("{path}/tags:set"), &json!({ "tagIds": [tag["id"]] })).await.ok();

    eventually("the customer shows its tag, its last and its next contact", || async {
        let read = rep1.get(&path).await.ok();
        let shown = read["tags"][0]["name"] == "高潜力"
            && read["nextContactTime"] == "2026-01-06T01:00:00Z"
            && read["lastContactTime"] == "2026-01-05T08:00:00Z";
        shown.then_some(())
    })
    .await;
    eventually("the manager's figures follow", || async {
        let home = manager1.get("/v1/reports/home").await.ok();
        (home["customerCount"] == 1 && home["overdue"] == before["overdue"].as_i64().unwrap_or_default() + 1)
            .then_some(())
    })
    .await;
    let told = eventually_told(&mut live).await;
    assert!(told.contains("reporting.home.changed"), "{told}");

    assert_eq!(rep3.get(&path).await.refused(404), "NOT_FOUND");
    let unknown = rep3.get("/v1/customers/0190a0a0-0000-7000-8000-000000000000").await;
    assert_eq!(unknown.body["code"], "NOT_FOUND", "as an id that never existed");
    assert_eq!(rep3.post("/v1/customers:search", &json!({ "query": "西湖" })).await.ok()["results"], json!([]));
    assert_eq!(rep3.get("/v1/reports/home").await.ok()["customerCount"], 0);
    assert_eq!(rep3.get("/v1/interactions").await.ok()["interactions"], json!([]));
    let service1 = world.person("service1").await;
    assert_eq!(
        service1.get(&path).await.ok()["phones"][0]["number"],
        "139****1111",
        "a service agent sees phones masked"
    );
    let history = service1.get(&format!("{path}/history")).await.ok().to_string();
    assert!(!history.contains("13900001111") && history.contains("139****1111"), "{history}");
    world.stop().await;
}

/// What the stream says until the home page is named.
async fn eventually_told(live: &mut (impl StreamExt<Item = reqwest::Result<impl AsRef<[u8]>>> + Unpin)) -> String {
    let mut text = String::new();
    let read = async {
        while let Some(Ok(piece)) = live.next().await {
            text.push_str(&String::from_utf8_lossy(piece.as_ref()));
            if text.contains("reporting.home.changed") {
                break;
            }
        }
    };
    let _ = tokio::time::timeout(std::time::Duration::from_secs(10), read).await;
    text
}
