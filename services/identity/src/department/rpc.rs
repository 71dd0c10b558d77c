//! The RPCs of the service `Organisation`. Those of posts stand in [`crate::post::rpc`].

use cims_proto::identity::v1::{
    self as proto, CreateDepartmentRequest, CreatePostRequest, DeleteDepartmentRequest, DeletePostRequest,
    DepartmentChanged, ListDepartmentsRequest, ListDepartmentsResponse, ListPostsRequest, ListPostsResponse,
    MergeDepartmentRequest, MergeDepartmentResponse, MoveDepartmentRequest, MoveDepartmentResponse,
    UpdateDepartmentRequest, UpdatePostRequest,
    organisation_server::{Organisation, OrganisationServer},
};
use kit::{
    Call, Failure,
    call::parse_id,
    open,
    problem::code,
    write::{Begin, Write, Writer, check_version, merged},
};
use prost::Message;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{Department, LIMIT, check_place, parent, store, write};
use crate::{epoch, post::rpc::Posts, user};

#[derive(Debug)]
pub struct OrganisationService {
    writer: Writer,
    posts: Posts,
}

pub fn server(writer: Writer) -> OrganisationServer<OrganisationService> {
    OrganisationServer::new(OrganisationService { posts: Posts::new(writer.clone()), writer })
}

#[tonic::async_trait]
impl Organisation for OrganisationService {
    async fn list_departments(
        &self,
        request: Request<ListDepartmentsRequest>,
    ) -> Result<Response<ListDepartmentsResponse>, Status> {
        let (call, request) = open(request)?;
        let departments = store::list(self.writer.pool(), &call.scope, request.show_retired).await?;
        let departments = departments.iter().map(Department::to_proto).collect();
        Ok(Response::new(ListDepartmentsResponse { departments }))
    }

    async fn create_department(
        &self,
        request: Request<CreateDepartmentRequest>,
    ) -> Result<Response<proto::Department>, Status> {
        let (call, request) = open(request)?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        epoch::store::raise(write.connection()).await?;
        if store::count(write.connection()).await? >= LIMIT {
            let parameters = vec![("limit", LIMIT.to_string())];
            return Err(Failure::State { code: "TOO_MANY_DEPARTMENTS", parameters }.into());
        }
        let department = Department::new(write.id(), &request.department.unwrap_or_default(), write.now())?;
        path(&mut write, "/department/parentId", department.parent_id).await?;
        write::insert(&mut write, &department).await?;
        write.commit(department.to_proto()).await
    }

    async fn update_department(
        &self,
        request: Request<UpdateDepartmentRequest>,
    ) -> Result<Response<proto::Department>, Status> {
        let (call, request) = open(request)?;
        let patch = request.department.unwrap_or_default();
        let id = parse_id("/department/id", &patch.id)?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        epoch::store::raise(write.connection()).await?;
        let before = store::lock(write.connection(), id).await?;
        let mut after = before.clone();
        after.write(&merged(&before.to_proto(), &patch, request.update_mask.as_ref())?);
        check(&mut write, &call, &before, &after).await?;
        if before.to_proto() != after.to_proto() {
            after = write::update(&mut write, "updated", &before, after).await?;
        }
        write.commit(after.to_proto()).await
    }

    async fn move_department(
        &self,
        request: Request<MoveDepartmentRequest>,
    ) -> Result<Response<MoveDepartmentResponse>, Status> {
        let (call, request) = open(request)?;
        let id = parse_id("/id", &request.id)?;
        let parent_id = parent("/parentId", &request.parent_id)?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        epoch::store::raise(write.connection()).await?;
        let before = store::lock(write.connection(), id).await?;
        check_place(id, &path(&mut write, "/parentId", parent_id).await?)?;
        let mut after = Department { parent_id, ..before.clone() };
        check(&mut write, &call, &before, &after).await?;
        let weight = store::weight(write.connection(), id).await?;
        if before.parent_id != parent_id {
            after = write::update(&mut write, "updated", &before, after).await?;
        }
        let answer = MoveDepartmentResponse {
            department: Some(if request.dry_run { before } else { after }.to_proto()),
            user_count: small(weight.users),
            department_count: small(weight.departments),
        };
        // Dropped, the write has not happened.
        if request.dry_run { Ok(Response::new(answer)) } else { write.commit(answer).await }
    }

