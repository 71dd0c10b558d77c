//! Who owns which customer, for the replicas of the other services.

use cims_proto::customer::v1::{
    DirectoryEntry, ResolveCustomersRequest, ResolveCustomersResponse, directory_server::Directory,
};
use kit::{Failure, call::parse_id, database::Pool};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::store::{self, Owned};

/// The service `Directory`.
#[derive(Debug)]
pub struct DirectoryService {
    pool: Pool,
}

impl DirectoryService {
    pub fn new(pool: Pool) -> DirectoryService {
        DirectoryService { pool }
    }
}

#[tonic::async_trait]
impl Directory for DirectoryService {
    async fn resolve_customers(
        &self,
        request: Request<ResolveCustomersRequest>,
    ) -> Result<Response<ResolveCustomersResponse>, Status> {
        let (_, request) = kit::open(request)?;
        let ids = request.ids.iter().map(|id| parse_id("/ids", id)).collect::<Result<Vec<Uuid>, Failure>>()?;
        let entries = store::owners(&self.pool, &ids).await?.into_iter().map(DirectoryEntry::from).collect();
        Ok(Response::new(ResolveCustomersResponse { entries }))
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
        }
    }
}
