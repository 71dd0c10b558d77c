//! Departments in a tree that no two changes can break, and posts.

use serde_json::{Value, json};
use tests::{Person, World, eventually};

fn id(record: &Value) -> String {
    record["id"].as_str().expect("a record has an id").to_owned()
}

/// The id of a department by its name.
async fn department(person: &Person, name: &str) -> String {
    let all = person.get("/v1/departments").await.ok();
    let all = all["departments"].as_array().expect("departments");
    id(all.iter().find(|own| own["name"] == *name).unwrap_or_else(|| panic!("no department {name}")))
}

async fn create(admin: &Person, name: &str, parent: &str) -> String {
    id(&admin.post("/v1/departments", &json!({ "name": name, "parentId": parent })).await.ok())
}

async fn customer(person: &Person, name: &str) -> String {
    let body = json!({ "name": name, "type": "ENTERPRISE", "phones": [{ "number": "13912345678" }] });
    let request = person.request(reqwest::Method::POST, "/v1/customers").header("x-allow-duplicate", "true");
    id(&person.send(request.json(&body)).await.ok())
}

/// Waits until the person may read the record, or no more.
async fn sees(person: &Person, customer: &str, seen: bool) {
    eventually(if seen { "the scope has grown" } else { "the scope has shrunk" }, || async {
        let status = person.get(&format!("/v1/customers/{customer}")).await.status;
        (status.as_u16() == if seen { 200 } else { 404 }).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn departments_move_and_merge_and_customers_stay_within_the_scope_of_who_takes_over() {
    let world = World::start().await;
    let admin = world.person("admin").await;
    let (manager1, rep3) = (world.person("manager1").await, world.person("rep3").await);
    let (first, second) = (department(&admin, "销售一部").await, department(&admin, "销售二部").await);
    let theirs = customer(&rep3, "西湖样本").await;
    sees(&manager1, &theirs, false).await;

    // Below the first department the second is within its manager's tree, and out of it again.
    let path = format!("/v1/departments/{second}:move");
    let dry = admin.post(&path, &json!({ "parentId": first, "dryRun": true })).await.ok();
    assert_eq!(
        (&dry["userCount"], &dry["department"]["parentId"]),
        (&json!(2), &json!(department(&admin, "总部").await))
    );
    admin.post(&path, &json!({ "parentId": first })).await.ok();
    sees(&manager1, &theirs, true).await;
    let up = format!("/v1/departments/{first}:move");
    assert_eq!(admin.post(&up, &json!({ "parentId": second })).await.refused(422), "DEPARTMENT_CIRCLE");
    assert_eq!(admin.post(&up, &json!({ "parentId": first })).await.refused(422), "DEPARTMENT_CIRCLE");
    admin.post(&path, &json!({ "parentId": department(&admin, "总部").await })).await.ok();
    sees(&manager1, &theirs, false).await;

    // Merged, its people belong to the other; its customers keep it, and whoever has the other reaches them.
    let path = format!("/v1/departments/{second}:merge");
    let below = create(&admin, "二部电销组", &second).await;
    let dry = admin.post(&path, &json!({ "targetId": first, "dryRun": true })).await.ok();
    assert_eq!((&dry["userCount"], &dry["departmentCount"]), (&json!(2), &json!(1)));
    assert_eq!(admin.post(&path, &json!({ "targetId": below })).await.refused(422), "DEPARTMENT_CIRCLE");
    let merged = admin.post(&path, &json!({ "targetId": first })).await.ok();
    assert!(merged["department"]["retireTime"].is_string(), "{merged}");
    sees(&manager1, &theirs, true).await;
    let record = manager1.get(&format!("/v1/customers/{theirs}")).await.ok();
    assert_eq!(record["departmentId"], json!(second), "nothing moves silently");
    assert_eq!(rep3.get("/v1/me").await.ok()["user"]["departmentId"], json!(first));
    let all = admin.get("/v1/departments").await.ok();
    let shown = |wanted: &str| all["departments"].as_array().expect("all").iter().any(|own| own["id"] == *wanted);
    assert!(shown(&below) && !shown(&second), "{all}");
    let user = json!({ "user": { "username": "late", "displayName": "迟到", "departmentId": second } });
    assert_eq!(admin.post("/v1/users", &user).await.refused(400), "INVALID", "a retired department takes nobody");

    let delete = |id: &str| format!("/v1/departments/{id}");
    assert_eq!(admin.delete(&delete(&first)).await.refused(422), "DEPARTMENT_NOT_EMPTY");
    admin.delete(&delete(&below)).await.ok();
    assert_eq!(admin.delete(&delete(&below)).await.refused(404), "NOT_FOUND");
    create(&admin, "二部电销组", &first).await;
    let twin = json!({ "name": "二部电销组", "parentId": first });
    assert_eq!(admin.post("/v1/departments", &twin).await.refused(409), "DUPLICATE");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_moves_that_would_make_a_circle_one_is_refused() {
    let world = World::start().await;
    let admin = world.person("admin").await;
    let root = department(&admin, "总部").await;
    let partner = json!({ "name": "合作伙伴", "parentId": root, "kind": "PARTNER" });
    assert_eq!(admin.post("/v1/departments", &partner).await.ok()["kind"], "PARTNER");
    for turn in 0..5 {
        let (one, other) =
            (create(&admin, &format!("甲{turn}"), &root).await, create(&admin, &format!("乙{turn}"), &root).await);
        let below = async |id: &str, parent: &str| {
            admin.post(&format!("/v1/departments/{id}:move"), &json!({ "parentId": parent })).await.status.as_u16()
        };
        let mut statuses = <[u16; 2]>::from(tokio::join!(below(&one, &other), below(&other, &one)));
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 422]);
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_is_held_by_people_and_only_then_cannot_go() {
    let world = World::start().await;
    let admin = world.person("admin").await;
    let post = admin.post("/v1/posts", &json!({ "name": "销售总监", "order": 10 })).await;
    let (etag, post) = (post.etag.clone(), id(&post.ok()));
    admin.post("/v1/posts", &json!({ "name": "店员", "order": 5 })).await.ok();
    let names = admin.get("/v1/posts").await.ok();
    assert_eq!((&names["posts"][0]["name"], &names["posts"][1]["name"]), (&json!("店员"), &json!("销售总监")));
    let manager = world.person("manager1").await.id;
    let held = admin.patch(&format!("/v1/users/{manager}"), &json!({ "postId": post })).await.ok();
    assert_eq!(held["postId"], json!(post));
    let path = format!("/v1/posts/{post}");
    assert_eq!(admin.delete(&path).await.refused(422), "POST_HELD");
    admin.patch(&path, &json!({ "name": "区域总监" })).await.ok();
    let stale = admin.request(reqwest::Method::PATCH, &path).header("if-match", etag.expect("an etag"));
    assert_eq!(admin.send(stale.json(&json!({ "name": "总监" }))).await.refused(412), "STALE");
    admin.patch(&format!("/v1/users/{manager}"), &json!({ "postId": "" })).await.ok();
    admin.delete(&path).await.ok();
    world.stop().await;
}
