//! Every change of customers' tags by people and jobs: the sets and their events.

use directory::Entry;
use kit::{Failure, write::Write};
use uuid::Uuid;

use super::{SetChange, exclusive::Exclusive, store};
use crate::tag;

/// Puts the tag, which the caller holds, on the customers, or takes it off, and answers what changed of each.
///
/// # Errors
/// When the database refuses.
pub async fn apply(
    write: &mut Write,
    customers: &[Entry],
    tag: Uuid,
    remove: bool,
) -> Result<Vec<(Uuid, Option<SetChange>)>, Failure> {
    let exclusive = Exclusive::new(tag::store::exclusive(write.connection()).await?);
    let ids: Vec<Uuid> = customers.iter().map(|customer| customer.customer_id).collect();
    let mut sets = store::lock(write.connection(), &ids).await?;
    let mut applied = Vec::with_capacity(customers.len());
    for customer in customers {
        let set = sets.remove(&customer.customer_id).unwrap_or_default();
        let mut after = set.tags.clone();
        if remove {
            after.remove(&tag);
        } else {
            exclusive.put(&mut after, tag);
        }
        let change = SetChange::new(*customer, set.version, write.actor_id(), set.tags, after);
        applied.push((customer.customer_id, change));
    }
    record(write, applied.iter().filter_map(|(_, change)| change.as_ref())).await?;
    Ok(applied)
}

/// Writes changes of locked sets and records them.
///
/// # Errors
/// When the database refuses.
pub async fn record<'c>(write: &mut Write, changes: impl IntoIterator<Item = &'c SetChange>) -> Result<(), Failure> {
    let changes: Vec<&SetChange> = changes.into_iter().collect();
    let now = write.now();
    store::write(write.connection(), &changes, now).await?;
    for change in changes {
        write.record(change.event()).await?;
    }
    Ok(())
}
