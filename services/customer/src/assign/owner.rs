//! Who may be given customers.

use cims_proto::{
    customer::v1::AssignCustomersRequest,
    identity::v1::{ResolveUsersRequest, User, access_client::AccessClient},
};
use kit::{Failure, Scope, Violation, client::Channel, problem::code, schema::table_of};

use super::Owner;

/// The person of an id as an owner: active, and within the reach of who assigns.
///
/// # Errors
/// `Invalid` at `/ownerId` with what is wrong; when identity is out of reach.
pub(super) async fn find(identity: Channel, id: &str, scope: &Scope) -> Result<Owner, Failure> {
    let request = ResolveUsersRequest { ids: vec![id.to_owned()], usernames: Vec::new() };
    let people = AccessClient::new(identity).resolve_users(request).await?.into_inner().users;
    let person = people.into_iter().next().ok_or_else(|| refused(code::NOT_FOUND))?;
    if person.disabled {
        return Err(refused(code::DISABLED));
    }
    let owner = owner(&person)?;
    match scope.contains(owner.owner_id, owner.department_id) {
        true => Ok(owner),
        false => Err(refused(code::OUT_OF_REACH)),
    }
}

fn owner(person: &User) -> Result<Owner, Failure> {
    let owner_id = person.id.parse().map_err(Failure::internal)?;
    Ok(Owner { owner_id: Some(owner_id), department_id: person.department_id.parse().ok() })
}

fn refused(code: &'static str) -> Failure {
    let pointer = "/ownerId";
    let violation = match table_of::<AssignCustomersRequest>().field("owner_id") {
        Some(field) => Violation::of(field, pointer, code),
        None => Violation::new(pointer, code),
    };
    Failure::Invalid(vec![violation])
}
