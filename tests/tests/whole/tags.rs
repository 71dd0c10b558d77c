//! Tags in groups: exclusive ones, renamed ones, counts within the reader's scope, and who put on what.

use serde_json::{Value, json};
use tests::{Person, World, eventually};

fn id(record: &Value) -> String {
    record["id"].as_str().expect("a record has an id").to_owned()
}

async fn customer(person: &Person, name: &str, turn: usize) -> String {
    let body = json!({ "name": name, "type": "ENTERPRISE", "phones": [{ "number": format!("138{turn:08}") }] });
    id(&person.post("/v1/customers", &body).await.ok())
}

async fn names(person: &Person, customer: &str) -> Vec<String> {
    let tags = person.get(&format!("/v1/customers/{customer}/tags")).await.ok();
    let names = tags["tags"].as_array().expect("tags").iter().map(|own| own["tag"]["name"].as_str().expect("a name"));
    names.map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_exclusive_group_a_customer_has_one_tag() {
    let world = World::start().await;
    let (admin, rep1) = (world.person("admin").await, world.person("rep1").await);
    let tag = async |name: &str, group: &str| {
        id(&admin.post("/v1/tags", &json!({ "name": name, "group": group })).await.ok())
    };
    let (high, low, old) = (tag("高潜力", "潜力").await, tag("低潜力", "潜力").await, tag("老客户", "").await);
    let groups = admin.get("/v1/tagGroups").await.ok();
    assert_eq!(groups["tagGroups"].as_array().expect("groups").len(), 1, "a tag that names a new group makes it");
    let group = id(&groups["tagGroups"][0]);
    admin.patch(&format!("/v1/tagGroups/{group}?updateMask=exclusive"), &json!({ "exclusive": true })).await.ok();

    let one = customer(&rep1, "互斥样本", 1).await;
    let path = format!("/v1/customers/{one}/tags");
    let both = rep1.post(&format!("{path}:set"), &json!({ "tagIds": [high, old, low] })).await;
    assert_eq!(both.status, 400, "{}", both.body);
    let error = &both.body["errors"][0];
    assert_eq!((&error["pointer"], &error["code"]), (&json!("/tagIds/2"), &json!("EXCLUSIVE")), "{error}");
    assert!(error["message"].as_str().expect("a text").contains("高潜力, 低潜力"), "{error}");

    rep1.post(&format!("{path}:set"), &json!({ "tagIds": [high, old] })).await.ok();
    let applied = rep1.post(&format!("/v1/tags/{low}:apply"), &json!({ "customerIds": [one] })).await.ok();
    assert_eq!(applied["results"][0]["outcome"], "APPLIED");
    assert_eq!(names(&rep1, &one).await, ["老客户", "低潜力"], "the one put on last took the other off");

    let history = rep1.get(&format!("{path}/history")).await.ok();
    let change = &history["entries"][0]["changes"][0];
    let set = |value: &Value| {
        let mut ids: Vec<String> = serde_json::from_value(value.clone()).expect("a list");
        ids.sort_unstable();
        ids
    };
    let sorted = |mut ids: Vec<String>| {
        ids.sort_unstable();
        ids
    };
    assert_eq!(change["field"], "tagIds", "{history}");
    assert_eq!(set(&change["from"]), sorted(vec![high.clone(), old.clone()]));
    assert_eq!(set(&change["to"]), sorted(vec![low.clone(), old.clone()]));
    assert_eq!(history["entries"][0]["actorId"], json!(rep1.id));

    // A file that names both: the last wins.
    let import = admin.upload("tags.csv", "客户名称,手机,标签\n导入互斥,13700000009,低潜力、高潜力\n".into()).await;
    admin.post(&format!("/v1/imports/{}:run", id(&import)), &json!({})).await.ok();
    eventually("the imported customer has the last of its tags", || async {
        let found = admin.post("/v1/customers:search", &json!({ "query": "导入互斥" })).await.ok();
        let imported = found["results"][0]["customer"]["id"].as_str()?.to_owned();
        (names(&admin, &imported).await == ["高潜力"]).then_some(())
    })
    .await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_is_renamed_or_deleted_takes_its_tags_along() {
    let world = World::start().await;
    let (admin, rep1) = (world.person("admin").await, world.person("rep1").await);
    let tag = id(&admin.post("/v1/tags", &json!({ "name": "展会", "group": "渠道" })).await.ok());
    let one = customer(&rep1, "分组样本", 1).await;
    rep1.post(&format!("/v1/customers/{one}/tags:set"), &json!({ "tagIds": [tag] })).await.ok();
    let group = id(&admin.get("/v1/tagGroups").await.ok()["tagGroups"][0]);
    let path = format!("/v1/tagGroups/{group}");
    let taken = admin.post("/v1/tagGroups", &json!({ "name": "渠道" })).await;
    assert_eq!(taken.refused(409), "DUPLICATE");
    let shown = |group: &'static str| {
        let (rep1, one) = (&rep1, &one);
        eventually("the customer shows its tag's group", move || async move {
            let read = rep1.get(&format!("/v1/customers/{one}")).await.ok();
            (read["tags"][0]["group"] == group && read["tags"][0]["name"] == "展会").then_some(())
        })
    };
    admin.patch(&format!("{path}?updateMask=name"), &json!({ "name": "获客渠道" })).await.ok();
    shown("获客渠道").await;
    admin.delete(&path).await.ok();
    shown("").await;
    assert_eq!(admin.get("/v1/tags").await.ok()["tags"][0]["group"], "");
    assert_eq!(rep1.post("/v1/tagGroups", &json!({ "name": "私有" })).await.refused(403), "PERMISSION_DENIED");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_are_counted_within_the_readers_scope() {
    let world = World::start().await;
    let (admin, rep1, rep3) = (world.person("admin").await, world.person("rep1").await, world.person("rep3").await);
    let tag = id(&admin.post("/v1/tags", &json!({ "name": "计数" })).await.ok());
    let mine = [customer(&rep1, "计数一", 1).await, customer(&rep1, "计数二", 2).await];
    let theirs = customer(&rep3, "计数三", 3).await;
    let all = json!({ "customerIds": [mine[0], mine[1], theirs] });
    let applied = admin.post(&format!("/v1/tags/{tag}:apply"), &all).await.ok();
    assert_eq!(applied["results"].as_array().expect("results").len(), 3);
    let count =
        async |person: &Person| person.get("/v1/tags?counts=true").await.ok()["tags"][0]["customerCount"].clone();
    assert_eq!((count(&admin).await, count(&rep1).await, count(&rep3).await), (json!(3), json!(2), json!(1)));
    assert!(rep1.get("/v1/tags").await.ok()["tags"][0].get("customerCount").is_none(), "nobody asked");
    admin.delete(&format!("/v1/customers/{}", mine[0])).await.ok();
    eventually("what is in the bin is not counted", || async { (count(&rep1).await == 1).then_some(()) }).await;
    world.stop().await;
}
