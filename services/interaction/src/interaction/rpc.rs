//! The RPCs of the service `Interactions`.

use chrono::{DateTime, TimeDelta, Utc};
use cims_proto::interaction::v1::{
    self as proto, CompleteFollowUpRequest, CreateInteractionRequest, DeleteInteractionRequest, InteractionChanged,
    ListFollowUpsRequest, ListFollowUpsResponse, ListInteractionsRequest, ListInteractionsResponse,
    SnoozeFollowUpRequest, UpdateInteractionRequest, interactions_server::Interactions,
};
use directory::Entry;
use kit::{
    Call, Failure, Scope,
    call::parse_id,
    client::Channel,
    database::Pool,
    write::{Begin, Write, Writer, check_version, merged},
};
use prost::Message;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{Interaction, list, store, write};
use crate::{
    customer,
    follow_up::{self, rpc::FollowUps},
};

/// The service `Interactions`.
#[derive(Debug)]
pub struct InteractionService {
    writer: Writer,
    /// Plans each list for its own values.
    list_pool: Pool,
    customers: Channel,
    follow_ups: FollowUps,
    /// From a record's creation.
    edit_window: TimeDelta,
}

impl InteractionService {
    pub fn new(writer: Writer, list_pool: Pool, customers: Channel, edit_window: TimeDelta) -> InteractionService {
        let follow_ups = FollowUps::new(writer.clone(), customers.clone());
        InteractionService { writer, list_pool, customers, follow_ups, edit_window }
    }

    /// Asks the owner of a record's customer when the directory lags; what counts is read again under the lock.
    async fn ask_owner(&self, call: &Call, id: Uuid) -> Result<(), Failure> {
        if let Some(customer_id) = customer::store::doubtful(self.writer.pool(), id).await? {
            let seen = customer::read_scope(call)?;
            let now = self.writer.clock().now();
            directory::resolve_one(self.writer.pool(), self.customers.clone(), customer_id, &seen, now).await?;
        }
        Ok(())
    }

    /// Refuses a change to a contact that is none of the record's customer, whom the caller may see.
    async fn check_contact(
        &self,
        call: &Call,
        id: Uuid,
        patch: &proto::Interaction,
        mask: Option<&prost_types::FieldMask>,
    ) -> Result<(), Failure> {
        let changes = mask.is_some_and(|mask| mask.paths.iter().any(|path| path == "contact_id"));
        if !changes || patch.contact_id.is_empty() {
            return Ok(());
        }
        let customer_id = store::customer_of(self.writer.pool(), id).await?;
        let seen = customer::read_scope(call)?;
        let now = self.writer.clock().now();
        directory::resolve_one(self.writer.pool(), self.customers.clone(), customer_id, &seen, now).await?;
        customer::check_contact(self.customers.clone(), customer_id, &patch.contact_id).await
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
        let now = self.writer.clock().now();
        Ok(Response::new(list::answer(&self.list_pool, self.customers.clone(), &call, &request, now).await?))
    }

    async fn create_interaction(
        &self,
        request: Request<CreateInteractionRequest>,
    ) -> Result<Response<proto::Interaction>, Status> {
        let (call, request) = kit::open(request)?;
        let message = request.interaction.unwrap_or_default();
        let customer_id = parse_id("/interaction/customerId", &message.customer_id)?;
        // Brings the customer into the directory, or up to date there; what counts is read again under its lock.
        let seen = customer::read_scope(&call)?;
        let now = self.writer.clock().now();
        directory::resolve_one(self.writer.pool(), self.customers.clone(), customer_id, &seen, now).await?;
        customer::check_contact(self.customers.clone(), customer_id, &message.contact_id).await?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let customer = customer::store::lock(&mut write, customer_id, &seen).await?;
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
        self.ask_owner(&call, id).await?;
        self.check_contact(&call, id, &patch, request.update_mask.as_ref()).await?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let (customer, before) = lock(&mut write, &call, id).await?;
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
        self.ask_owner(&call, id).await?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let (customer, record) = lock(&mut write, &call, id).await?;
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
        Ok(Response::new(follow_up::list(self.writer.pool(), &call, &request, now).await?))
    }

    async fn snooze_follow_up(
        &self,
        request: Request<SnoozeFollowUpRequest>,
    ) -> Result<Response<proto::FollowUp>, Status> {
        let (call, request) = kit::open(request)?;
        self.follow_ups.snooze(&call, &request).await
    }

    async fn complete_follow_up(
        &self,
        request: Request<CompleteFollowUpRequest>,
    ) -> Result<Response<proto::FollowUp>, Status> {
        let (call, request) = kit::open(request)?;
        self.follow_ups.complete(&call, &request).await
    }
}

/// The record with its customer, locked until the write ends.
async fn lock(write: &mut Write, call: &Call, id: Uuid) -> Result<(Entry, Interaction), Failure> {
    let customer = customer::store::lock_of(write, id, &customer::read_scope(call)?).await?;
    Ok((customer, store::find(write.connection(), id).await?))
}

async fn check(write: &mut Write, call: &Call, before: &Interaction, after: &Interaction) -> Result<(), Failure> {
    let original = |payload: &[u8]| InteractionChanged::decode(payload).ok()?.after;
    let states = (&before.to_proto(), &after.to_proto());
    check_version(write, call, (before.id, before.version), states, original).await
}
