//! Which records an operation reaches: a predicate in the statement, never a filter afterwards.

use std::sync::Arc;

use cims_proto::Reach;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::problem::Failure;

/// The records that the caller's operation reaches, by their owner and their department, and by what is shared.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum Scope {
    Everything,
    /// Records of these departments.
    Departments(Arc<[Uuid]>),
    /// Records that this person owns, and those shared with them.
    OwnAndShared(Uuid),
    /// Records that this person owns.
    Own(Uuid),
    /// Records of these departments, and those that this person owns.
    Either(Arc<[Uuid]>, Uuid),
    /// Records of these departments, and those that this person owns or that are shared with them.
    EitherOrShared(Arc<[Uuid]>, Uuid),
}

impl Scope {
    /// For a statement's `in_scope($n, $m, department_id, owner_id)`.
    pub fn departments(&self) -> Option<&[Uuid]> {
        match self {
            Scope::Departments(departments) | Scope::Either(departments, _) | Scope::EitherOrShared(departments, _) => {
                Some(departments)
            }
            Scope::Everything | Scope::OwnAndShared(_) | Scope::Own(_) => None,
        }
    }

    /// The same: `$m`.
    pub fn owner(&self) -> Option<Uuid> {
        match self {
            Scope::Own(owner)
            | Scope::OwnAndShared(owner)
            | Scope::Either(_, owner)
            | Scope::EitherOrShared(_, owner) => Some(*owner),
            Scope::Everything | Scope::Departments(_) => None,
        }
    }

    /// The person whose shares count beside it, for `is_shared(id, $n, …)`; none when no share widens it.
    pub fn shared_with(&self) -> Option<Uuid> {
        match self {
            Scope::OwnAndShared(person) | Scope::EitherOrShared(_, person) => Some(*person),
            Scope::Everything | Scope::Departments(_) | Scope::Own(_) | Scope::Either(..) => None,
        }
    }

    /// The same without what is shared.
    #[must_use]
    pub fn unshared(&self) -> Scope {
        match self {
            Scope::OwnAndShared(owner) => Scope::Own(*owner),
            Scope::EitherOrShared(departments, owner) => Scope::Either(Arc::clone(departments), *owner),
            Scope::Everything | Scope::Departments(_) | Scope::Own(_) | Scope::Either(..) => self.clone(),
        }
    }

    /// Of what it reaches, what this person owns. Where departments alone are reached the statement says so itself, of them.
    pub fn own(&self, person: Uuid) -> Scope {
        match self {
            Scope::Departments(_) => self.clone(),
            _ => Scope::Own(person),
        }
    }

    /// No more than what this person owns or was given a share of.
    pub fn is_personal(&self) -> bool {
        matches!(self, Scope::Own(_) | Scope::OwnAndShared(_))
    }

    /// The same as the statement's condition, for a record already at hand. `shared` says whether it is shared with the
    /// person for what is to be done; of a record that cannot be shared it is false.
    pub fn contains(&self, owner: Option<Uuid>, department: Option<Uuid>, shared: bool) -> bool {
        *self == Scope::Everything
            || (self.owner().is_some() && owner == self.owner())
            || department.is_some_and(|own| self.departments().is_some_and(|departments| departments.contains(&own)))
            || (shared && self.shared_with().is_some())
    }
}

impl From<&Scope> for Reach {
    /// For a service that works within what another service's caller reaches.
    fn from(scope: &Scope) -> Reach {
        Reach {
            everything: *scope == Scope::Everything,
            department_ids: scope.departments().unwrap_or_default().iter().map(Uuid::to_string).collect(),
            owner_id: scope.owner().map(|owner| owner.to_string()).unwrap_or_default(),
            and_shared: scope.shared_with().is_some(),
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
        if reach.owner_id.is_empty() {
            return Ok(Scope::Departments(departments));
        }
        let owner = id(&reach.owner_id)?;
        Ok(match (departments.is_empty(), reach.and_shared) {
            (true, false) => Scope::Own(owner),
            (true, true) => Scope::OwnAndShared(owner),
            (false, false) => Scope::Either(departments, owner),
            (false, true) => Scope::EitherOrShared(departments, owner),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_is_reached_the_own_is_what_the_person_owns() {
        let (person, departments) = (Uuid::from_u128(1), Arc::from([Uuid::from_u128(2)]));
        let either = Scope::EitherOrShared(Arc::clone(&departments), person);
        for scope in [Scope::Everything, Scope::Own(person), Scope::OwnAndShared(person), either] {
            assert_eq!(scope.own(person), Scope::Own(person));
        }
        // It does not reach the own elsewhere.
        assert_eq!(Scope::Departments(Arc::clone(&departments)).own(person), Scope::Departments(departments));
    }

    #[test]
    fn a_scope_told_to_another_service_stays_what_it_is() {
        let (person, departments) = (Uuid::from_u128(1), Arc::from([Uuid::from_u128(2)]));
        let scopes = [
            Scope::Everything,
            Scope::Departments(Arc::clone(&departments)),
            // Nothing, and never everything.
            Scope::Departments(Arc::default()),
            Scope::Own(person),
            Scope::OwnAndShared(person),
            Scope::Either(Arc::clone(&departments), person),
            Scope::EitherOrShared(departments, person),
        ];
        for scope in scopes {
            assert_eq!(Scope::try_from(&Reach::from(&scope)).expect("ids"), scope);
        }
    }
}
