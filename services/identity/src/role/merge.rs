//! Several roles as one.

use std::collections::{BTreeMap, BTreeSet};

use cims_proto::identity::v1::{FieldRule, Grant, Grants, grant::Scope};
use uuid::Uuid;

use super::{Depth, Reach, Role, Visibility};
use crate::department::Tree;

/// What a person may do, wherever they stand.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Merged {
    pub grants: BTreeMap<String, Reach>,
    pub fields: BTreeMap<String, Visibility>,
}

/// Of each operation whatever one of the roles reaches, of each field the least restriction. An operation that no role names
/// is not granted; a field that none names is as its default says.
pub fn merge<'r>(roles: impl IntoIterator<Item = &'r Role>) -> Merged {
    let roles: Vec<&Role> = roles.into_iter().collect();
    let mut merged = Merged::default();
    for role in &roles {
        for (operation, reach) in &role.grants {
            let widest = merged.grants.get(operation).map_or_else(|| reach.clone(), |known| known.widened(reach));
            merged.grants.insert(operation.clone(), widest);
        }
    }
    for field in roles.iter().flat_map(|role| role.fields.keys()) {
        let most = roles.iter().filter_map(|role| role.visibility(field)).max();
        merged.fields.extend(most.map(|most| (field.clone(), most)));
    }
    merged
}

/// Where a person stands in the organisation.
#[derive(Clone, Debug, Default)]
pub struct Place {
    pub department_id: Option<Uuid>,
    /// Own department and those merged into it.
    pub own: Vec<Uuid>,
    /// Own department and those below.
    pub tree: Vec<Uuid>,
}

impl Merged {
    /// Whether a department was chosen, so that the whole tree is needed to say what is below it.
    pub fn chooses(&self) -> bool {
        self.grants.values().any(|reach| reach.chosen().next().is_some())
    }

    /// The grants of a person: those by choice with every department that they reach.
    pub fn grants_at(&self, place: &Place, tree: &Tree) -> Vec<Grant> {
        self.grants.iter().map(|(operation, reach)| grant_at(operation, reach, place, tree)).collect()
    }

    /// All that services are told of what a person may do from a place; whose it is, the caller adds.
    pub fn told_at(&self, place: &Place, tree: &Tree) -> Grants {
        let text = |ids: &[Uuid]| ids.iter().map(Uuid::to_string).collect();
        Grants {
            department_id: place.department_id.map(|id| id.to_string()).unwrap_or_default(),
            department_tree: text(&place.tree),
            own_departments: text(&place.own),
            grants: self.grants_at(place, tree),
            field_rules: self.field_rules(),
            ..Default::default()
        }
    }

    pub fn field_rules(&self) -> Vec<FieldRule> {
        let rules = self.fields.iter();
        rules.map(|(field, visibility)| FieldRule { field: field.clone(), rule: visibility.rule().into() }).collect()
    }
}

/// One grant of a person.
pub fn grant_at(operation: &str, reach: &Reach, place: &Place, tree: &Tree) -> Grant {
    let mut grant = reach.to_proto(operation);
    if let Reach::Departments(departments) = reach
        && grant.scope() == Scope::Chosen
    {
        let mut reached: BTreeSet<Uuid> = tree.below(departments.chosen.iter().copied());
        match departments.own {
            Depth::Nothing => {}
            Depth::Department => reached.extend(&place.own),
            Depth::Tree => reached.extend(&place.tree),
        }
        grant.department_ids = reached.iter().map(Uuid::to_string).collect();
    }
    grant
}
