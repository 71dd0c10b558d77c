//! One's own password: what may be chosen, what a change ends, and what somebody may do who has to change it first.

use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use tests::{Answer, PASSWORD, Person, World};

const CHANGE: &str = "/v1/me:changePassword";
const CHOSEN: &str = "eleven pink umbrellas";

async fn change(person: &Person, current: &str, new: &str) -> Answer {
    person.post(CHANGE, &json!({ "currentPassword": current, "newPassword": new })).await
}

/// Code and pointer of the only error.
fn error(answer: &Answer) -> (&str, &str) {
    let error = &answer.body["errors"][0];
    (error["code"].as_str().unwrap_or_default(), error["pointer"].as_str().unwrap_or_default())
}

/// Type and changed fields of what the log says of the person's own account.
async fn logged(person: &Person) -> Vec<(String, Value)> {
    let log = person.get(&format!("/v1/operationLog?recordId={}", person.id)).await.ok();
    let lines = log["operations"].as_array().expect("lines").iter();
    lines.map(|line| (line["type"].as_str().expect("a type").to_owned(), line["changedFields"].clone())).collect()
}

async fn sign_in(world: &World, username: &str, password: &str) -> (u16, Value) {
    let request = reqwest::Client::new().post(format!("{}/v1/sessions", world.url()));
    let answer = request.json(&json!({ "username": username, "password": password })).send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_is_long_and_not_common_and_ends_the_other_sessions() {
    let world = World::start().await;
    let (rep1, elsewhere) = (world.person("rep1").await, world.person("rep1").await);
    for (new, code) in [
        ("elevenchars", "TOO_SHORT"),
        ("qwertyuiopas", "COMMON_PASSWORD"),
        ("rep1 eleven umbrellas", "HOLDS_NAME"),
        ("王销售的红烧狮子头配冰可乐", "HOLDS_NAME"),
        (PASSWORD, "SAME_PASSWORD"),
    ] {
        let refused = change(&rep1, PASSWORD, new).await;
        assert_eq!(
            (refused.status.as_u16(), error(&refused)),
            (400, (code, "/newPassword")),
            "{new}: {}",
            refused.body
        );
    }
    let refused = change(&rep1, "not the current one", CHOSEN).await;
    assert_eq!((refused.status.as_u16(), error(&refused)), (400, ("WRONG_PASSWORD", "/currentPassword")));

    let changed = change(&rep1, PASSWORD, CHOSEN).await.ok();
    assert_eq!(changed["endedCount"], 1);
    let types = logged(&rep1).await.into_iter().map(|(kind, _)| kind);
    assert_eq!(types.collect::<Vec<_>>(), ["identity.password.changed.v1", "identity.user.updated.v1"]);
    rep1.get("/v1/me").await.ok();
    tests::eventually("the other session has ended", || async {
        (elsewhere.get("/v1/me").await.status == 401).then_some(())
    })
    .await;
    assert_eq!(sign_in(&world, "rep1", PASSWORD).await.0, 401);
    assert_eq!(sign_in(&world, "rep1", CHOSEN).await.0, 201);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_current_passwords_count_as_failed_sign_ins() {
    let world = World::start().await;
    let rep1 = world.person("rep1").await;
    for _ in 0..5 {
        assert_eq!(change(&rep1, "not the current one", CHOSEN).await.status, 400);
    }
    let locked = change(&rep1, PASSWORD, CHOSEN).await;
    assert_eq!(locked.refused(429), "LOCKED_OUT");
    assert_eq!(sign_in(&world, "rep1", PASSWORD).await.0, 429);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_to_change_the_password_may_do_nothing_else() {
    let world = World::start().await;
    let mut database = PgConnection::connect(&world.database.url).await.expect("the database");
    sqlx::query("update identity.app_user set must_change_password = true where username = 'admin'")
        .execute(&mut database)
        .await
        .expect("the column");
    let admin = world.person("admin").await;
    let me = admin.get("/v1/me").await.ok();
    assert_eq!(me["restriction"], "PASSWORD_CHANGE_REQUIRED");
    for path in
        ["/v1/customers", "/v1/interactions", "/v1/tags", "/v1/reports/home", "/v1/users", "/v1/sessions", "/v1/events"]
    {
        assert_eq!(admin.get(path).await.refused(403), "PASSWORD_CHANGE_REQUIRED", "{path}");
    }
    let body = json!({ "name": "西湖", "type": "ENTERPRISE", "phones": [{ "number": "13912345678" }] });
    assert_eq!(admin.post("/v1/customers", &body).await.refused(403), "PASSWORD_CHANGE_REQUIRED");
    let out = world.person("admin").await;
    assert_eq!(out.send(out.request(Method::DELETE, "/v1/sessions/current")).await.status, 204);

    change(&admin, PASSWORD, CHOSEN).await.ok();
    // At once, on every role.
    admin.post("/v1/customers", &body).await.ok();
    for path in ["/v1/customers", "/v1/interactions", "/v1/tags", "/v1/reports/home", "/v1/users", "/v1/sessions"] {
        admin.get(path).await.ok();
    }
    assert_eq!(admin.get("/v1/me").await.ok()["restriction"], "");
    let updated = ("identity.user.updated.v1".to_owned(), json!(["mustChangePassword"]));
    assert_eq!(logged(&admin).await[1], updated, "the account is another since");
    world.stop().await;
}
