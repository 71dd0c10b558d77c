//! Every RPC x every built-in role x own, team's, other's, shared and deleted record, from the descriptors and from the table of
//! roles: a new RPC is covered the day it is written, without an entry of its own.

use cims_proto::identity::v1::grant::Scope;
use identity::role::{Reach, builtin};
use kit::schema::{MethodTable, schema};
use serde_json::{Value, json};
use tests::{Organisation, Person, World, named, sample};
use tonic::Code;

/// Whose record it is, seen from rep1 and manager1.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    Own,
    Team,
    Other,
    /// Another's, shared with rep1 to read, to write, and no more.
    SharedToRead,
    SharedToWrite,
    Unshared,
    Deleted,
}

const STATES: [State; 7] =
    [State::Own, State::Team, State::Other, State::SharedToRead, State::SharedToWrite, State::Unshared, State::Deleted];

impl State {
    /// Whether it is what a share, or the end of one, makes of it.
    fn is_by_share(self) -> bool {
        matches!(self, State::SharedToRead | State::SharedToWrite | State::Unshared)
    }
}

/// One person of each role, and how the table's scopes reach the records of the states.
const PEOPLE: [(&str, &str); 6] = [
    ("admin", "administrator"),
    ("manager1", "manager"),
    ("rep1", "representative"),
    ("service1", "service_agent"),
    ("marketing1", "marketing"),
    ("exec1", "executive"),
];

/// A customer with all that hangs on it.
#[derive(Clone, Debug)]
struct Records {
    customer: String,
    contact: String,
    /// With somebody else than the owner; of a shared customer with rep1, while it holds.
    share: String,
    interaction: String,
    import: String,
    tag: String,
    tag_group: String,
    /// By the manager of the customer's department.
    customer_job: String,
    /// By the customer's owner.
    tag_job: String,
    /// By the manager as well, of what somebody owns who owns nothing.
    handover: String,
    /// Somebody to give customers to.
    colleague: String,
    organisation: Organisation,
    /// Of the caller, or of the person whom the path names.
    session: String,
    api_key: String,
}

const MANAGE: &str = "organisation.manage";

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Expected {
    Forbidden,
    NotFound,
    Allowed,
}

#[tokio::test(flavor = "multi_thread")]
async fn every_rpc_answers_every_role_as_the_table_says() {
    let world = World::start().await;
    let mut owners = Owners::of(&world).await;
    let mut people = everybody(&world).await;
    // What a call may not change can be asked again; what it may change is made anew.
    let mut shared = Vec::new();
    for (turn, state) in STATES.into_iter().enumerate() {
        let records = owners.records(state, turn, None).await;
        shared.push((state, owners.with_jobs(state, records).await));
    }
    let mut failures = Vec::new();
    let mut cases = shared.len();
    for method in schema().methods() {
        if method.permission == "public" {
            continue;
        }
        let unknown = world.call(method, None, &request(method, &Records::none(), 0)).await;
        expect(&mut failures, method, "nobody", None, code(&unknown) == Code::Unauthenticated, &unknown);
        for (role, person) in &people {
            // What takes no record of somebody is asked once.
            let takes = |field: &str| method.request().field(field).is_some();
            let takes_a_record = names_a_record(method) || takes("customer_ids") || takes("resource");
            let told_apart = if takes_a_record { shared.len() } else { 1 };
            for (state, kept) in &shared[..told_apart] {
                let expected = expectation(method, role, *state);
                let of_sessions = method.service.ends_with(".Sessions");
                let changes = expected == Expected::Allowed && !reads(method) && !names_a_job(method) && !of_sessions;
                let records = match changes {
                    true if method.permission == MANAGE => {
                        Records { organisation: Organisation::create(&owners.admin, cases).await, ..kept.clone() }
                    }
                    true => owners.records(*state, cases, Some((kept, method))).await,
                    false => kept.clone(),
                };
                // A call on the session itself ends the one it is made with.
                let fresh = if of_sessions { Some(world.person(person.name()).await) } else { None };
                let caller = fresh.as_ref().unwrap_or(person);
                let records = match expected {
                    Expected::Allowed => with_credential(&world, method, records, caller).await,
                    _ => records,
                };
                let answer = world.call(method, Some(caller.token()), &request(method, &records, cases)).await;
                let right = match expected {
                    Expected::Forbidden => code(&answer) == Code::PermissionDenied,
                    Expected::NotFound => code(&answer) == Code::NotFound,
                    Expected::Allowed => !matches!(
                        code(&answer),
                        Code::PermissionDenied
                            | Code::NotFound
                            | Code::Unauthenticated
                            | Code::Internal
                            | Code::Unimplemented
                    ),
                };
                expect(&mut failures, method, role, Some((*state, expected)), right, &answer);
                cases += 1;
            }
        }
        if method.name == "EndOtherSessions" {
            (owners, people) = (Owners::of(&world).await, everybody(&world).await);
        }
    }
    assert!(failures.is_empty(), "{} of {cases} cases:\n{}", failures.len(), failures.join("\n"));
    world.stop().await;
}

