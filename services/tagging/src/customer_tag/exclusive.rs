//! Tags that exclude each other: of an exclusive group a customer has one at most.

use std::collections::{BTreeSet, HashMap};

use uuid::Uuid;

/// The tags of exclusive groups, each with its group.
#[derive(Debug, Default)]
pub struct Exclusive {
    groups: HashMap<Uuid, Uuid>,
}

impl Exclusive {
    pub fn new(tags: impl IntoIterator<Item = (Uuid, Uuid)>) -> Exclusive {
        Exclusive { groups: tags.into_iter().collect() }
    }

    /// Puts a tag into a set; the others of its group go.
    pub fn put(&self, set: &mut BTreeSet<Uuid>, tag: Uuid) {
        if let Some(group) = self.groups.get(&tag) {
            set.retain(|other| self.groups.get(other) != Some(group));
        }
        set.insert(tag);
    }

    /// The first tag that cannot stand beside an earlier one: the places of both.
    pub fn conflict(&self, tags: &[Uuid]) -> Option<(usize, usize)> {
        let mut taken: HashMap<Uuid, usize> = HashMap::new();
        tags.iter().enumerate().find_map(|(place, tag)| {
            let group = self.groups.get(tag)?;
            taken.insert(*group, place).map(|earlier| (earlier, place))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_exclusive_group_the_last_stays() {
        let id = Uuid::from_u128;
        let exclusive = Exclusive::new([(id(1), id(100)), (id(2), id(100)), (id(3), id(200))]);
        let mut set = BTreeSet::from([id(1), id(3), id(9)]);
        exclusive.put(&mut set, id(2));
        assert_eq!(set, BTreeSet::from([id(2), id(3), id(9)]));
        exclusive.put(&mut set, id(8));
        assert_eq!(set, BTreeSet::from([id(2), id(3), id(8), id(9)]), "what is in no such group excludes nothing");
        assert_eq!(exclusive.conflict(&[id(9), id(2), id(3), id(1)]), Some((1, 3)));
        assert_eq!(exclusive.conflict(&[id(9), id(8), id(2), id(3)]), None);
    }
}
