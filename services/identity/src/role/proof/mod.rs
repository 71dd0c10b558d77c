//! 200,000 random changes of roles, people and departments against a model of them.

mod model;

use cims_proto::identity::v1 as proto;
use kit::auth::Grants;
use model::{FIELDS, Model, OPERATIONS};
use rand::{SeedableRng, rngs::StdRng, seq::IteratorRandom};
use uuid::Uuid;

use super::*;
use crate::department::Tree;

const CHANGES: usize = 200_000;
const SEED: u64 = 20_261_125;

fn built(model: &Model, role: usize) -> Role {
    let mut built = Role::empty(&role.to_string());
    built.write(&model.role(role)).expect("ids");
    built
}

/// Where somebody stands, as the statement finds it.
fn place(model: &Model, person: u128, tree: &Tree) -> Place {
    let Some(department) = model.people[&person].department else { return Place::default() };
    let retired = model.departments.iter().filter(|(_, own)| own.parent == Some(department) && own.retired);
    let own = retired.map(|(id, _)| *id).chain([department]).map(Uuid::from_u128).collect();
    let department = Uuid::from_u128(department);
    Place { department_id: Some(department), own, tree: tree.below([department]).into_iter().collect() }
}

#[test]
fn after_random_changes_grants_show_what_the_model_shows() {
    let id = Uuid::from_u128;
    let mut random = StdRng::seed_from_u64(SEED);
    let mut model = Model::new();
    let mut roles: Vec<Role> = (0..model.role_count()).map(|role| built(&model, role)).collect();
    for turn in 0..CHANGES {
        if let Some(role) = model.change(&mut random) {
            roles[role] = built(&model, role);
        }
        let person = *model.people.keys().choose(&mut random).expect("there are people");
        let departments = model.departments.iter();
        let tree = Tree::new(departments.map(|(department, own)| (id(*department), own.parent.map(id))));
        let place = place(&model, person, &tree);
        let merged = merge(model.people[&person].roles.iter().map(|role| &roles[*role]));
        let message = proto::Grants { user_id: id(person).to_string(), ..merged.told_at(&place, &tree) };
        let grants = Grants::of(message).expect("ids");
        // One of them each time: all are asked often enough.
        let operation = OPERATIONS.iter().choose(&mut random).expect("there are operations");
        let scope = grants.scope(operation);
        for (owner, department, shared) in model.records(person) {
            let reached = |scope: &kit::Scope| scope.contains(Some(id(owner)), Some(id(department)), shared);
            let shown = scope.as_ref().is_some_and(reached);
            let expected = model.shows(person, operation, (owner, department, shared));
            let what = || format!("{operation} of a record of {owner} in {department} for {person}, shared: {shared}");
            assert_eq!(shown, expected, "seed {SEED}, change {turn}: {}\n{model:#?}", what());
        }
        for field in FIELDS {
            let (seen, expected) = (grants.field_rules.visibility(field), model.sees(person, field));
            let seen = Visibility::of(seen.into());
            assert_eq!(seen, Some(expected), "seed {SEED}, change {turn}: {field} for {person}\n{model:#?}");
        }
    }
}
