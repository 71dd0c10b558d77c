//! The rules that roles name, and those of several roles together.

use kit::schema::schema;
use serde_json::json;
use tests::{World, eventually};

use super::{is_nothing, rule::reader, text};

#[tokio::test(flavor = "multi_thread")]
async fn roles_name_fields_and_rules_that_there_are_and_the_most_open_counts() {
    let world = World::start().await;
    let (admin, author) = (world.person("admin").await, world.person("rep1").await);
    let listed = admin.get("/v1/operations").await.ok();
    let listed = listed["fields"].as_array().expect("fields");
    for known in schema().field_rules() {
        let own =
            listed.iter().find(|own| own["code"] == json!(known.name)).unwrap_or_else(|| panic!("{}", known.name));
        assert!(!text(&own["labelZh"]).is_empty() && !text(&own["labelEn"]).is_empty(), "{own}");
        assert_eq!(own["rules"].as_array().map(Vec::len), Some(known.choices.len()), "{own}");
    }
    let wrong = [
        ("customer.shoeSize", "HIDDEN", "/fieldRules/0/field"),
        ("customer.id", "HIDDEN", "/fieldRules/0/field"),
        ("customer.name", "HIDDEN", "/fieldRules/0/rule"),
        ("customer.level", "MASKED", "/fieldRules/0/rule"),
    ];
    for (field, rule, pointer) in wrong {
        let role = json!({ "labelZh": "错", "fieldRules": [{ "field": field, "rule": rule }] });
        let answer = admin.post("/v1/roles", &role).await;
        assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{}", answer.body);
        answer.refused(400);
    }
    let body =
        json!({ "name": "西湖样本", "type": "ENTERPRISE", "phones": [{ "number": "13912340001" }], "remarks": "欠款" });
    let path = format!("/v1/customers/{}", text(&author.post("/v1/customers", &body).await.ok()["id"]));
    let (person, role) = reader(&world, &admin).await;
    let rules = json!([{ "field": "customer.remarks", "rule": "HIDDEN" }, { "field": "phone", "rule": "CLEAR" }]);
    admin.patch(&format!("/v1/roles/{role}"), &json!({ "fieldRules": rules })).await.ok();
    eventually("it is hidden", || async { is_nothing(&person.get(&path).await.ok()["remarks"]).then_some(()) }).await;
    // A role that has nothing to do with customers opens none of their fields; one that has and says nothing does.
    let roles = |second: &str| json!({ "roles": [role, second] });
    let other = json!({ "labelZh": "组织", "grants": [{ "operation": "people.read", "scope": "ALL" }] });
    let other = text(&admin.post("/v1/roles", &other).await.ok()["code"]);
    admin.patch(&format!("/v1/users/{}", person.id), &roles(&other)).await.ok();
    let effective = admin.get(&format!("/v1/users/{}:effectivePermissions", person.id)).await.ok();
    let rule = effective["fieldRules"].as_array().expect("rules").iter().find(|own| own["field"] == "customer.remarks");
    assert_eq!(rule.expect("a rule")["rule"], "HIDDEN", "{effective}");
    admin.patch(&format!("/v1/users/{}", person.id), &roles("executive")).await.ok();
    eventually("it is seen", || async { (person.get(&path).await.ok()["remarks"] == "欠款").then_some(()) }).await;
    world.stop().await;
}
