//! Every write of a contact record: its row, its customer's summary and its event, under the customer's lock.

use cims_proto::interaction::v1::{self as proto, InteractionChanged};
use directory::Entry;
use kit::{
    Failure,
    write::{Change, Write, changed},
};

use super::{Interaction, store};
use crate::follow_up;

/// # Errors
/// When the database refuses.
pub async fn create(write: &mut Write, customer: &Entry, record: &Interaction) -> Result<(), Failure> {
    store::insert(write.connection(), record, customer).await?;
    finish(write, customer, "created", None, Some(record)).await
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
    finish(write, customer, "updated", Some(before), Some(after)).await
}

/// # Errors
/// When the database refuses.
pub async fn delete(write: &mut Write, customer: &Entry, record: &Interaction) -> Result<(), Failure> {
    store::delete(write.connection(), record).await?;
    finish(write, customer, "deleted", Some(record), None).await
}

async fn finish(
    write: &mut Write,
    customer: &Entry,
    verb: &'static str,
    before: Option<&Interaction>,
    after: Option<&Interaction>,
) -> Result<(), Failure> {
    let Some(record) = after.or(before) else { return Ok(()) };
    let summary = follow_up::store::summarise(write.connection(), customer).await?;
    let state = |record: Option<&Interaction>| record.map(Interaction::to_proto);
    let none = proto::Interaction::default();
    let (before, after) = (state(before), state(after));
    let fields = changed(before.as_ref().unwrap_or(&none), after.as_ref().unwrap_or(&none))?;
    // What is gone has a version of its own, after its last.
    let version = if after.is_some() { record.version } else { record.version + 1 };
    let payload = InteractionChanged {
        before,
        after,
        last_contact_time: summary.last_contact_time.map(kit::clock::time::to_proto),
        next_contact_time: summary.next_contact_time.map(kit::clock::time::to_proto),
        summary_version: summary.version,
    };
    let change = Change {
        subject_type: "interaction.interaction",
        subject_id: record.id,
        parent_id: Some(customer.customer_id),
        version,
        verb,
        fields,
        owner_id: customer.owner_id,
        department_id: customer.department_id,
        payload: &payload,
    };
    write.record(change).await
}