/// One person of each role, signed in.
async fn everybody(world: &World) -> Vec<(&'static str, Person)> {
    let mut people = Vec::new();
    for (username, role) in PEOPLE {
        people.push((role, world.person(username).await));
    }
    people
}

fn code(answer: &Result<Value, tonic::Status>) -> Code {
    answer.as_ref().err().map_or(Code::Ok, tonic::Status::code)
}

fn expect(
    failures: &mut Vec<String>,
    method: &MethodTable,
    role: &str,
    case: Option<(State, Expected)>,
    right: bool,
    answer: &Result<Value, tonic::Status>,
) {
    if !right {
        let told = answer.as_ref().map_or_else(|status| status.message().to_owned(), Value::to_string);
        failures.push(format!("{} as {role} {case:?}: {:?} {told}", method.path, code(answer)));
    }
}

/// What the table says of a role's call of a method on a record in a state.
fn expectation(method: &MethodTable, role: &str, state: State) -> Expected {
    match method.permission.as_str() {
        "service" => return Expected::Forbidden,
        "signed-in" => return Expected::Allowed,
        _ => {}
    }
    let Some(scope) = scope(role, &method.permission) else { return Expected::Forbidden };
    if !names_a_record(method) {
        return Expected::Allowed;
    }
    if names_a_job(method) {
        let author = match method.name.ends_with("TagJob") {
            true => role == "representative" && matches!(state, State::Own | State::Deleted),
            false => role == "manager" && matches!(state, State::Own | State::Team | State::Deleted),
        };
        return if author || scope == Scope::All { Expected::Allowed } else { Expected::NotFound };
    }
    // What a method reads first decides whether the record is there at all.
    let reading = |operation| self::scope(role, operation).is_some_and(|scope| reaches(scope, role, state));
    let readable = match method.service.as_str() {
        "cims.interaction.v1.Interactions" => reading("interaction.read"),
        "cims.customer.v1.Customers" | "cims.customer.v1.Contacts" | "cims.customer.v1.Shares" => {
            reading("customer.read")
        }
        "cims.tagging.v1.Tags" => reading("customer.read"),
        _ => reaches(scope, role, state),
    };
    let reached = match (method.permission.as_str(), state) {
        // Of one's own means here what one wrote, and the owner of the customer wrote it.
        ("interaction.update", _) if scope == Scope::Own => role == "representative" && state == State::Own,
        ("customer.update", State::SharedToRead) if scope == Scope::OwnAndShared => false,
        _ => reaches(scope, role, state),
    };
    let bin = |operation| self::scope(role, operation).is_some_and(|scope| reaches(scope, role, State::Own));
    let deleted = match method.name.as_str() {
        // What the bin shows may be read and restored, and nothing else.
        "GetCustomer" | "ListCustomerHistory" | "ListContacts" | "ListShares" => bin("customer.read-bin"),
        "RestoreCustomer" => bin("customer.restore"),
        _ => false,
    };
    let import = method.service.ends_with(".Imports");
    match state {
        State::Deleted if !import && !deleted => Expected::NotFound,
        State::Deleted => {
            if import && !readable {
                Expected::NotFound
            } else {
                Expected::Allowed
            }
        }
        _ if !readable => Expected::NotFound,
        _ if !reached => Expected::Forbidden,
        _ => Expected::Allowed,
    }
}

