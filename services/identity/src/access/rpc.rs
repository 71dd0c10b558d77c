//! The RPCs for the other services.

use cims_proto::identity::v1::{
    Epoch, FindGrantsRequest, FindGrantsResponse, GetEpochRequest, GetGrantsRequest, Grants, ResolveUsersRequest,
    ResolveUsersResponse,
    access_server::{Access, AccessServer},
};
use kit::{Failure, call::parse_id, clock::Clock, database::Pool, open};
use tonic::{Request, Response, Status};

use super::store;
use crate::{epoch, password, permission, user};

#[derive(Debug)]
pub struct AccessService {
    pool: Pool,
    clock: Clock,
}

pub fn server(pool: Pool, clock: Clock) -> AccessServer<AccessService> {
    AccessServer::new(AccessService { pool, clock })
}

#[tonic::async_trait]
impl Access for AccessService {
    async fn get_grants(&self, request: Request<GetGrantsRequest>) -> Result<Response<Grants>, Status> {
        let (_, request) = open(request)?;
        let user_id = parse_id("/userId", &request.user_id)?;
        let session_id = parse_id("/sessionId", &request.session_id)?;
        let access = store::find(&self.pool, user_id, session_id, self.clock.now()).await?;
        // Somebody unknown is nobody active; whoever is not active needs no grants.
        let Some(access) = access.filter(|access| access.active) else {
            return Ok(Response::new(Grants { user_id: request.user_id, active: false, ..Default::default() }));
        };
        // What is read after the place may be newer than it; whoever keeps it then asks again for the newer epoch.
        let may = permission::store::merged(&self.pool, &access.roles).await?;
        let tree = permission::store::tree_for(&self.pool, &may).await?;
        let mut told = may.told_at(&access.place(), &tree);
        if access.read_only {
            told.grants.retain(|grant| grant.operation.ends_with(".read"));
        }
        Ok(Response::new(Grants {
            user_id: request.user_id,
            active: true,
            restriction: password::restriction(access.must_change_password),
            program: access.program,
            ..told
        }))
    }

    async fn get_epoch(&self, request: Request<GetEpochRequest>) -> Result<Response<Epoch>, Status> {
        open(request)?;
        Ok(Response::new(Epoch { epoch: epoch::store::current(&self.pool).await? }))
    }

    async fn resolve_users(
        &self,
        request: Request<ResolveUsersRequest>,
    ) -> Result<Response<ResolveUsersResponse>, Status> {
        let (_, request) = open(request)?;
        let ids = request.ids.iter().map(|id| parse_id("/ids", id)).collect::<Result<Vec<_>, Failure>>()?;
        let users = user::store::resolve(&self.pool, &ids, &request.usernames).await?;
        Ok(Response::new(ResolveUsersResponse { users: users.iter().map(user::User::to_brief).collect() }))
    }

    async fn find_grants(&self, request: Request<FindGrantsRequest>) -> Result<Response<FindGrantsResponse>, Status> {
        let (_, request) = open(request)?;
        let found = user::store::find(&self.pool, parse_id("/userId", &request.user_id)?).await?;
        let Some(found) = found else { return Ok(Response::new(FindGrantsResponse::default())) };
        let may = permission::store::merged(&self.pool, &found.roles).await?;
        let tree = permission::store::tree_for(&self.pool, &may).await?;
        let place = permission::store::place(&self.pool, found.id).await?;
        let mut grants = may.grants_at(&place, &tree);
        grants.retain(|grant| request.operations.contains(&grant.operation));
        Ok(Response::new(FindGrantsResponse { user: Some(found.to_brief()), grants }))
    }
}
