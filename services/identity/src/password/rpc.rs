//! The RPCs of one's own password.

use cims_proto::identity::v1::{
    ChangePasswordRequest, ChangePasswordResponse, PasswordChanged,
    passwords_server::{Passwords, PasswordsServer},
};
use kit::{
    Failure,
    database::Pool,
    open,
    service::Context,
    write::{Change, Writer},
};
use tokio::task::spawn_blocking;
use tonic::{Request, Response, Status};

use super::{
    Hasher,
    policy::{self, SAME_PASSWORD, WRONG_PASSWORD},
    store::{self, Owner},
};
use crate::{
    attempt::{self, Prover, Tried},
    epoch, session,
    user::{self, User},
};

#[derive(Debug)]
pub struct PasswordService {
    pool: Pool,
    writer: Writer,
    hasher: Hasher,
    prover: Prover,
}

pub fn server(context: &Context, hasher: Hasher, prover: Prover) -> PasswordsServer<PasswordService> {
    let (pool, writer) = (context.pool.clone(), context.writer.clone());
    PasswordsServer::new(PasswordService { pool, writer, hasher, prover })
}

#[tonic::async_trait]
impl Passwords for PasswordService {
    async fn change_password(
        &self,
        request: Request<ChangePasswordRequest>,
    ) -> Result<Response<ChangePasswordResponse>, Status> {
        let (call, request) = open(request)?;
        let grants = call.user()?;
        let user_id = grants.user_id;
        let owner = store::owner(&self.pool, user_id).await?.ok_or(Failure::NotFound)?;
        let ChangePasswordRequest { current_password, new_password } = request;
        // First what costs no try.
        if current_password == new_password {
            return Err(policy::refused("/newPassword", SAME_PASSWORD, "").into());
        }
        allowed(&owner, new_password.clone()).await?;
        let tried = self.prover.begin(&call, &owner.username).await?;
        let whom = Tried { user_id, department_id: owner.department_id };
        let account = Some((whom, owner.password_hash.clone()));
        if !self.prover.verify(&tried, current_password, account).await? {
            return Err(policy::refused("/currentPassword", WRONG_PASSWORD, "").into());
        }
        let hash = self.hasher.hash(new_password).await?;
        // Nothing is kept under an idempotency key: not even a digest of a password may stay.
        let mut write = self.writer.begin_unkeyed(&call).await?;
        epoch::store::raise(write.connection()).await?;
        let replaced = store::replace(write.connection(), user_id, (&owner.password_hash, &hash)).await?;
        let version = replaced.ok_or_else(|| policy::refused("/currentPassword", WRONG_PASSWORD, ""))?;
        let before = user::store::lock(write.connection(), user_id).await?;
        user::write::update(&mut write, &before, User { must_change_password: false, ..before.clone() }).await?;
        attempt::store::clear(write.connection(), &attempt::store::account(&owner.username)).await?;
        let ended_count = session::end_others(&mut write, user_id, grants.session_id).await?;
        let change = Change {
            subject_type: "identity.password",
            subject_id: user_id,
            parent_id: None,
            version,
            verb: "changed",
            fields: Vec::new(),
            owner_id: Some(user_id),
            department_id: owner.department_id,
            payload: &PasswordChanged { user_id: user_id.to_string() },
        };
        write.record(change).await?;
        write.commit(ChangePasswordResponse { ended_count }).await
    }
}

/// Checks the new password beside the async threads.
async fn allowed(owner: &Owner, password: String) -> Result<(), Failure> {
    let names = [owner.username.clone(), owner.display_name.clone()];
    let checked = spawn_blocking(move || {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        policy::check("/newPassword", &password, &names)
    });
    checked.await.map_err(Failure::internal)?
}
