//! How far an operation reaches, and how two reaches become one.

use std::collections::BTreeSet;

use cims_proto::identity::v1::{Grant, grant::Scope};
use kit::{Failure, call::parse_id};
use uuid::Uuid;

/// How far an operation reaches; the later the wider.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Reach {
    Own,
    OwnAndShared,
    Departments(Departments),
    All,
}

/// Departments by where the person stands, and by choice with those below; and what the person owns.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Departments {
    pub own: Depth,
    pub chosen: BTreeSet<Uuid>,
    /// What the person owns too, wherever it stands; only by several roles.
    pub owned: bool,
    /// The same, and what is shared with them.
    pub shared: bool,
}

/// What of the person's own department; the later the more.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub enum Depth {
    #[default]
    Nothing,
    Department,
    Tree,
}

impl Reach {
    pub fn tree() -> Reach {
        Reach::Departments(Departments { own: Depth::Tree, ..Departments::default() })
    }

    pub fn department() -> Reach {
        Reach::Departments(Departments { own: Depth::Department, ..Departments::default() })
    }

    /// What a role's grant says; none when it says nothing.
    ///
    /// # Errors
    /// When a department's id is none.
    pub fn of(grant: &Grant) -> Result<Option<Reach>, Failure> {
        let chosen = || grant.department_ids.iter().map(|id| parse_id("/role/grants", id)).collect::<Result<_, _>>();
        Ok(Some(match grant.scope() {
            Scope::Unspecified => return Ok(None),
            Scope::All => Reach::All,
            Scope::Tree => Reach::tree(),
            Scope::Department => Reach::department(),
            Scope::OwnAndShared => Reach::OwnAndShared,
            Scope::Own => Reach::Own,
            Scope::Chosen => Reach::Departments(Departments { chosen: chosen()?, ..Departments::default() }),
        }))
    }

    pub fn scope(&self) -> Scope {
        match self {
            Reach::Own => Scope::Own,
            Reach::OwnAndShared => Scope::OwnAndShared,
            Reach::All => Scope::All,
            Reach::Departments(departments) if !departments.chosen.is_empty() => Scope::Chosen,
            Reach::Departments(departments) if departments.own == Depth::Tree => Scope::Tree,
            Reach::Departments(_) => Scope::Department,
        }
    }

    pub fn chosen(&self) -> impl Iterator<Item = Uuid> {
        let departments = if let Reach::Departments(departments) = self { Some(departments) } else { None };
        departments.into_iter().flat_map(|departments| departments.chosen.iter().copied())
    }

    /// As a role says it.
    pub fn to_proto(&self, operation: &str) -> Grant {
        Grant {
            operation: operation.to_owned(),
            scope: self.scope().into(),
            department_ids: self.chosen().map(|id| id.to_string()).collect(),
            and_own: matches!(self, Reach::Departments(departments) if departments.owned),
            and_shared: matches!(self, Reach::Departments(departments) if departments.shared),
        }
    }

    /// Both as one: whatever one of them reaches.
    #[must_use]
    pub fn widened(&self, other: &Reach) -> Reach {
        match (self, other) {
            (Reach::All, _) | (_, Reach::All) => Reach::All,
            (Reach::Departments(one), Reach::Departments(other)) => Reach::Departments(Departments {
                own: one.own.max(other.own),
                chosen: one.chosen.union(&other.chosen).copied().collect(),
                owned: one.owned || other.owned,
                shared: one.shared || other.shared,
            }),
            (Reach::Departments(departments), personal) | (personal, Reach::Departments(departments)) => {
                let shared = departments.shared || *personal == Reach::OwnAndShared;
                Reach::Departments(Departments { owned: true, shared, ..departments.clone() })
            }
            (Reach::OwnAndShared, _) | (_, Reach::OwnAndShared) => Reach::OwnAndShared,
            (Reach::Own, Reach::Own) => Reach::Own,
        }
    }
}
