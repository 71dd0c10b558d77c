//! Every write of a share: its row, who reaches the customer by it, and its event, in the caller's transaction, which holds
//! the customer's lock.

use cims_proto::customer::v1::ShareChanged;
use kit::{
    Failure,
    write::{Change, Write},
};

use super::{Share, store};
use crate::customer::Customer;

/// Writes a share over its state before, none when there was none, under its next version.
///
/// # Errors
/// When the database refuses.
pub async fn save(
    write: &mut Write,
    customer: &Customer,
    before: Option<&Share>,
    share: &mut Share,
) -> Result<(), Failure> {
    share.version = before.map_or(1, |before| before.version + 1);
    share.update_time = write.now();
    store::put(write.connection(), share).await?;
    // One that has ended is not there.
    let state = |share: Option<&Share>| share.filter(|share| !share.ended).map(Share::to_proto);
    let payload = ShareChanged { before: state(before), after: state(Some(share)) };
    let states = (payload.before.as_ref(), payload.after.as_ref());
    let mut change = Change::between("customer.share", (share.id, share.version), states, &payload)?;
    // With whom says what is spoken of, also where it did not change.
    if change.verb == "updated" {
        change.fields.insert(0, "userId".to_owned());
    }
    let change = Change {
        parent_id: Some(customer.id),
        // One that has ended keeps its row, and with it its version.
        version: share.version,
        owner_id: customer.owner_id,
        department_id: customer.department_id,
        ..change
    };
    write.record(change).await
}
