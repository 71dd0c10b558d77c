//! Which customers a call reaches.

use kit::{Call, Failure, Scope, database::Pool, write::Write};
use uuid::Uuid;

use super::{Customer, store};

const READ: &str = "customer.read";
const READ_BIN: &str = "customer.read-bin";

/// Whether the caller may see this customer: within the read scope, and in the bin within that of the bin, too.
pub fn may_read(call: &Call, owner_id: Option<Uuid>, department_id: Option<Uuid>, binned: bool) -> bool {
    let reaches =
        |operation| call.scope_of(operation).is_ok_and(|scope: Scope| scope.contains(owner_id, department_id));
    reaches(READ) && (!binned || reaches(READ_BIN))
}

/// A customer that the caller may see, for a call whose own operation is reading.
///
/// # Errors
/// `NotFound`, whether it does not exist or may not be seen.
pub async fn read(pool: &Pool, call: &Call, id: Uuid) -> Result<Customer, Failure> {
    let customer = store::find_within(pool, id, &call.scope).await?.ok_or(Failure::NotFound)?;
    if customer.is_binned() && !may_read(call, customer.owner_id, customer.department_id, true) {
        return Err(Failure::NotFound);
    }
    Ok(customer)
}

/// A customer that is not in the bin, locked for the call's operation until the write ends.
///
/// # Errors
/// As [`lock_any`]; `NotFound` also for one in the bin.
pub async fn lock(write: &mut Write, call: &Call, id: Uuid) -> Result<Customer, Failure> {
    let customer = lock_any(write, call, id).await?;
    if customer.is_binned() { Err(Failure::NotFound) } else { Ok(customer) }
}

/// A customer, wherever it is, locked for the call's operation until the write ends.
///
/// # Errors
/// `NotFound` when the caller may not even see it, `Forbidden` when the operation does not reach it.
pub async fn lock_any(write: &mut Write, call: &Call, id: Uuid) -> Result<Customer, Failure> {
    let locked = store::lock(write.connection(), id, &call.scope).await?;
    // Read after the lock was given, not with it: a contact that came meanwhile would else be missing.
    let customer = store::find(write.connection(), id).await?.ok_or(Failure::NotFound)?;
    match locked {
        true => Ok(customer),
        false if may_read(call, customer.owner_id, customer.department_id, customer.is_binned()) => {
            Err(Failure::Forbidden { operation: call.method.permission.clone() })
        }
        false => Err(Failure::NotFound),
    }
}
