//! The RPCs of the service `Permissions`.

use cims_proto::identity::v1::{
    EffectivePermissions, ExplainPermissionRequest, ExplainPermissionResponse, GetEffectivePermissionsRequest,
    PreviewPermissionsRequest, PreviewPermissionsResponse,
    permissions_server::{Permissions, PermissionsServer},
};
use kit::{Failure, call::parse_id, database::Pool, open, service::Context};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{
    effective,
    explain::{Asker, Explainer},
    preview::preview,
    store,
};
use crate::{
    department,
    role::{self, MANAGE},
    user::{self, User},
};

#[derive(Debug)]
pub struct PermissionService {
    pool: Pool,
    explainer: Explainer,
}

pub fn server(context: &Context) -> PermissionsServer<PermissionService> {
    let (pool, peers) = (context.pool.clone(), context.peers.clone());
    PermissionsServer::new(PermissionService { explainer: Explainer { pool: pool.clone(), peers }, pool })
}

impl PermissionService {
    async fn person(&self, id: Uuid) -> Result<User, Failure> {
        user::store::find(&self.pool, id).await?.ok_or(Failure::NotFound)
    }
}

#[tonic::async_trait]
impl Permissions for PermissionService {
    async fn get_effective_permissions(
        &self,
        request: Request<GetEffectivePermissionsRequest>,
    ) -> Result<Response<EffectivePermissions>, Status> {
        let (_, request) = open(request)?;
        let user = self.person(parse_id("/id", &request.id)?).await?;
        let roles = role::store::of(&self.pool, &user.roles).await?;
        let place = store::place(&self.pool, user.id).await?;
        let tree = department::store::tree(&self.pool).await?;
        Ok(Response::new(effective(request.id, &roles, &place, &tree)))
    }

    async fn preview_permissions(
        &self,
        request: Request<PreviewPermissionsRequest>,
    ) -> Result<Response<PreviewPermissionsResponse>, Status> {
        let (_, request) = open(request)?;
        Ok(Response::new(preview(&self.pool, request).await?))
    }

    async fn explain_permission(
        &self,
        request: Request<ExplainPermissionRequest>,
    ) -> Result<Response<ExplainPermissionResponse>, Status> {
        let (call, request) = open(request)?;
        let own = call.user()?.user_id;
        let user_id = if request.user_id.is_empty() { own } else { parse_id("/userId", &request.user_id)? };
        let sees_all = call.scope_of(MANAGE).is_ok();
        if user_id != own {
            call.scope_of(MANAGE)?;
        }
        let user = self.person(user_id).await?;
        Ok(Response::new(self.explainer.explain(Asker { sees_all }, &user, &request).await?))
    }
}
