//! The RPCs of people and departments, for pickers.

use cims_proto::identity::v1::{
    GetMeRequest, ListDepartmentsRequest, ListDepartmentsResponse, ListUsersRequest, ListUsersResponse, Me,
    users_server::{Users, UsersServer},
};
use kit::{Failure, database::Pool, open, page::Page};
use tonic::{Request, Response, Status};

use super::store;
use crate::{department, role};

#[derive(Debug)]
pub struct UserService {
    pool: Pool,
}

pub fn server(pool: Pool) -> UsersServer<UserService> {
    UsersServer::new(UserService { pool })
}

#[tonic::async_trait]
impl Users for UserService {
    async fn get_me(&self, request: Request<GetMeRequest>) -> Result<Response<Me>, Status> {
        let (call, _) = open(request)?;
        let grants = call.user()?;
        let user = store::find(&self.pool, grants.user_id).await?.ok_or(Failure::NotFound)?;
        let may = role::merge(&user.roles);
        let restriction = grants.restriction.clone().unwrap_or_default();
        let me = Me { user: Some(user.into()), grants: may.grants, field_rules: may.field_rules, restriction };
        Ok(Response::new(me))
    }

    async fn list_users(&self, request: Request<ListUsersRequest>) -> Result<Response<ListUsersResponse>, Status> {
        let (call, request) = open(request)?;
        let fragment = request.query.trim();
        let page = Page::parse(request.page_size, &request.page_token, &(fragment, &call.scope))?;
        let mut users = store::list(&self.pool, fragment, &call.scope, &page).await?;
        let next_page_token = page.finish(&mut users, |user| (user.display_name.clone(), user.id));
        let users = users.into_iter().map(Into::into).collect();
        Ok(Response::new(ListUsersResponse { users, next_page_token }))
    }

    async fn list_departments(
        &self,
        request: Request<ListDepartmentsRequest>,
    ) -> Result<Response<ListDepartmentsResponse>, Status> {
        let (call, _) = open(request)?;
        let departments = department::store::list(&self.pool, &call.scope).await?;
        let departments = departments.into_iter().map(Into::into).collect();
        Ok(Response::new(ListDepartmentsResponse { departments }))
    }
}
