//! Reading a service's events again, for rebuilding a read model from the start.

use cims_proto::event::v1::{
    Event, FindEventsRequest, FindEventsResponse, ListEventsRequest, ListEventsResponse,
    events_client::EventsClient,
    events_server::{Events, EventsServer},
};
use tonic::{Request, Response, Status};

use super::{find, stored::Stored};
use crate::{call::open, client::Channel, database::Pool, problem::Failure};

/// The RPC by which a service lets others read its events.
#[derive(Clone, Debug)]
pub struct EventList {
    pool: Pool,
}

impl EventList {
    pub fn server(pool: Pool) -> EventsServer<EventList> {
        EventsServer::new(EventList { pool }).max_encoding_message_size(64 << 20)
    }
}

const DEFAULT_SIZE: u32 = 1_000;

#[tonic::async_trait]
impl Events for EventList {
    async fn list_events(&self, request: Request<ListEventsRequest>) -> Result<Response<ListEventsResponse>, Status> {
        let (_, request) = open(request)?;
        let size = if request.page_size == 0 { DEFAULT_SIZE } else { request.page_size };
        let rows = sqlx::query_as!(
            Stored,
            r#"select event.sequence, false as "bulk!", event.id, event.subject_type, event.subject_id, event.subject_version, event.type,
                event.actor_id, '' as "source_address!", event.trace_parent, event.time, event.changed_fields, event.owner_id,
                event.department_id, event.payload || coalesce(personal.payload, ''::bytea) as "payload!", event.parent_id
            from event left join event_personal personal on personal.event_id = event.id
            where event.sequence > $1 and (cardinality($2::text[]) = 0 or event.subject_type = any($2))
            order by event.sequence
            limit $3"#,
            request.after_sequence,
            &request.subject_types,
            i64::from(size),
        )
        .fetch_all(&self.pool)
        .await
        .map_err(Failure::from)?;
        let next_sequence = rows.last().map_or(request.after_sequence, |row| row.sequence);
        Ok(Response::new(ListEventsResponse { events: rows.into_iter().map(Event::from).collect(), next_sequence }))
    }

    async fn find_events(&self, request: Request<FindEventsRequest>) -> Result<Response<FindEventsResponse>, Status> {
        let (_, request) = open(request)?;
        Ok(Response::new(FindEventsResponse { events: find::find(&self.pool, &request).await? }))
    }
}

/// Every event of a service, oldest first, page by page. What is written meanwhile also comes by the queue, and versions
/// decide, so nothing is lost or counted twice.
#[derive(Debug)]
pub struct Replay {
    client: EventsClient<Channel>,
    subject_types: Vec<String>,
    after_sequence: i64,
}

impl Replay {
    /// Events of these subject types ("customer.customer"); all when none is named.
    pub fn new(service: Channel, subject_types: &[&str]) -> Replay {
        let client = EventsClient::new(service).max_decoding_message_size(64 << 20);
        Replay { client, subject_types: subject_types.iter().map(|&name| name.to_owned()).collect(), after_sequence: 0 }
    }

    /// The next page; none at the end.
    ///
    /// # Errors
    /// When the service is out of reach.
    pub async fn next(&mut self) -> Result<Option<Vec<Event>>, Failure> {
        let Replay { after_sequence, subject_types, .. } = self;
        let request = ListEventsRequest {
            after_sequence: *after_sequence,
            page_size: DEFAULT_SIZE,
            subject_types: subject_types.clone(),
        };
        let page = self.client.list_events(request).await?.into_inner();
        self.after_sequence = page.next_sequence;
        Ok((!page.events.is_empty()).then_some(page.events))
    }
}
