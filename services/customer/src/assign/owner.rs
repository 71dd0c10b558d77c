//! Who may be given customers.

use std::collections::HashMap;

use cims_proto::{
    customer::v1::AssignCustomersRequest,
    identity::v1::{ResolveUsersRequest, User, access_client::AccessClient},
};
use kit::{Failure, Scope, Violation, client::Channel, problem::code, schema::table_of};
use uuid::Uuid;

use super::Owner;

/// The person of an id as an owner: active, and within the reach of who assigns.
///
/// # Errors
/// `Invalid` at `/ownerId` with what is wrong; when identity is out of reach.
pub(super) async fn find(identity: Channel, id: &str, scope: &Scope) -> Result<Owner, Failure> {
    let people = resolve(identity, vec![id.to_owned()]).await?;
    let person = people.first().ok_or_else(|| refused(code::NOT_FOUND))?;
    owner(person, scope)?.map_err(refused)
}

/// The same for several, by their ids.
///
/// # Errors
/// `Invalid` at `/rules` when one of them is no owner; when identity is out of reach.
pub async fn find_all(identity: Channel, ids: &[Uuid], scope: &Scope) -> Result<HashMap<Uuid, Owner>, Failure> {
    let mut owners = HashMap::with_capacity(ids.len());
    for person in resolve(identity, ids.iter().map(Uuid::to_string).collect()).await? {
        let owner = owner(&person, scope)?.map_err(|code| Failure::field("/rules", code, &person.id))?;
        owners.insert(person.id.parse().map_err(Failure::internal)?, owner);
    }
    Ok(owners)
}

async fn resolve(identity: Channel, ids: Vec<String>) -> Result<Vec<User>, Failure> {
    let request = ResolveUsersRequest { ids, usernames: Vec::new() };
    Ok(AccessClient::new(identity).resolve_users(request).await?.into_inner().users)
}

/// The person as an owner, or the code of why they can be none.
fn owner(person: &User, scope: &Scope) -> Result<Result<Owner, &'static str>, Failure> {
    let owner_id = person.id.parse().map_err(Failure::internal)?;
    let owner = Owner { owner_id: Some(owner_id), department_id: person.department_id.parse().ok() };
    Ok(match (person.disabled, scope.contains(owner.owner_id, owner.department_id, false)) {
        (true, _) => Err(code::DISABLED),
        (false, true) => Ok(owner),
        (false, false) => Err(code::OUT_OF_REACH),
    })
}

fn refused(code: &'static str) -> Failure {
    let pointer = "/ownerId";
    let violation = match table_of::<AssignCustomersRequest>().field("owner_id") {
        Some(field) => Violation::of(field, pointer, code),
        None => Violation::new(pointer, code),
    };
    Failure::Invalid(vec![violation])
}
