//! Tags: what one is.

pub mod rpc;
pub mod store;
pub mod write;

use chrono::{DateTime, Utc};
use cims_proto::tagging::v1 as proto;
use kit::{call::etag, clock::time};
use uuid::Uuid;

use crate::tag_group::TagGroup;

/// Most tags: all of them go to every page that shows or chooses tags, and an import makes tags of what it finds.
pub const LIMIT: i64 = 5_000;
/// Longest name, in characters, as in the proto.
pub const NAME_LENGTH: usize = 50;

#[derive(Clone, Debug)]
pub struct Tag {
    pub id: Uuid,
    pub name: String,
    pub group_id: Option<Uuid>,
    /// Name of the group; empty: in none.
    pub group: String,
    /// "#1677ff"; empty: grey.
    pub color: String,
    pub version: i64,
    pub create_time: DateTime<Utc>,
    pub update_time: DateTime<Utc>,
}

impl Tag {
    /// A tag of this name, not written yet, in no group and without a colour.
    pub fn new(id: Uuid, name: &str, now: DateTime<Utc>) -> Tag {
        Tag {
            id,
            name: name.trim().to_owned(),
            group_id: None,
            group: String::new(),
            color: String::new(),
            version: 1,
            create_time: now,
            update_time: now,
        }
    }

    /// Takes over what a person may write. The group is a name as yet: see [`crate::tag_group::write::named`].
    pub fn write(&mut self, message: proto::Tag) {
        self.name = message.name.trim().to_owned();
        self.group = message.group.trim().to_owned();
        self.color = message.color;
    }

    /// The tag in another group, or in none.
    pub fn of_group(self, group: Option<&TagGroup>) -> Tag {
        let (group_id, group) = group.map_or((None, String::new()), |group| (Some(group.id), group.name.clone()));
        Tag { group_id, group, ..self }
    }

    pub fn to_proto(&self) -> proto::Tag {
        proto::Tag {
            id: self.id.to_string(),
            name: self.name.clone(),
            group: self.group.clone(),
            color: self.color.clone(),
            etag: etag(self.version),
            create_time: Some(time::to_proto(self.create_time)),
            update_time: Some(time::to_proto(self.update_time)),
            ..Default::default()
        }
    }
}
