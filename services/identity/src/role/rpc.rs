//! The RPCs of roles.

use std::sync::Arc;

use cims_proto::identity::v1::{
    self as proto, CopyRoleRequest, CreateRoleRequest, DeleteRoleRequest, GetRoleRequest, ListOperationsRequest,
    ListOperationsResponse, ListRolesRequest, ListRolesResponse, UpdateRoleRequest,
    roles_server::{Roles, RolesServer},
};
use kit::{
    Call, Failure, open,
    write::{Begin, Writer, merged},
};
use tonic::{Request, Response, Status};

use super::{LIMIT, Role, builtin, catalogue, check, store, write};
use crate::{department, epoch};

#[derive(Debug)]
pub struct RoleService {
    writer: Writer,
}

pub fn server(writer: Writer) -> RolesServer<RoleService> {
    RolesServer::new(RoleService { writer })
}

impl RoleService {
    /// The role of a code, whatever kind it is.
    async fn find(&self, code: &str) -> Result<Arc<Role>, Failure> {
        store::of(self.writer.pool(), &[code.to_owned()]).await?.pop().ok_or(Failure::NotFound)
    }

    /// Writes a role that somebody makes from nothing or from another.
    async fn create(&self, call: &Call, message: proto::Role) -> Result<Response<proto::Role>, Status> {
        let mut write = match self.writer.begin(call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        if store::count(write.connection()).await? >= LIMIT {
            return Err(
                Failure::State { code: "TOO_MANY_ROLES", parameters: vec![("limit", LIMIT.to_string())] }.into()
            );
        }
        let tree = department::store::tree(write.connection()).await?;
        check::check_message(&message, &tree)?;
        let mut role = Role::new(write.id(), write.now());
        role.write(&message)?;
        write::insert(&mut write, &role).await?;
        write.commit(role.to_proto()).await
    }
}

#[tonic::async_trait]
impl Roles for RoleService {
    async fn list_roles(&self, request: Request<ListRolesRequest>) -> Result<Response<ListRolesResponse>, Status> {
        let (_, request) = open(request)?;
        let custom = store::list(self.writer.pool()).await?;
        let mut roles: Vec<proto::Role> = builtin().iter().chain(&custom).map(|role| role.to_proto()).collect();
        if request.counts {
            let holders = store::holders(self.writer.pool()).await?;
            for role in &mut roles {
                let count = holders.get(&role.code).copied().unwrap_or_default();
                role.user_count = Some(i32::try_from(count).unwrap_or(i32::MAX));
            }
        }
        Ok(Response::new(ListRolesResponse { roles }))
    }

    async fn get_role(&self, request: Request<GetRoleRequest>) -> Result<Response<proto::Role>, Status> {
        let (_, request) = open(request)?;
        Ok(Response::new(self.find(&request.code).await?.to_proto()))
    }

    async fn create_role(&self, request: Request<CreateRoleRequest>) -> Result<Response<proto::Role>, Status> {
        let (call, request) = open(request)?;
        self.create(&call, request.role.unwrap_or_default()).await
    }

    async fn update_role(&self, request: Request<UpdateRoleRequest>) -> Result<Response<proto::Role>, Status> {
        let (call, request) = open(request)?;
        let patch = request.role.unwrap_or_default();
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        epoch::store::raise(write.connection()).await?;
        let before = store::lock(write.connection(), &patch.code).await?;
        let mut after = before.clone();
        let message = merged(&before.to_proto(), &patch, request.update_mask.as_ref())?;
        check::check_message(&message, &department::store::tree(write.connection()).await?)?;
        after.write(&message)?;
        write::check(&mut write, &call, &before, &after).await?;
        if before.to_proto() != after.to_proto() {
            after = write::update(&mut write, &before, after).await?;
        }
        write.commit(after.to_proto()).await
    }

    async fn delete_role(&self, request: Request<DeleteRoleRequest>) -> Result<Response<proto::Role>, Status> {
        let (call, request) = open(request)?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        epoch::store::raise(write.connection()).await?;
        let role = store::lock(write.connection(), &request.code).await?;
        write::check(&mut write, &call, &role, &role).await?;
        write::delete(&mut write, &role).await?;
        write.commit(role.to_proto()).await
    }

    async fn copy_role(&self, request: Request<CopyRoleRequest>) -> Result<Response<proto::Role>, Status> {
        let (call, request) = open(request)?;
        let original = self.find(&request.code).await?;
        let (label_zh, label_en) = (request.label_zh, request.label_en);
        self.create(&call, proto::Role { label_zh, label_en, ..original.to_proto() }).await
    }

    async fn list_operations(
        &self,
        request: Request<ListOperationsRequest>,
    ) -> Result<Response<ListOperationsResponse>, Status> {
        open(request)?;
        Ok(Response::new(catalogue::to_proto()))
    }
}
