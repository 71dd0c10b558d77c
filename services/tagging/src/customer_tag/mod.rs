//! Which tags stand on which customers: sets that change as a whole, each with a version of its own.

pub mod exclusive;
pub mod import;
mod question;
pub mod rpc;
pub mod store;
mod work;
mod write;

use std::collections::BTreeSet;

use cims_proto::tagging::v1::CustomerTagsChanged;
use directory::Entry;
use kit::write::Change;
use uuid::Uuid;

/// A change of one customer's tags, ready to be written and recorded.
#[derive(Debug)]
pub struct SetChange {
    pub customer: Entry,
    /// Of the set, after the change.
    pub version: i64,
    pub author_id: Option<Uuid>,
    before: BTreeSet<Uuid>,
    after: BTreeSet<Uuid>,
    payload: CustomerTagsChanged,
}

impl SetChange {
    /// None when the set stays as it is. `version` is that of the set before.
    pub fn new(
        customer: Entry,
        version: i64,
        author_id: Option<Uuid>,
        before: BTreeSet<Uuid>,
        after: BTreeSet<Uuid>,
    ) -> Option<SetChange> {
        if before == after {
            return None;
        }
        let texts = |ids: &BTreeSet<Uuid>| ids.iter().map(Uuid::to_string).collect();
        let payload = CustomerTagsChanged {
            customer_id: customer.customer_id.to_string(),
            before_tag_ids: texts(&before),
            after_tag_ids: texts(&after),
        };
        Some(SetChange { customer, version: version + 1, author_id, before, after, payload })
    }

    pub fn before(&self) -> &BTreeSet<Uuid> {
        &self.before
    }

    pub fn added(&self) -> impl Iterator<Item = Uuid> {
        self.after.difference(&self.before).copied()
    }

    pub fn removed(&self) -> impl Iterator<Item = Uuid> {
        self.before.difference(&self.after).copied()
    }

    pub fn event(&self) -> Change<'_, CustomerTagsChanged> {
        Change {
            subject_type: "tagging.customerTags",
            subject_id: self.customer.customer_id,
            parent_id: None,
            version: self.version,
            verb: "updated",
            fields: vec!["tagIds".to_owned()],
            owner_id: self.customer.owner_id,
            department_id: self.customer.department_id,
            payload: &self.payload,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_says_what_it_adds_and_removes_and_none_says_nothing() {
        let customer = Entry {
            customer_id: Uuid::nil(),
            owner_id: None,
            department_id: None,
            deleted: false,
            version: 9,
            shared: false,
        };
        let tags = |numbers: &[u128]| numbers.iter().copied().map(Uuid::from_u128).collect::<BTreeSet<_>>();
        assert!(SetChange::new(customer, 4, None, tags(&[1, 2]), tags(&[2, 1])).is_none());
        let change = SetChange::new(customer, 4, None, tags(&[1, 2]), tags(&[2, 3])).expect("it changes");
        assert_eq!((change.added().collect(), change.removed().collect()), (tags(&[3]), tags(&[1])));
        assert_eq!(change.version, 5);
    }
}
