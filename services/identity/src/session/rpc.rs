//! The RPCs of sessions.

use chrono::{DateTime, Utc};
use cims_proto::identity::v1::{
    CreateSessionRequest, DeleteCurrentSessionRequest, DeleteCurrentSessionResponse, ExchangeSessionRequest,
    RefreshSessionRequest, Session as Answer, SessionChanged,
    sessions_server::{Sessions, SessionsServer},
};
use kit::{
    Call, Failure,
    auth::{ACCESS_TOKEN_LIFE, PrivateKey, sign_access_token},
    clock::{Clock, time},
    database::Pool,
    open,
    service::Context,
    write::{Begin, Change, Write, Writer},
};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{IdleTimes, LIFE, Session, store, token::RefreshToken};
use crate::{
    attempt, epoch,
    password::Hasher,
    user::{self, User, store::Account},
};

const WRONG: Failure = Failure::Unauthenticated("WRONG_CREDENTIALS");
const ENDED: Failure = Failure::Unauthenticated("SESSION_ENDED");

#[derive(Debug)]
pub struct SessionService {
    pool: Pool,
    writer: Writer,
    clock: Clock,
    key: PrivateKey,
    hasher: Hasher,
}

pub fn server(context: &Context, key: PrivateKey, hasher: Hasher) -> SessionsServer<SessionService> {
    let (pool, writer, clock) = (context.pool.clone(), context.writer.clone(), context.clock.clone());
    SessionsServer::new(SessionService { pool, writer, clock, key, hasher })
}

#[tonic::async_trait]
impl Sessions for SessionService {
    async fn create_session(&self, request: Request<CreateSessionRequest>) -> Result<Response<Answer>, Status> {
        let (call, request) = open(request)?;
        let CreateSessionRequest { username, password } = request;
        let account = self.prove(&username, password).await?;
        let mut write = fresh(&self.writer, &call).await?;
        write.act_as(account.id);
        attempt::store::clear(write.connection(), &username).await?;
        let (now, token) = (write.now(), RefreshToken::first());
        let session = Session { id: write.id(), user_id: account.id, expire_time: now + LIFE };
        let beginning = store::Beginning { now, idle_expire_time: IdleTimes::after(now).of(&account.roles) };
        // First of all: whoever disables the person then waits, or is waited for.
        if !user::store::sign_in(write.connection(), account.id, now).await?
            || !store::insert(write.connection(), &session, &token, &beginning).await?
        {
            return Err(WRONG.into());
        }
        record(&mut write, CREATED, (session.id, session.user_id), account.department_id).await?;
        let answer = self.answer(&session, account, Some(&token), now)?;
        write.commit(answer).await
    }

    async fn refresh_session(&self, request: Request<RefreshSessionRequest>) -> Result<Response<Answer>, Status> {
        let (call, request) = open(request)?;
        let token = RefreshToken::parse(&request.refresh_token).ok_or(ENDED)?;
        let successor = token.successor();
        Ok(Response::new(self.show(&call, &token, Some(&successor)).await?))
    }

    async fn exchange_session(&self, request: Request<ExchangeSessionRequest>) -> Result<Response<Answer>, Status> {
        let (call, request) = open(request)?;
        let token = RefreshToken::parse(&request.refresh_token).ok_or(ENDED)?;
        Ok(Response::new(self.show(&call, &token, None).await?))
    }

    async fn delete_current_session(
        &self,
        request: Request<DeleteCurrentSessionRequest>,
    ) -> Result<Response<DeleteCurrentSessionResponse>, Status> {
        let (call, _) = open(request)?;
        let grants = call.user()?;
        let session_id = grants.session_id.ok_or(ENDED)?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        epoch::store::raise(write.connection()).await?;
        let now = write.now();
        // Signing out twice is signing out: only the first changes something.
        if store::end(write.connection(), session_id, now).await? {
            record(&mut write, DELETED, (session_id, grants.user_id), grants.department_id).await?;
        }
        write.commit(DeleteCurrentSessionResponse {}).await
    }
}

