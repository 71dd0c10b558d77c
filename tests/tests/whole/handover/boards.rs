//! A service of which identity knows nothing takes part by serving `Handovers`; and what a handover comes to that goes on
//! until somebody stops it.

use std::{collections::HashMap, sync::Arc};

use cims::Role;
use cims_proto::{
    Job,
    handover::v1::{
        CancelHandoverPartRequest, CountOwnedRequest, CountOwnedResponse, GetHandoverPartRequest, HandoverPart,
        OwnedCount, StartHandoverRequest, UndoHandoverPartRequest,
        handovers_server::{Handovers, HandoversServer},
    },
    job::State,
};
use serde_json::json;
use tests::{Person, TestDatabase, World};
use tokio::sync::Mutex;
use tonic::{
    Request, Response, Status,
    transport::{Server, server::TcpIncoming},
};

use super::{MANY, customer, fill, hand_over, id, owner, preview, to};

/// A service with boards, of which everybody owns three. Away when it is first told to start.
#[derive(Clone, Debug, Default)]
struct Boards {
    /// Its part never ends by itself.
    lasting: bool,
    told: Arc<Mutex<Vec<StartHandoverRequest>>>,
    jobs: Arc<Mutex<HashMap<String, State>>>,
}

impl Boards {
    /// Its address, for as long as the test runs.
    fn served(&self) -> String {
        let incoming = TcpIncoming::bind(([127, 0, 0, 1], 0).into()).expect("a port");
        let address = format!("http://{}", incoming.local_addr().expect("an address"));
        let server = Server::builder().add_service(HandoversServer::new(self.clone()));
        tokio::spawn(server.serve_with_incoming(incoming));
        address
    }

    async fn part(&self, id: String, turn: Option<State>) -> Result<Response<HandoverPart>, Status> {
        let mut jobs = self.jobs.lock().await;
        if let Some(state) = turn {
            jobs.insert(id.clone(), state);
        }
        let state = jobs.get(&id).copied().ok_or_else(|| Status::not_found("no such job"))?;
        let job = Job { id, state: state.into(), total: 3, progress: 3, changed: 3, ..Job::default() };
        Ok(Response::new(HandoverPart { job: Some(job), ..HandoverPart::default() }))
    }
}

