//! Departments: a tree. None ever leaves it, because customers name their department for years: one that was merged or
//! deleted is retired and stands below the one that took it over, within the scope of whoever has that.

pub mod rpc;
pub mod store;
mod tree;
mod write;

pub use tree::Tree;

use chrono::{DateTime, Utc};
use cims_proto::identity::v1::{self as proto, department::Kind};
use kit::{
    Failure,
    call::{etag, parse_id},
    clock::time,
};
use uuid::Uuid;

/// Most departments: all of them go to every page that shows the tree.
pub const LIMIT: i64 = 2_000;

/// One department.
#[derive(Clone, Debug)]
pub struct Department {
    pub id: Uuid,
    /// None at the root.
    pub parent_id: Option<Uuid>,
    pub name: String,
    pub kind: Kind,
    pub retire_time: Option<DateTime<Utc>>,
    pub version: i64,
    pub create_time: DateTime<Utc>,
    pub update_time: DateTime<Utc>,
}

impl Department {
    /// A department below another one, not written yet.
    ///
    /// # Errors
    /// When the id of the other is none.
    pub fn new(id: Uuid, message: &proto::Department, now: DateTime<Utc>) -> Result<Department, Failure> {
        let mut department = Department {
            id,
            parent_id: parent("/department/parentId", &message.parent_id)?,
            name: String::new(),
            kind: Kind::Department,
            retire_time: None,
            version: 1,
            create_time: now,
            update_time: now,
        };
        department.write(message);
        Ok(department)
    }

    /// Takes over what a person may write.
    pub fn write(&mut self, message: &proto::Department) {
        self.name = message.name.trim().to_owned();
        self.kind = match message.kind() {
            Kind::Unspecified => Kind::Department,
            kind => kind,
        };
    }

    pub fn to_proto(&self) -> proto::Department {
        proto::Department {
            id: self.id.to_string(),
            name: self.name.clone(),
            parent_id: self.parent_id.map(|id| id.to_string()).unwrap_or_default(),
            kind: self.kind.into(),
            retire_time: self.retire_time.map(time::to_proto),
            etag: etag(self.version),
            create_time: Some(time::to_proto(self.create_time)),
            update_time: Some(time::to_proto(self.update_time)),
        }
    }
}

/// The id of the department above; none for the root.
fn parent(pointer: &str, text: &str) -> Result<Option<Uuid>, Failure> {
    if text.is_empty() { Ok(None) } else { parse_id(pointer, text).map(Some) }
}

/// Whether a department may hang below another: not below itself, nor below what hangs on it.
///
/// # Errors
/// `State` when it may not; `path` is the other with all that stand above it.
fn check_place(id: Uuid, path: &[Uuid]) -> Result<(), Failure> {
    if path.contains(&id) { Err(Failure::state("DEPARTMENT_CIRCLE")) } else { Ok(()) }
}
