//! Accounts: created, found, changed, shut out within seconds on every service, and never the last administrator.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Person, World, eventually};

/// Where somebody who is out is refused: one path of every service.
const EVERYWHERE: [&str; 5] = ["/v1/customers", "/v1/interactions", "/v1/tags", "/v1/reports/home", "/v1/users"];

fn id(record: &Value) -> String {
    record["id"].as_str().expect("a record has an id").to_owned()
}

async fn names(person: &Person, query: &str) -> Vec<String> {
    let found = person.get(&format!("/v1/users?{query}")).await.ok();
    let users = found["users"].as_array().expect("users").iter();
    users.map(|user| user["displayName"].as_str().expect("a name").to_owned()).collect()
}

async fn is_out(person: &Person) {
    for path in EVERYWHERE {
        eventually("the session has ended", || async { (person.get(path).await.status == 401).then_some(()) }).await;
    }
}

/// An account with a password; answers the id.
async fn create(admin: &Person, username: &str, roles: &[&str]) -> String {
    let user = json!({ "username": username, "displayName": "钱新人", "roles": roles });
    let body = json!({ "user": user, "password": tests::PASSWORD });
    let created = admin.post("/v1/users", &body).await.ok();
    assert_eq!(created["password"], "", "a password that was given is not told again");
    id(&created["user"])
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_created_with_a_password_that_is_shown_once() {
    let world = World::start().await;
    let (admin, rep1) = (world.person("admin").await, world.person("rep1").await);
    let user = json!({ "username": "Qian", "displayName": "钱新人", "roles": ["representative"], "email": "qian@example.com" });
    let create = || {
        let request = admin.request(Method::POST, "/v1/users").header("idempotency-key", "one");
        admin.send(request.json(&json!({ "user": user })))
    };
    let created = create().await.ok();
    let password = created["password"].as_str().expect("a password");
    assert_eq!((password.len(), &created["user"]["mustChangePassword"]), (19, &json!(true)));
    assert_eq!(create().await.refused(409), "DUPLICATE", "no key keeps anything of a password");
    let qian = Person::sign_in_first(&world.url(), "qian", password).await;
    let twin = json!({ "user": { "username": "QIAN", "displayName": "钱二" } });
    assert_eq!(admin.post("/v1/users", &twin).await.refused(409), "DUPLICATE");

    // Colleagues see who somebody is, not how to reach them; administrators see when they were last there.
    let path = format!("/v1/users/{}", qian.id);
    let seen = rep1.get(&path).await.ok();
    assert_eq!((&seen["displayName"], &seen["email"]), (&json!("钱新人"), &json!("")));
    let seen = admin.get(&path).await.ok();
    assert_eq!(seen["email"], "qian@example.com");
    assert!(seen["lastSignInTime"].is_string(), "{seen}");

    // Another password, and whoever had the old one is out.
    let reset = admin.post(&format!("{path}:resetPassword"), &json!({})).await.ok();
    is_out(&qian).await;
    let fresh = reset["password"].as_str().expect("a password");
    assert_ne!(fresh, password);
    let qian = Person::sign_in(&world.url(), "qian", fresh).await;
    assert_eq!(qian.get("/v1/customers").await.refused(403), "PASSWORD_CHANGE_REQUIRED");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_found_by_characters_pinyin_department_and_role() {
    let world = World::start().await;
    let (admin, rep1) = (world.person("admin").await, world.person("rep1").await);
    for query in ["query=王", "query=wangxiaoshou", "query=wxs", "query=REP1"] {
        assert_eq!(names(&rep1, query).await, ["王销售"], "{query}");
    }
    assert_eq!(names(&rep1, "query=z").await, ["张经理", "赵销售", "郑总", "周客服"]);
    assert_eq!(names(&rep1, "query=x").await, ["系统管理员", "郑总"], "exec1 has one in the username");
    assert_eq!(names(&rep1, "role=manager").await, ["李经理", "张经理"]);
    let departments = rep1.get("/v1/departments").await.ok();
    let of = |name: &str| {
        let all = departments["departments"].as_array().expect("departments");
        id(all.iter().find(|own| own["name"] == *name).expect("a department"))
    };
    let first = format!("departmentId={}", of("销售一部"));
    assert_eq!(names(&rep1, &first).await.len(), 3);
    assert_eq!(names(&rep1, &format!("departmentId={}", of("总部"))).await.len(), 9, "and all below it");
    assert_eq!(names(&rep1, &format!("{first}&query=w&role=representative")).await, ["王销售"]);

    let rep2 = world.person("rep2").await;
    admin.post(&format!("/v1/users/{}:disable", rep2.id), &json!({})).await.ok();
    assert!(names(&admin, "query=rep2").await.is_empty());
    assert_eq!(names(&admin, "query=rep2&showDisabled=true").await, ["赵销售"]);
    assert_eq!(rep1.get("/v1/users?showDisabled=true").await.refused(403), "PERMISSION_DENIED");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_disabled_is_out_on_every_service_within_seconds() {
    let world = World::start().await;
    let (admin, rep1) = (world.person("admin").await, world.person("rep1").await);
    for path in EVERYWHERE {
        rep1.get(path).await.ok();
    }
    let path = format!("/v1/users/{}", rep1.id);
    let began = tokio::time::Instant::now();
    assert_eq!(admin.post(&format!("{path}:disable"), &json!({})).await.ok()["disabled"], json!(true));
    is_out(&rep1).await;
    assert!(began.elapsed().as_secs() < 5, "{:?}", began.elapsed());
    admin.post(&format!("{path}:enable"), &json!({})).await.ok();
    is_out(&rep1).await;
    world.person("rep1").await.get("/v1/customers").await.ok();
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_administrator_stays_one() {
    let world = World::start().await;
    let admin = world.person("admin").await;
    let path = |id: &str| format!("/v1/users/{id}");
    let no_roles = json!({ "roles": ["executive"] });
    assert_eq!(admin.patch(&path(&admin.id), &no_roles).await.refused(422), "LAST_ADMINISTRATOR");
    assert_eq!(
        admin.post(&format!("{}:disable", path(&admin.id)), &json!({})).await.refused(422),
        "LAST_ADMINISTRATOR"
    );
    // Of two who shut each other out at once one stays.
    create(&admin, "second", &["administrator"]).await;
    let second = Person::sign_in_first(&world.url(), "second", tests::PASSWORD).await;
    let out = async |by: &Person, whom: &Person| {
        by.post(&format!("/v1/users/{}:disable", whom.id), &json!({})).await.status.as_u16()
    };
    let mut statuses = <[u16; 2]>::from(tokio::join!(out(&admin, &second), out(&second, &admin)));
    statuses.sort_unstable();
    assert!([[200, 401], [200, 422]].contains(&statuses), "{statuses:?}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_keep_their_own_profile_and_no_more() {
    let world = World::start().await;
    let rep1 = world.person("rep1").await;
    let profile =
        json!({ "displayName": "王小销", "email": "wang@example.com", "language": "en", "timeZone": "Asia/Tokyo" });
    rep1.patch("/v1/me", &profile).await.ok();
    let me = rep1.get("/v1/me").await.ok()["user"].clone();
    for (name, value) in profile.as_object().expect("an object") {
        assert_eq!(&me[name], value, "{name}");
    }
    assert_eq!(names(&rep1, "query=wxx").await, ["王小销"], "the new name is heard");
    for (name, value) in [("roles", json!(["administrator"])), ("departmentId", json!("")), ("timeZone", json!("Mars"))]
    {
        assert_eq!(rep1.patch("/v1/me", &json!({ name: value })).await.refused(400), "INVALID", "{name}");
    }
    world.stop().await;
}
