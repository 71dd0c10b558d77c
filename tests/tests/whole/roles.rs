//! Custom roles: rows that grant what an administrator says, combined with the built-in ones; what they come to; why.

use serde_json::{Value, json};
use tests::{Person, World, eventually};

fn id(record: &Value) -> String {
    record["id"].as_str().expect("a record has an id").to_owned()
}

async fn department(person: &Person, name: &str) -> String {
    let all = person.get("/v1/departments").await.ok();
    let all = all["departments"].as_array().expect("departments");
    id(all.iter().find(|own| own["name"] == *name).expect("a department"))
}

async fn customer(person: &Person, name: &str, phone: usize) -> String {
    let body = json!({ "name": name, "type": "ENTERPRISE", "phones": [{ "number": format!("1391234{phone:04}") }] });
    id(&person.post("/v1/customers", &body).await.ok())
}

async fn define(admin: &Person, name: &str, grants: &Value) -> String {
    let rules = json!([{ "field": "phone", "rule": "MASKED" }]);
    let role = json!({ "labelZh": name, "grants": grants, "fieldRules": rules });
    let role = admin.post("/v1/roles", &role).await.ok();
    role["code"].as_str().expect("a code").to_owned()
}

async fn give(admin: &Person, person: &Person, roles: &[&str]) {
    admin.patch(&format!("/v1/users/{}", person.id), &json!({ "roles": roles })).await.ok();
}

