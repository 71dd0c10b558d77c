//! The services that take part: whoever serves `Handovers`. Nobody keeps a list of them.

use std::{collections::HashMap, sync::Arc};

use cims_proto::handover::v1::{
    CancelHandoverPartRequest, CountOwnedRequest, GetHandoverPartRequest, OwnedCount, StartHandoverRequest,
    UndoHandoverPartRequest, handovers_client::HandoversClient,
};
use futures_util::future::try_join_all;
use kit::{Failure, client::Channel, problem::problem_of};
use tonic::{Code, Status};
use uuid::Uuid;

use super::{Goal, Handover, Part, Progress};

#[derive(Clone, Debug)]
pub struct Participants {
    /// Every service by its name; some have no records with owners.
    peers: Arc<HashMap<&'static str, Channel>>,
}

/// What a service that takes part keeps of somebody's.
#[derive(Debug)]
pub(super) struct Owned {
    pub service: String,
    pub counts: Vec<OwnedCount>,
}

impl Participants {
    pub fn new(peers: Arc<HashMap<&'static str, Channel>>) -> Participants {
        Participants { peers }
    }

    /// Asks all services side by side; the answer has those that take part. One that is away fails it: without its part
    /// it would look as if nothing was left.
    ///
    /// # Errors
    /// `Away`, with its name, when a service is out of reach.
    pub(super) async fn owned(&self, question: &CountOwnedRequest) -> Result<Vec<Owned>, Failure> {
        let asks = self.peers.iter().map(|(name, channel)| async move {
            match HandoversClient::new(channel.clone()).count_owned(question.clone()).await {
                Ok(answer) => Ok(Some(Owned { service: (*name).to_owned(), counts: answer.into_inner().counts })),
                Err(status) if status.code() == Code::Unimplemented => Ok(None),
                Err(status) => Err(Failure::from(status).of_service(name)),
            }
        });
        let mut owned: Vec<Owned> = try_join_all(asks).await?.into_iter().flatten().collect();
        owned.sort_by(|one, other| one.service.cmp(&other.service));
        Ok(owned)
    }

    /// Refuses when somebody still owns something, whoever may see it.
    ///
    /// # Errors
    /// `InTheWay` with the count of each type of record; `Away` when a service is out of reach.
    pub async fn check_nothing_owned(&self, owner_id: Uuid) -> Result<(), Failure> {
        let reach = cims_proto::Reach { everything: true, ..Default::default() };
        let question = CountOwnedRequest { owner_id: owner_id.to_string(), reach: Some(reach), rules: Vec::new() };
        let mut counts: HashMap<String, i64> = HashMap::new();
        for count in self.owned(&question).await?.into_iter().flat_map(|own| own.counts) {
            *counts.entry(count.r#type).or_default() += i64::from(count.count);
        }
        counts.retain(|_, count| *count > 0);
        if counts.is_empty() {
            return Ok(());
        }
        Err(Failure::InTheWay { code: "OWNS_RECORDS", counts: counts.into_iter().collect() })
    }

    /// How far each part is.
    ///
    /// # Errors
    /// `NotFound` when a service has forgotten its job, as it does in time; when one is out of reach.
    pub(super) async fn progress(&self, id: Uuid, parts: Vec<Part>) -> Result<Vec<Progress>, Failure> {
        let asks = parts.into_iter().map(|part| async move {
            let answer = match part.told {
                None => None,
                Some(_) => {
                    let request = GetHandoverPartRequest { id: id.to_string() };
                    Some(self.client(&part.service)?.get_handover_part(request).await?.into_inner())
                }
            };
            Ok::<_, Failure>(Progress { part, answer })
        });
        try_join_all(asks).await
    }

    /// Tells a service what it is to do. All of it may be said again.
    ///
    /// # Errors
    /// When the service refuses or is out of reach.
    pub(super) async fn tell(&self, handover: &Handover, part: &Part) -> Result<(), Failure> {
        let mut client = self.client(&part.service)?;
        let id = handover.id.to_string();
        if part.told.is_none() {
            client.start_handover(StartHandoverRequest { id: id.clone(), ..handover.plan()? }).await?;
        }
        match handover.goal {
            Goal::HandOver => Ok(()),
            Goal::Cancel => {
                client.cancel_handover_part(CancelHandoverPartRequest { id }).await.map(drop).map_err(Failure::from)
            }
            Goal::Undo => match client.undo_handover_part(UndoHandoverPartRequest { id }).await {
                Ok(_) => Ok(()),
                Err(status) if has_code(&status, "JOB_UNDONE") => Ok(()),
                // It was cancelled just now, and its last batch is on the way.
                Err(status) if has_code(&status, "JOB_NOT_ENDED") => {
                    Err(Failure::Unavailable(format!("{}: not ended", part.service)))
                }
                Err(status) => Err(status.into()),
            },
        }
    }

    fn client(&self, service: &str) -> Result<HandoversClient<Channel>, Failure> {
        let channel = self.peers.get(service).cloned();
        let missing = || Failure::Unavailable(format!("no channel to {service}"));
        channel.map(HandoversClient::new).ok_or_else(missing)
    }
}

fn has_code(status: &Status, code: &str) -> bool {
    problem_of(status).is_some_and(|problem| problem.code == code)
}
