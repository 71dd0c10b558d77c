//! Every RPC x every built-in role x own, team's, other's and deleted record, from the descriptors and from the table of
//! roles: a new RPC is covered the day it is written, without an entry of its own.

use cims_proto::identity::v1::{Grant, grant::Scope};
use identity::role::merge;
use kit::schema::{MethodTable, schema};
use serde_json::{Value, json};
use tests::{Person, World, sample};
use tonic::Code;

/// Whose record it is, seen from rep1 and manager1.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    Own,
    Team,
    Other,
    Deleted,
}

const STATES: [State; 4] = [State::Own, State::Team, State::Other, State::Deleted];

/// One person of each role, and how the table's scopes reach the records of the four states.
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
    interaction: String,
    import: String,
    tag: String,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Expected {
    Forbidden,
    NotFound,
    Allowed,
}

#[tokio::test(flavor = "multi_thread")]
async fn every_rpc_answers_every_role_as_the_table_says() {
    let world = World::start().await;
    let owners = Owners::of(&world).await;
    let mut people = Vec::new();
    for (username, role) in PEOPLE {
        people.push((role, world.person(username).await));
    }
    // What a call may not change can be asked again; what it may change is made anew.
    let mut shared = Vec::new();
    for (turn, state) in STATES.into_iter().enumerate() {
        shared.push((state, owners.records(state, turn).await));
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
            for (state, kept) in &shared {
                let expected = expectation(method, role, *state);
                let changes = expected == Expected::Allowed && !reads(method);
                let records = if changes { owners.records(*state, cases).await } else { kept.clone() };
                // A call on the session itself ends the one it is made with.
                let fresh =
                    if method.service.ends_with(".Sessions") { Some(world.person(person.name()).await) } else { None };
                let token = fresh.as_ref().unwrap_or(person).token();
                let answer = world.call(method, Some(token), &request(method, &records, cases)).await;
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
    }
    assert!(failures.is_empty(), "{} of {cases} cases:\n{}", failures.len(), failures.join("\n"));
    world.stop().await;
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
    // What a method reads first decides whether the record is there at all.
    let readable = match method.service.as_str() {
        "cims.interaction.v1.Interactions" => {
            self::scope(role, "interaction.read").is_some_and(|scope| reaches(scope, role, state))
        }
        _ => reaches(scope, role, state),
    };
    let bin = |operation| self::scope(role, operation).is_some_and(|scope| reaches(scope, role, State::Own));
    let deleted = match method.name.as_str() {
        // What the bin shows may be read and restored, and nothing else.
        "GetCustomer" | "ListCustomerHistory" | "ListContacts" => bin("customer.read-bin"),
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
        // Within the read scope, the author's own records: the owner of the customer wrote it.
        _ if method.permission == "interaction.update"
            && scope == Scope::Own
            && !(role == "representative" && state == State::Own) =>
        {
            Expected::Forbidden
        }
        _ => Expected::Allowed,
    }
}

fn reads(method: &MethodTable) -> bool {
    ["Get", "List", "Search"].iter().any(|verb| method.name.starts_with(verb))
}

/// The cell of the table.
fn scope(role: &str, operation: &str) -> Option<Scope> {
    merge(&[role.to_owned()]).grants.iter().find(|grant| grant.operation == operation).map(Grant::scope)
}

/// Whether a scope of the table reaches the record: the manager's department is rep1's.
fn reaches(scope: Scope, role: &str, state: State) -> bool {
    match (scope, state) {
        (Scope::All, _) => true,
        (Scope::Tree | Scope::Department, State::Own | State::Team | State::Deleted) => role == "manager",
        (Scope::Own | Scope::OwnAndShared, State::Own | State::Deleted) => role == "representative",
        _ => false,
    }
}

/// Whether the request names a record that scope decides about. Tags belong to everybody.
fn names_a_record(method: &MethodTable) -> bool {
    let scoped = ["Customers", "Contacts", "Interactions", "Imports"].iter().any(|name| method.service.ends_with(name));
    let create = method.name.starts_with("Create") && method.service.ends_with(".Customers");
    let list = matches!(
        method.name.as_str(),
        "ListCustomers"
            | "SearchCustomers"
            | "ListFollowUps"
            | "UploadImport"
            | "ListImports"
            | "DownloadImportTemplate"
    );
    let tagged = matches!(method.name.as_str(), "ListCustomerTags" | "SetCustomerTags");
    (scoped && !create && !list) || tagged
}

/// A request for these records, from the descriptors: ids where the request names a record, samples everywhere else.
fn request(method: &MethodTable, records: &Records, turn: usize) -> Value {
    let mut request = serde_json::Map::new();
    for field in &method.request().fields {
        let value = match field.name.as_str() {
            "id" => json!(records.of(&method.service)),
            "customer_id" => json!(records.customer),
            "import_id" => json!(records.import),
            "customer_ids" => json!([records.customer]),
            "tag_ids" => json!([records.tag]),
            "update_mask" => json!(mask(method)),
            "page_token" | "filter" => continue,
            "page_size" => json!(10),
            _ => {
                let mut value = sample::value(field, turn);
                if let (Some(inner), Value::Object(body)) = (field.message(), &mut value) {
                    let fits = |name: &str| inner.field(name).is_some();
                    if fits("id") {
                        body.insert("id".to_owned(), json!(records.of(&method.service)));
                    }
                    if fits("customer_id") {
                        body.insert("customerId".to_owned(), json!(records.customer));
                    }
                }
                value
            }
        };
        request.insert(field.json.clone(), value);
    }
    Value::Object(request)
}

/// The first writable text of the resource.
fn mask(method: &MethodTable) -> String {
    let resource =
        method.request().fields.iter().find_map(|field| field.message().filter(|inner| inner.well_known.is_none()));
    let field = resource.and_then(|table| sample::writable(table).find(|field| field.rules.max_length > 0));
    field.map(|field| field.json.clone()).unwrap_or_default()
}

impl Records {
    fn none() -> Records {
        let id = || "0190a0a0-0000-7000-8000-000000000000".to_owned();
        Records { customer: id(), contact: id(), interaction: id(), import: id(), tag: id() }
    }

    fn of(&self, service: &str) -> &str {
        match service.rsplit('.').next().unwrap_or_default() {
            "Contacts" => &self.contact,
            "Interactions" => &self.interaction,
            "Imports" => &self.import,
            "Tags" => &self.tag,
            _ => &self.customer,
        }
    }
}

/// Those whose records the states mean.
struct Owners {
    rep1: Person,
    rep2: Person,
    rep3: Person,
    admin: Person,
}

impl Owners {
    async fn of(world: &World) -> Owners {
        Owners {
            rep1: world.person("rep1").await,
            rep2: world.person("rep2").await,
            rep3: world.person("rep3").await,
            admin: world.person("admin").await,
        }
    }

    /// Fresh records, because the calls change them.
    async fn records(&self, state: State, turn: usize) -> Records {
        let owner = match state {
            State::Own | State::Deleted => &self.rep1,
            State::Team => &self.rep2,
            State::Other => &self.rep3,
        };
        let id = |body: Value| body["id"].as_str().expect("a record has an id").to_owned();
        let name = format!("权限样本{turn}");
        let phone = format!("139{turn:08}");
        let body = json!({ "name": name, "type": "ENTERPRISE", "phones": [{ "number": phone }] });
        let customer = id(owner.post("/v1/customers", &body).await.ok());
        let contact =
            id(owner.post(&format!("/v1/customers/{customer}/contacts"), &json!({ "name": "王小明" })).await.ok());
        let call = json!({ "method": "PHONE", "subject": "回访", "occurTime": "2026-01-05T08:00:00Z" });
        let interaction = id(owner.post(&format!("/v1/customers/{customer}/interactions"), &call).await.ok());
        let import = id(owner
            .upload("customers.csv", format!("客户名称,手机\n导入样本{turn},137{turn:08}\n").into_bytes())
            .await);
        let tag = id(self.admin.post("/v1/tags", &json!({ "name": format!("标签{turn}") })).await.ok());
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
        Records { customer, contact, interaction, import, tag }
    }
}