impl SessionService {
    /// The person of these credentials.
    async fn prove(&self, username: &str, password: String) -> Result<User, Failure> {
        attempt::store::count(&self.pool, username, self.clock.now()).await?;
        let account = user::store::account(&self.pool, username).await?;
        let hash = account.as_ref().map(|account| account.password_hash.clone());
        match self.hasher.verify(password, hash).await {
            Ok(true) => {}
            Ok(false) => return Err(WRONG),
            Err(failure) => {
                attempt::store::give_back(&self.pool, username).await?;
                return Err(failure);
            }
        }
        let user = account.map(|Account { user, .. }| user);
        user.filter(|user| !user.disabled).ok_or(WRONG)
    }

    /// Uses a refresh token, and ends its session when it was used up before.
    async fn show(
        &self,
        call: &Call,
        token: &RefreshToken,
        successor: Option<&RefreshToken>,
    ) -> Result<Answer, Failure> {
        let now = self.clock.now();
        let Some(session) = store::show(&self.pool, token, successor, now).await? else {
            return Err(self.revoke(call, token).await?);
        };
        let user = user::store::find(&self.pool, session.user_id).await?.ok_or(ENDED)?;
        self.answer(&session, user, successor, now)
    }

    /// Why the token is not good; one that was good once ends its session, because two must have had it.
    async fn revoke(&self, call: &Call, token: &RefreshToken) -> Result<Failure, Failure> {
        let mut write = fresh(&self.writer, call).await?;
        epoch::store::raise(write.connection()).await?;
        let now = write.now();
        let Some(revoked) = store::revoke(write.connection(), token, now).await? else { return Ok(ENDED) };
        record(&mut write, DELETED, (revoked.id, revoked.user_id), revoked.department_id).await?;
        write.commit_job().await?;
        tracing::warn!(session_id = %revoked.id, "a used refresh token came back: session revoked");
        Ok(Failure::Unauthenticated("SESSION_REVOKED"))
    }

    fn answer(
        &self,
        session: &Session,
        user: User,
        token: Option<&RefreshToken>,
        now: DateTime<Utc>,
    ) -> Result<Answer, Failure> {
        let expire_time = (now + ACCESS_TOKEN_LIFE).min(session.expire_time);
        Ok(Answer {
            access_token: sign_access_token(&self.key, session.user_id, session.id, expire_time.timestamp())?,
            expire_time: Some(time::to_proto(expire_time)),
            user: Some(user.into()),
            refresh_token: token.map(RefreshToken::text).unwrap_or_default(),
        })
    }
}

/// A write of a call that has no idempotency: its caller is nobody yet.
async fn fresh(writer: &Writer, call: &Call) -> Result<Write, Failure> {
    match writer.begin(call).await? {
        Begin::Fresh(write) => Ok(*write),
        Begin::Replay(_) => Err(Failure::internal("a call of nobody has no key")),
    }
}

/// Ends all sessions of a person. The epoch was raised before.
pub async fn end_all(write: &mut Write, user: &User) -> Result<(), Failure> {
    let now = write.now();
    for session_id in store::end_all(write.connection(), user.id, now).await? {
        record(write, DELETED, (session_id, user.id), user.department_id).await?;
    }
    Ok(())
}

/// A session changes once after its creation, so the verb says the version.
const CREATED: (&str, i64) = ("created", 1);
const DELETED: (&str, i64) = ("deleted", 2);

async fn record(
    write: &mut Write,
    (verb, version): (&'static str, i64),
    (session_id, user_id): (Uuid, Uuid),
    department_id: Option<Uuid>,
) -> Result<(), Failure> {
    let payload = SessionChanged { user_id: user_id.to_string(), session_id: session_id.to_string() };
    let change = Change {
        subject_type: "identity.session",
        subject_id: session_id,
        parent_id: None,
        version,
        verb,
        fields: Vec::new(),
        owner_id: Some(user_id),
        department_id,
        payload: &payload,
    };
    write.record(change).await
}
