//! Which customers a call reaches.

use chrono::{DateTime, Utc};
use kit::{Call, Failure, Scope, database::Pool, share, write::Write};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Customer, store};

pub const READ: &str = "customer.read";
pub const UPDATE: &str = "customer.update";
const READ_BIN: &str = "customer.read-bin";
/// The field rule of who owns a customer.
const OWNER: &str = "customer.ownerId";

/// Whether an operation needs a share for writing; of what a share gives all else needs any.
pub fn needs_writing(operation: &str) -> bool {
    operation == UPDATE
}

/// What a statement asks of a customer before a call reaches it: a predicate of scope and shares at a moment.
#[derive(Clone, Copy, Debug)]
pub struct Within<'c> {
    pub scope: &'c Scope,
    /// A share counts when it is for writing.
    pub writing: bool,
    pub now: DateTime<Utc>,
}

impl Within<'_> {
    /// Of the call's own operation.
    pub fn of(call: &Call, now: DateTime<Utc>) -> Within<'_> {
        Within { scope: &call.scope, writing: needs_writing(&call.method.permission), now }
    }
}

/// Whether the caller may see this customer: within the read scope, and in the bin within that of the bin, which no share
/// widens. `shared` says whether it is shared with the caller.
pub fn may_read(
    call: &Call,
    (owner_id, department_id): (Option<Uuid>, Option<Uuid>),
    shared: bool,
    binned: bool,
) -> bool {
    let reaches = |operation, shared| {
        call.scope_of(operation).is_ok_and(|scope: Scope| scope.contains(owner_id, department_id, shared))
    };
    reaches(READ, shared) && (!binned || reaches(READ_BIN, false))
}

/// The person whose shares count where the caller reads.
pub fn reader(call: &Call) -> Option<Uuid> {
    call.scope_of(READ).ok().and_then(|scope| scope.shared_with())
}

/// Whether the caller may know who owns the customers that they see.
pub fn sees_owners(call: &Call) -> bool {
    call.field_rules().is_none_or(|rules| rules.visibility(OWNER).is_seen())
}

/// A customer that the caller may see, for a call whose own operation is reading.
///
/// # Errors
/// `NotFound`, whether it does not exist or may not be seen.
pub async fn read(pool: &Pool, call: &Call, id: Uuid, now: DateTime<Utc>) -> Result<Customer, Failure> {
    let customer = store::find_within(pool, id, Within::of(call, now)).await?.ok_or(Failure::NotFound)?;
    if customer.is_binned() && !may_read(call, place(&customer), false, true) {
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
    let now = write.now();
    let within = Within::of(call, now);
    if store::lock(write.connection(), id, within).await? {
        // Read after the lock was given, not with it: a contact that came meanwhile would else be missing, and a share that
        // was taken back meanwhile would count.
        if let Some(customer) = store::find_within(write.connection(), id, within).await? {
            return Ok(customer);
        }
    }
    let customer = store::find(write.connection(), id).await?.ok_or(Failure::NotFound)?;
    match sees(write.connection(), call, &customer, now).await? {
        true => Err(Failure::Forbidden { operation: call.method.permission.clone() }),
        false => Err(Failure::NotFound),
    }
}

/// Whether the caller may see a customer at hand.
///
/// # Errors
/// When the database refuses.
pub async fn sees(
    connection: &mut PgConnection,
    call: &Call,
    customer: &Customer,
    now: DateTime<Utc>,
) -> Result<bool, Failure> {
    let sees = |shared| may_read(call, place(customer), shared, customer.is_binned());
    Ok(sees(false) || sees(share::holds(connection, customer.id, reader(call), false, now).await?))
}

fn place(customer: &Customer) -> (Option<Uuid>, Option<Uuid>) {
    (customer.owner_id, customer.department_id)
}
