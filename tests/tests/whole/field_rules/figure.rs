//! Figures that count by fields that are not seen.

use chrono::TimeDelta;
use kit::clock::Clock;
use serde_json::{Value, json};
use tests::{World, eventually};

use super::{rule::reader, text};

#[tokio::test(flavor = "multi_thread")]
async fn a_figure_is_absent_and_not_zero_where_what_it_counts_is_hidden() {
    let world = World::start().await;
    let (admin, owner) = (world.person("admin").await, world.person("rep1").await);
    // Owns nothing, and writes of what others own.
    let author = world.person("service1").await;
    let body = json!({ "name": "西湖样本", "type": "ENTERPRISE", "phones": [{ "number": "13912340001" }] });
    let customer = text(&owner.post("/v1/customers", &body).await.ok()["id"]);
    let now = Clock::system().now();
    let call = json!({
        "method": "PHONE", "subject": "回访", "occurTime": now.to_rfc3339(),
        "nextContactTime": (now - TimeDelta::days(2)).to_rfc3339(),
    });
    author.post(&format!("/v1/customers/{customer}/interactions"), &call).await.ok();
    let whole = eventually("the figures have all of it", || async {
        let home = admin.get("/v1/reports/home").await.ok();
        (home["customerCount"] == 1 && home["overdue"] == 1).then_some(home)
    })
    .await;
    let member = |user: &str, customers: i32, contacts: i32| json!({ "userId": user, "customers": customers, "contactsThisWeek": contacts });
    assert_eq!(whole["followUpsToday"], 0, "{whole}");
    assert_eq!(whole["team"], json!([member(&owner.id, 1, 0), member(&author.id, 0, 1)]));

    let (person, role) = reader(&world, &admin).await;
    let hidden = ["interaction.nextContactTime", "interaction.authorId"];
    let rules = hidden.map(|field| json!({ "field": field, "rule": "HIDDEN" }));
    admin.patch(&format!("/v1/roles/{role}"), &json!({ "fieldRules": rules })).await.ok();
    let home = eventually("the rules are in force", || async {
        let answer = person.get("/v1/reports/home").await;
        (answer.status == 200 && answer.body["overdue"].is_null()).then_some(answer.body)
    })
    .await;
    assert_eq!(home["followUpsToday"], Value::Null, "{home}");
    assert_eq!((&home["customerCount"], &home["contactsThisWeek"]), (&json!(1), &json!(1)), "{home}");
    assert_eq!(home["team"], json!([{ "userId": owner.id, "customers": 1 }]));
    world.stop().await;
}
