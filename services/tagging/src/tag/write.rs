//! Every change of a tag as an event.

use cims_proto::tagging::v1::TagChanged;
use kit::{Failure, write::Change};
use uuid::Uuid;

use super::Tag;

/// A change of a tag, ready to be recorded.
#[derive(Debug)]
pub struct TagChange {
    /// Id and version of its last state.
    subject: (Uuid, i64),
    payload: TagChanged,
}

impl TagChange {
    pub fn created(tag: &Tag) -> TagChange {
        TagChange::new(tag, None, Some(tag))
    }

    pub fn updated(before: &Tag, after: &Tag) -> TagChange {
        TagChange::new(after, Some(before), Some(after))
    }

    pub fn deleted(tag: &Tag) -> TagChange {
        TagChange::new(tag, Some(tag), None)
    }

    fn new(last: &Tag, before: Option<&Tag>, after: Option<&Tag>) -> TagChange {
        let payload = TagChanged { before: before.map(Tag::to_proto), after: after.map(Tag::to_proto) };
        TagChange { subject: (last.id, last.version), payload }
    }

    /// A tag hangs on no customer, so its event has no owner.
    ///
    /// # Errors
    /// Never for messages of this build.
    pub fn event(&self) -> Result<Change<'_, TagChanged>, Failure> {
        let states = (self.payload.before.as_ref(), self.payload.after.as_ref());
        Change::between("tagging.tag", self.subject, states, &self.payload)
    }
}
