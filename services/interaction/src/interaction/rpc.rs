//! The RPCs of the service `Interactions`.

use chrono::{DateTime, TimeDelta, Utc};
use cims_proto::interaction::v1::{
    self as proto, CreateInteractionRequest, DeleteInteractionRequest, InteractionChanged, ListFollowUpsRequest,
    ListFollowUpsResponse, ListInteractionsRequest, ListInteractionsResponse, UpdateInteractionRequest,
    interactions_server::Interactions,
};
use directory::Entry;
use kit::{
    Call, Failure, Scope,
    call::parse_id,
    client::Channel,
    page::Page,
    write::{Begin, Write, Writer, check_version, merged},
};
use prost::Message;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{Interaction, store, write};
use crate::{customer, follow_up};

/// The service `Interactions`.
#[derive(Debug)]
pub struct InteractionService {
    writer: Writer,
    customers: Channel,
    /// From a record's creation.
    edit_window: TimeDelta,
}

impl InteractionService {
    pub fn new(writer: Writer, customers: Channel, edit_window: TimeDelta) -> InteractionService {
        InteractionService { writer, customers, edit_window }
    }

    /// Whether a record may still be changed. Who may change everything is not bound.
    fn check_window(&self, scope: &Scope, create_time: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Failure> {
        if *scope == Scope::Everything || now - create_time <= self.edit_window {
            return Ok(());
        }
        let hours = self.edit_window.num_hours().to_string();
        Err(Failure::State { code: "EDIT_WINDOW_OVER", parameters: vec![("hours", hours)] })
    }
}

#[tonic::async_trait]
impl Interactions for InteractionService {
    async fn list_interactions(
        &self,
        request: Request<ListInteractionsRequest>,
    ) -> Result<Response<ListInteractionsResponse>, Status> {
        let (call, request) = kit::open(request)?;
        let page = Page::parse(request.page_size, &request.page_token, &(&request.customer_id, &call.scope))?;
        let pool = self.writer.pool();
        let reach = match request.customer_id.as_str() {
            "" => store::Reach::Scope(&call.scope),
            text => {
                let id = parse_id("/customerId", text)?;
                directory::resolve_one(pool, self.customers.clone(), id, &call.scope).await?;
                store::Reach::Customer(id)
            }
        };
        let mut rows = store::list(pool, reach, &page).await?;
        let next_page_token = page.finish(&mut rows, |row| (row.occur_time, row.id));
        let interactions = rows.iter().map(Interaction::to_proto).collect();
        Ok(Response::new(ListInteractionsResponse { interactions, next_page_token, ..Default::default() }))
    }

    async fn create_interaction(
        &self,
        request: Request<CreateInteractionRequest>,
    ) -> Result<Response<proto::Interaction>, Status> {
        let (call, request) = kit::open(request)?;
        let message = request.interaction.unwrap_or_default();
        let customer_id = parse_id("/interaction/customerId", &message.customer_id)?;
        // Brings the customer into the directory; what counts is read again under its lock.
        let seen = customer::read_scope(&call)?;
        directory::resolve_one(self.writer.pool(), self.customers.clone(), customer_id, &seen).await?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let customer = customer::store::lock(write.connection(), customer_id).await?;
        customer::permit(&call, &customer)?;
        let record = Interaction::new(write.id(), customer_id, write.actor_id(), message, write.now())?;
        write::create(&mut write, &customer, &record).await?;
        write.commit(record.to_proto()).await
    }

    async fn update_interaction(
        &self,
        request: Request<UpdateInteractionRequest>,
    ) -> Result<Response<proto::Interaction>, Status> {
        let (call, request) = kit::open(request)?;
        let patch = request.interaction.unwrap_or_default();
        let id = parse_id("/interaction/id", &patch.id)?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let (customer, before) = lock(&mut write, id).await?;
        customer::permit_change(&call, &customer, before.author_id)?;
        self.check_window(&call.scope, before.create_time, write.now())?;
        let mut after = before.clone();
        after.write(merged(&before.to_proto(), &patch, request.update_mask.as_ref())?, write.now())?;
        check(&mut write, &call, &before, &after).await?;
        if before.to_proto() != after.to_proto() {
            write::update(&mut write, &customer, &before, &mut after).await?;
        }
        write.commit(after.to_proto()).await
    }

    async fn delete_interaction(
        &self,
        request: Request<DeleteInteractionRequest>,
    ) -> Result<Response<proto::Interaction>, Status> {
        let (call, request) = kit::open(request)?;
        let id = parse_id("/id", &request.id)?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let (customer, record) = lock(&mut write, id).await?;
        customer::permit(&call, &customer)?;
        check(&mut write, &call, &record, &record).await?;
        write::delete(&mut write, &customer, &record).await?;
        write.commit(record.to_proto()).await
    }

    async fn list_follow_ups(
        &self,
        request: Request<ListFollowUpsRequest>,
    ) -> Result<Response<ListFollowUpsResponse>, Status> {
        let (call, request) = kit::open(request)?;
        let now = self.writer.clock().now();
        Ok(Response::new(follow_up::list(self.writer.pool(), &call.scope, &request, now).await?))
    }
}

/// The record with its customer, locked until the write ends.
async fn lock(write: &mut Write, id: Uuid) -> Result<(Entry, Interaction), Failure> {
    let customer = customer::store::lock_of(write.connection(), id).await?;
    Ok((customer, store::find(write.connection(), id).await?))
}

async fn check(write: &mut Write, call: &Call, before: &Interaction, after: &Interaction) -> Result<(), Failure> {
    let original = |payload: &[u8]| InteractionChanged::decode(payload).ok()?.after;
    let states = (&before.to_proto(), &after.to_proto());
    check_version(write, call, (before.id, before.version), states, original).await
}
