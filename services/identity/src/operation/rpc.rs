//! The RPC of the log of operations.

use cims_proto::{
    event::v1::{Actors, FindEventsRequest, FoundEvent, events_client::EventsClient},
    identity::v1::{
        ListOperationLogRequest, ListOperationLogResponse, LoggedOperation,
        operation_log_server::{OperationLog, OperationLogServer},
    },
};
use futures_util::future::try_join_all;
use kit::{
    Call, Failure, Scope,
    call::parse_id,
    client::Channel,
    database::Pool,
    events::{shown_fields, untold_fields},
    open,
    page::Page,
    service::Context,
};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{
    merge::{Placed, Positions, merge},
    store,
};

#[derive(Debug)]
pub struct OperationService {
    pool: Pool,
    /// Every service's, this one's too.
    services: Vec<(String, Channel)>,
}

pub fn server(context: &Context) -> OperationLogServer<OperationService> {
    let mut services: Vec<_> =
        context.peers.iter().map(|(name, channel)| ((*name).to_owned(), channel.clone())).collect();
    services.sort_by(|(one, _), (other, _)| one.cmp(other));
    OperationLogServer::new(OperationService { pool: context.pool.clone(), services })
}

#[tonic::async_trait]
impl OperationLog for OperationService {
    async fn list_operation_log(
        &self,
        request: Request<ListOperationLogRequest>,
    ) -> Result<Response<ListOperationLogResponse>, Status> {
        let (call, request) = open(request)?;
        let actors = self.actors(&call.scope, &request.user_id).await?;
        let asked = (
            &call.scope,
            &request.user_id,
            &request.record_id,
            request.start_time.map(|time| (time.seconds, time.nanos)),
            request.end_time.map(|time| (time.seconds, time.nanos)),
        );
        let page: Page<Positions> = Page::parse(request.page_size, &request.page_token, &asked)?;
        let positions = page.after.clone().unwrap_or_default();
        let question = FindEventsRequest {
            before_sequence: 0,
            page_size: u32::try_from(page.limit()).map_err(Failure::internal)?,
            actors: actors.map(|ids| Actors { ids: ids.iter().map(Uuid::to_string).collect() }),
            subject_id: request.record_id,
            start_time: request.start_time,
            end_time: request.end_time,
            untold_fields: untold_fields(&call),
        };
        let found = self.ask(&question, &positions).await?;
        let mut placed = merge(positions, found, usize::try_from(page.limit()).map_err(Failure::internal)?);
        let next_page_token = page.finish(&mut placed, |last: &Placed| last.positions.clone());
        let operations = placed.into_iter().filter_map(|placed| operation(&call, placed.found)).collect();
        Ok(Response::new(ListOperationLogResponse { operations, next_page_token }))
    }
}

impl OperationService {
    /// Whose operations may be shown and are asked for; none: everybody's, and those of CIMS itself.
    async fn actors(&self, scope: &Scope, asked: &str) -> Result<Option<Vec<Uuid>>, Failure> {
        let asked = match asked {
            "" => None,
            id => Some(parse_id("/userId", id)?),
        };
        if matches!(scope, Scope::Everything) {
            return Ok(asked.map(|id| vec![id]));
        }
        let mut people = match scope.departments() {
            Some(departments) => store::people_of(&self.pool, departments).await?,
            None => Vec::new(),
        };
        people.extend(scope.owner());
        people.retain(|id| asked.is_none_or(|asked| asked == *id));
        Ok(Some(people))
    }

    /// Asks all services side by side. One that is away fails the list: without its part it would look whole.
    async fn ask(
        &self,
        question: &FindEventsRequest,
        positions: &Positions,
    ) -> Result<Vec<(String, Vec<FoundEvent>)>, Failure> {
        let asks = self.services.iter().map(|(name, channel)| async move {
            let before_sequence = positions.get(name).copied().unwrap_or_default();
            let question = FindEventsRequest { before_sequence, ..question.clone() };
            let answer = EventsClient::new(channel.clone()).find_events(question).await?;
            Ok::<_, Failure>((name.clone(), answer.into_inner().events))
        });
        try_join_all(asks).await
    }
}

fn operation(call: &Call, found: FoundEvent) -> Option<LoggedOperation> {
    let event = found.event?;
    Some(LoggedOperation {
        changed_fields: shown_fields(call, &event.subject_type, &event.changed_fields),
        id: event.id,
        r#type: event.r#type,
        time: event.time,
        actor_id: event.actor_id,
        address: found.source_address,
        record_type: event.subject_type,
        record_id: event.subject_id,
        parent_id: found.parent_id,
        reason: found.reason,
    })
}
