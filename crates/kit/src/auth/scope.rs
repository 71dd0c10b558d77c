//! Which records an operation reaches: a predicate in the statement, never a filter afterwards.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The records that the caller's operation reaches, by their owner and their department.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum Scope {
    Everything,
    /// Records of these departments.
    Departments(Arc<[Uuid]>),
    /// Records that this person owns, and those shared with them.
    OwnAndShared(Uuid),
    /// Records that this person owns.
    Own(Uuid),
}

impl Scope {
    /// For a statement's `($n::uuid[] is null or department_id = any($n))`.
    pub fn departments(&self) -> Option<&[Uuid]> {
        match self {
            Scope::Departments(departments) => Some(departments),
            _ => None,
        }
    }

    /// For a statement's `($n::uuid is null or owner_id = $n)`.
    pub fn owner(&self) -> Option<Uuid> {
        match self {
            Scope::Own(owner) | Scope::OwnAndShared(owner) => Some(*owner),
            _ => None,
        }
    }

    /// The same as the statement's two conditions, for a record already at hand.
    pub fn contains(&self, owner: Option<Uuid>, department: Option<Uuid>) -> bool {
        match self {
            Scope::Everything => true,
            Scope::Departments(departments) => department.is_some_and(|own| departments.contains(&own)),
            Scope::OwnAndShared(person) | Scope::Own(person) => owner == Some(*person),
        }
    }
}
