//! The customers that contact records hang on, and what a call may do to the records of one.

mod contact;
pub mod store;

pub use contact::check_contact;

use directory::Entry;
use kit::{Call, Failure, Scope};
use uuid::Uuid;

const READ: &str = "interaction.read";

/// Refuses what does not reach the records of a customer.
///
/// # Errors
/// `NotFound` when the caller may not see them, or the customer is in the bin; `Forbidden` when the call's operation
/// does not reach them.
pub fn permit(call: &Call, customer: &Entry) -> Result<(), Failure> {
    see(call, customer)?;
    decide(call, customer.is_within(&call.scope))
}

/// The same for a change of one record: of one's own means here what one wrote.
///
/// # Errors
/// As [`permit`].
pub fn permit_change(call: &Call, customer: &Entry, author_id: Option<Uuid>) -> Result<(), Failure> {
    see(call, customer)?;
    decide(call, reaches_change(&call.scope, customer, author_id))
}

/// What the caller may see of customers, for resolving one before a write begins. Whoever locks a customer looks for shares
/// of this scope.
///
/// # Errors
/// `Forbidden` when reading is not granted at all.
pub fn read_scope(call: &Call) -> Result<Scope, Failure> {
    call.scope_of(READ)
}

fn see(call: &Call, customer: &Entry) -> Result<(), Failure> {
    let seen = !customer.deleted && customer.is_within(&read_scope(call)?);
    if seen { Ok(()) } else { Err(Failure::NotFound) }
}

fn decide(call: &Call, reached: bool) -> Result<(), Failure> {
    if reached { Ok(()) } else { Err(Failure::Forbidden { operation: call.method.permission.clone() }) }
}

fn reaches_change(scope: &Scope, customer: &Entry, author_id: Option<Uuid>) -> bool {
    match scope {
        Scope::Own(person) => author_id == Some(*person),
        Scope::Either(departments, person) => {
            author_id == Some(*person) || customer.department_id.is_some_and(|own| departments.contains(&own))
        }
        scope => customer.is_within(scope),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_records_are_those_that_one_wrote() {
        let (me, other, department) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
        let mine = Entry {
            customer_id: Uuid::nil(),
            owner_id: Some(me),
            department_id: Some(department),
            deleted: false,
            version: 1,
            shared: false,
        };
        assert!(reaches_change(&Scope::Own(me), &mine, Some(me)));
        assert!(!reaches_change(&Scope::Own(me), &mine, Some(other)), "of my customer, but not mine");
        assert!(!reaches_change(&Scope::Own(me), &mine, None));
        assert!(reaches_change(&Scope::Departments([department].into()), &mine, Some(other)));
        assert!(reaches_change(&Scope::Everything, &mine, None));
    }
}
