//! Asking by fields that are not seen.

use kit::schema::{Visibility, schema};
use serde_json::json;
use tests::{Person, sample};

use super::{CUSTOMER, rule::Ruled, text};

/// What can be asked, and is refused or finds nothing where the field is not seen.
pub async fn check_questions(person: &Person, all: &[Ruled], wanted: Visibility) {
    let is_seen = wanted.is_seen();
    let refused = |answer: &tests::Answer| answer.status == 400 && answer.body["errors"][0]["code"] == "NOT_VISIBLE";
    for own in all.iter().filter(|own| own.message == CUSTOMER) {
        let (field, is_seen) = (own.field, own.under(wanted).is_seen());
        if field.rules.filterable && field.json != "type" {
            let where_ = json!({ "where": { "field": field.json, "op": "not_empty" } });
            let answer = person.post("/v1/customers:search", &where_).await;
            assert_eq!(refused(&answer), !is_seen, "filter by {}: {}", field.json, answer.body);
            let answer = person.get(&format!("/v1/customers?filter={}:*", field.json)).await;
            assert_eq!(refused(&answer), !is_seen, "filter by {}: {}", field.json, answer.body);
        }
        if field.rules.sortable {
            let answer = person.get(&format!("/v1/customers?orderBy={}", field.json)).await;
            assert_eq!(refused(&answer), !is_seen, "sort by {}: {}", field.json, answer.body);
        }
    }
    let number = text(&sample::value(
        schema().message("cims.customer.v1.Phone").expect("phones").field("number").expect("a number"),
        1,
    ));
    let (end, whole) = (number[number.len() - 4..].to_owned(), number.clone());
    // Whom a whole value is known to may look for it while it is masked.
    let masked = wanted == Visibility::Masked;
    let queries = [
        (end.as_str(), is_seen),
        (whole.as_str(), is_seen),
        ("li1@example.com", is_seen || masked),
        ("911100001000000046", is_seen || masked),
        ("440524188001010014", is_seen || masked),
        ("欧阳", is_seen),
        ("ouyang", is_seen),
        ("oyx", is_seen),
    ];
    for (query, finds) in queries {
        let found = person.post("/v1/customers:search", &json!({ "query": query })).await.ok();
        let count = found["results"].as_array().map_or(0, Vec::len);
        assert_eq!(count > 0, finds, "{wanted:?}: {query} finds {found}");
    }
    let texts = person.get("/v1/interactions?query=样本").await.ok();
    assert_eq!(texts["interactions"].as_array().is_some_and(|own| !own.is_empty()), is_seen, "{texts}");
    for path in ["/v1/interactions?method=PHONE", "/v1/followUps?due=WEEK"] {
        let answer = person.get(path).await;
        assert_eq!(refused(&answer), !is_seen, "{path}: {}", answer.body);
    }
}
