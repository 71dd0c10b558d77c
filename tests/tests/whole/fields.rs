//! Every writable field of every record: it is stored, read back, changed, and found in the history; from the
//! descriptors.

use kit::schema::{FieldTable, MessageTable, schema, star};
use serde_json::{Value, json};
use tests::{Person, World, eventually, sample};

fn table(name: &str) -> &'static MessageTable {
    schema().message(name).expect("a message of the protos")
}

/// What the server may add to a value: a phone's kind.
fn holds(written: &Value, read: &Value) -> bool {
    match (written, read) {
        (Value::Object(written), Value::Object(read)) => {
            written.iter().all(|(name, value)| read.get(name).is_some_and(|own| holds(value, own)))
        }
        (Value::Array(written), Value::Array(read)) => {
            written.len() == read.len() && written.iter().zip(read).all(|(one, other)| holds(one, other))
        }
        _ => written == read,
    }
}

/// What comes back of a value: nobody sees a secret whole.
fn comes_back(field: &FieldTable, written: &Value, read: &Value) -> bool {
    match field.rules.secret {
        true => *read == json!(star(written.as_str().unwrap_or_default())),
        false => holds(written, read),
    }
}

/// What a history tells of a value; of a secret that there was one.
fn is_told(field: &FieldTable, written: &Value, told: &Value) -> bool {
    if field.rules.secret { *told == json!("******") } else { holds(written, told) }
}

/// Creates a record with every field, then changes each field alone; every value must come back. `known` has two ids for
/// each field that refers to a record.
async fn round_trip(
    person: &Person,
    table: &'static MessageTable,
    collection: &str,
    single: impl Fn(&str) -> String,
    known: &[(&str, [&str; 2])],
) -> String {
    let sampled = |field: &FieldTable, turn: usize| {
        let ids = known.iter().find(|(name, _)| *name == field.name);
        ids.map_or_else(|| sample::value(field, turn), |(_, ids)| json!(ids[turn]))
    };
    let whole: Value = sample::writable(table)
        .map(|field| (field.json.clone(), sampled(field, 0)))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let created = person.post(collection, &whole).await.ok();
    let id = created["id"].as_str().expect("a record has an id").to_owned();
    for field in sample::writable(table) {
        let (value, read) = (&whole[&field.json], &created[&field.json]);
        assert!(comes_back(field, value, read), "{}: wrote {value}, created {read}", field.full_name);
    }
    for field in sample::writable(table).filter(|field| changes(field)) {
        let value = sampled(field, 1);
        let path = format!("{}?updateMask={}", single(&id), field.json);
        let updated = person.patch(&path, &json!({ field.json.clone(): value })).await.ok();
        assert!(
            comes_back(field, &value, &updated[&field.json]),
            "{}: wrote {value}, updated {}",
            field.full_name,
            updated[&field.json]
        );
        assert_ne!(updated["etag"], created["etag"], "{}: a change has a new etag", field.full_name);
    }
    id
}

/// `primary` cannot be cleared on the only contact: exactly one is primary.
fn changes(field: &FieldTable) -> bool {
    field.full_name != "cims.customer.v1.Contact.primary"
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_of_a_customer_comes_back_and_reaches_its_history() {
    let world = World::start().await;
    let rep1 = world.person("rep1").await;
    let customer = table("cims.customer.v1.Customer");
    // The dictionaries' replica is there once a wrong code is refused.
    eventually("the dictionaries are known", || async {
        let wrong = json!({ "name": "样本", "type": "ENTERPRISE", "phones": [{ "number": "13900000000" }], "level": "no-such-level" });
        (rep1.post("/v1/customers", &wrong).await.status == 400).then_some(())
    })
    .await;
    let id = round_trip(&rep1, customer, "/v1/customers", |id| format!("/v1/customers/{id}"), &[]).await;
    let read = rep1.get(&format!("/v1/customers/{id}")).await.ok();
    let history = rep1.get(&format!("/v1/customers/{id}/history?pageSize=500")).await.ok();
    let entries = history["entries"].as_array().expect("entries");
    for field in sample::writable(customer) {
        let value = sample::value(field, 1);
        assert!(comes_back(field, &value, &read[&field.json]), "{}: read {}", field.full_name, read[&field.json]);
        let change = entries
            .iter()
            .flat_map(|entry| entry["changes"].as_array().expect("changes"))
            .find(|change| change["field"] == json!(field.json));
        let change = change.unwrap_or_else(|| panic!("{} is not in the history", field.full_name));
        assert!(is_told(field, &value, &change["to"]), "{}: history has {change}", field.full_name);
        assert!(is_told(field, &sample::value(field, 0), &change["from"]), "{}: history has {change}", field.full_name);
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_of_what_hangs_on_a_customer_comes_back() {
    let world = World::start().await;
    let rep1 = world.person("rep1").await;
    let body = json!({ "name": "西湖样本", "type": "ENTERPRISE", "phones": [{ "number": "13912345678" }] });
    let customer = rep1.post("/v1/customers", &body).await.ok()["id"].as_str().expect("an id").to_owned();
    let contacts = format!("/v1/customers/{customer}/contacts");
    let contact =
        round_trip(&rep1, table("cims.customer.v1.Contact"), &contacts, |id| format!("{contacts}/{id}"), &[]).await;
    let other = rep1.post(&contacts, &json!({ "name": "王小明" })).await.ok()["id"].as_str().expect("an id").to_owned();
    let interactions = format!("/v1/customers/{customer}/interactions");
    let known = [("contact_id", [contact.as_str(), other.as_str()])];
    let interaction = table("cims.interaction.v1.Interaction");
    round_trip(&rep1, interaction, &interactions, |id| format!("/v1/interactions/{id}"), &known).await;
    let admin = world.person("admin").await;
    let group = table("cims.tagging.v1.TagGroup");
    round_trip(&admin, group, "/v1/tagGroups", |id| format!("/v1/tagGroups/{id}"), &[]).await;
    round_trip(&admin, table("cims.tagging.v1.Tag"), "/v1/tags", |id| format!("/v1/tags/{id}"), &[]).await;
    world.stop().await;
}