#[tonic::async_trait]
impl Handovers for Boards {
    async fn count_owned(&self, request: Request<CountOwnedRequest>) -> Result<Response<CountOwnedResponse>, Status> {
        let first = request.into_inner().rules.into_iter().next();
        let receiver_id = first.and_then(|rule| rule.receiver_ids.into_iter().next()).unwrap_or_default();
        let rule = i32::from(!receiver_id.is_empty());
        let count = OwnedCount { r#type: "reporting.board".to_owned(), rule, receiver_id, count: 3 };
        Ok(Response::new(CountOwnedResponse { counts: vec![count] }))
    }

    async fn start_handover(&self, request: Request<StartHandoverRequest>) -> Result<Response<HandoverPart>, Status> {
        let mut told = self.told.lock().await;
        told.push(request.into_inner());
        match told.as_slice() {
            [_] => Err(Status::unavailable("away")),
            told => {
                let state = if self.lasting { State::Running } else { State::Succeeded };
                self.part(told[0].id.clone(), Some(state)).await
            }
        }
    }

    async fn get_handover_part(
        &self,
        request: Request<GetHandoverPartRequest>,
    ) -> Result<Response<HandoverPart>, Status> {
        self.part(request.into_inner().id, None).await
    }

    async fn cancel_handover_part(
        &self,
        request: Request<CancelHandoverPartRequest>,
    ) -> Result<Response<HandoverPart>, Status> {
        self.part(request.into_inner().id, Some(State::Cancelled)).await
    }

    async fn undo_handover_part(
        &self,
        request: Request<UndoHandoverPartRequest>,
    ) -> Result<Response<HandoverPart>, Status> {
        self.part(request.into_inner().id, Some(State::Undone)).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_service_takes_part_by_serving_the_rpcs() {
    let boards = Boards::default();
    let address = boards.served();
    let world = World::start_on(TestDatabase::create().await, |settings| {
        settings.peers.insert(Role::Reporting, address);
    })
    .await;
    let (admin, rep1, rep2) = (world.person("admin").await, world.person("rep1").await, world.person("rep2").await);
    let own = customer(&rep1, 1, "").await;
    let rules = [to(&[&rep2], "")];
    let seen = preview(&admin, &rep1, &rules).await;
    let counts: Vec<_> = seen["counts"].as_array().expect("counts").iter().map(|own| own["type"].clone()).collect();
    assert_eq!((counts, &seen["total"]), (vec![json!("customer.customer"), json!("reporting.board")], &json!(4)));
    let refused = admin.post(&format!("/v1/users/{}:disable", rep1.id), &json!({})).await;
    assert_eq!(refused.body["counts"], json!({ "customer.customer": 1, "reporting.board": 3 }), "{}", refused.body);

    let handover = hand_over(&admin, &rep1, &rules).await;
    let services: Vec<_> =
        handover["parts"].as_array().expect("parts").iter().map(|own| own["service"].clone()).collect();
    assert_eq!((services, &handover["state"]), (vec![json!("customer"), json!("reporting")], &json!("SUCCEEDED")));
    let told = boards.told.lock().await.clone();
    assert!(told.len() == 2 && told[0] == told[1], "told again after it was away: {told:?}");
    assert_eq!((&told[0].id, &told[0].author_id, &told[0].owner_id), (&id(&handover), &admin.id, &rep1.id));
    admin.post(&format!("/v1/handovers/{}:undo", id(&handover)), &json!({})).await.ok();
    assert_eq!(admin.job_ended("handovers", &handover).await["state"], "UNDONE");
    assert_eq!(owner(&admin, &own).await, json!(rep1.id));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handover_is_cancelled_what_has_gone_stays_and_may_be_taken_back() {
    let boards = Boards { lasting: true, ..Boards::default() };
    let address = boards.served();
    let world = World::start_on(TestDatabase::create().await, |settings| {
        settings.peers.insert(Role::Reporting, address);
    })
    .await;
    let (admin, manager1) = (world.person("admin").await, world.person("manager1").await);
    let (rep1, rep2) = (world.person("rep1").await, world.person("rep2").await);
    fill(&rep1, MANY).await;
    let body = json!({ "userId": rep1.id, "rules": [to(&[&rep2], "")] });
    let handover = admin.post("/v1/handovers", &body).await.ok();
    let path = format!("/v1/handovers/{}", id(&handover));
    assert_eq!(admin.post(&format!("{path}:undo"), &json!({})).await.refused(422), "JOB_NOT_ENDED");
    let cancel = format!("{path}:cancel");
    assert_eq!(manager1.post(&cancel, &json!({})).await.refused(404), "NOT_FOUND", "somebody else's");
    assert_eq!(rep1.post(&cancel, &json!({})).await.refused(403), "PERMISSION_DENIED");
    admin.post(&cancel, &json!({})).await.ok();
    let ended = admin.job_ended("handovers", &handover).await;
    assert_eq!((&ended["state"], ended["finishTime"].is_string()), (&json!("CANCELLED"), true), "{ended}");

    // Each customer is with one of both, as many as the job says.
    let job = &ended["parts"][0]["job"];
    let owned = async |person: &Person| {
        let seen = preview(&admin, person, &[]).await;
        let own = seen["counts"].as_array().expect("counts").iter().find(|own| own["service"] == "customer");
        own.map_or(0, |own| own["count"].as_u64().expect("a count"))
    };
    let (left, gone) = (owned(&rep1).await, owned(&rep2).await);
    assert_eq!((json!(gone), left + gone), (job["changed"].clone(), MANY as u64), "{ended}");
    let again = admin.post(&cancel, &json!({})).await.ok();
    assert_eq!(again, ended, "there is nothing to cancel any more");

    admin.post(&format!("{path}:undo"), &json!({})).await.ok();
    assert_eq!(admin.job_ended("handovers", &handover).await["state"], "UNDONE");
    assert_eq!((owned(&rep1).await, owned(&rep2).await), (MANY as u64, 0));
    world.stop().await;
}
