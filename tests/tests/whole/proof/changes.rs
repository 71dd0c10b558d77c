//! Hundreds of random changes of roles, people and departments by an administrator, through the API and on PostgreSQL.
//! After each, what every service is told of a person's grants, and at times what a list shows them, is what the model says.

use std::collections::BTreeMap;

use cims_proto::identity::v1::{GetGrantsRequest, access_client::AccessClient};
use kit::{
    auth::{Grants, ServiceTokens},
    client::Channel,
    clock::Clock,
    schema::schema,
};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IteratorRandom};
use serde_json::{Value, json};
use tests::{Person, World, eventually};
use uuid::Uuid;

use super::model::{Department, Model, OPERATIONS, Role};

const SEED: u64 = 20_261_129;
const CHANGES: usize = 300;
/// So many changes lie between two looks at everybody's list.
const LOOKS: usize = 30;
const MOST_ROLES: usize = 5;
const MOST_DEPARTMENTS: usize = 8;
/// Those whose roles change, by their username. The first three own a customer each, and so are never disabled.
const SUBJECTS: [&str; 6] = ["rep1", "rep2", "rep3", "manager1", "service1", "marketing1"];
const OWNERS: usize = 3;
const CHANCES: (f64, f64) = (0.6, 0.1);

struct Organisation {
    world: World,
    admin: Person,
    model: Model,
    access: AccessClient<Channel>,
    /// By their ids, with the session by which they call.
    subjects: BTreeMap<String, (Person, String)>,
    /// Id, owner and department of each.
    customers: Vec<(String, String, String)>,
    random: StdRng,
    names: usize,
}

#[tokio::test(flavor = "multi_thread")]
async fn after_every_change_services_and_lists_show_what_the_model_shows() {
    let mut organisation = Organisation::create().await;
    for turn in 0..CHANGES {
        let what = organisation.change().await;
        let what = format!("seed {SEED}, change {turn} ({what})");
        organisation.check_grants(&what).await;
        if turn % LOOKS == LOOKS - 1 {
            organisation.check_lists(&what).await;
        }
    }
    organisation.world.stop().await;
}

fn id(record: &Value) -> String {
    record["id"].as_str().expect("a record has an id").to_owned()
}

impl Organisation {
    async fn create() -> Organisation {
        let world = World::start().await;
        let admin = world.person("admin").await;
        let mut model = Model::default();
        model.take_over(&admin.get("/v1/departments").await.ok(), &admin.get("/v1/users").await.ok());
        let (mut subjects, mut customers) = (BTreeMap::new(), Vec::new());
        for (turn, name) in SUBJECTS.into_iter().enumerate() {
            let person = world.person(name).await;
            if turn < OWNERS {
                let phones = json!([{ "number": format!("1391234000{turn}") }]);
                let body = json!({ "name": format!("变更样本{turn}"), "type": "ENTERPRISE", "phones": phones });
                let customer = person.post("/v1/customers", &body).await.ok();
                let department = customer["departmentId"].as_str().expect("an id").to_owned();
                customers.push((id(&customer), person.id.clone(), department));
            }
            let session = person.session_id().await;
            subjects.insert(person.id.clone(), (person, session));
        }
        for id in subjects.keys() {
            admin.patch(&format!("/v1/users/{id}"), &json!({ "roles": [] })).await.ok();
        }
        let secrets = world.settings.keys.service_secrets.clone().expect("the services know each other");
        let tokens = ServiceTokens::new("customer", secrets, Clock::system());
        let channel = Channel::lazy(world.service_url("identity"), Some(tokens.into())).expect("an address");
        let access = AccessClient::new(channel);
        let random = StdRng::seed_from_u64(SEED);
        Organisation { world, admin, model, access, subjects, customers, random, names: 0 }
    }

    /// Changes one thing and says what.
    async fn change(&mut self) -> String {
        match self.random.random_range(0..14) {
            0..=2 => self.define().await,
            3 => self.delete_role().await,
            4..=6 => self.give().await,
            7 => self.move_person().await,
            8 | 9 => self.found().await,
            10 => self.move_department().await,
            11 => self.merge_department().await,
            12 => self.close_department().await,
            _ => self.shut_out_or_let_in().await,
        }
    }

