//! What comes of roles for a person: their effective grants, what a change would give and take, and why a call is
//! allowed or refused.

mod explain;
mod preview;
mod rpc;
pub mod store;

pub use rpc::server;

use std::sync::Arc;

use cims_proto::identity::v1::{
    EffectiveFieldRule, EffectiveGrant, EffectivePermissions, FieldRuleSource, GrantSource,
};

use crate::{
    department::Tree,
    role::{Place, Role, grant_at, merge},
};

/// What each of a person's roles gives of an operation.
fn sources(roles: &[Arc<Role>], operation: &str) -> Vec<GrantSource> {
    let given = roles.iter().filter_map(|role| Some((role, role.grants.get(operation)?)));
    given
        .map(|(role, reach)| GrantSource {
            role: role.code.clone(),
            scope: reach.scope().into(),
            department_ids: reach.chosen().map(|id| id.to_string()).collect(),
        })
        .collect()
}

fn effective(user_id: String, roles: &[Arc<Role>], place: &Place, tree: &Tree) -> EffectivePermissions {
    let merged = merge(roles.iter().map(AsRef::as_ref));
    let grants = merged.grants.iter().map(|(operation, reach)| EffectiveGrant {
        grant: Some(grant_at(operation, reach, place, tree)),
        sources: sources(roles, operation),
    });
    let field_rules = merged.fields.iter().map(|(field, visibility)| EffectiveFieldRule {
        field: field.clone(),
        rule: visibility.rule().into(),
        sources: roles.iter().filter_map(|role| rule_source(role, field)).collect(),
    });
    EffectivePermissions { user_id, grants: grants.collect(), field_rules: field_rules.collect() }
}

fn rule_source(role: &Role, field: &str) -> Option<FieldRuleSource> {
    let visibility = role.visibility(field)?;
    Some(FieldRuleSource { role: role.code.clone(), rule: visibility.rule().into() })
}
