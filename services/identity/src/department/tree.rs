//! Which departments lie below which.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

/// Every department and those right below it.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    below: BTreeMap<Uuid, Vec<Uuid>>,
}

impl Tree {
    /// From pairs of a department and the one above it.
    pub fn new(departments: impl IntoIterator<Item = (Uuid, Option<Uuid>)>) -> Tree {
        let mut below: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
        for (id, parent) in departments {
            below.entry(id).or_default();
            if let Some(parent) = parent {
                below.entry(parent).or_default().push(id);
            }
        }
        Tree { below }
    }

    pub fn contains(&self, id: Uuid) -> bool {
        self.below.contains_key(&id)
    }

    /// These departments and all below them.
    pub fn below(&self, roots: impl IntoIterator<Item = Uuid>) -> BTreeSet<Uuid> {
        let mut reached = BTreeSet::new();
        let mut waiting: Vec<Uuid> = roots.into_iter().collect();
        while let Some(id) = waiting.pop() {
            if reached.insert(id) {
                waiting.extend(self.below.get(&id).into_iter().flatten());
            }
        }
        reached
    }
}
