//! Groups of tags: what one is.

pub mod rpc;
pub mod store;
pub mod write;

use chrono::{DateTime, Utc};
use cims_proto::tagging::v1 as proto;
use kit::{call::etag, clock::time};
use uuid::Uuid;

/// Most groups: all of them go to every page that shows or chooses tags.
pub const LIMIT: i64 = 1_000;

#[derive(Clone, Debug)]
pub struct TagGroup {
    pub id: Uuid,
    pub name: String,
    /// A customer has one of its tags at most.
    pub exclusive: bool,
    pub version: i64,
    pub create_time: DateTime<Utc>,
    pub update_time: DateTime<Utc>,
}

impl TagGroup {
    /// A group of this name, not written yet.
    pub fn new(id: Uuid, name: &str, now: DateTime<Utc>) -> TagGroup {
        TagGroup { id, name: name.trim().to_owned(), exclusive: false, version: 1, create_time: now, update_time: now }
    }

    /// Takes over what a person may write.
    pub fn write(&mut self, message: proto::TagGroup) {
        self.name = message.name.trim().to_owned();
        self.exclusive = message.exclusive;
    }

    pub fn to_proto(&self) -> proto::TagGroup {
        proto::TagGroup {
            id: self.id.to_string(),
            name: self.name.clone(),
            exclusive: self.exclusive,
            etag: etag(self.version),
            create_time: Some(time::to_proto(self.create_time)),
            update_time: Some(time::to_proto(self.update_time)),
        }
    }
}
