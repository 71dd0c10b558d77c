//! People, customers of theirs with every field filled, readers whose roles are dealt anew, and somebody who sees everything.

use std::collections::HashMap;

use kit::schema::{MessageTable, schema};
use rand::{Rng, rngs::StdRng, seq::SliceRandom};
use serde_json::{Value, json};
use tests::{Person, World, eventually, sample};

use super::model::{Model, Role};

const EACH: usize = 6;
/// In the name of each customer.
pub const WORD: &str = "随机样本";
const OWNERS: [&str; 4] = ["rep1", "rep2", "rep3", "manager2"];
/// One owns customers, one owns none.
const READERS: [&str; 2] = ["rep1", "service1"];
/// Of which each reader has some.
const ROLES: usize = 4;
const CHANCES: (f64, f64) = (0.55, 0.12);
/// Granted in every other turn, last: once it counts, so does all that was changed before.
const LAST: &str = "import.run";
/// There are so many different samples of what no two customers may share.
const SAMPLES: usize = 2;
pub const CUSTOMER: &str = "cims.customer.v1.Customer";
pub const CONTACT: &str = "cims.customer.v1.Contact";
pub const INTERACTION: &str = "cims.interaction.v1.Interaction";

pub fn table(name: &str) -> &'static MessageTable {
    schema().message(name).expect("a record")
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

pub fn id(record: &Value) -> String {
    text(&record["id"])
}

pub struct Customer {
    pub id: String,
    pub owner: String,
    pub department: String,
    pub phone: String,
}

/// People, customers of theirs, and who sees all of them.
pub struct Scene {
    pub world: World,
    pub admin: Person,
    owners: HashMap<String, Person>,
    pub readers: Vec<Person>,
    pub model: Model,
    pub customers: Vec<Customer>,
    /// Codes of the roles that change, and of the one that says when they count.
    roles: Vec<String>,
    last: String,
}

impl Scene {
    pub async fn create() -> Scene {
        let world = World::start().await;
        let admin = world.person("admin").await;
        let (mut model, mut owners, mut readers) = (Model::default(), HashMap::new(), Vec::new());
        // A team below each sales department, with one of the owners in it.
        for (above, team, member) in [("销售一部", "一组", "rep2"), ("销售二部", "二组", "manager2")] {
            let departments = admin.get("/v1/departments").await.ok();
            let mut all = departments["departments"].as_array().expect("departments").iter();
            let above = all.find(|own| own["name"] == above).expect("a department");
            let team = admin.post("/v1/departments", &json!({ "name": team, "parentId": above["id"] })).await.ok();
            let member = world.person(member).await.id;
            admin.patch(&format!("/v1/users/{member}"), &json!({ "departmentId": team["id"] })).await.ok();
        }
        model.take_over(&admin.get("/v1/departments").await.ok(), &admin.get("/v1/users").await.ok());
        let mut customers = Vec::new();
        for name in OWNERS {
            // Signed in anew, in the department of now.
            let owner = world.person(name).await;
            for _ in 0..EACH {
                customers.push(customer(&owner, customers.len()).await);
            }
            owners.insert(owner.id.clone(), owner);
        }
        let everything: Vec<Value> = operations(&admin).await;
        let rules = schema().field_rules().iter().map(|rule| json!({ "field": rule.name, "rule": "CLEAR" }));
        let all = json!({ "labelZh": "全部", "grants": everything, "fieldRules": rules.collect::<Vec<_>>() });
        let all = text(&admin.post("/v1/roles", &all).await.ok()["code"]);
        admin.patch(&format!("/v1/users/{}", admin.id), &json!({ "roles": ["administrator", all] })).await.ok();
        let mut roles = Vec::new();
        for turn in 0..=ROLES {
            let role = admin.post("/v1/roles", &json!({ "labelZh": format!("随机{turn}") })).await.ok();
            roles.push(text(&role["code"]));
        }
        let last = roles.pop().expect("the last");
        for name in READERS {
            readers.push(world.person(name).await);
        }
        let scene = Scene { world, admin, owners, readers, model, customers, roles, last };
        scene.settled().await;
        scene
    }