    async fn merge_department(
        &self,
        request: Request<MergeDepartmentRequest>,
    ) -> Result<Response<MergeDepartmentResponse>, Status> {
        let (call, request) = open(request)?;
        let (id, target_id) = (parse_id("/id", &request.id)?, parse_id("/targetId", &request.target_id)?);
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        epoch::store::raise(write.connection()).await?;
        let before = store::lock(write.connection(), id).await?;
        check_place(id, &path(&mut write, "/targetId", Some(target_id)).await?)?;
        let after = Department { parent_id: Some(target_id), retire_time: Some(write.now()), ..before.clone() };
        check(&mut write, &call, &before, &after).await?;
        let below = store::lock_below(write.connection(), id).await?;
        for child in &below {
            let moved = Department { parent_id: Some(target_id), ..child.clone() };
            write::update(&mut write, "updated", child, moved).await?;
        }
        let users = user::write::move_all(&mut write, id, target_id).await?;
        let after = write::update(&mut write, "updated", &before, after).await?;
        let answer = MergeDepartmentResponse {
            department: Some(if request.dry_run { before } else { after }.to_proto()),
            user_count: i32::try_from(users).unwrap_or(i32::MAX),
            department_count: small(below.iter().filter(|child| child.retire_time.is_none()).count()),
        };
        if request.dry_run { Ok(Response::new(answer)) } else { write.commit(answer).await }
    }

    async fn delete_department(
        &self,
        request: Request<DeleteDepartmentRequest>,
    ) -> Result<Response<proto::Department>, Status> {
        let (call, request) = open(request)?;
        let id = parse_id("/id", &request.id)?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        epoch::store::raise(write.connection()).await?;
        let before = store::lock(write.connection(), id).await?;
        let after = Department { retire_time: Some(write.now()), ..before.clone() };
        check(&mut write, &call, &before, &after).await?;
        let weight = store::weight(write.connection(), id).await?;
        if weight.users > 0 || weight.departments > 0 {
            let parameters = vec![("users", weight.users.to_string()), ("departments", weight.departments.to_string())];
            return Err(Failure::State { code: "DEPARTMENT_NOT_EMPTY", parameters }.into());
        }
        let after = write::update(&mut write, "deleted", &before, after).await?;
        write.commit(after.to_proto()).await
    }

    async fn list_posts(&self, request: Request<ListPostsRequest>) -> Result<Response<ListPostsResponse>, Status> {
        open(request)?;
        self.posts.list().await
    }

    async fn create_post(&self, request: Request<CreatePostRequest>) -> Result<Response<proto::Post>, Status> {
        let (call, request) = open(request)?;
        self.posts.create(&call, request).await
    }

    async fn update_post(&self, request: Request<UpdatePostRequest>) -> Result<Response<proto::Post>, Status> {
        let (call, request) = open(request)?;
        self.posts.update(&call, request).await
    }

    async fn delete_post(&self, request: Request<DeletePostRequest>) -> Result<Response<proto::Post>, Status> {
        let (call, request) = open(request)?;
        self.posts.delete(&call, request).await
    }
}

/// A department that is to stand above another, with all above it; nothing for the root.
async fn path(write: &mut Write, pointer: &str, id: Option<Uuid>) -> Result<Vec<Uuid>, Failure> {
    let Some(id) = id else { return Ok(Vec::new()) };
    let path = store::path(write.connection(), id).await?;
    if path.is_empty() { Err(Failure::field(pointer, code::NOT_FOUND, "")) } else { Ok(path) }
}

fn small(count: impl TryInto<i32>) -> i32 {
    count.try_into().unwrap_or(i32::MAX)
}

async fn check(write: &mut Write, call: &Call, before: &Department, after: &Department) -> Result<(), Failure> {
    let original = |payload: &[u8]| DepartmentChanged::decode(payload).ok()?.after;
    check_version(write, call, (before.id, before.version), (&before.to_proto(), &after.to_proto()), original).await
}