/// The same with a living session or key, where the path names one: of the caller, or of the person whom the path names.
async fn with_credential(world: &World, method: &MethodTable, records: Records, caller: &Person) -> Records {
    let named = records_of(method);
    let (session, key) = (named.contains(&("sessions", "id")), named.contains(&("apiKeys", "id")));
    if !session && !key {
        return records;
    }
    let other = world.person(MANAGED).await;
    let (holder, records) = if named.iter().any(|(collection, _)| *collection == "users") {
        let organisation = Organisation { user: other.id.clone(), ..records.organisation.clone() };
        (&other, Records { organisation, ..records })
    } else {
        (caller, records)
    };
    if session {
        return Records { session: holder.session_id().await, ..records };
    }
    let role = holder.get("/v1/me").await.ok()["user"]["roles"][0].clone();
    let asked = json!({ "name": "权限样本", "roles": [role], "expireTime": in_a_month() });
    let made = holder.post("/v1/apiKeys", &asked).await.ok();
    Records { api_key: made["apiKey"]["id"].as_str().expect("an id").to_owned(), ..records }
}

fn in_a_month() -> String {
    let time = kit::clock::Clock::system().now() + std::time::Duration::from_secs(30 * 24 * 3_600);
    time.to_rfc3339()
}

fn reads(method: &MethodTable) -> bool {
    ["Get", "List", "Search"].iter().any(|verb| method.name.starts_with(verb))
}

/// The cell of the table.
fn scope(role: &str, operation: &str) -> Option<Scope> {
    let role = builtin().iter().find(|own| own.code == role).expect("a built-in role");
    role.grants.get(operation).map(Reach::scope)
}

/// Whether a scope of the table reaches the record: the manager's department is rep1's.
fn reaches(scope: Scope, role: &str, state: State) -> bool {
    match (scope, state) {
        (Scope::All, _) => true,
        (Scope::Tree | Scope::Department, State::Own | State::Team | State::Deleted) => role == "manager",
        (Scope::Own | Scope::OwnAndShared, State::Own | State::Deleted) => role == "representative",
        (Scope::OwnAndShared, State::SharedToRead | State::SharedToWrite) => role == "representative",
        _ => false,
    }
}

/// Collections that belong to everybody, or whose permission is for everything or nothing.
const SHARED: [&str; 12] = [
    "tags",
    "tagGroups",
    "departments",
    "posts",
    "users",
    "roles",
    "sessions",
    "apiKeys",
    "dictionaries",
    "items",
    "avatars",
    "deliveries",
];
/// Whose sessions and keys administrators end.
const MANAGED: &str = "manager2";

/// Whether the request names a record that scope decides about.
fn names_a_record(method: &MethodTable) -> bool {
    records_of(method).iter().any(|(collection, _)| !SHARED.contains(collection))
}

/// Whether it names a job, which its author sees and whoever reaches everything.
fn names_a_job(method: &MethodTable) -> bool {
    records_of(method).iter().any(|(collection, _)| collection.ends_with("Jobs") || *collection == "handovers")
}

/// What the paths of a method name.
fn records_of(method: &MethodTable) -> Vec<(&str, &str)> {
    method.bindings.iter().flat_map(|binding| named(&binding.path)).collect()
}

/// A request for these records, from the descriptors: ids where the path names a record, samples everywhere else.
fn request(method: &MethodTable, records: &Records, turn: usize) -> Value {
    let mut request = serde_json::Map::new();
    for field in &method.request().fields {
        let value = match field.name.as_str() {
            "customer_ids" => json!([records.customer]),
            "tag_ids" => json!([records.tag]),
            "owner_id" => json!(records.colleague),
            "due_time" => json!("2100-01-01T08:00:00Z"),
            "update_mask" => json!(mask(method)),
            "operation" => json!("customer.update"),
            "resource" => json!({ "type": "customer.customer", "id": records.customer }),
            "user" if method.name == "CreateUser" => {
                json!({ "username": format!("sample{turn}"), "displayName": "权限样本", "roles": ["executive"] })
            }
            // The caller: others only administrators may ask about.
            "user_id" if method.permission == "signed-in" => continue,
            // The disabled people are for who manages the organisation alone.
            "page_token" | "filter" | "show_disabled" => continue,
            // Likewise how many records have an entry.
            "counts" if method.name == "ListDictionaries" => continue,
            "page_size" => json!(10),
            _ => sample::value(field, turn),
        };
        request.insert(field.json.clone(), value);
    }
    if let Some(share) = request.get_mut("share") {
        share["userId"] = json!(records.colleague);
        share["endDate"] = json!("2100-01-01");
    }
    if let Some(interaction) = request.get_mut("interaction") {
        interaction["contactId"] = json!(records.contact);
    }
    for (collection, variable) in records_of(method) {
        let id = json!(records.of(collection, variable));
        let (outer, inner) = variable.split_once('.').map_or((variable, None), |(outer, inner)| (outer, Some(inner)));
        let field = method.request().field(outer).expect("a path's variable is a field");
        match inner.and_then(|inner| field.message()?.field(inner)) {
            Some(inner) => request[&field.json][&inner.json] = id,
            None => request[&field.json] = id,
        }
    }
    Value::Object(request)
}

