//! 200,000 random changes to grants against a model that knows nothing of merging: it asks of every record and every
//! role whether the role shows it.

use std::collections::{BTreeMap, BTreeSet};

use cims_proto::identity::v1::{self as proto, grant::Scope};
use kit::auth::Grants;
use rand::{Rng, SeedableRng, rngs::StdRng};
use uuid::Uuid;

use super::*;
use crate::department::Tree;

const CHANGES: usize = 200_000;
const SEED: u64 = 20_261_125;
const ROLES: usize = 5;
const OPERATIONS: [&str; 3] = ["customer.read", "customer.update", "interaction.read"];
const FIELDS: [&str; 2] = ["phone", "email"];
const ME: u128 = 1;

/// ```text
/// 10 ─ 11 ─ 12
///    └ 13
/// 20 ─ 21
/// ```
const TREE: [(u128, Option<u128>); 6] =
    [(10, None), (11, Some(10)), (12, Some(11)), (13, Some(10)), (20, None), (21, Some(20))];
const MINE: u128 = 11;

/// A cell of a role, as an administrator wrote it.
#[derive(Clone, Debug)]
struct Cell {
    scope: Scope,
    chosen: BTreeSet<u128>,
}

#[derive(Clone, Debug, Default)]
struct Model {
    grants: [BTreeMap<&'static str, Cell>; ROLES],
    fields: [BTreeMap<&'static str, Visibility>; ROLES],
    held: BTreeSet<usize>,
}

/// A record by its owner and department.
type Record = (u128, u128);

fn records() -> impl Iterator<Item = Record> {
    TREE.iter().flat_map(|(department, _)| [(ME, *department), (2, *department)])
}

fn lies_below(department: u128, above: u128) -> bool {
    let parent = TREE.iter().find(|(id, _)| *id == department).and_then(|(_, parent)| *parent);
    department == above || parent.is_some_and(|parent| lies_below(parent, above))
}

impl Cell {
    fn shows(&self, (owner, department): Record) -> bool {
        match self.scope {
            Scope::All => true,
            Scope::Tree => lies_below(department, MINE),
            Scope::Department => department == MINE,
            Scope::Chosen => self.chosen.iter().any(|chosen| lies_below(department, *chosen)),
            Scope::Own | Scope::OwnAndShared => owner == ME,
            Scope::Unspecified => false,
        }
    }
}

impl Model {
    fn shows(&self, operation: &str, record: Record) -> bool {
        self.held.iter().filter_map(|role| self.grants[*role].get(operation)).any(|cell| cell.shows(record))
    }

    fn sees(&self, field: &str) -> Option<Visibility> {
        self.held.iter().filter_map(|role| self.fields[*role].get(field)).copied().max()
    }

    /// Changes one thing and answers whose role it was.
    fn change(&mut self, random: &mut StdRng) -> usize {
        let role = random.random_range(0..ROLES);
        match random.random_range(0..4) {
            0 => {
                if !self.held.remove(&role) {
                    self.held.insert(role);
                }
            }
            1 => {
                let field = FIELDS[random.random_range(0..FIELDS.len())];
                match random.random_range(0..5) {
                    0 => drop(self.fields[role].remove(field)),
                    one => drop(self.fields[role].insert(field, Visibility::ALL[one - 1])),
                }
            }
            _ => {
                let operation = OPERATIONS[random.random_range(0..OPERATIONS.len())];
                match random.random_range(0..7) {
                    0 => drop(self.grants[role].remove(operation)),
                    one => drop(self.grants[role].insert(operation, cell(one, random))),
                }
            }
        }
        role
    }

    /// The same roles as an administrator's requests make them.
    fn role(&self, role: usize) -> Role {
        let grants = self.grants[role].iter().map(|(operation, cell)| proto::Grant {
            operation: (*operation).to_owned(),
            scope: cell.scope.into(),
            department_ids: cell.chosen.iter().map(|id| Uuid::from_u128(*id).to_string()).collect(),
            and_own: false,
        });
        let field_rules = self.fields[role]
            .iter()
            .map(|(field, visibility)| proto::FieldRule { field: (*field).to_owned(), rule: visibility.rule().into() });
        let message =
            proto::Role { grants: grants.collect(), field_rules: field_rules.collect(), ..Default::default() };
        let mut built = Role::empty(&role.to_string());
        built.write(&message).expect("ids");
        built
    }
}

fn cell(scope: usize, random: &mut StdRng) -> Cell {
    let scope = Scope::try_from(i32::try_from(scope).expect("small")).expect("a scope");
    let mut chosen = BTreeSet::new();
    while scope == Scope::Chosen && (chosen.is_empty() || random.random_bool(0.5)) {
        chosen.insert(TREE[random.random_range(0..TREE.len())].0);
    }
    Cell { scope, chosen }
}

#[test]
fn after_random_changes_grants_show_what_the_model_shows() {
    let mut random = StdRng::seed_from_u64(SEED);
    let id = Uuid::from_u128;
    let tree = Tree::new(TREE.iter().map(|(department, parent)| (id(*department), parent.map(id))));
    let below = tree.below([id(MINE)]).into_iter().collect();
    let place = Place { department_id: Some(id(MINE)), own: vec![id(MINE)], tree: below };
    let mut model = Model::default();
    let mut roles: Vec<Role> = (0..ROLES).map(|role| model.role(role)).collect();
    for turn in 0..CHANGES {
        let changed = model.change(&mut random);
        roles[changed] = model.role(changed);
        let merged = merge(model.held.iter().map(|role| &roles[*role]));
        let message = proto::Grants {
            user_id: id(ME).to_string(),
            department_tree: place.tree.iter().map(Uuid::to_string).collect(),
            own_departments: place.own.iter().map(Uuid::to_string).collect(),
            grants: merged.grants_at(&place, &tree),
            ..Default::default()
        };
        let grants = Grants::of(message).expect("ids");
        for operation in OPERATIONS {
            let scope = grants.scope(operation);
            for record in records() {
                let shown = scope.as_ref().is_some_and(|scope| scope.contains(Some(id(record.0)), Some(id(record.1))));
                let expected = model.shows(operation, record);
                assert_eq!(shown, expected, "seed {SEED}, change {turn}: {operation} of {record:?}\n{model:#?}");
            }
        }
        for field in FIELDS {
            assert_eq!(merged.fields.get(field).copied(), model.sees(field), "seed {SEED}, change {turn}: {field}");
        }
    }
}
