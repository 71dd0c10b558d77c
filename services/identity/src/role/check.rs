//! What a role, and the roles of everybody together, must hold to.

use std::collections::BTreeSet;

use cims_proto::identity::v1 as proto;
use kit::{Failure, Violation, problem::code};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Role, builtin, catalogue, store};
use crate::department::Tree;

/// The operation that must always have somebody who may do it.
pub const MANAGE: &str = "organisation.manage";

/// Refuses operations, scopes, departments and fields that there are not.
pub fn check_message(message: &proto::Role, tree: &Tree) -> Result<(), Failure> {
    let mut violations = Vec::new();
    let mut seen = BTreeSet::new();
    for (place, grant) in message.grants.iter().enumerate() {
        let mut fail = |field: &str, code, allowed: String| {
            violations.push(Violation::new(format!("/role/grants/{place}/{field}"), code).allowed(allowed));
        };
        let Some(scopes) = catalogue::scopes(&grant.operation) else {
            fail("operation", code::NOT_FOUND, String::new());
            continue;
        };
        if !seen.insert(&grant.operation) {
            fail("operation", code::REPEATED, String::new());
        }
        let allowed = scopes.allowed();
        if !allowed.contains(&grant.scope()) {
            let names: Vec<&str> = allowed.iter().map(|scope| scope.as_str_name()).collect();
            fail("scope", code::NOT_ALLOWED, names.join(", "));
        }
        let chosen = grant.scope() == proto::grant::Scope::Chosen;
        if chosen && grant.department_ids.is_empty() {
            fail("departmentIds", code::REQUIRED, String::new());
        } else if !chosen && !grant.department_ids.is_empty() {
            fail("departmentIds", code::NOT_ALLOWED, proto::grant::Scope::Chosen.as_str_name().to_owned());
        } else if grant.department_ids.iter().any(|id| id.parse().map_or(true, |id: Uuid| !tree.contains(id))) {
            fail("departmentIds", code::NOT_FOUND, String::new());
        }
    }
    let mut seen = BTreeSet::new();
    for (place, rule) in message.field_rules.iter().enumerate() {
        let pointer = format!("/role/fieldRules/{place}/field");
        let Some(fitting) = catalogue::rules(&rule.field) else {
            violations.push(Violation::new(pointer, code::NOT_FOUND).allowed(&rule.field));
            continue;
        };
        if !fitting.contains(&rule.rule()) {
            let names: Vec<&str> = fitting.iter().map(|fits| fits.as_str_name()).collect();
            let pointer = format!("/role/fieldRules/{place}/rule");
            violations.push(Violation::new(pointer, code::NOT_ALLOWED).allowed(names.join(", ")));
        }
        if !seen.insert(&rule.field) {
            violations.push(Violation::new(pointer, code::REPEATED));
        }
    }
    if violations.is_empty() { Ok(()) } else { Err(Failure::Invalid(violations)) }
}

/// Codes of the roles that let somebody manage the organisation.
pub fn managing<'r>(roles: impl IntoIterator<Item = &'r Role>) -> Vec<String> {
    roles.into_iter().filter(|role| role.grants.contains_key(MANAGE)).map(|role| role.code.clone()).collect()
}

/// To be called at the end of every change after which fewer people may manage the organisation. The epoch, which every
/// such change raises first, lets one of them happen at a time.
///
/// # Errors
/// `State` when nobody could any more.
pub async fn check_administrator(connection: &mut PgConnection) -> Result<(), Failure> {
    let custom = store::list(&mut *connection).await?;
    let roles = managing(builtin().iter().chain(&custom).map(AsRef::as_ref));
    if store::is_held(connection, &roles).await? { Ok(()) } else { Err(Failure::state("LAST_ADMINISTRATOR")) }
}

/// # Errors
/// When one of the codes is no role.
pub async fn check_known(connection: &mut PgConnection, codes: &[String]) -> Result<(), Failure> {
    let known = store::of(connection, codes).await?;
    match codes.iter().position(|code| known.iter().all(|role| role.code != *code)) {
        Some(place) => Err(Failure::field(&format!("/user/roles/{place}"), code::NOT_FOUND, "")),
        None => Ok(()),
    }
}