/// A field of the resource.
fn mask(method: &MethodTable) -> String {
    let resource =
        method.request().fields.iter().find_map(|field| field.message().filter(|inner| inner.well_known.is_none()));
    resource.and_then(sample::changeable).map(|field| field.json.clone()).unwrap_or_default()
}

impl Records {
    fn none() -> Records {
        let id = || "0190a0a0-0000-7000-8000-000000000000".to_owned();
        Records {
            customer: id(),
            contact: id(),
            share: id(),
            interaction: id(),
            import: id(),
            tag: id(),
            tag_group: id(),
            customer_job: id(),
            tag_job: id(),
            handover: id(),
            colleague: id(),
            organisation: Organisation {
                department: id(),
                post: id(),
                user: id(),
                role: "none".to_owned(),
                entry: "none".to_owned(),
            },
            session: id(),
            api_key: id(),
        }
    }

    /// The id that a path's variable takes.
    fn of(&self, collection: &str, variable: &str) -> &str {
        match collection {
            "customers" | "followUps" => &self.customer,
            "contacts" => &self.contact,
            "shares" => &self.share,
            "interactions" => &self.interaction,
            "imports" => &self.import,
            "tags" => &self.tag,
            "tagGroups" => &self.tag_group,
            "customerJobs" => &self.customer_job,
            "tagJobs" => &self.tag_job,
            "handovers" => &self.handover,
            "departments" => &self.organisation.department,
            "posts" => &self.organisation.post,
            "users" => &self.organisation.user,
            "roles" => &self.organisation.role,
            "dictionaries" => "level",
            // The service that is asked.
            "deliveries" => "customer",
            "items" => &self.organisation.entry,
            // Under no digest there is a picture.
            "avatars" => "none",
            "sessions" => &self.session,
            "apiKeys" => &self.api_key,
            _ => panic!("{{{variable}}} of {collection}: what record is that?"),
        }
    }
}

/// Those whose records the states mean.
struct Owners {
    rep1: Person,
    rep2: Person,
    rep3: Person,
    manager1: Person,
    manager2: Person,
    admin: Person,
}

impl Owners {
    async fn of(world: &World) -> Owners {
        Owners {
            rep1: world.person("rep1").await,
            rep2: world.person("rep2").await,
            rep3: world.person("rep3").await,
            manager1: world.person("manager1").await,
            manager2: world.person("manager2").await,
            admin: world.person("admin").await,
        }
    }

