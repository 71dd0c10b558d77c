//! Posts: what somebody is in the company.

pub mod rpc;
pub mod store;

use chrono::{DateTime, Utc};
use cims_proto::identity::v1 as proto;
use kit::{call::etag, clock::time};
use uuid::Uuid;

/// Most posts: all of them go to every page that chooses one.
pub const LIMIT: i64 = 500;

/// One post.
#[derive(Clone, Debug)]
pub struct Post {
    pub id: Uuid,
    pub name: String,
    pub order: i32,
    pub version: i64,
    pub create_time: DateTime<Utc>,
    pub update_time: DateTime<Utc>,
}

impl Post {
    /// Takes over what a person may write.
    pub fn write(&mut self, message: &proto::Post) {
        self.name = message.name.trim().to_owned();
        self.order = message.order;
    }

    pub fn to_proto(&self) -> proto::Post {
        proto::Post {
            id: self.id.to_string(),
            name: self.name.clone(),
            order: self.order,
            etag: etag(self.version),
            create_time: Some(time::to_proto(self.create_time)),
            update_time: Some(time::to_proto(self.update_time)),
        }
    }
}
