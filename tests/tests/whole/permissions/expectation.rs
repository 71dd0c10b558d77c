//! What the table of roles says of a call.

use cims_proto::identity::v1::grant::Scope;
use identity::role::{Reach, builtin};
use kit::schema::MethodTable;

use super::calls::{names_a_job, names_a_record};

/// Whose record it is, seen from rep1 and manager1.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum State {
    Own,
    Team,
    Other,
    /// Another's, shared with rep1 to read, to write, and no more.
    SharedToRead,
    SharedToWrite,
    Unshared,
    Deleted,
}

pub const STATES: [State; 7] =
    [State::Own, State::Team, State::Other, State::SharedToRead, State::SharedToWrite, State::Unshared, State::Deleted];

impl State {
    /// Whether it is what a share, or the end of one, makes of it.
    pub fn is_by_share(self) -> bool {
        matches!(self, State::SharedToRead | State::SharedToWrite | State::Unshared)
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Expected {
    Forbidden,
    NotFound,
    Allowed,
}

/// What the table says of a role's call of a method on a record in a state.
pub fn expectation(method: &MethodTable, role: &str, state: State) -> Expected {
    match method.permission.as_str() {
        "service" => return Expected::Forbidden,
        "signed-in" => return Expected::Allowed,
        _ => {}
    }
    let Some(scope) = scope(role, &method.permission) else { return Expected::Forbidden };
    if !names_a_record(method) {
        return Expected::Allowed;
    }
    if names_a_job(method) {
        let author = match method.name.ends_with("TagJob") {
            true => role == "representative" && matches!(state, State::Own | State::Deleted),
            false => role == "manager" && matches!(state, State::Own | State::Team | State::Deleted),
        };
        return if author || scope == Scope::All { Expected::Allowed } else { Expected::NotFound };
    }
    // What a method reads first decides whether the record is there at all.
    let reading = |operation| self::scope(role, operation).is_some_and(|scope| reaches(scope, role, state));
    let readable = match method.service.as_str() {
        "cims.interaction.v1.Interactions" => reading("interaction.read"),
        "cims.customer.v1.Customers" | "cims.customer.v1.Contacts" | "cims.customer.v1.Shares" => {
            reading("customer.read")
        }
        "cims.tagging.v1.Tags" => reading("customer.read"),
        _ => reaches(scope, role, state),
    };
    let reached = match (method.permission.as_str(), state) {
        // Of one's own means here what one wrote, and the owner of the customer wrote it.
        ("interaction.update", _) if scope == Scope::Own => role == "representative" && state == State::Own,
        ("customer.update", State::SharedToRead) if scope == Scope::OwnAndShared => false,
        _ => reaches(scope, role, state),
    };
    let bin = |operation| self::scope(role, operation).is_some_and(|scope| reaches(scope, role, State::Own));
    let deleted = match method.name.as_str() {
        // What the bin shows may be read and restored, and nothing else.
        "GetCustomer" | "ListCustomerHistory" | "ListContacts" | "ListShares" => bin("customer.read-bin"),
        "RestoreCustomer" => bin("customer.restore"),
        _ => false,
    };
    let import = method.service.ends_with(".Imports");
    match state {
        State::Deleted if !import && !deleted => Expected::NotFound,
        State::Deleted => {
            if import && !readable {
                Expected::NotFound
            } else {
                Expected::Allowed
            }
        }
        _ if !readable => Expected::NotFound,
        _ if !reached => Expected::Forbidden,
        _ => Expected::Allowed,
    }
}

/// The cell of the table.
fn scope(role: &str, operation: &str) -> Option<Scope> {
    let role = builtin().iter().find(|own| own.code == role).expect("a built-in role");
    role.grants.get(operation).map(Reach::scope)
}

/// Whether a scope of the table reaches the record: the manager's department is rep1's.
fn reaches(scope: Scope, role: &str, state: State) -> bool {
    match (scope, state) {
        (Scope::All, _) => true,
        (Scope::Tree | Scope::Department, State::Own | State::Team | State::Deleted) => role == "manager",
        (Scope::Own | Scope::OwnAndShared, State::Own | State::Deleted) => role == "representative",
        (Scope::OwnAndShared, State::SharedToRead | State::SharedToWrite) => role == "representative",
        _ => false,
    }
}
