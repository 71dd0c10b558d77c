//! Writing fields that are not written.

use kit::schema::{Visibility, schema};
use serde_json::{Value, json};
use tests::{Person, eventually, sample};

use super::{
    CONTACT, CUSTOMER, INTERACTION,
    record::Sample,
    rule::{Ruled, in_force, named, nearest},
    text,
};

/// Each field is refused by name, on a change and on a creation.
pub async fn check_writes(person: &Person, sample: &Sample, all: &[Ruled]) {
    for Ruled { message, field, .. } in all.iter().filter(|own| own.field.rules.writable()) {
        let body = json!({ field.json.clone(): sample::value(field, 5) });
        let answer = person.patch(&sample.path(message), &body).await;
        let error = answer.body["errors"][0].clone();
        assert_eq!(answer.refused(403), "FIELD_NOT_WRITABLE", "{}", field.full_name);
        assert_eq!(error["pointer"], format!("/{}", field.json), "{error}");
        assert!(text(&error["message"]).contains(&field.rules.zh), "{error}");
    }
    for message in [CUSTOMER, CONTACT, INTERACTION] {
        let whole = sample::whole(schema().message(message).expect("a record"), 6);
        let answer = person.post(&sample.collection(message), &whole).await;
        let named: Vec<String> =
            answer.body["errors"].as_array().into_iter().flatten().map(|error| text(&error["pointer"])).collect();
        assert_eq!(answer.refused(403), "FIELD_NOT_WRITABLE");
        for own in all.iter().filter(|own| own.message == message && own.field.rules.writable()) {
            assert!(named.contains(&format!("/{}", own.field.json)), "{} in {named:?}", own.field.json);
        }
    }
    // When the next contact is to be is also written by calls of its own, of which one does not say when.
    let follow_up = format!("/v1/followUps/{}", sample.customer);
    for (verb, body) in [("complete", json!({})), ("snooze", json!({ "dueTime": "2100-01-01T08:00:00Z" }))] {
        let answer = person.post(&format!("{follow_up}:{verb}"), &body).await;
        let count = answer.body["errors"].as_array().map(Vec::len);
        assert_eq!((count, answer.refused(403).as_str()), (Some(1), "FIELD_NOT_WRITABLE"), "{verb}");
    }
}

/// No column is taken for what may not be written, nor can one be mapped to it: else the check of the rows would tell which
/// customers have the value.
pub async fn import_is_refused(person: &Person) {
    let import = person.upload("客户.csv", "客户名称,电话,备注\n导入甲,13700000001,机密\n".into()).await;
    let columns = import["columns"].as_array().expect("columns");
    assert!(columns.len() == 3 && columns.iter().all(|column| column["field"] == ""), "{import}");
    let fields = ["name", "phones", "remarks"].iter().zip(columns);
    let columns: Vec<Value> =
        fields.map(|(field, column)| json!({ "header": column["header"], "field": field })).collect();
    let answer = person.patch(&format!("/v1/imports/{}", text(&import["id"])), &json!({ "columns": columns })).await;
    let pointers: Vec<String> =
        answer.body["errors"].as_array().into_iter().flatten().map(|error| text(&error["pointer"])).collect();
    assert_eq!(answer.refused(403), "FIELD_NOT_WRITABLE");
    assert_eq!(pointers, ["/columns/0/field", "/columns/1/field", "/columns/2/field"]);
}

/// The name may be written, everything else is hidden: a conflict over the name tells the name alone.
pub async fn conflict_tells_nothing_hidden(
    admin: &Person,
    author: &Person,
    person: &Person,
    role: &str,
    sample: &Sample,
) {
    let rules = schema().field_rules().iter().filter(|known| known.name != "customer.name");
    let rules: Vec<Value> =
        rules.map(|known| json!({ "field": known.name, "rule": named(nearest(known, Visibility::Hidden)) })).collect();
    admin.patch(&format!("/v1/roles/{role}"), &json!({ "fieldRules": rules })).await.ok();
    in_force(person, sample, Visibility::Hidden).await;
    author.patch(&sample.path(CUSTOMER), &json!({ "name": "新名样本", "remarks": "机密样本" })).await.ok();
    let conflict = eventually("the name is writable", || async {
        let request =
            person.request(reqwest::Method::PATCH, &sample.path(CUSTOMER)).header("if-match", &sample.first_etag);
        let answer = person.send(request.json(&json!({ "name": "别名样本" }))).await;
        (answer.body["code"] != "FIELD_NOT_WRITABLE").then_some(answer.body)
    })
    .await;
    assert_eq!((&conflict["code"], &conflict["fields"]), (&json!("STALE"), &json!(["name"])), "{conflict}");
    assert!(!conflict.to_string().contains("机密"), "{conflict}");
}