    fn name(&mut self) -> String {
        self.names += 1;
        format!("变更{}", self.names)
    }

    fn subject(&mut self) -> String {
        self.subjects.keys().choose(&mut self.random).expect("there are some").clone()
    }

    fn role(&mut self) -> Option<String> {
        self.model.roles.keys().choose(&mut self.random).cloned()
    }

    /// A new role, or what one grants.
    async fn define(&mut self) -> String {
        let role = Role::random(&self.model, &mut self.random, CHANCES);
        let body = role.to_json(&self.name(), &[]);
        let old = self.role().filter(|_| self.model.roles.len() == MOST_ROLES || self.random.random_bool(0.5));
        let written = match &old {
            Some(code) => self.admin.patch(&format!("/v1/roles/{code}"), &body).await.ok(),
            None => self.admin.post("/v1/roles", &body).await.ok(),
        };
        self.model.roles.insert(written["code"].as_str().expect("a code").to_owned(), role);
        format!("role {written}")
    }

    async fn delete_role(&mut self) -> String {
        let Some(code) = self.role() else { return "no role".to_owned() };
        self.admin.delete(&format!("/v1/roles/{code}")).await.ok();
        self.model.roles.remove(&code);
        for person in self.model.people.values_mut() {
            person.roles.remove(&code);
        }
        format!("role {code} deleted")
    }

    async fn give(&mut self) -> String {
        let (subject, Some(code)) = (self.subject(), self.role()) else { return "no role".to_owned() };
        let person = self.model.people.get_mut(&subject).expect("a person");
        if !person.roles.remove(&code) {
            person.roles.insert(code);
        }
        self.admin.patch(&format!("/v1/users/{subject}"), &json!({ "roles": person.roles })).await.ok();
        format!("{subject} has {:?}", person.roles)
    }

    async fn move_person(&mut self) -> String {
        let subject = self.subject();
        let department = self.model.living().choose(&mut self.random).filter(|_| self.random.random_bool(0.9));
        let body = json!({ "departmentId": department.clone().unwrap_or_default() });
        self.admin.patch(&format!("/v1/users/{subject}?updateMask=departmentId"), &body).await.ok();
        let what = format!("{subject} to {department:?}");
        self.model.people.get_mut(&subject).expect("a person").department = department;
        what
    }

    async fn found(&mut self) -> String {
        if self.model.living().count() >= MOST_DEPARTMENTS {
            return "enough departments".to_owned();
        }
        let parent = self.model.living().choose(&mut self.random);
        let body = json!({ "name": self.name(), "parentId": parent.clone().unwrap_or_default() });
        let department = id(&self.admin.post("/v1/departments", &body).await.ok());
        self.model.departments.insert(department.clone(), Department { parent, retired: false });
        format!("{department} founded")
    }

    async fn move_department(&mut self) -> String {
        let Some((moved, target)) = self.model.pair(&mut self.random) else { return "one department".to_owned() };
        let parent = Some(target).filter(|_| self.random.random_bool(0.8));
        let body = json!({ "parentId": parent.clone().unwrap_or_default() });
        self.admin.post(&format!("/v1/departments/{moved}:move"), &body).await.ok();
        let what = format!("{moved} to {parent:?}");
        self.model.departments.get_mut(&moved).expect("a department").parent = parent;
        what
    }

    /// Its people and the departments below it go to the other, below which it stands from now on.
    async fn merge_department(&mut self) -> String {
        let Some((merged, target)) = self.model.pair(&mut self.random) else { return "one department".to_owned() };
        self.admin.post(&format!("/v1/departments/{merged}:merge"), &json!({ "targetId": target })).await.ok();
        for own in self.model.departments.values_mut().filter(|own| own.parent.as_ref() == Some(&merged)) {
            own.parent = Some(target.clone());
        }
        for own in self.model.people.values_mut().filter(|own| own.department.as_ref() == Some(&merged)) {
            own.department = Some(target.clone());
        }
        let what = format!("{merged} merged into {target}");
        self.model.departments.insert(merged, Department { parent: Some(target), retired: true });
        what
    }

