//! The figures of the home page and the lists that they lead to: a list has as many rows as its figure says.

use chrono::TimeDelta;
use kit::clock::Clock;
use serde_json::{Value, json};
use tests::{Person, World, eventually};

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A customer whose contact of just now plans the next for so many days from now.
async fn customer(owner: &Person, turn: usize, due_days: i64) -> String {
    let phones = json!([{ "number": format!("1371234{turn:04}") }]);
    let body = json!({ "name": format!("首页样本{turn}"), "type": "ENTERPRISE", "phones": phones });
    let id = text(&owner.post("/v1/customers", &body).await.ok()["id"]);
    let now = Clock::system().now();
    let call = json!({
        "method": "PHONE", "subject": "回访", "occurTime": now.to_rfc3339(),
        "nextContactTime": (now + TimeDelta::days(due_days)).to_rfc3339(),
    });
    owner.post(&format!("/v1/customers/{id}/interactions"), &call).await.ok();
    id
}

async fn share(by: &Person, customer: &str, with: &Person, access: &str) {
    let share = json!({ "userId": with.id, "access": access });
    by.post(&format!("/v1/customers/{customer}/shares"), &share).await.ok();
}

async fn rows(person: &Person, path: &str, rows: &str) -> usize {
    person.get(path).await.ok()[rows].as_array().map_or(0, Vec::len)
}

/// The rows of the lists behind the figures. Whoever's figures count the own alone is led to the own.
async fn listed(person: &Person, counts_own: bool) -> Value {
    let filter = if counts_own { format!("&filter=ownerId%3D{}", person.id) } else { String::new() };
    let own = if counts_own { "&own=true" } else { "" };
    json!({
        "customerCount": rows(person, &format!("/v1/customers?pageSize=500{filter}"), "customers").await,
        "contactsThisWeek": rows(person, &format!("/v1/interactions?pageSize=500{own}"), "interactions").await,
        "followUpsToday": rows(person, &format!("/v1/followUps?due=TODAY{own}"), "followUps").await,
        "overdue": rows(person, &format!("/v1/followUps?due=OVERDUE{own}"), "followUps").await,
    })
}

async fn figures(person: &Person) -> Value {
    let home = person.get("/v1/reports/home").await.ok();
    let names = ["customerCount", "contactsThisWeek", "followUpsToday", "overdue"];
    names.into_iter().map(|name| (name.to_owned(), home[name].clone())).collect::<serde_json::Map<_, _>>().into()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_figure_and_the_list_behind_it_say_the_same() {
    let world = World::start().await;
    let (admin, rep1) = (world.person("admin").await, world.person("rep1").await);
    let (rep2, rep3) = (world.person("rep2").await, world.person("rep3").await);
    customer(&rep1, 1, -2).await;
    customer(&rep1, 2, 0).await;
    let shared = [customer(&rep3, 3, -2).await, customer(&rep3, 4, 0).await];
    share(&rep3, &shared[0], &rep1, "WRITE").await;
    share(&rep3, &shared[1], &rep1, "READ").await;
    customer(&rep2, 5, -2).await;
    eventually("every figure has every customer, and the shares are known", || async {
        let all = json!({ "customerCount": 5, "contactsThisWeek": 5, "followUpsToday": 2, "overdue": 3 });
        let known = rows(&rep1, "/v1/followUps?due=OVERDUE", "followUps").await == 2
            && rows(&rep1, "/v1/interactions?pageSize=500", "interactions").await == 4;
        (known && figures(&admin).await == all).then_some(())
    })
    .await;

    let own = json!({ "customerCount": 2, "contactsThisWeek": 2, "followUpsToday": 1, "overdue": 1 });
    assert_eq!(figures(&rep1).await, own, "what is shared is not counted");
    for (name, counts_own) in
        [("admin", false), ("manager1", false), ("exec1", false), ("rep1", true), ("rep3", true), ("service1", true)]
    {
        let person = world.person(name).await;
        assert_eq!(figures(&person).await, listed(&person, counts_own).await, "{name}");
    }

    // Of a scope of departments, the own within it.
    let scopes = [("customer.read", "TREE"), ("interaction.read", "TREE"), ("report.read", "OWN")];
    let grants = scopes.map(|(operation, scope)| json!({ "operation": operation, "scope": scope }));
    let role = admin.post("/v1/roles", &json!({ "labelZh": "部门只读", "grants": grants })).await.ok();
    admin.patch(&format!("/v1/users/{}", rep2.id), &json!({ "roles": [role["code"]] })).await.ok();
    eventually("the role counts", || async {
        (rows(&rep2, "/v1/followUps?due=OVERDUE", "followUps").await == 2).then_some(())
    })
    .await;
    let own = json!({ "customerCount": 1, "contactsThisWeek": 1, "followUpsToday": 0, "overdue": 1 });
    assert_eq!((figures(&rep2).await, listed(&rep2, true).await), (own.clone(), own));
    world.stop().await;
}
