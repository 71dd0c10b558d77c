//! An organisation as an administrator thinks of it. It knows nothing of merging roles.

use std::collections::{BTreeMap, BTreeSet};

use kit::schema::{FieldRuleTable, Visibility, schema};
use rand::{Rng, rngs::StdRng, seq::IteratorRandom};
use serde_json::{Value, json};

use crate::field_rules::rule::named;

pub const OPERATIONS: [&str; 4] = ["customer.read", "interaction.read", "log.read", "report.read"];
const SCOPES: [&str; 5] = ["ALL", "TREE", "DEPARTMENT", "OWN", "CHOSEN"];

#[derive(Clone, Debug)]
pub struct Department {
    pub parent: Option<String>,
    /// It was merged into the one above it, or deleted.
    pub retired: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Person {
    pub department: Option<String>,
    pub roles: BTreeSet<String>,
    pub disabled: bool,
}

#[derive(Clone, Debug)]
struct Cell {
    scope: &'static str,
    chosen: BTreeSet<String>,
}

#[derive(Clone, Debug, Default)]
pub struct Role {
    grants: BTreeMap<&'static str, Cell>,
    rules: BTreeMap<&'static str, Visibility>,
}

#[derive(Clone, Debug, Default)]
pub struct Model {
    pub departments: BTreeMap<String, Department>,
    /// By the ids of people and the codes of roles.
    pub people: BTreeMap<String, Person>,
    pub roles: BTreeMap<String, Role>,
}

impl Role {
    /// Each operation is granted with this chance, each field has a rule of its own with that one.
    pub fn random(model: &Model, random: &mut StdRng, (granted, ruled): (f64, f64)) -> Role {
        let mut role = Role::default();
        for operation in OPERATIONS {
            if random.random_bool(granted) {
                role.grants.insert(operation, Cell::random(model, random));
            }
        }
        for known in schema().field_rules() {
            if random.random_bool(ruled) {
                role.rules.extend(known.choices.iter().choose(random).map(|rule| (known.name.as_str(), *rule)));
            }
        }
        role
    }

    /// As a request says it; with operations beside those of the model, each without a limit.
    pub fn to_json(&self, name: &str, beside: &[&str]) -> Value {
        let grants = self.grants.iter().map(
            |(operation, cell)| json!({ "operation": operation, "scope": cell.scope, "departmentIds": cell.chosen }),
        );
        let beside = beside.iter().map(|operation| json!({ "operation": operation, "scope": "ALL" }));
        let rules = self.rules.iter().map(|(field, rule)| json!({ "field": field, "rule": named(*rule) }));
        let (grants, rules): (Vec<_>, Vec<_>) = (grants.chain(beside).collect(), rules.collect());
        json!({ "labelZh": name, "grants": grants, "fieldRules": rules })
    }

    /// What it says of a field. A role that reaches the field's record and says nothing says that it is open.
    fn says(&self, rule: &FieldRuleTable) -> Option<Visibility> {
        let stated = self.rules.get(rule.name.as_str()).copied();
        let object = rule.record.as_ref().map(|record| format!("{}.", record.object));
        let reaches = object.is_some_and(|object| self.grants.keys().any(|operation| operation.starts_with(&object)));
        stated.or(reaches.then_some(Visibility::Clear))
    }
}

impl Cell {
    fn random(model: &Model, random: &mut StdRng) -> Cell {
        let scope = SCOPES[random.random_range(0..SCOPES.len())];
        let mut chosen = BTreeSet::new();
        while scope == "CHOSEN" && (chosen.is_empty() || random.random_bool(0.5)) {
            chosen.extend(model.living().choose(random));
        }
        Cell { scope, chosen }
    }
}

impl Model {
    pub fn living(&self) -> impl Iterator<Item = String> {
        self.departments.iter().filter(|(_, own)| !own.retired).map(|(id, _)| id.clone())
    }

    /// Whether one of the person's roles shows what somebody owns in a department.
    pub fn shows(&self, person: &str, operation: &str, owner: &str, department: &str) -> bool {
        let own = self.people[person].department.as_deref();
        self.cells(person, operation).any(|cell| match cell.scope {
            "ALL" => true,
            "TREE" => own.is_some_and(|own| self.lies_below(department, own)),
            "DEPARTMENT" => own == Some(self.answering(department)),
            "CHOSEN" => cell.chosen.iter().any(|chosen| self.lies_below(department, chosen)),
            _ => owner == person,
        })
    }

    pub fn may(&self, person: &str, operation: &str) -> bool {
        self.cells(person, operation).next().is_some()
    }

    fn cells(&self, person: &str, operation: &str) -> impl Iterator<Item = &Cell> {
        self.people[person].roles.iter().filter_map(move |role| self.roles[role].grants.get(operation))
    }

    /// The most open of what the person's roles say of a field.
    pub fn sees(&self, person: &str, rule: &FieldRuleTable) -> Visibility {
        let said = self.people[person].roles.iter().filter_map(|role| self.roles[role].says(rule));
        said.min().unwrap_or_else(|| rule.default())
    }

    pub fn lies_below(&self, department: &str, above: &str) -> bool {
        let parent = self.departments[department].parent.as_deref();
        department == above || parent.is_some_and(|parent| self.lies_below(parent, above))
    }

    /// The department itself, or where it went.
    fn answering<'a>(&'a self, department: &'a str) -> &'a str {
        let own = &self.departments[department];
        match own.parent.as_deref().filter(|_| own.retired) {
            Some(parent) => self.answering(parent),
            None => department,
        }
    }

    /// Two departments of which the second does not lie below the first.
    pub fn pair(&self, random: &mut StdRng) -> Option<(String, String)> {
        let first = self.living().choose(random)?;
        let second = self.living().filter(|second| !self.lies_below(second, &first)).choose(random)?;
        Some((first, second))
    }

    /// Takes over the departments and people that there are. Of them, nobody has a role here.
    pub fn take_over(&mut self, departments: &Value, users: &Value) {
        let id = |record: &Value, name: &str| record[name].as_str().filter(|id| !id.is_empty()).map(str::to_owned);
        for own in departments["departments"].as_array().expect("departments") {
            let department = Department { parent: id(own, "parentId"), retired: false };
            self.departments.insert(id(own, "id").expect("an id"), department);
        }
        for own in users["users"].as_array().expect("people") {
            let person = Person { department: id(own, "departmentId"), ..Person::default() };
            self.people.insert(id(own, "id").expect("an id"), person);
        }
    }
}
