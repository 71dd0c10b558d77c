//! The log of sign-ins: what it has, who sees what of it, and that it keeps no text typed in the wrong field.

use reqwest::Client;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use tests::{PASSWORD, Person, World};

const TYPED: &str = "my secret typed as a username";

async fn fail(world: &World, username: &str) {
    let request = Client::new().post(format!("{}/v1/sessions", world.url()));
    let answer = request.json(&json!({ "username": username, "password": "wrong" })).send().await.expect("an answer");
    assert_eq!(answer.status(), 401);
}

async fn log(person: &Person, query: &str) -> Vec<Value> {
    let body = person.get(&format!("/v1/signIns?pageSize=500{query}")).await.ok();
    body["signIns"].as_array().expect("lines").clone()
}

fn kinds(lines: &[Value]) -> Vec<&str> {
    lines.iter().filter_map(|line| line["kind"].as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_has_what_happened_and_shows_it_by_scope() {
    let world = World::start().await;
    let admin = world.person("admin").await;
    let rep1 = world.person("rep1").await;
    let elsewhere = world.person("rep1").await;
    fail(&world, "rep1").await;
    fail(&world, TYPED).await;
    elsewhere.delete("/v1/sessions/current").await.ok();
    let change = json!({ "currentPassword": PASSWORD, "newPassword": "eleven pink umbrellas" });
    rep1.post("/v1/me:changePassword", &change).await.ok();
    for _ in 0..5 {
        fail(&world, "rep2").await;
    }

    let own = log(&rep1, "").await;
    assert_eq!(kinds(&own), ["PASSWORD_CHANGED", "SIGNED_OUT", "FAILED", "SIGNED_IN", "SIGNED_IN"]);
    assert!(own.iter().all(|line| line["userId"] == json!(rep1.id) && line["address"] == "127.0.0.1"), "{own:?}");
    assert_eq!(own[2]["actorId"], "", "whoever failed has not proven to be anybody");
    assert_eq!(own[0]["actorId"], json!(rep1.id));

    // The manager sees the people of the department, the executive nobody, the administrator everything.
    let manager = world.person("manager1").await;
    let locked = log(&manager, "&kinds=LOCKED_OUT").await;
    assert_eq!(locked.len(), 1);
    assert_ne!(locked[0]["userId"], json!(rep1.id));
    assert_eq!(world.person("exec1").await.get("/v1/signIns").await.refused(403), "PERMISSION_DENIED");
    let rep3 = world.person("rep3").await;
    assert_eq!(kinds(&log(&rep3, "").await), ["SIGNED_IN"]);
    assert_eq!(log(&rep3, &format!("&userId={}", rep1.id)).await, Vec::<Value>::new());

    let unknown: Vec<Value> =
        log(&admin, "&kinds=FAILED").await.into_iter().filter(|line| line["userId"] == "").collect();
    assert_eq!(unknown.len(), 1);
    assert_eq!(unknown[0]["accountDigest"].as_str().map(str::len), Some(64));
    assert!(log(&manager, "&kinds=FAILED").await.iter().all(|line| line["userId"] != ""));
    assert_eq!(log(&admin, "&address=10.0.0.1").await, Vec::<Value>::new());
    let time = own[2]["time"].as_str().expect("a time").to_owned();
    let since = log(&admin, &format!("&userId={}&startTime={time}", rep1.id)).await;
    assert_eq!(kinds(&since), ["PASSWORD_CHANGED", "SIGNED_OUT", "FAILED"]);
    let until = log(&admin, &format!("&userId={}&endTime={time}", rep1.id)).await;
    assert_eq!(kinds(&until), ["SIGNED_IN", "SIGNED_IN"]);

    // Page by page it is the same.
    let (mut paged, mut token) = (Vec::new(), String::new());
    loop {
        let page = rep1.get(&format!("/v1/signIns?pageSize=2&pageToken={token}")).await.ok();
        paged.extend(page["signIns"].as_array().expect("lines").clone());
        token = page["nextPageToken"].as_str().expect("a token").to_owned();
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(paged, own);

    let mut database = PgConnection::connect(&world.database.url).await.expect("the database");
    let kept: i64 =
        sqlx::query_scalar("select count(*) from identity.event where position(convert_to($1, 'UTF8') in payload) > 0")
            .bind(TYPED)
            .fetch_one(&mut database)
            .await
            .expect("a count");
    assert_eq!(kept, 0, "what was typed as a username is nowhere");
    world.stop().await;
}
