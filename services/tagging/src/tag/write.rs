//! Every change of a tag as an event.

use cims_proto::tagging::v1::{self as proto, TagChanged};
use kit::{
    Failure,
    write::{Change, changed},
};
use uuid::Uuid;

use super::Tag;

/// A change of a tag, ready to be recorded.
#[derive(Debug)]
pub struct TagChange {
    subject_id: Uuid,
    version: i64,
    verb: &'static str,
    fields: Vec<String>,
    payload: TagChanged,
}

impl TagChange {
    /// # Errors
    /// Never for messages of this build.
    pub fn created(tag: &Tag) -> Result<TagChange, Failure> {
        TagChange::new(tag.id, tag.version, "created", None, Some(tag))
    }

    /// # Errors
    /// Never for messages of this build.
    pub fn updated(before: &Tag, after: &Tag) -> Result<TagChange, Failure> {
        TagChange::new(after.id, after.version, "updated", Some(before), Some(after))
    }

    /// # Errors
    /// Never for messages of this build.
    pub fn deleted(tag: &Tag) -> Result<TagChange, Failure> {
        TagChange::new(tag.id, tag.version + 1, "deleted", Some(tag), None)
    }

    fn new(
        subject_id: Uuid,
        version: i64,
        verb: &'static str,
        before: Option<&Tag>,
        after: Option<&Tag>,
    ) -> Result<TagChange, Failure> {
        let payload = TagChanged { before: before.map(Tag::to_proto), after: after.map(Tag::to_proto) };
        let none = proto::Tag::default();
        let fields = changed(payload.before.as_ref().unwrap_or(&none), payload.after.as_ref().unwrap_or(&none))?;
        Ok(TagChange { subject_id, version, verb, fields, payload })
    }

    /// A tag hangs on no customer, so its event has no owner.
    pub fn event(&self) -> Change<'_, TagChanged> {
        Change {
            subject_type: "tagging.tag",
            subject_id: self.subject_id,
            parent_id: None,
            version: self.version,
            verb: self.verb,
            fields: self.fields.clone(),
            owner_id: None,
            department_id: None,
            payload: &self.payload,
        }
    }
}
