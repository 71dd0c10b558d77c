//! The RPCs for the other services.

use cims_proto::identity::v1::{
    GetGrantsRequest, Grants, ResolveUsersRequest, ResolveUsersResponse,
    access_server::{Access, AccessServer},
};
use kit::{Failure, call::parse_id, clock::Clock, database::Pool, open};
use tonic::{Request, Response, Status};

use super::store;
use crate::{password, role, user};

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
        let mut may = role::merge(&access.roles);
        if access.read_only {
            may.grants.retain(|grant| grant.operation.ends_with(".read"));
        }
        Ok(Response::new(Grants {
            user_id: request.user_id,
            active: true,
            department_id: access.department_id.map(|id| id.to_string()).unwrap_or_default(),
            department_tree: access.department_tree.iter().map(ToString::to_string).collect(),
            grants: may.grants,
            field_rules: may.field_rules,
            program: access.program,
            restriction: password::restriction(access.must_change_password),
        }))
    }

    async fn resolve_users(
        &self,
        request: Request<ResolveUsersRequest>,
    ) -> Result<Response<ResolveUsersResponse>, Status> {
        let (_, request) = open(request)?;
        let ids = request.ids.iter().map(|id| parse_id("/ids", id)).collect::<Result<Vec<_>, Failure>>()?;
        let users = user::store::resolve(&self.pool, &ids, &request.usernames).await?;
        Ok(Response::new(ResolveUsersResponse { users: users.into_iter().map(Into::into).collect() }))
    }
}