    /// Only one in which there is nobody and below which there is none goes.
    async fn close_department(&mut self) -> String {
        let Some(closed) = self.model.living().choose(&mut self.random) else { return "none".to_owned() };
        let below = |own: &str| self.model.lies_below(own, &closed);
        let empty = !self.model.people.values().any(|own| own.department.as_deref().is_some_and(below))
            && self.model.living().filter(|own| below(own)).count() == 1;
        let answer = self.admin.delete(&format!("/v1/departments/{closed}")).await;
        if empty {
            answer.ok();
            self.model.departments.get_mut(&closed).expect("a department").retired = true;
        } else {
            assert_eq!(answer.refused(422), "DEPARTMENT_NOT_EMPTY", "{closed}");
        }
        format!("{closed} closed: {empty}")
    }

    async fn shut_out_or_let_in(&mut self) -> String {
        let names = &SUBJECTS[OWNERS..];
        let name = names[self.random.random_range(0..names.len())];
        let known = self.subjects.iter().find(|(_, (person, _))| person.name() == name);
        let subject = known.expect("a subject").0.clone();
        let person = self.model.people.get_mut(&subject).expect("a person");
        person.disabled = !person.disabled;
        let verb = if person.disabled { "disable" } else { "enable" };
        self.admin.post(&format!("/v1/users/{subject}:{verb}"), &json!({})).await.ok();
        if verb == "enable" {
            let person = self.world.person(name).await;
            let session = person.session_id().await;
            self.subjects.insert(subject, (person, session));
        }
        format!("{verb} {name}")
    }

    /// What identity tells the services of each person, at once.
    async fn check_grants(&mut self, what: &str) {
        for (subject, (_, session)) in &self.subjects {
            let request = GetGrantsRequest { user_id: subject.clone(), session_id: session.clone() };
            let message = self.access.get_grants(request).await.expect("identity answers").into_inner();
            assert_eq!(message.active, !self.model.people[subject].disabled, "{what}: {subject}");
            if !message.active {
                continue;
            }
            let grants = Grants::of(message).expect("ids");
            for operation in OPERATIONS {
                let scope = grants.scope(operation);
                assert_eq!(scope.is_some(), self.model.may(subject, operation), "{what}: {operation} for {subject}");
                for department in self.model.departments.keys() {
                    for owner in [subject, &self.admin.id] {
                        let ids: [Option<Uuid>; 2] = [owner.parse().ok(), department.parse().ok()];
                        let shown = scope.as_ref().is_some_and(|scope| scope.contains(ids[0], ids[1], false));
                        let expected = self.model.shows(subject, operation, owner, department);
                        let model = &self.model;
                        assert_eq!(
                            shown, expected,
                            "{what}: {operation} of {owner}'s in {department} for {subject}\n{model:#?}"
                        );
                    }
                }
            }
            for rule in schema().field_rules() {
                let (seen, expected) = (grants.field_rules.visibility(&rule.name), self.model.sees(subject, rule));
                assert_eq!(seen, expected, "{what}: {} for {subject}\n{:#?}", rule.name, self.model);
            }
        }
    }

    /// What a list shows each person, once their grants of before are forgotten.
    async fn check_lists(&self, what: &str) {
        for (subject, (person, _)) in &self.subjects {
            let status = match (self.model.people[subject].disabled, self.model.may(subject, "customer.read")) {
                (true, _) => 401,
                (false, true) => 200,
                (false, false) => 403,
            };
            let shown = self.customers.iter().filter(|(_, owner, department)| {
                status == 200 && self.model.shows(subject, "customer.read", owner, department)
            });
            let mut expected: Vec<&String> = shown.map(|(id, ..)| id).collect();
            expected.sort_unstable();
            eventually(&format!("{what}: {} sees {expected:?}", person.name()), || async {
                let answer = person.get("/v1/customers").await;
                let customers = answer.body["customers"].as_array().cloned().unwrap_or_default();
                let mut listed: Vec<String> = customers.iter().map(id).collect();
                listed.sort_unstable();
                (answer.status == status && listed.iter().eq(expected.iter().copied())).then_some(())
            })
            .await;
        }
    }
}
