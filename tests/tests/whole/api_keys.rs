//! API keys: what they may do, until when, and that nobody sees one twice.

use std::time::Duration;

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use tests::{MovedClock, Person, TestDatabase, World, eventually};

const DAY: Duration = Duration::from_secs(24 * 3_600);

fn in_days(moved: &MovedClock, days: u32) -> String {
    (moved.clock().now() + days * DAY).to_rfc3339()
}

/// A call by a key; status and body.
async fn call(world: &World, key: &str, method: Method, path: &str, body: Option<Value>) -> (StatusCode, Value) {
    let mut request = Client::new().request(method, format!("{}{path}", world.url())).bearer_auth(key);
    if let Some(body) = body {
        request = request.json(&body);
    }
    let answer = request.send().await.expect("an answer");
    (answer.status(), answer.json().await.unwrap_or_default())
}

async fn make(person: &Person, asked: Value) -> (String, String) {
    let made = person.post("/v1/apiKeys", &asked).await.ok();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    (text(&made["apiKey"]["id"]), text(&made["key"]))
}

fn customer(name: &str) -> Value {
    json!({ "name": name, "type": "ENTERPRISE", "phones": [{ "number": "13912345678" }] })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_calls_for_its_person_with_the_roles_it_has_until_it_is_over() {
    let moved = MovedClock::default();
    let world = World::start_on(TestDatabase::create().await, |settings| settings.clock = moved.clock()).await;
    let (rep1, rep3) = (world.person("rep1").await, world.person("rep3").await);
    let asked =
        |roles: &[&str], days| json!({ "name": "报表程序", "roles": roles, "expireTime": in_days(&moved, days) });
    for (asked, code, pointer) in [
        (asked(&["administrator"], 30), "NOT_ALLOWED", "/roles"),
        (asked(&[], 30), "REQUIRED", "/roles"),
        (asked(&["representative"], 0), "PAST", "/expireTime"),
        (asked(&["representative"], 400), "OUT_OF_RANGE", "/expireTime"),
    ] {
        let refused = rep1.post("/v1/apiKeys", &asked).await;
        let error = &refused.body["errors"][0];
        assert_eq!(
            (refused.status.as_u16(), &error["code"], &error["pointer"]),
            (400, &json!(code), &json!(pointer)),
            "{asked}"
        );
    }
    let (id, key) = make(&rep1, asked(&["representative"], 30)).await;
    assert!(key.starts_with("cims_") && key.len() > 40, "{key}");
    let (status, me) = call(&world, &key, Method::GET, "/v1/me", None).await;
    assert_eq!((status, &me["user"]["username"]), (StatusCode::OK, &json!("rep1")));
    let (status, made) = call(&world, &key, Method::POST, "/v1/customers", Some(customer("西湖"))).await;
    assert_eq!((status, &made["ownerId"]), (StatusCode::CREATED, &json!(rep1.id)));
    let path = format!("/v1/customers/{}", made["id"].as_str().expect("an id"));
    assert_eq!(call(&world, &key, Method::DELETE, &path, None).await.0, StatusCode::FORBIDDEN, "as the role");

    // What concerns the account itself is the person's alone.
    for (method, path) in [
        (Method::GET, "/v1/apiKeys"),
        (Method::GET, "/v1/sessions"),
        (Method::GET, "/v1/me/secondFactor"),
        (Method::POST, "/v1/sessions:endOthers"),
        (Method::POST, "/v1/me:changePassword"),
    ] {
        let (status, refused) = call(&world, &key, method, path, Some(json!({}))).await;
        assert_eq!((status, &refused["code"]), (StatusCode::FORBIDDEN, &json!("NOT_BY_API_KEY")), "{path}");
    }

    // It is shown once, and its use can be seen.
    let listed = rep1.get("/v1/apiKeys").await.ok();
    let listed = &listed["apiKeys"][0];
    assert!(!listed.to_string().contains(&key) && key.starts_with(listed["hint"].as_str().expect("a hint")));
    assert_eq!((&listed["id"], &listed["useAddress"]), (&json!(id), &json!("127.0.0.1")));
    assert!(listed["useTime"].is_string());
    assert_eq!(rep3.get("/v1/apiKeys").await.ok()["apiKeys"], json!([]), "one's own alone");
    assert_eq!(rep3.delete(&format!("/v1/apiKeys/{id}")).await.status, 404);
    let mut database = PgConnection::connect(&world.database.url).await.expect("the database");
    let events: Vec<String> =
        sqlx::query_scalar("select type from identity.event where subject_type = 'identity.apiKey' order by sequence")
            .fetch_all(&mut database)
            .await
            .expect("events");
    assert_eq!(events, ["identity.apiKey.created.v1", "identity.apiKey.used.v1"], "many uses are one event");

    rep1.delete(&format!("/v1/apiKeys/{id}")).await.ok();
    eventually("the key is refused everywhere", || async {
        let (customers, tags) = tokio::join!(
            call(&world, &key, Method::GET, "/v1/customers", None),
            call(&world, &key, Method::GET, "/v1/tags", None),
        );
        (customers.0 == 401 && tags.0 == 401).then_some(())
    })
    .await;

    let (_, short) = make(&rep1, asked(&["representative"], 1)).await;
    assert_eq!(call(&world, &short, Method::GET, "/v1/me", None).await.0, StatusCode::OK);
    moved.advance(DAY);
    assert_eq!(call(&world, &short, Method::GET, "/v1/me", None).await.1["code"], "API_KEY_INVALID");
    let unknown = format!("cims_{}", "A".repeat(43));
    assert_eq!(call(&world, &unknown, Method::GET, "/v1/me", None).await.1["code"], "API_KEY_INVALID");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_only_reads_writes_nothing_and_loses_what_its_person_loses() {
    let world = World::start().await;
    let moved = MovedClock::default();
    let (rep1, admin) = (world.person("rep1").await, world.person("admin").await);
    let asked =
        json!({ "name": "只读", "roles": ["representative"], "readOnly": true, "expireTime": in_days(&moved, 30) });
    // An administrator makes one for somebody else, and sees everybody's.
    let path = format!("/v1/users/{}/apiKeys", rep1.id);
    assert_eq!(rep1.post(&path, &asked).await.refused(403), "PERMISSION_DENIED");
    let made = admin.post(&path, &asked).await.ok();
    let key = made["key"].as_str().expect("a key").to_owned();
    let everybodys = admin.get("/v1/apiKeys:everybodys").await.ok();
    assert_eq!(everybodys["apiKeys"][0]["userId"], json!(rep1.id));
    assert_eq!(call(&world, &key, Method::GET, "/v1/customers", None).await.0, StatusCode::OK);
    let (status, refused) = call(&world, &key, Method::POST, "/v1/customers", Some(customer("西湖"))).await;
    assert_eq!((status, &refused["operation"]), (StatusCode::FORBIDDEN, &json!("customer.create")));

    let mut database = PgConnection::connect(&world.database.url).await.expect("the database");
    sqlx::query("delete from identity.user_role where user_id = $1::uuid")
        .bind(&rep1.id)
        .execute(&mut database)
        .await
        .expect("gone");
    eventually("the key has lost the role", || async {
        (call(&world, &key, Method::GET, "/v1/customers", None).await.0 == 403).then_some(())
    })
    .await;
    sqlx::query("update identity.app_user set disabled = true where id = $1::uuid")
        .bind(&rep1.id)
        .execute(&mut database)
        .await
        .expect("disabled");
    eventually("the key of a disabled person is refused", || async {
        (call(&world, &key, Method::GET, "/v1/me", None).await.0 == 401).then_some(())
    })
    .await;
    let path = format!("{path}/{}", made["apiKey"]["id"].as_str().expect("an id"));
    assert!(admin.delete(&path).await.ok()["revokeTime"].is_string());
    world.stop().await;
}