/// The customers that a list shows, sorted.
async fn listed(person: &Person) -> Vec<String> {
    let answer = person.get("/v1/customers?pageSize=500").await;
    let mut ids: Vec<String> = match answer.status.as_u16() {
        403 => Vec::new(),
        _ => answer.ok()["customers"].as_array().expect("customers").iter().map(id).collect(),
    };
    ids.sort_unstable();
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn a_custom_role_grants_chosen_departments_and_masks_what_it_says() {
    let world = World::start().await;
    let (admin, service1) = (world.person("admin").await, world.person("service1").await);
    let (rep1, rep3) = (world.person("rep1").await, world.person("rep3").await);
    let (first, second) = (department(&admin, "销售一部").await, department(&admin, "销售二部").await);
    let (own, other) = (customer(&rep1, "西湖样本", 1).await, customer(&rep3, "东湖样本", 2).await);

    let chosen = |ids: &[&str]| json!([{ "operation": "customer.read", "scope": "CHOSEN", "departmentIds": ids }]);
    let role = define(&admin, "一部客服", &chosen(&[&first])).await;
    give(&admin, &service1, &[&role]).await;
    eventually("the role counts", || async { (listed(&service1).await == [own.clone()]).then_some(()) }).await;
    let seen = service1.get(&format!("/v1/customers/{own}")).await.ok();
    assert_eq!(seen["phones"][0]["number"], "139****0001");
    assert_eq!(service1.get(&format!("/v1/customers/{other}")).await.status, 404);
    let create = json!({ "name": "南湖", "type": "ENTERPRISE", "phones": [{ "number": "13912345679" }] });
    assert_eq!(service1.post("/v1/customers", &create).await.refused(403), "PERMISSION_DENIED");

    // A change of the role reaches who has it; with a second role departments add up.
    let path = format!("/v1/roles/{role}");
    admin.patch(&path, &json!({ "grants": chosen(&[&second]) })).await.ok();
    eventually("the change counts", || async { (listed(&service1).await == [other.clone()]).then_some(()) }).await;
    let both = define(&admin, "又一部", &chosen(&[&first])).await;
    give(&admin, &service1, &[&role, &both]).await;
    eventually("both count", || async { (listed(&service1).await.len() == 2).then_some(()) }).await;
    let effective = admin.get(&format!("/v1/users/{}:effectivePermissions", service1.id)).await.ok();
    let read = &effective["grants"][0];
    assert_eq!(read["grant"]["departmentIds"].as_array().map(Vec::len), Some(2), "{effective}");
    assert_eq!(read["sources"].as_array().map(Vec::len), Some(2), "{effective}");

    // Before a role goes one can see who loses what; then they lose it.
    let preview = admin.post("/v1/permissions:preview", &json!({ "deletedRole": role })).await.ok();
    assert_eq!((&preview["userCount"], &preview["lastAdministrator"]), (&json!(1), &json!(false)), "{preview}");
    let lost = &preview["changes"][0]["grants"][0];
    assert_eq!((&lost["operation"], &lost["loses"]), (&json!("customer.read"), &json!(true)), "{preview}");
    admin.delete(&path).await.ok();
    eventually("it is gone", || async { (listed(&service1).await == [own.clone()]).then_some(()) }).await;
    let user = admin.get(&format!("/v1/users/{}", service1.id)).await.ok();
    assert_eq!(user["roles"], json!([both]));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_say_only_what_there_is_and_built_in_ones_stay() {
    let world = World::start().await;
    let admin = world.person("admin").await;
    let first = department(&admin, "销售一部").await;
    let wrong = [
        (json!({ "operation": "customer.dance", "scope": "ALL" }), "/grants/0/operation"),
        (json!({ "operation": "organisation.manage", "scope": "TREE" }), "/grants/0/scope"),
        (json!({ "operation": "customer.read", "scope": "CHOSEN" }), "/grants/0/departmentIds"),
        (json!({ "operation": "customer.read", "scope": "ALL", "departmentIds": [first] }), "/grants/0/departmentIds"),
        (
            json!({ "operation": "customer.read", "scope": "CHOSEN", "departmentIds": [admin.id] }),
            "/grants/0/departmentIds",
        ),
    ];
    for (grant, pointer) in wrong {
        let answer = admin.post("/v1/roles", &json!({ "labelZh": "错", "grants": [grant] })).await;
        assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{}", answer.body);
        answer.refused(400);
    }
    let rule = json!({ "labelZh": "错", "fieldRules": [{ "field": "shoeSize", "rule": "CLEAR" }] });
    admin.post("/v1/roles", &rule).await.refused(400);
    for path in ["/v1/roles/manager", "/v1/roles/administrator"] {
        assert_eq!(admin.patch(path, &json!({ "labelZh": "改" })).await.refused(422), "ROLE_BUILT_IN");
        assert_eq!(admin.delete(path).await.refused(422), "ROLE_BUILT_IN");
    }
    let copy = admin.post("/v1/roles/manager:copy", &json!({ "labelZh": "区域经理" })).await.ok();
    let original = admin.get("/v1/roles/manager").await.ok();
    assert_eq!((&copy["grants"], &copy["fieldRules"]), (&original["grants"], &original["fieldRules"]));
    assert_eq!((&copy["builtIn"], &original["builtIn"]), (&json!(false), &json!(true)));
    assert_eq!(admin.post("/v1/roles/manager:copy", &json!({ "labelZh": "区域经理" })).await.refused(409), "DUPLICATE");
    let rep1 = world.person("rep1").await.id;
    let unknown = json!({ "roles": ["emperor"] });
    assert_eq!(admin.patch(&format!("/v1/users/{rep1}"), &unknown).await.refused(400), "INVALID");

    // Whoever manages the organisation by a custom role alone cannot lose it by that role either.
    let manage =
        json!([{ "operation": "organisation.manage", "scope": "ALL" }, { "operation": "people.read", "scope": "ALL" }]);
    let role = define(&admin, "组织管理员", &manage).await;
    give(&admin, &admin, &[&role]).await;
    let path = format!("/v1/roles/{role}");
    let preview = admin.post("/v1/permissions:preview", &json!({ "deletedRole": role })).await.ok();
    assert_eq!(preview["lastAdministrator"], json!(true));
    assert_eq!(admin.delete(&path).await.refused(422), "LAST_ADMINISTRATOR");
    assert_eq!(admin.patch(&path, &json!({ "grants": [] })).await.refused(422), "LAST_ADMINISTRATOR");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_explained_to_who_may_know() {
    let world = World::start().await;
    let (admin, rep1, rep3) = (world.person("admin").await, world.person("rep1").await, world.person("rep3").await);
    let (own, other) = (customer(&rep1, "西湖样本", 1).await, customer(&rep3, "东湖样本", 2).await);
    let explain = async |by: &Person, whom: &Person, operation: &str, record: &str| {
        let resource = json!({ "type": "customer.customer", "id": record });
        let question = json!({ "userId": whom.id, "operation": operation, "resource": resource });
        by.post("/v1/permissions:explain", &question).await
    };
    let allowed = explain(&rep1, &rep1, "customer.update", &own).await.ok();
    assert_eq!((&allowed["decision"], &allowed["grant"]["scope"]), (&json!("ALLOWED"), &json!("OWN_AND_SHARED")));
    assert_eq!(allowed["sources"][0]["role"], "representative");
    let missing = explain(&rep1, &rep1, "customer.delete", &own).await.ok();
    assert_eq!(missing["decision"], "NOT_GRANTED");
    assert_eq!(missing["grantingRoles"], json!(["administrator", "manager"]));
    let outside = explain(&admin, &rep1, "customer.update", &other).await.ok();
    assert_eq!((&outside["decision"], &outside["ownerId"]), (&json!("OUT_OF_SCOPE"), &json!(rep3.id)));

    // Whom the record is hidden from learns nothing of it: not even that it is there.
    let hidden = explain(&rep1, &rep1, "customer.update", &other).await.ok();
    let nothing = explain(&rep1, &rep1, "customer.update", &rep1.id).await.ok();
    assert_eq!((&hidden["decision"], &hidden), (&json!("NOT_FOUND"), &nothing));
    assert_eq!(explain(&rep1, &rep3, "customer.read", &own).await.refused(403), "PERMISSION_DENIED");

    // Of a contact record one changes what one wrote.
    let call = json!({ "method": "PHONE", "subject": "回访", "occurTime": "2026-01-05T08:00:00Z" });
    let record = id(&rep1.post(&format!("/v1/customers/{own}/interactions"), &call).await.ok());
    let manager1 = world.person("manager1").await;
    let resource = json!({ "type": "interaction.interaction", "id": record });
    for (person, decision) in [(&rep1, "ALLOWED"), (&manager1, "OUT_OF_SCOPE")] {
        let question = json!({ "operation": "interaction.update", "resource": resource });
        assert_eq!(person.post("/v1/permissions:explain", &question).await.ok()["decision"], decision);
    }
    world.stop().await;
}
