use cims_proto::identity::v1::grant;
use kit::schema::{MessageTable, schema};

use super::*;

fn named(code: &str) -> &'static Role {
    builtin().iter().find(|role| role.code == code).expect("a built-in role")
}

fn scope(roles: &[&str], operation: &str) -> Option<grant::Scope> {
    merge(roles.iter().map(|code| named(code))).grants.get(operation).map(Reach::scope)
}

#[test]
fn every_permission_and_sensitive_field_of_the_protos_can_be_granted() {
    fn check(message: &MessageTable, depth: u8) {
        for field in &message.fields {
            let name = field.rules.sensitive.as_ref();
            assert!(name.is_none_or(|name| catalogue::rules(name).is_some()), "{}", field.full_name);
            if let Some(inner) = field.message().filter(|_| depth < 4) {
                check(inner, depth + 1);
            }
        }
    }
    for method in schema().methods() {
        let built_in = ["public", "signed-in", "service"].contains(&method.permission.as_str());
        let known = built_in || catalogue::scopes(&method.permission).is_some();
        assert!(known, "{}: {}", method.path, method.permission);
        check(method.response(), 0);
    }
}

#[test]
fn the_catalogue_and_the_built_in_roles_name_the_same_operations_and_fields() {
    let administrator = named(ADMINISTRATOR);
    let mut operations: Vec<String> = catalogue::operations().collect();
    operations.sort_unstable();
    assert_eq!(operations, administrator.grants.keys().cloned().collect::<Vec<_>>());
    let mut fields: Vec<&str> = catalogue::shared().collect();
    fields.sort_unstable();
    assert_eq!(fields, administrator.fields.keys().map(String::as_str).collect::<Vec<_>>());
    for role in builtin() {
        for (operation, reach) in &role.grants {
            let allowed = catalogue::scopes(operation).expect("an operation").allowed();
            assert!(allowed.contains(&reach.scope()), "{}: {operation}", role.code);
        }
    }
}

#[test]
fn the_widest_scope_and_the_least_masking_win() {
    assert_eq!(scope(&["representative"], "customer.read"), Some(grant::Scope::OwnAndShared));
    assert_eq!(scope(&["representative", "manager"], "customer.read"), Some(grant::Scope::Tree));
    assert_eq!(scope(&["marketing", "manager"], "customer.read"), Some(grant::Scope::All));
    assert_eq!(scope(&["marketing"], "customer.update"), None);
    let both = merge([named("marketing"), named("representative")]);
    assert_eq!(both.fields.get("phone"), Some(&Visibility::Clear));
}
