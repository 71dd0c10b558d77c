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
    /// Records of these departments, and those that this person owns or that are shared with them.
    Either(Arc<[Uuid]>, Uuid),
}

impl Scope {
    /// For a statement's `in_scope($n, $m, department_id, owner_id)`.
    pub fn departments(&self) -> Option<&[Uuid]> {
        match self {
            Scope::Departments(departments) | Scope::Either(departments, _) => Some(departments),
            _ => None,
        }
    }

    /// The same: `$m`.
    pub fn owner(&self) -> Option<Uuid> {
        match self {
            Scope::Own(owner) | Scope::OwnAndShared(owner) | Scope::Either(_, owner) => Some(*owner),
            _ => None,
        }
    }

    /// No more than what this person owns.
    pub fn is_personal(&self) -> bool {
        matches!(self, Scope::Own(_) | Scope::OwnAndShared(_))
    }

    /// The same as the statement's condition, for a record already at hand.
    pub fn contains(&self, owner: Option<Uuid>, department: Option<Uuid>) -> bool {
        match self {
            Scope::Everything => true,
            Scope::Departments(departments) => department.is_some_and(|own| departments.contains(&own)),
            Scope::OwnAndShared(person) | Scope::Own(person) => owner == Some(*person),
            Scope::Either(departments, person) => {
                owner == Some(*person) || department.is_some_and(|own| departments.contains(&own))
            }
        }
    }
}
