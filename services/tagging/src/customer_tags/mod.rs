//! The set of tags on a customer.

pub mod store;

use chrono::{DateTime, Utc};
use cims_proto::tagging::v1::AppliedTag;
use kit::clock::time;
use uuid::Uuid;

use crate::tag::Tag;

/// A tag on a customer: who put it on, and when.
#[derive(Debug)]
pub struct Applied {
    pub tag: Tag,
    pub author_id: Option<Uuid>,
    pub apply_time: DateTime<Utc>,
}

impl From<Applied> for AppliedTag {
    fn from(applied: Applied) -> AppliedTag {
        AppliedTag {
            tag: Some(applied.tag.into_proto()),
            author_id: applied.author_id.map(|id| id.to_string()).unwrap_or_default(),
            apply_time: Some(time::to_proto(applied.apply_time)),
        }
    }
}