    /// Until all that follows by events has come, and the administrator's new role counts.
    async fn settled(&self) {
        let count = self.customers.len();
        eventually("every customer has its times and shows its secrets, every figure its customers", || async {
            let listed = self.admin.get("/v1/customers?pageSize=500").await.ok();
            let home = self.admin.get("/v1/reports/home").await.ok();
            let is_whole =
                |own: &&Value| !text(&own["nextContactTime"]).is_empty() && !text(&own["idNumber"]).contains('*');
            let ready = listed["customers"].as_array().expect("customers").iter().filter(is_whole).count();
            (ready == count && home["customerCount"] == count && home["overdue"] == count).then_some(())
        })
        .await;
    }

    /// Deals roles anew, and waits until they count everywhere.
    pub async fn deal(&mut self, turn: usize, random: &mut StdRng) {
        for code in &self.roles {
            let role = Role::random(&self.model, random, CHANCES);
            self.admin.patch(&format!("/v1/roles/{code}"), &role.to_json(code, &[])).await.ok();
            self.model.roles.insert(code.clone(), role);
        }
        for reader in &self.readers {
            let mut codes = self.roles.clone();
            codes.shuffle(random);
            codes.truncate(random.random_range(1..ROLES));
            self.model.people.get_mut(&reader.id).expect("a person").roles = codes.iter().cloned().collect();
            codes.push(self.last.clone());
            self.admin.patch(&format!("/v1/users/{}", reader.id), &json!({ "roles": codes })).await.ok();
        }
        let granted = turn.is_multiple_of(2);
        let last = Role::default().to_json("最后", if granted { &[LAST] } else { &[] });
        self.admin.patch(&format!("/v1/roles/{}", self.last), &last).await.ok();
        let status = if granted { 404 } else { 403 };
        for reader in &self.readers {
            let path = format!("/v1/imports/{}", reader.id);
            eventually("the roles count", || async { (reader.get(&path).await.status == status).then_some(()) }).await;
        }
    }

    /// Changes every customer, in the name of its owner where that one still may, and then something of everybody's, of
    /// which the same service tells; that one's id.
    pub async fn touch(&self, turn: usize) -> String {
        for own in &self.customers {
            let reads = self.readers.iter().any(|reader| reader.id == own.owner);
            let person = if reads { &self.admin } else { &self.owners[&own.owner] };
            let remarks = json!({ "remarks": format!("第{turn}次") });
            person.patch(&format!("/v1/customers/{}", own.id), &remarks).await.ok();
        }
        let entry =
            json!({ "code": format!("last{turn}"), "labelZh": format!("末{turn}"), "labelEn": format!("Last {turn}") });
        self.admin.post("/v1/dictionaries/level/items", &entry).await.ok();
        let log = self.admin.get("/v1/operationLog?pageSize=1").await.ok();
        text(&log["operations"][0]["recordId"])
    }
}

/// Every operation, without a limit.
async fn operations(admin: &Person) -> Vec<Value> {
    let catalogue = admin.get("/v1/operations").await.ok();
    let objects = catalogue["objects"].as_array().expect("objects").iter();
    let operations = objects.flat_map(|object| object["operations"].as_array().expect("operations"));
    operations.map(|own| json!({ "operation": own["code"], "scope": "ALL" })).collect()
}

/// A customer with every field that may be the same for several, its contact and its contact record.
async fn customer(owner: &Person, turn: usize) -> Customer {
    let mut body = sample::whole(table(CUSTOMER), turn);
    let phone = format!("1371234{turn:04}");
    body["name"] = json!(format!("{WORD}{turn}"));
    body["phones"] = json!([{ "number": phone }]);
    if turn >= SAMPLES {
        for unique in ["creditCode", "idNumber"] {
            body.as_object_mut().expect("an object").remove(unique);
        }
    }
    let created = owner.post("/v1/customers", &body).await.ok();
    let path = format!("/v1/customers/{}", id(&created));
    let mut contact = sample::whole(table(CONTACT), turn);
    contact["phones"] = json!([{ "number": format!("1361234{turn:04}") }]);
    let contact = owner.post(&format!("{path}/contacts"), &contact).await.ok();
    let mut record = sample::whole(table(INTERACTION), turn);
    record["contactId"] = contact["id"].clone();
    owner.post(&format!("{path}/interactions"), &record).await.ok();
    Customer { id: id(&created), owner: owner.id.clone(), department: text(&created["departmentId"]), phone }
}
