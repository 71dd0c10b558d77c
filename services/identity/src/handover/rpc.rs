//! The RPCs of the service `PersonHandovers`.

use std::sync::Arc;

use cims_proto::{
    Reach,
    handover::v1::{CountOwnedRequest, HandoverRule, StartHandoverRequest},
    identity::v1::{
        self as proto, CancelHandoverRequest, CreateHandoverRequest, GetHandoverRequest, ListHandoversRequest,
        ListHandoversResponse, PreviewHandoverRequest, PreviewHandoverResponse, UndoHandoverRequest,
        person_handovers_server::{PersonHandovers, PersonHandoversServer},
        preview_handover_response::Count,
    },
    job::State,
};
use kit::{
    Call, Failure, Scope,
    call::parse_id,
    open,
    service::Context,
    write::{Begin, Writer},
};
use prost::Message;
use tokio::sync::Notify;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{
    Goal, Handover, Part, Participants, Progress,
    check::check,
    follow::{Teller, sweep},
    participants::Owned,
    record, store,
};

/// Handovers of one person that are listed.
const LISTED: i64 = 20;

#[derive(Debug)]
pub struct HandoverService {
    writer: Writer,
    participants: Participants,
    /// There is something to tell the services.
    wake: Arc<Notify>,
}

/// Starts telling the services, and the sweep.
pub fn server(context: &Context, participants: Participants) -> PersonHandoversServer<HandoverService> {
    let (pool, wake) = (context.pool.clone(), Arc::new(Notify::new()));
    let teller = Teller { pool: pool.clone(), participants: participants.clone(), wake: wake.clone() };
    context.spawn(teller.run(context.stop.clone()));
    context.spawn(sweep(pool, context.stop.clone()));
    PersonHandoversServer::new(HandoverService { writer: context.writer.clone(), participants, wake })
}

#[tonic::async_trait]
impl PersonHandovers for HandoverService {
    async fn preview_handover(
        &self,
        request: Request<PreviewHandoverRequest>,
    ) -> Result<Response<PreviewHandoverResponse>, Status> {
        let (call, request) = open(request)?;
        let owned = self.owned(&call, &request.user_id, &request.rules).await?;
        Ok(Response::new(preview(owned)))
    }

    async fn create_handover(
        &self,
        request: Request<CreateHandoverRequest>,
    ) -> Result<Response<proto::Handover>, Status> {
        let (call, request) = open(request)?;
        let author = call.user()?;
        let owned = self.owned(&call, &request.user_id, &request.rules).await?;
        let services: Vec<String> = owned.into_iter().map(|own| own.service).collect();
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let plan = StartHandoverRequest {
            id: String::new(),
            owner_id: request.user_id.clone(),
            rules: request.rules,
            author_id: author.user_id.to_string(),
            author_department_id: author.department_id.map(|id| id.to_string()).unwrap_or_default(),
            reach: Some(Reach::from(&call.scope)),
        };
        let handover = Handover {
            id: write.id(),
            user_id: parse_id("/userId", &request.user_id)?,
            author_id: author.user_id,
            plan: plan.encode_to_vec(),
            goal: Goal::HandOver,
            version: 1,
            create_time: write.now(),
        };
        store::insert(write.connection(), &handover, &services).await?;
        record(&mut write, None, &handover).await?;
        let progress = services
            .into_iter()
            .map(|service| Progress { part: Part { service, told: None, refused: false }, answer: None });
        let answer = handover.to_proto(&progress.collect::<Vec<_>>())?;
        let answer = write.commit(answer).await;
        self.wake.notify_one();
        answer
    }

    async fn list_handovers(
        &self,
        request: Request<ListHandoversRequest>,
    ) -> Result<Response<ListHandoversResponse>, Status> {
        let (call, request) = open(request)?;
        let user_id = parse_id("/userId", &request.user_id)?;
        let mut handovers = Vec::new();
        for handover in store::list(self.writer.pool(), user_id, author(&call)?, LISTED).await? {
            match self.progress(&handover).await {
                Ok(progress) => handovers.push(handover.to_proto(&progress)?),
                // A service has forgotten its job.
                Err(failure) if is_not_found(&failure) => {}
                Err(failure) => return Err(failure.into()),
            }
        }
        Ok(Response::new(ListHandoversResponse { handovers }))
    }

