//! Tags, as far as customers show them: a replica of what tagging says.

pub mod store;

use cims_proto::customer::v1::CustomerTag;
use serde::Deserialize;

/// A tag on a customer; also its form in what the database answers.
#[derive(Clone, Debug, Deserialize)]
pub struct Tag {
    pub id: String,
    pub name: String,
    pub group: String,
    pub color: String,
}

impl From<Tag> for CustomerTag {
    fn from(tag: Tag) -> CustomerTag {
        CustomerTag { id: tag.id, name: tag.name, group: tag.group, color: tag.color }
    }
}
