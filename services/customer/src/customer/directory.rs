//! Who owns which customer, and which customers answer a question: for the other services.

use cims_proto::customer::v1::{
    DirectoryEntry, MatchCustomersRequest, MatchCustomersResponse, ResolveContactsRequest, ResolveContactsResponse,
    ResolveCustomersRequest, ResolveCustomersResponse, ShareState, directory_server::Directory,
};
use kit::{
    Failure, Scope,
    call::parse_id,
    clock::{Clock, time},
    database::Pool,
    schema::FieldRules,
    share::{self, Share},
};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::store::{self, Owned};
use crate::{
    contact,
    search::{self, Matching},
};

/// The service `Directory`.
#[derive(Debug)]
pub struct DirectoryService {
    pool: Pool,
    /// Plans each question for its own values.
    search_pool: Pool,
    clock: Clock,
}

impl DirectoryService {
    pub fn new(pool: Pool, search_pool: Pool, clock: Clock) -> DirectoryService {
        DirectoryService { pool, search_pool, clock }
    }
}

/// Customers answered at once when the request does not say.
const DEFAULT_SIZE: i64 = 500;

#[tonic::async_trait]
impl Directory for DirectoryService {
    async fn resolve_customers(
        &self,
        request: Request<ResolveCustomersRequest>,
    ) -> Result<Response<ResolveCustomersResponse>, Status> {
        let (_, request) = kit::open(request)?;
        let ids = request.ids.iter().map(|id| parse_id("/ids", id)).collect::<Result<Vec<Uuid>, Failure>>()?;
        let owners = store::owners(&self.pool, &ids).await?;
        let shares = match request.person_id.as_str() {
            "" => Vec::new(),
            person => share::of(&self.pool, &ids, parse_id("/personId", person)?).await?,
        };
        let state = |id| shares.iter().find(|share| share.record_id == id).map(share_state);
        let entries = owners.into_iter().map(|owned| DirectoryEntry { share: state(owned.id), ..owned.into() });
        Ok(Response::new(ResolveCustomersResponse { entries: entries.collect() }))
    }

    async fn match_customers(
        &self,
        request: Request<MatchCustomersRequest>,
    ) -> Result<Response<MatchCustomersResponse>, Status> {
        let (_, request) = kit::open(request)?;
        let scope = Scope::try_from(&request.reach.unwrap_or_default())?;
        let after = match request.after_id.as_str() {
            "" => None,
            id => Some(parse_id("/afterId", id)?),
        };
        let limit = if request.page_size == 0 { DEFAULT_SIZE } else { request.page_size.into() };
        let matching = Matching {
            query: request.query,
            where_: request.r#where,
            rules: FieldRules::from(request.field_rules.as_slice()),
            now: self.clock.now(),
        };
        let ids = search::matching(&self.search_pool, &matching, &scope, after, limit).await?;
        let customer_ids = ids.iter().map(Uuid::to_string).collect();
        Ok(Response::new(MatchCustomersResponse { customer_ids }))
    }

    async fn resolve_contacts(
        &self,
        request: Request<ResolveContactsRequest>,
    ) -> Result<Response<ResolveContactsResponse>, Status> {
        let (_, request) = kit::open(request)?;
        let customer_id = parse_id("/customerId", &request.customer_id)?;
        let ids = request.ids.iter().map(|id| parse_id("/ids", id)).collect::<Result<Vec<Uuid>, Failure>>()?;
        let found = contact::store::of_customer(&self.pool, customer_id, &ids).await?;
        Ok(Response::new(ResolveContactsResponse { ids: found.iter().map(Uuid::to_string).collect() }))
    }
}

impl From<Owned> for DirectoryEntry {
    fn from(owned: Owned) -> DirectoryEntry {
        let text = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
        DirectoryEntry {
            customer_id: owned.id.to_string(),
            owner_id: text(owned.owner_id),
            department_id: text(owned.department_id),
            deleted: owned.deleted,
            version: owned.version,
            share: None,
        }
    }
}

fn share_state(share: &Share) -> ShareState {
    ShareState { writes: share.writes, end_time: share.end_time.map(time::to_proto), version: share.version }
}
