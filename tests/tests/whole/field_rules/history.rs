//! What the history tells of fields that are not seen.

use serde_json::{Value, json};
use tests::Person;

use super::{CUSTOMER, INTERACTION, record::Sample, rule::Ruled, text};

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
