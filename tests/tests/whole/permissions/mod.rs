//! Every RPC x every built-in role x own, team's, other's, shared and deleted record, from the descriptors and from the table of
//! roles: a new RPC is covered the day it is written, without an entry of its own.

mod calls;
mod credentials;
mod expectation;
mod owners;

use kit::schema::{MethodTable, schema};
use serde_json::Value;
use tests::{Organisation, Person, Records, World};
use tonic::Code;

use calls::{names_a_job, names_a_record, reads, request};
use credentials::with_credential;
use expectation::{Expected, STATES, State, expectation};
use owners::Owners;

/// One person of each role, and how the table's scopes reach the records of the states.
const PEOPLE: [(&str, &str); 6] = [
    ("admin", "administrator"),
    ("manager1", "manager"),
    ("rep1", "representative"),
    ("service1", "service_agent"),
    ("marketing1", "marketing"),
    ("exec1", "executive"),
];

const MANAGE: &str = "organisation.manage";

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
