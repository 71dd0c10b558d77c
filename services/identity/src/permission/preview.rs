//! What a change of roles would give and take, and whom.

use std::{collections::BTreeMap, sync::Arc};

use cims_proto::identity::v1::{
    FieldRuleChange, GrantChange, PermissionChange, PreviewPermissionsRequest, PreviewPermissionsResponse, field_rule,
};
use kit::{Failure, call::parse_id, database::Pool, problem::code};
use uuid::Uuid;

use super::store::{Holder, codes, holders};
use crate::role::{self, Merged, Role, managing, merge};

/// Most people named one by one.
const NAMED: usize = 500;
/// People and roles of one moment.
const SNAPSHOT: &str = "begin isolation level repeatable read read only";

/// A change that somebody thinks about.
enum Plan {
    Role(Box<Role>),
    DeletedRole(String),
    Person { id: Uuid, roles: Vec<String> },
}

impl Plan {
    fn of(request: PreviewPermissionsRequest) -> Result<Plan, Failure> {
        match request {
            PreviewPermissionsRequest { role: Some(message), .. } => {
                let mut role = Role::empty(&message.code);
                role.write(&message)?;
                Ok(Plan::Role(Box::new(role)))
            }
            PreviewPermissionsRequest { deleted_role, .. } if !deleted_role.is_empty() => {
                Ok(Plan::DeletedRole(deleted_role))
            }
            PreviewPermissionsRequest { user_id, roles, disabled, .. } if !user_id.is_empty() => {
                let roles = if disabled { Vec::new() } else { roles };
                Ok(Plan::Person { id: parse_id("/userId", &user_id)?, roles })
            }
            _ => Err(Failure::field("/role", code::REQUIRED, "role, deletedRole, userId")),
        }
    }

    fn roles_of(&self, holder: &Holder) -> Vec<String> {
        match self {
            Plan::Person { id, roles } if *id == holder.id => roles.clone(),
            Plan::DeletedRole(code) => holder.roles.iter().filter(|own| *own != code).cloned().collect(),
            Plan::Person { .. } | Plan::Role(_) => holder.roles.clone(),
        }
    }
}

pub async fn preview(pool: &Pool, request: PreviewPermissionsRequest) -> Result<PreviewPermissionsResponse, Failure> {
    let plan = Plan::of(request)?;
    let mut transaction = pool.begin_with(SNAPSHOT).await?;
    let mut people = holders(&mut transaction).await?;
    if let Plan::Person { id, .. } = &plan
        && people.iter().all(|holder| holder.id != *id)
    {
        people.push(Holder { id: *id, display_name: String::new(), roles: Vec::new() });
    }
    let mut wanted = codes(&people);
    if let Plan::Person { roles, .. } = &plan {
        wanted.extend(roles.iter().filter(|code| !wanted.contains(code)).cloned().collect::<Vec<_>>());
    }
    let known = role::store::of(&mut *transaction, &wanted).await?;
    transaction.commit().await?;
    Ok(compare(&plan, &people, known))
}

fn compare(plan: &Plan, people: &[Holder], known: Vec<Arc<Role>>) -> PreviewPermissionsResponse {
    let before: BTreeMap<String, Arc<Role>> = known.into_iter().map(|role| (role.code.clone(), role)).collect();
    let mut after = before.clone();
    match plan {
        Plan::Role(role) => drop(after.insert(role.code.clone(), Arc::new(role.as_ref().clone()))),
        Plan::DeletedRole(code) => drop(after.remove(code)),
        Plan::Person { .. } => {}
    }
    let managers = managing(after.values().map(AsRef::as_ref));
    let last_administrator =
        people.iter().all(|holder| plan.roles_of(holder).iter().all(|role| !managers.contains(role)));
    let changes = people.iter().filter_map(|holder| {
        let (old, new) = (may(&before, &holder.roles), may(&after, &plan.roles_of(holder)));
        let (grants, field_rules) = (grant_changes(&old, &new), field_changes(&old, &new));
        let changes = !grants.is_empty() || !field_rules.is_empty();
        changes.then(|| PermissionChange {
            user_id: holder.id.to_string(),
            display_name: holder.display_name.clone(),
            grants,
            field_rules,
        })
    });
    let mut changes: Vec<PermissionChange> = changes.collect();
    let user_count = i32::try_from(changes.len()).unwrap_or(i32::MAX);
    changes.truncate(NAMED);
    PreviewPermissionsResponse { changes, user_count, last_administrator }
}

fn may(roles: &BTreeMap<String, Arc<Role>>, codes: &[String]) -> Merged {
    merge(codes.iter().filter_map(|code| roles.get(code)).map(AsRef::as_ref))
}

fn grant_changes(old: &Merged, new: &Merged) -> Vec<GrantChange> {
    let mut operations: Vec<&String> = old.grants.keys().chain(new.grants.keys()).collect();
    operations.sort_unstable();
    operations.dedup();
    let change = |operation: &String| {
        let (before, after) = (old.grants.get(operation), new.grants.get(operation));
        (before != after).then(|| GrantChange {
            operation: operation.clone(),
            before: before.map(|reach| reach.to_proto(operation)),
            after: after.map(|reach| reach.to_proto(operation)),
            loses: before.is_some_and(|before| after.is_none_or(|after| after.widened(before) != *after)),
        })
    };
    operations.into_iter().filter_map(change).collect()
}

fn field_changes(old: &Merged, new: &Merged) -> Vec<FieldRuleChange> {
    let mut fields: Vec<&String> = old.fields.keys().chain(new.fields.keys()).collect();
    fields.sort_unstable();
    fields.dedup();
    // Without a rule it is hidden.
    let rule = |merged: &Merged, field: &String| {
        merged.fields.get(field).map_or(field_rule::Rule::Hidden, |visibility| visibility.rule())
    };
    let change = |field: &String| {
        let (before, after) = (rule(old, field), rule(new, field));
        (before != after).then(|| FieldRuleChange { field: field.clone(), before: before.into(), after: after.into() })
    };
    fields.into_iter().filter_map(change).collect()
}
