//! What history and log tell of fields that are not seen.

use serde_json::{Value, json};
use tests::{Person, World, eventually};

use super::{
    CUSTOMER, INTERACTION,
    record::Sample,
    rule::{Ruled, reader},
    text,
};

pub async fn check_history(author: &Person, person: &Person, sample: &Sample, all: &[Ruled]) {
    let path = format!("/v1/customers/{}/history?pageSize=500", sample.customer);
    let changes = |answer: &Value| -> Vec<(String, Value)> {
        let entries = answer["entries"].as_array().expect("entries").iter();
        entries
            .flat_map(|entry| {
                let kind = text(&entry["type"]);
                entry["changes"].as_array().into_iter().flatten().map(move |change| (kind.clone(), change.clone()))
            })
            .collect()
    };
    let (whole, told) = (changes(&author.get(&path).await.ok()), changes(&person.get(&path).await.ok()));
    for own in all.iter().filter(|own| own.message != INTERACTION) {
        let kind = if own.message == CUSTOMER { "customer.customer." } else { "customer.contact." };
        let of = |changes: &[(String, Value)]| {
            changes
                .iter()
                .filter(|(name, change)| name.starts_with(kind) && change["field"] == json!(own.field.json))
                .count()
        };
        let tells = whole
            .iter()
            .filter(|(name, _)| name.starts_with(kind))
            .any(|(_, change)| change["field"] == json!(own.field.json));
        if own.field.rules.writable() {
            assert!(tells, "{}: the history has it", own.field.full_name);
        }
        assert_eq!(of(&told), 0, "{}: {told:?}", own.field.full_name);
    }
}

/// Every row of a list, one a page, none of which is empty; none where the person may not ask.
async fn rows(person: &Person, list: &str, name: &str) -> Option<Vec<Value>> {
    let (mut rows, mut token) = (Vec::new(), String::new());
    loop {
        let answer = person.get(&format!("{list}pageSize=1&pageToken={token}")).await;
        if answer.status != 200 {
            return None;
        }
        let page = answer.body[name].as_array().expect("rows");
        rows.extend(page.iter().cloned());
        token = text(&answer.body["nextPageToken"]);
        if token.is_empty() {
            return Some(rows);
        }
        assert_eq!(page.len(), 1, "a page tells of what is left out: {}", answer.body);
    }
}

/// What a person is told of a customer's changes by its history, by that of its tags and by the log.
async fn told(person: &Person, customer: &str) -> Option<[Vec<Value>; 3]> {
    let path = format!("/v1/customers/{customer}");
    Some([
        rows(person, &format!("{path}/history?"), "entries").await?,
        rows(person, &format!("{path}/tags/history?"), "entries").await?,
        rows(person, &format!("/v1/operationLog?recordId={customer}&"), "operations").await?,
    ])
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_of_nothing_but_hidden_fields_stands_in_no_history_and_no_log() {
    let world = World::start().await;
    let (admin, author) = (world.person("admin").await, world.person("rep1").await);
    let body = json!({ "name": "西湖样本", "type": "ENTERPRISE", "phones": [{ "number": "13912340001" }] });
    let customer = text(&author.post("/v1/customers", &body).await.ok()["id"]);
    let path = format!("/v1/customers/{customer}");
    author.patch(&path, &json!({ "remarks": "欠款" })).await.ok();
    author.patch(&path, &json!({ "name": "东湖样本", "remarks": "机密" })).await.ok();
    let tag = admin.post("/v1/tags", &json!({ "name": "重点样本" })).await.ok();
    author.post(&format!("{path}/tags:set"), &json!({ "tagIds": [tag["id"]] })).await.ok();
    let whole = told(&admin, &customer).await.expect("everything is seen");
    assert_eq!(whole.each_ref().map(Vec::len), [3, 1, 4], "{whole:?}");

    let (person, role) = reader(&world, &admin).await;
    let hidden = ["customer.remarks", "customer.tags"].map(|field| json!({ "field": field, "rule": "HIDDEN" }));
    admin.patch(&format!("/v1/roles/{role}"), &json!({ "fieldRules": hidden })).await.ok();
    let [history, _, log] = eventually("neither remarks nor tags are told of", || async {
        let left = told(&person, &customer).await?;
        (left.each_ref().map(Vec::len) == [2, 0, 2]).then_some(left)
    })
    .await;
    for rows in [&history, &log] {
        let types: Vec<String> = rows.iter().map(|row| text(&row["type"])).collect();
        assert_eq!(types, ["customer.customer.updated.v1", "customer.customer.created.v1"]);
    }
    let changes: Vec<String> =
        history[0]["changes"].as_array().expect("changes").iter().map(|change| text(&change["field"])).collect();
    assert_eq!((changes, &log[0]["changedFields"]), (vec!["name".to_owned()], &json!(["name"])));
    world.stop().await;
}
