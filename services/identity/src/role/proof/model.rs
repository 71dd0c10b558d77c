//! An organisation that knows nothing of reaches and of merging: it asks of every record and every role whether the role
//! shows it.

use std::collections::{BTreeMap, BTreeSet};

use cims_proto::identity::v1::{self as proto, grant::Scope};
use rand::{Rng, rngs::StdRng, seq::IteratorRandom};
use uuid::Uuid;

use super::super::Visibility;

pub const OPERATIONS: [&str; 3] = ["customer.read", "customer.update", "interaction.read"];
/// Two that are hidden where no role says anything, and one of a record, which is open then.
pub const FIELDS: [&str; 3] = ["phone", "email", REMARKS];
const REMARKS: &str = "customer.remarks";
const ROLES: usize = 5;
const PEOPLE: u128 = 3;
/// Of the tree with which everything begins, and begins anew when merging has left too few.
const DEPARTMENTS: [(u128, Option<u128>); 8] = [
    (10, None),
    (11, Some(10)),
    (12, Some(11)),
    (13, Some(10)),
    (14, Some(13)),
    (20, None),
    (21, Some(20)),
    (22, Some(21)),
];
const FEWEST: usize = 3;

#[derive(Clone, Copy, Debug)]
pub struct Department {
    pub parent: Option<u128>,
    pub retired: bool,
    /// Who answers for it: itself, until it was merged into another.
    home: u128,
}

#[derive(Clone, Debug, Default)]
pub struct Person {
    pub department: Option<u128>,
    pub roles: BTreeSet<usize>,
}

/// A cell of a role, as an administrator wrote it.
#[derive(Clone, Debug)]
struct Cell {
    scope: Scope,
    chosen: BTreeSet<u128>,
}

#[derive(Clone, Debug, Default)]
struct Role {
    grants: BTreeMap<&'static str, Cell>,
    fields: BTreeMap<&'static str, Visibility>,
}

/// A record by its owner and department, and whether it is shared with the person who asks.
pub type Record = (u128, u128, bool);

#[derive(Clone, Debug, Default)]
pub struct Model {
    pub departments: BTreeMap<u128, Department>,
    pub people: BTreeMap<u128, Person>,
    roles: [Role; ROLES],
}

impl Model {
    pub fn new() -> Model {
        let people = (1..=PEOPLE).map(|id| (id, Person::default())).collect();
        Model { departments: departments(), people, ..Model::default() }
    }

    /// Of each department the person's own, somebody else's, and one of theirs that is shared with the person.
    pub fn records(&self, person: u128) -> impl Iterator<Item = Record> {
        let other = person % PEOPLE + 1;
        let of = move |department| [(person, department, false), (other, department, false), (other, department, true)];
        self.departments.keys().flat_map(move |department| of(*department))
    }

    pub fn shows(&self, person: u128, operation: &str, record: Record) -> bool {
        let mut cells = self.people[&person].roles.iter().filter_map(|role| self.roles[*role].grants.get(operation));
        cells.any(|cell| self.reaches(cell, person, record))
    }

    fn reaches(&self, cell: &Cell, person: u128, (owner, department, shared): Record) -> bool {
        let own = self.people[&person].department;
        match cell.scope {
            Scope::All => true,
            Scope::Tree => own.is_some_and(|own| self.lies_below(department, own)),
            Scope::Department => own == Some(self.departments[&department].home),
            Scope::Chosen => cell.chosen.iter().any(|chosen| self.lies_below(department, *chosen)),
            Scope::Own => owner == person,
            Scope::OwnAndShared => owner == person || shared,
            Scope::Unspecified => false,
        }
    }

    fn lies_below(&self, department: u128, above: u128) -> bool {
        let parent = self.departments[&department].parent;
        department == above || parent.is_some_and(|parent| self.lies_below(parent, above))
    }

    /// The most open of what the person's roles say. One that reaches customers and says nothing of a field of theirs
    /// says that it is open.
    pub fn sees(&self, person: u128, field: &str) -> Visibility {
        let said = self.people[&person].roles.iter().filter_map(|role| {
            let role = &self.roles[*role];
            let open = field == REMARKS && role.grants.keys().any(|operation| operation.starts_with("customer."));
            role.fields.get(field).copied().or(open.then_some(Visibility::Clear))
        });
        said.max().unwrap_or(if field == REMARKS { Visibility::Clear } else { Visibility::Hidden })
    }

    /// Changes one thing. Answers the role that is another now, when it was one.
    pub fn change(&mut self, random: &mut StdRng) -> Option<usize> {
        let role = random.random_range(0..ROLES);
        match random.random_range(0..20) {
            0 => self.delete_role(role),
            1 => self.move_person(random),
            2 => self.move_department(random),
            3 => self.merge_department(random),
            4..=7 => self.give_or_take(role, random),
            8..=11 => self.rule(role, random),
            _ => self.grant(role, random),
        }
    }

