//! Which records an operation reaches: a predicate in the statement, never a filter afterwards.

use std::sync::Arc;

use cims_proto::Reach;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::problem::Failure;

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

impl From<&Scope> for Reach {
    /// For a service that works within what another service's caller reaches.
    fn from(scope: &Scope) -> Reach {
        Reach {
            everything: *scope == Scope::Everything,
            department_ids: scope.departments().unwrap_or_default().iter().map(Uuid::to_string).collect(),
            owner_id: scope.owner().map(|owner| owner.to_string()).unwrap_or_default(),
        }
    }
}

impl TryFrom<&Reach> for Scope {
    type Error = Failure;

    fn try_from(reach: &Reach) -> Result<Scope, Failure> {
        if reach.everything {
            return Ok(Scope::Everything);
        }
        let id = |text: &String| text.parse::<Uuid>().map_err(Failure::internal);
        let departments: Arc<[Uuid]> = reach.department_ids.iter().map(id).collect::<Result<_, _>>()?;
        Ok(match (departments.is_empty(), reach.owner_id.as_str()) {
            (_, "") => Scope::Departments(departments),
            (true, _) => Scope::Own(id(&reach.owner_id)?),
            (false, _) => Scope::Either(departments, id(&reach.owner_id)?),
        })
    }
}
