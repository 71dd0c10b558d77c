//! Every write of a contact record: its row, its customer's summary and its event, under the customer's lock.

use cims_proto::interaction::v1::InteractionChanged;
use directory::Entry;
use kit::{
    Failure,
    write::{Change, Write},
};

use super::{Interaction, store};
use crate::follow_up;

/// # Errors
/// When the database refuses.
pub async fn create(write: &mut Write, customer: &Entry, record: &Interaction) -> Result<(), Failure> {
    store::insert(write.connection(), record, customer).await?;
    finish(write, customer, None, Some(record)).await
}

/// Writes what was changed in a record, under its next version.
///
/// # Errors
/// When the database refuses.
pub async fn update(
    write: &mut Write,
    customer: &Entry,
    before: &Interaction,
    after: &mut Interaction,
) -> Result<(), Failure> {
    after.version = before.version + 1;
    after.update_time = write.now();
    store::update(write.connection(), after).await?;
    finish(write, customer, Some(before), Some(after)).await
}

/// # Errors
/// When the database refuses.
pub async fn delete(write: &mut Write, customer: &Entry, record: &Interaction) -> Result<(), Failure> {
    store::delete(write.connection(), record).await?;
    finish(write, customer, Some(record), None).await
}

async fn finish(
    write: &mut Write,
    customer: &Entry,
    before: Option<&Interaction>,
    after: Option<&Interaction>,
) -> Result<(), Failure> {
    let Some(record) = after.or(before) else { return Ok(()) };
    let summary = follow_up::store::summarise(write.connection(), customer).await?;
    let payload = InteractionChanged {
        before: before.map(Interaction::to_proto),
        after: after.map(Interaction::to_proto),
        last_contact_time: summary.last_contact_time.map(kit::clock::time::to_proto),
        next_contact_time: summary.next_contact_time.map(kit::clock::time::to_proto),
        summary_version: summary.version,
    };
    let states = (payload.before.as_ref(), payload.after.as_ref());
    let change = Change {
        parent_id: Some(customer.customer_id),
        owner_id: customer.owner_id,
        department_id: customer.department_id,
        ..Change::between("interaction.interaction", (record.id, record.version), states, &payload)?
    };
    write.record(change).await
}
