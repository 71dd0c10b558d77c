//! The RPCs of people.

use cims_proto::identity::v1::{
    self as proto, CreateUserRequest, CreateUserResponse, DisableUserRequest, EnableUserRequest, GetMeRequest,
    GetUserRequest, ListUsersRequest, ListUsersResponse, Me, ResetPasswordRequest, ResetPasswordResponse,
    UpdateMeRequest, UpdateUserRequest,
    users_server::{Users, UsersServer},
};
use kit::{Call, Failure, Violation, call::parse_id, database::Pool, open, page::Page, problem::code, write::merged};
use tonic::{Request, Response, Status};

use super::{User, account::Accounts, optional, store};
use crate::{permission, role::MANAGE};

#[derive(Debug)]
pub struct UserService {
    pool: Pool,
    accounts: Accounts,
    /// A provider's word about an e-mail address opens the account that has it: administrators alone say whose it is.
    by_provider: bool,
}

pub fn server(pool: Pool, accounts: Accounts, by_provider: bool) -> UsersServer<UserService> {
    UsersServer::new(UserService { pool, accounts, by_provider })
}

#[tonic::async_trait]
impl Users for UserService {
    async fn get_me(&self, request: Request<GetMeRequest>) -> Result<Response<Me>, Status> {
        let (call, _) = open(request)?;
        let caller = call.user()?;
        let user = store::find(&self.pool, caller.user_id).await?.ok_or(Failure::NotFound)?;
        let may = permission::store::merged(&self.pool, &user.roles).await?;
        let tree = permission::store::tree_for(&self.pool, &may).await?;
        let place = permission::store::place(&self.pool, user.id).await?;
        let (grants, field_rules) = (may.grants_at(&place, &tree), may.field_rules());
        let restriction = caller.restriction.clone().unwrap_or_default();
        Ok(Response::new(Me { user: Some(user.into()), grants, field_rules, restriction }))
    }

    async fn update_me(&self, request: Request<UpdateMeRequest>) -> Result<Response<proto::User>, Status> {
        let (call, request) = open(request)?;
        let patch = request.profile.unwrap_or_default();
        let written = |before: &User| {
            let mut after = before.clone();
            after.write_profile(merged(&before.profile(), &patch, request.update_mask.as_ref())?);
            if self.by_provider && before.email != after.email {
                return Err(Failure::NotWritable(vec![Violation::new("/profile/email", code::FIELD_NOT_WRITABLE)]));
            }
            Ok(after)
        };
        self.accounts.update_profile(&call, call.user()?.user_id, written).await
    }

    async fn list_users(&self, request: Request<ListUsersRequest>) -> Result<Response<ListUsersResponse>, Status> {
        let (call, request) = open(request)?;
        if request.show_disabled {
            call.scope_of(MANAGE)?;
        }
        let wanted = store::Wanted {
            fragment: request.query.trim(),
            department_id: optional("/departmentId", &request.department_id)?,
            role: &request.role,
            disabled: request.show_disabled,
        };
        let query = (wanted.fragment, wanted.department_id, wanted.role, wanted.disabled, &call.scope);
        let page = Page::parse(request.page_size, &request.page_token, &query)?;
        let mut users = store::list(&self.pool, &wanted, &call.scope, &page).await?;
        let next_page_token = page.finish(&mut users, |user| (user.display_name.clone(), user.id));
        let users = users.iter().map(|user| shown(&call, user)).collect();
        Ok(Response::new(ListUsersResponse { users, next_page_token }))
    }

    async fn get_user(&self, request: Request<GetUserRequest>) -> Result<Response<proto::User>, Status> {
        let (call, request) = open(request)?;
        let id = parse_id("/id", &request.id)?;
        let user = store::find_within(&self.pool, id, &call.scope).await?.ok_or(Failure::NotFound)?;
        Ok(Response::new(shown(&call, &user)))
    }

    async fn create_user(&self, request: Request<CreateUserRequest>) -> Result<Response<CreateUserResponse>, Status> {
        let (call, request) = open(request)?;
        self.accounts.create(&call, request).await
    }

    async fn update_user(&self, request: Request<UpdateUserRequest>) -> Result<Response<proto::User>, Status> {
        let (call, request) = open(request)?;
        self.accounts.update(&call, request).await
    }

    async fn disable_user(&self, request: Request<DisableUserRequest>) -> Result<Response<proto::User>, Status> {
        let (call, request) = open(request)?;
        self.accounts.set_disabled(&call, &request.id, true).await
    }

    async fn enable_user(&self, request: Request<EnableUserRequest>) -> Result<Response<proto::User>, Status> {
        let (call, request) = open(request)?;
        self.accounts.set_disabled(&call, &request.id, false).await
    }

    async fn reset_password(
        &self,
        request: Request<ResetPasswordRequest>,
    ) -> Result<Response<ResetPasswordResponse>, Status> {
        let (call, request) = open(request)?;
        self.accounts.reset_password(&call, request).await
    }
}

/// What the caller may know of a person.
fn shown(call: &Call, user: &User) -> proto::User {
    let all = call.caller.user_id() == Some(user.id) || call.scope_of(MANAGE).is_ok();
    if all { user.to_proto() } else { user.to_brief() }
}
