//! Departments: a tree.

pub mod store;

use cims_proto::identity::v1;
use uuid::Uuid;

/// One department.
#[derive(Debug)]
pub struct Department {
    pub id: Uuid,
    /// None at the root.
    pub parent_id: Option<Uuid>,
    pub name: String,
}

impl From<Department> for v1::Department {
    fn from(department: Department) -> v1::Department {
        v1::Department {
            id: department.id.to_string(),
            name: department.name,
            parent_id: department.parent_id.map(|id| id.to_string()).unwrap_or_default(),
        }
    }
}
