//! What administrators do with accounts: create, change, shut out, let in, give a new password.

use cims_proto::identity::v1::{
    CreateUserRequest, CreateUserResponse, ResetPasswordRequest, ResetPasswordResponse, UpdateUserRequest,
    User as Answer,
};
use kit::{
    Call, Failure,
    call::parse_id,
    write::{Begin, Writer, merged},
};
use tonic::{Response, Status};
use uuid::Uuid;

use super::{User, store, write};
use crate::{
    epoch,
    handover::Participants,
    password::{self, Hasher},
    session::{self, Ending},
};

#[derive(Debug)]
pub struct Accounts {
    writer: Writer,
    hasher: Hasher,
    participants: Participants,
}

impl Accounts {
    pub fn new(writer: Writer, hasher: Hasher, participants: Participants) -> Accounts {
        Accounts { writer, hasher, participants }
    }

    /// The password leaves in the answer alone. Nothing is kept under an idempotency key, not even a digest of a password
    /// that was given: whoever sends the same again is told that the username is taken.
    pub async fn create(
        &self,
        call: &Call,
        request: CreateUserRequest,
    ) -> Result<Response<CreateUserResponse>, Status> {
        let message = request.user.unwrap_or_default();
        let (password, generated) = match request.password.is_empty() {
            true => (password::generate(), true),
            false => (request.password, false),
        };
        // Hashing takes longer than a transaction should.
        let hash = self.hasher.hash(password.clone()).await?;
        let mut write = self.writer.begin_unkeyed(call).await?;
        epoch::store::raise(write.connection()).await?;
        let mut user = User::new(write.id(), message.username.trim(), write.now());
        user.write(message)?;
        write::insert(&mut write, &user, &hash).await?;
        let password = if generated { password } else { String::new() };
        write.commit(CreateUserResponse { user: Some(user.to_proto()), password }).await
    }

    pub async fn update(&self, call: &Call, request: UpdateUserRequest) -> Result<Response<Answer>, Status> {
        let patch = request.user.unwrap_or_default();
        let id = parse_id("/user/id", &patch.id)?;
        let mut write = match self.writer.begin(call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        epoch::store::raise(write.connection()).await?;
        let before = store::lock(write.connection(), id).await?;
        let mut after = before.clone();
        after.write(merged(&before.to_proto(), &patch, request.update_mask.as_ref())?)?;
        write::check(&mut write, call, &before, &after).await?;
        if before.to_proto() != after.to_proto() {
            after = write::update(&mut write, &before, after).await?;
        }
        write.commit(after.to_proto()).await
    }

    /// Nobody is shut out whose work nobody would see to: it is handed over first.
    pub async fn set_disabled(&self, call: &Call, id: &str, disabled: bool) -> Result<Response<Answer>, Status> {
        let id = parse_id("/id", id)?;
        if disabled {
            self.participants.check_nothing_owned(id).await?;
        }
        let mut write = match self.writer.begin(call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        epoch::store::raise(write.connection()).await?;
        let before = store::lock(write.connection(), id).await?;
        let mut after = User { disabled, ..before.clone() };
        write::check(&mut write, call, &before, &after).await?;
        if before.disabled != disabled {
            after = write::update(&mut write, &before, after).await?;
            session::end(&mut write, Ending::All(id)).await?;
        }
        write.commit(after.to_proto()).await
    }

    pub async fn reset_password(
        &self,
        call: &Call,
        request: ResetPasswordRequest,
    ) -> Result<Response<ResetPasswordResponse>, Status> {
        let id = parse_id("/id", &request.id)?;
        let password = password::generate();
        let hash = self.hasher.hash(password.clone()).await?;
        let mut write = self.writer.begin_unkeyed(call).await?;
        epoch::store::raise(write.connection()).await?;
        let before = store::lock(write.connection(), id).await?;
        let after = User { must_change_password: true, ..before.clone() };
        write::check(&mut write, call, &before, &after).await?;
        let after = write::update(&mut write, &before, after).await?;
        store::set_password(write.connection(), id, &hash).await?;
        session::end(&mut write, Ending::All(id)).await?;
        write.commit(ResetPasswordResponse { user: Some(after.to_proto()), password }).await
    }

    /// What somebody changes of themselves.
    pub async fn update_profile(
        &self,
        call: &Call,
        id: Uuid,
        patch: impl FnOnce(&User) -> Result<User, Failure>,
    ) -> Result<Response<Answer>, Status> {
        let mut write = match self.writer.begin(call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let before = store::lock(write.connection(), id).await?;
        let mut after = patch(&before)?;
        write::check(&mut write, call, &before, &after).await?;
        if before.to_proto() != after.to_proto() {
            after = write::update(&mut write, &before, after).await?;
        }
        write.commit(after.to_proto()).await
    }
}
