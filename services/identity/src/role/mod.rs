//! Roles: the built-in ones of `roles.toml`, and how several combine.
//!
//! They are data of the build. Custom roles will be rows of the same shape beside them; until then a table would only
//! be a second place in which the built-in ones could differ from the design.

use std::{collections::BTreeMap, sync::LazyLock};

use cims_proto::identity::v1::{FieldRule, Grant, field_rule, grant};
use serde::Deserialize;

/// Code of the role whose sessions idle for a shorter time.
pub const ADMINISTRATOR: &str = "administrator";

/// How far an operation reaches; the later the wider.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd)]
#[serde(rename_all = "lowercase")]
enum Reach {
    Own,
    #[serde(rename = "own+")]
    OwnAndShared,
    #[serde(rename = "dept")]
    Department,
    Tree,
    All,
}

/// How much of a sensitive field is seen; the later the more.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd)]
#[serde(rename_all = "lowercase")]
enum Visibility {
    Hidden,
    Masked,
    Clear,
}

/// A built-in role.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// What `user_role` and the API hold.
    pub code: String,
    pub zh: String,
    pub en: String,
}

/// Cells of a line by the code of their role.
type Line<T> = BTreeMap<String, T>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(rename = "role")]
    roles: Vec<Role>,
    grants: BTreeMap<String, Line<Reach>>,
    fields: BTreeMap<String, Line<Visibility>>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    toml::from_str(include_str!("../../roles.toml")).expect("roles.toml is part of the build, and tested")
});

/// What a person may do.
#[derive(Debug)]
pub struct Merged {
    pub grants: Vec<Grant>,
    pub field_rules: Vec<FieldRule>,
}

/// The built-in roles, in the order of the design.
pub fn builtin() -> &'static [Role] {
    &TABLE.roles
}

/// Several roles as one: the widest scope of each operation, the least masking of each field. An unknown code adds
/// nothing.
pub fn merge(roles: &[String]) -> Merged {
    let grants = best(&TABLE.grants, roles).map(|(operation, reach)| {
        let scope = match reach {
            Reach::Own => grant::Scope::Own,
            Reach::OwnAndShared => grant::Scope::OwnAndShared,
            Reach::Department => grant::Scope::Department,
            Reach::Tree => grant::Scope::Tree,
            Reach::All => grant::Scope::All,
        };
        Grant { operation, scope: scope.into() }
    });
    let field_rules = best(&TABLE.fields, roles).map(|(field, visibility)| {
        let rule = match visibility {
            Visibility::Hidden => field_rule::Rule::Hidden,
            Visibility::Masked => field_rule::Rule::Masked,
            Visibility::Clear => field_rule::Rule::Clear,
        };
        FieldRule { field, rule: rule.into() }
    });
    Merged { grants: grants.collect(), field_rules: field_rules.collect() }
}

/// The greatest cell of each line among these roles; a line without any is left out.
fn best<T: Copy + Ord>(lines: &BTreeMap<String, Line<T>>, roles: &[String]) -> impl Iterator<Item = (String, T)> {
    lines.iter().filter_map(|(name, line)| {
        let cells = roles.iter().filter_map(|role| line.get(role));
        cells.max().map(|cell| (name.clone(), *cell))
    })
}

#[cfg(test)]
mod tests {
    use kit::schema::{MessageTable, schema};

    use super::*;

    fn scope(roles: &[&str], operation: &str) -> Option<grant::Scope> {
        let roles: Vec<String> = roles.iter().map(|&role| role.to_owned()).collect();
        merge(&roles).grants.iter().find(|grant| grant.operation == operation).map(Grant::scope)
    }

    #[test]
    fn lines_name_known_roles_only() {
        let known = |role: &String| builtin().iter().any(|own| own.code == *role);
        for (name, line) in &TABLE.grants {
            assert!(!line.is_empty() && line.keys().all(known), "{name}");
        }
        for (name, line) in &TABLE.fields {
            assert_eq!(line.len(), builtin().len(), "{name}: a role without a rule sees nothing at all");
            assert!(line.keys().all(known), "{name}");
        }
    }

    #[test]
    fn every_permission_and_sensitive_field_of_the_protos_stands_in_the_table() {
        fn check(message: &MessageTable, depth: u8) {
            for field in &message.fields {
                let name = field.rules.sensitive.as_ref();
                assert!(name.is_none_or(|name| TABLE.fields.contains_key(name)), "{}", field.full_name);
                if let Some(inner) = field.message().filter(|_| depth < 4) {
                    check(inner, depth + 1);
                }
            }
        }
        for method in schema().methods() {
            let built_in = ["public", "signed-in", "service"].contains(&method.permission.as_str());
            let known = built_in || TABLE.grants.contains_key(&method.permission);
            assert!(known, "{}: {}", method.path, method.permission);
            check(method.response(), 0);
        }
    }

    #[test]
    fn the_widest_scope_and_the_least_masking_win() {
        assert_eq!(scope(&["representative"], "customer.read"), Some(grant::Scope::OwnAndShared));
        assert_eq!(scope(&["representative", "manager"], "customer.read"), Some(grant::Scope::Tree));
        assert_eq!(scope(&["marketing", "manager"], "customer.read"), Some(grant::Scope::All));
        assert_eq!(scope(&["marketing"], "customer.update"), None);
        assert_eq!(scope(&["no such role"], "customer.read"), None);
        let both = merge(&["marketing".to_owned(), "representative".to_owned()]);
        let phone = both.field_rules.iter().find(|rule| rule.field == "phone").map(FieldRule::rule);
        assert_eq!(phone, Some(field_rule::Rule::Clear));
    }
}
