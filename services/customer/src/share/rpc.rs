//! The RPCs of the service `Shares`. Who changes a share holds the customer's lock, so that whoever counts them counts all.

use cims_proto::customer::v1::{
    self as proto, CreateShareRequest, DeleteShareRequest, ListSharesRequest, ListSharesResponse, ShareChanged,
    UpdateShareRequest,
    shares_server::{Shares, SharesServer},
};
use kit::{
    Call, Failure,
    call::parse_id,
    client::Channel,
    problem::code::TOO_MANY,
    service::Context,
    write::{Begin, Write, Writer, check_version, merged},
    zone,
};
use prost::Message;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{Access, SHARE_LIMIT, Share, receiver::Receiver, store, write};
use crate::customer::{Customer, access};

/// The service `Shares`.
#[derive(Debug)]
pub struct ShareService {
    writer: Writer,
    identity: Channel,
}

impl ShareService {
    /// # Errors
    /// When the process was wired without identity.
    pub fn server(context: &Context) -> Result<SharesServer<ShareService>, Failure> {
        Ok(SharesServer::new(ShareService { writer: context.writer.clone(), identity: context.peer("identity")? }))
    }
}

#[tonic::async_trait]
impl Shares for ShareService {
    async fn list_shares(&self, request: Request<ListSharesRequest>) -> Result<Response<ListSharesResponse>, Status> {
        let (call, request) = kit::open(request)?;
        let id = parse_id("/customerId", &request.customer_id)?;
        let (pool, now) = (self.writer.pool(), self.writer.clock().now());
        let customer = access::read(pool, &call, id, now).await?;
        // With whom else it is shared is for who may share it.
        let only = if may_share(&call, &customer) { None } else { Some(call.user()?.user_id) };
        let shares = store::list(pool, id, only, now).await?;
        Ok(Response::new(ListSharesResponse { shares: shares.iter().map(Share::to_proto).collect() }))
    }

    async fn create_share(&self, request: Request<CreateShareRequest>) -> Result<Response<proto::Share>, Status> {
        let (call, request) = kit::open(request)?;
        let written = request.share.unwrap_or_default();
        let customer_id = parse_id("/share/customerId", &written.customer_id)?;
        let user_id = parse_id("/share/userId", &written.user_id)?;
        let zone = zone::parse("/timeZone", &request.time_zone)?;
        let receiver = Receiver::ask(self.identity.clone(), user_id).await?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let customer = access::lock(&mut write, &call, customer_id).await?;
        let before = store::find_with(write.connection(), customer_id, user_id).await?;
        let mut share = fresh(&write, customer_id, user_id, before.as_ref());
        share.write(&written, zone, write.now())?;
        receiver.check(&call, &share, &customer)?;
        let now = write.now();
        if !before.as_ref().is_some_and(|before| before.holds(now)) {
            check_room(&mut write, customer_id).await?;
        }
        write::save(&mut write, &customer, before.as_ref(), &mut share).await?;
        write.commit(share.to_proto()).await
    }

    async fn update_share(&self, request: Request<UpdateShareRequest>) -> Result<Response<proto::Share>, Status> {
        let (call, request) = kit::open(request)?;
        let patch = request.share.unwrap_or_default();
        let customer_id = parse_id("/share/customerId", &patch.customer_id)?;
        let id = parse_id("/share/id", &patch.id)?;
        let zone = zone::parse("/timeZone", &request.time_zone)?;
        let user_id = store::person_of(self.writer.pool(), customer_id, id).await?;
        let receiver = Receiver::ask(self.identity.clone(), user_id.unwrap_or_default()).await?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let (customer, before) = lock(&mut write, &call, customer_id, id).await?;
        let mut after = before.clone();
        after.write(&merged(&before.to_proto(), &patch, request.update_mask.as_ref())?, zone, write.now())?;
        check(&mut write, &call, &before, &after).await?;
        if before.to_proto() == after.to_proto() {
            return write.commit(before.to_proto()).await;
        }
        receiver.check(&call, &after, &customer)?;
        after.author_id = write.actor_id();
        write::save(&mut write, &customer, Some(&before), &mut after).await?;
        write.commit(after.to_proto()).await
    }

    async fn delete_share(&self, request: Request<DeleteShareRequest>) -> Result<Response<proto::Share>, Status> {
        let (call, request) = kit::open(request)?;
        let customer_id = parse_id("/customerId", &request.customer_id)?;
        let id = parse_id("/id", &request.id)?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let (customer, before) = lock(&mut write, &call, customer_id, id).await?;
        check(&mut write, &call, &before, &before).await?;
        let mut after = Share { ended: true, ..before.clone() };
        write::save(&mut write, &customer, Some(&before), &mut after).await?;
        write.commit(before.to_proto()).await
    }
}

fn may_share(call: &Call, customer: &Customer) -> bool {
    let scope = call.scope_of("customer.share");
    scope.is_ok_and(|scope| scope.contains(customer.owner_id, customer.department_id, false))
}

/// A share that is not written yet: the caller fills in the rest. It takes the place of one with the same person.
fn fresh(write: &Write, customer_id: Uuid, user_id: Uuid, before: Option<&Share>) -> Share {
    let now = write.now();
    Share {
        id: before.map_or_else(|| write.id(), |before| before.id),
        customer_id,
        user_id,
        access: Access::Read,
        end_date: None,
        end_time: None,
        ended: false,
        author_id: write.actor_id(),
        version: 1,
        create_time: before.filter(|before| before.holds(now)).map_or(now, |before| before.create_time),
        update_time: now,
    }
}

/// A share that holds, with its customer, which is locked for the call's operation.
async fn lock(write: &mut Write, call: &Call, customer_id: Uuid, id: Uuid) -> Result<(Customer, Share), Failure> {
    let customer = access::lock(write, call, customer_id).await?;
    let (share, now) = (store::find(write.connection(), customer_id, id).await?, write.now());
    Ok((customer, share.filter(|share| share.holds(now)).ok_or(Failure::NotFound)?))
}

async fn check_room(write: &mut Write, customer_id: Uuid) -> Result<(), Failure> {
    let now = write.now();
    match store::list(write.connection(), customer_id, None, now).await?.len() < SHARE_LIMIT {
        true => Ok(()),
        false => Err(Failure::field("/share", TOO_MANY, SHARE_LIMIT)),
    }
}

async fn check(write: &mut Write, call: &Call, before: &Share, after: &Share) -> Result<(), Failure> {
    let original = |payload: &[u8]| ShareChanged::decode(payload).ok()?.after;
    let states = (&before.to_proto(), &after.to_proto());
    check_version(write, call, (before.id, before.version), states, original).await
}