    async fn get_handover(&self, request: Request<GetHandoverRequest>) -> Result<Response<proto::Handover>, Status> {
        let (call, request) = open(request)?;
        let (handover, progress) = self.find(&call, &request.id).await?;
        Ok(Response::new(handover.to_proto(&progress)?))
    }

    async fn cancel_handover(
        &self,
        request: Request<CancelHandoverRequest>,
    ) -> Result<Response<proto::Handover>, Status> {
        let (call, request) = open(request)?;
        let stopped = |state| Ok((state == State::Running).then_some(Goal::Cancel));
        self.turn(&call, &request.id, stopped).await
    }

    async fn undo_handover(&self, request: Request<UndoHandoverRequest>) -> Result<Response<proto::Handover>, Status> {
        let (call, request) = open(request)?;
        let taken_back = |state| match state {
            State::Running => Err(Failure::state("JOB_NOT_ENDED")),
            State::Undoing | State::Undone => Err(Failure::state("JOB_UNDONE")),
            _ => Ok(Some(Goal::Undo)),
        };
        self.turn(&call, &request.id, taken_back).await
    }
}

impl HandoverService {
    /// What the person owns within the caller's reach, by the rules, once these are known to be sound.
    async fn owned(&self, call: &Call, user_id: &str, rules: &[HandoverRule]) -> Result<Vec<Owned>, Failure> {
        check(self.writer.pool(), parse_id("/userId", user_id)?, rules, &call.scope).await?;
        let question = CountOwnedRequest {
            owner_id: user_id.to_owned(),
            reach: Some(Reach::from(&call.scope)),
            rules: rules.to_vec(),
        };
        self.participants.owned(&question).await
    }

    async fn progress(&self, handover: &Handover) -> Result<Vec<Progress>, Failure> {
        let parts = store::parts(self.writer.pool(), handover.id).await?;
        self.participants.progress(handover.id, parts).await
    }

    async fn find(&self, call: &Call, id: &str) -> Result<(Handover, Vec<Progress>), Failure> {
        let id = parse_id("/id", id)?;
        let handover = store::find(self.writer.pool(), id, author(call)?).await?.ok_or(Failure::NotFound)?;
        let progress = self.progress(&handover).await?;
        Ok((handover, progress))
    }

    /// Gives a handover another goal, which follows from its state; none leaves it as it is.
    async fn turn(
        &self,
        call: &Call,
        id: &str,
        goal: impl FnOnce(State) -> Result<Option<Goal>, Failure>,
    ) -> Result<Response<proto::Handover>, Status> {
        let (seen, progress) = self.find(call, id).await?;
        let mut write = match self.writer.begin(call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let before = store::lock(write.connection(), seen.id, author(call)?).await?.ok_or(Failure::NotFound)?;
        if before.version != seen.version {
            // Somebody else was faster: what they began is to be looked at first.
            return Err(Failure::InFlight.into());
        }
        let shown = before.to_proto(&progress)?;
        let Some(goal) = goal(shown.state())? else { return write.commit(shown).await };
        let after = Handover { goal, version: before.version + 1, ..before.clone() };
        store::put_goal(write.connection(), &after).await?;
        record(&mut write, Some(&before), &after).await?;
        let waiting = progress.into_iter().map(|own| Progress { part: again(own.part), ..own });
        let answer = after.to_proto(&waiting.collect::<Vec<_>>())?;
        let answer = write.commit(answer).await;
        self.wake.notify_one();
        answer
    }
}

/// A part that is to be told another goal.
fn again(part: Part) -> Part {
    match part.told {
        Some(_) => Part { told: Some(Goal::HandOver), refused: false, ..part },
        None => part,
    }
}

fn preview(owned: Vec<Owned>) -> PreviewHandoverResponse {
    let mut answer = PreviewHandoverResponse::default();
    for Owned { service, counts } in owned {
        for own in counts {
            answer.total += own.count;
            if own.rule == 0 {
                answer.staying += own.count;
            }
            answer.counts.push(Count {
                service: service.clone(),
                r#type: own.r#type,
                rule: own.rule,
                receiver_id: own.receiver_id,
                count: own.count,
            });
        }
    }
    answer
}

/// Whose handovers the caller sees: none for everybody's.
fn author(call: &Call) -> Result<Option<Uuid>, Failure> {
    match call.scope {
        Scope::Everything => Ok(None),
        _ => Ok(Some(call.user()?.user_id)),
    }
}

fn is_not_found(failure: &Failure) -> bool {
    matches!(failure, Failure::Status(status) if status.code() == tonic::Code::NotFound)
}