    fn delete_role(&mut self, role: usize) -> Option<usize> {
        for person in self.people.values_mut() {
            person.roles.remove(&role);
        }
        self.roles[role] = Role::default();
        Some(role)
    }

    fn move_person(&mut self, random: &mut StdRng) -> Option<usize> {
        let department = self.living().choose(random).filter(|_| random.random_bool(0.9));
        self.person(random).department = department;
        None
    }

    fn move_department(&mut self, random: &mut StdRng) -> Option<usize> {
        if let Some((moved, target)) = self.pair(random) {
            let parent = Some(target).filter(|_| random.random_bool(0.8));
            self.departments.get_mut(&moved).expect("a department").parent = parent;
        }
        None
    }

    /// Its people and the departments below it go to the other, below which it stands from now on.
    fn merge_department(&mut self, random: &mut StdRng) -> Option<usize> {
        let (merged, target) = self.pair(random)?;
        for department in self.departments.values_mut() {
            if department.parent == Some(merged) {
                department.parent = Some(target);
            }
            if department.home == merged {
                department.home = target;
            }
        }
        let own = self.departments.get_mut(&merged).expect("a department");
        (own.parent, own.retired) = (Some(target), true);
        for person in self.people.values_mut().filter(|person| person.department == Some(merged)) {
            person.department = Some(target);
        }
        if self.living().count() < FEWEST {
            self.departments = departments();
        }
        None
    }

    fn give_or_take(&mut self, role: usize, random: &mut StdRng) -> Option<usize> {
        let person = self.person(random);
        if !person.roles.remove(&role) {
            person.roles.insert(role);
        }
        None
    }

    fn rule(&mut self, role: usize, random: &mut StdRng) -> Option<usize> {
        let field = FIELDS[random.random_range(0..FIELDS.len())];
        match random.random_range(0..=Visibility::ALL.len()) {
            0 => drop(self.roles[role].fields.remove(field)),
            one => drop(self.roles[role].fields.insert(field, Visibility::ALL[one - 1])),
        }
        Some(role)
    }

    fn grant(&mut self, role: usize, random: &mut StdRng) -> Option<usize> {
        let operation = OPERATIONS[random.random_range(0..OPERATIONS.len())];
        match random.random_range(0..7) {
            0 => drop(self.roles[role].grants.remove(operation)),
            scope => {
                let cell = self.cell(scope, random);
                self.roles[role].grants.insert(operation, cell);
            }
        }
        Some(role)
    }

    fn cell(&self, scope: i32, random: &mut StdRng) -> Cell {
        let scope = Scope::try_from(scope).expect("a scope");
        let mut chosen = BTreeSet::new();
        while scope == Scope::Chosen && (chosen.is_empty() || random.random_bool(0.5)) {
            chosen.extend(self.departments.keys().copied().choose(random));
        }
        Cell { scope, chosen }
    }

    fn person(&mut self, random: &mut StdRng) -> &mut Person {
        self.people.values_mut().choose(random).expect("there are people")
    }

    fn living(&self) -> impl Iterator<Item = u128> {
        self.departments.iter().filter(|(_, department)| !department.retired).map(|(id, _)| *id)
    }

    /// Two departments of which the second does not lie below the first.
    fn pair(&self, random: &mut StdRng) -> Option<(u128, u128)> {
        let first = self.living().choose(random)?;
        let second = self.living().filter(|second| !self.lies_below(*second, first)).choose(random)?;
        Some((first, second))
    }

    /// The same role as an administrator's request makes it.
    pub fn role(&self, role: usize) -> proto::Role {
        let grants = self.roles[role].grants.iter().map(|(operation, cell)| proto::Grant {
            operation: (*operation).to_owned(),
            scope: cell.scope.into(),
            department_ids: cell.chosen.iter().map(|id| Uuid::from_u128(*id).to_string()).collect(),
            ..Default::default()
        });
        let rules = self.roles[role]
            .fields
            .iter()
            .map(|(field, visibility)| proto::FieldRule { field: (*field).to_owned(), rule: visibility.rule().into() });
        proto::Role { grants: grants.collect(), field_rules: rules.collect(), ..Default::default() }
    }

    pub fn role_count(&self) -> usize {
        self.roles.len()
    }
}

fn departments() -> BTreeMap<u128, Department> {
    DEPARTMENTS.into_iter().map(|(id, parent)| (id, Department { parent, retired: false, home: id })).collect()
}