    /// Fresh records, because the calls change them; beside the customer only what the method names.
    async fn records(&self, state: State, turn: usize, kept: Option<(&Records, &MethodTable)>) -> Records {
        let spared = |collection: &str| {
            let (kept, method) = kept?;
            let is_named = records_of(method).iter().any(|(named, _)| *named == collection);
            let is_with_contact = collection == "contacts" && method.request().field("interaction").is_some();
            (!is_named && !is_with_contact).then_some(kept)
        };
        let owner = match state {
            State::Own | State::Deleted => &self.rep1,
            State::Team => &self.rep2,
            State::Other | State::SharedToRead | State::SharedToWrite | State::Unshared => &self.rep3,
        };
        let id = |body: Value| body["id"].as_str().expect("a record has an id").to_owned();
        let name = format!("权限样本{turn}");
        let phone = format!("139{turn:08}");
        let body = json!({ "name": name, "type": "ENTERPRISE", "phones": [{ "number": phone }] });
        let customer = id(owner.post("/v1/customers", &body).await.ok());
        let below = |collection: &str| format!("/v1/customers/{customer}/{collection}");
        let contact = match spared("contacts") {
            Some(kept) => kept.contact.clone(),
            None => id(owner.post(&below("contacts"), &json!({ "name": "王小明" })).await.ok()),
        };
        let share = match spared("shares").filter(|_| !state.is_by_share()) {
            Some(kept) => kept.share.clone(),
            None => self.share(state, owner, &customer).await,
        };
        let interaction = match spared("interactions") {
            Some(kept) => kept.interaction.clone(),
            None => {
                let call = json!({ "method": "PHONE", "subject": "回访", "occurTime": "2026-01-05T08:00:00Z" });
                id(owner.post(&below("interactions"), &call).await.ok())
            }
        };
        let import = match spared("imports") {
            Some(kept) => kept.import.clone(),
            None => {
                let list = format!("客户名称,手机\n导入样本{turn},137{turn:08}\n");
                id(owner.upload("customers.csv", list.into_bytes()).await)
            }
        };
        let tag = match spared("tags") {
            Some(kept) => kept.tag.clone(),
            None => id(self.admin.post("/v1/tags", &json!({ "name": format!("标签{turn}") })).await.ok()),
        };
        let tag_group = match spared("tagGroups") {
            Some(kept) => kept.tag_group.clone(),
            None => id(self.admin.post("/v1/tagGroups", &json!({ "name": format!("分组{turn}") })).await.ok()),
        };
        if state == State::Deleted {
            self.admin.delete(&format!("/v1/customers/{customer}")).await.ok();
            // What hangs on it learns of the deletion by event.
            tests::eventually("the deletion reaches the other services", || async {
                let gone = self.rep1.get(&format!("/v1/customers/{customer}/interactions")).await;
                let untagged = self.rep1.get(&format!("/v1/customers/{customer}/tags")).await;
                (gone.status == 404 && untagged.status == 404).then_some(())
            })
            .await;
        }
        let none = Records::none();
        let Records { customer_job, tag_job, handover, organisation, session, api_key, .. } = none;
        let colleague = self.rep2.id.clone();
        Records {
            customer,
            contact,
            share,
            interaction,
            import,
            tag,
            tag_group,
            customer_job,
            tag_job,
            handover,
            colleague,
            organisation,
            session,
            api_key,
        }
    }

    /// Shares a customer as its state says, and answers a share that holds.
    async fn share(&self, state: State, owner: &Person, customer: &str) -> String {
        let path = format!("/v1/customers/{customer}/shares");
        let with = async |person: &Person, access: &str| {
            let share = json!({ "userId": person.id, "access": access });
            let share = owner.post(&path, &share).await.ok();
            share["id"].as_str().expect("a record has an id").to_owned()
        };
        match state {
            State::SharedToRead => with(&self.rep1, "READ").await,
            State::SharedToWrite => with(&self.rep1, "WRITE").await,
            State::Unshared => {
                let ended = with(&self.rep1, "WRITE").await;
                owner.delete(&format!("{path}/{ended}")).await.ok();
                with(&self.rep2, "WRITE").await
            }
            State::Team => with(&self.rep3, "READ").await,
            State::Own | State::Other | State::Deleted => with(&self.rep2, "READ").await,
        }
    }

    /// The same with jobs, on customers that there are not, which have ended.
    async fn with_jobs(&self, state: State, records: Records) -> Records {
        let (manager, owner) = match state {
            State::Own | State::Deleted => (&self.manager1, &self.rep1),
            State::Team => (&self.manager1, &self.rep2),
            State::Other | State::SharedToRead | State::SharedToWrite | State::Unshared => (&self.manager2, &self.rep3),
        };
        let question = json!({ "query": "查无此客户", "ownerId": owner.id });
        let assigned = manager.post("/v1/customers:assign", &question).await.ok();
        let applied =
            owner.post(&format!("/v1/tags/{}:apply", records.tag), &json!({ "query": "查无此客户" })).await.ok();
        let handover = json!({ "userId": self.admin.id, "rules": [{ "receiverIds": [owner.id] }] });
        let handover = manager.post("/v1/handovers", &handover).await.ok();
        let handover = manager.job_ended("handovers", &handover).await;
        let customer_job = manager.job_ended("customerJobs", &assigned["job"]).await;
        let tag_job = owner.job_ended("tagJobs", &applied["job"]).await;
        let id = |job: Value| job["id"].as_str().expect("a job has an id").to_owned();
        // Turns of cases begin behind those of states.
        let organisation = Organisation::create(&self.admin, state as usize).await;
        let (customer_job, tag_job, handover) = (id(customer_job), id(tag_job), id(handover));
        Records { customer_job, tag_job, handover, organisation, ..records }
    }
}
