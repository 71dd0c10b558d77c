//! A tag: its name, group and colour.

pub mod store;

use chrono::{DateTime, Utc};
use cims_proto::tagging::v1 as proto;
use kit::{call::etag, clock::time};
use uuid::Uuid;

/// Of a tag whose author chose none.
pub const DEFAULT_COLOR: &str = "#8c8c8c";

/// A tag as it is kept.
#[derive(Clone, Debug)]
pub struct Tag {
    pub id: Uuid,
    pub name: String,
    pub group: String,
    /// "#1677ff"
    pub color: String,
    pub version: i64,
    pub create_time: DateTime<Utc>,
    pub update_time: DateTime<Utc>,
}

impl Tag {
    /// A new tag of a name, without a group.
    pub fn new(id: Uuid, name: &str, now: DateTime<Utc>) -> Tag {
        let color = DEFAULT_COLOR.to_owned();
        Tag { id, name: name.trim().to_owned(), group: String::new(), color, version: 1, create_time: now, update_time: now }
    }

    /// Takes over what a person may write; the request layer has checked it before.
    pub fn write(&mut self, written: proto::Tag) {
        self.name = written.name.trim().to_owned();
        self.group = written.group.trim().to_owned();
        self.color = if written.color.is_empty() { DEFAULT_COLOR.to_owned() } else { written.color };
    }

    pub fn into_proto(self) -> proto::Tag {
        proto::Tag {
            id: self.id.to_string(),
            name: self.name,
            group: self.group,
            color: self.color,
            etag: etag(self.version),
            create_time: Some(time::to_proto(self.create_time)),
            update_time: Some(time::to_proto(self.update_time)),
        }
    }
}
