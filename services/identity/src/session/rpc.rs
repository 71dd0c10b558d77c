//! The RPCs of sessions.

use chrono::{DateTime, Utc};
use cims_proto::identity::v1::{
    CreateSessionRequest, DeleteCurrentSessionRequest, DeleteCurrentSessionResponse, DeleteSessionRequest,
    DeleteSessionResponse, EndOtherSessionsRequest, EndOtherSessionsResponse, ExchangeSessionRequest,
    ListSessionsRequest, ListSessionsResponse, RefreshSessionRequest, Session as Answer, VerifySessionRequest,
    sessions_server::{Sessions, SessionsServer},
};
use kit::{
    Call, Failure,
    auth::{ACCESS_TOKEN_LIFE, PrivateKey, sign_access_token},
    call::parse_id,
    clock::{Clock, time},
    database::Pool,
    open,
    service::Context,
    write::{Begin, Write, Writer},
};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{CREATED, DELETED, Ended, Ending, IdleTimes, LIFE, Session, end, record, store, token::RefreshToken};
use crate::{
    attempt::{self, Proof, Prover, Tried},
    epoch,
    second_factor::{self, FactorProver, Owner, Ticket},
    user::{self, User, store::Account},
};

const WRONG_CODE: Failure = Failure::Unauthenticated("WRONG_CODE");
const TICKET_EXPIRED: Failure = Failure::Unauthenticated("TICKET_EXPIRED");
const WRONG: Failure = Failure::Unauthenticated("WRONG_CREDENTIALS");
const ENDED: Failure = Failure::Unauthenticated("SESSION_ENDED");

#[derive(Debug)]
pub struct SessionService {
    pool: Pool,
    writer: Writer,
    clock: Clock,
    key: PrivateKey,
    prover: Prover,
    factors: FactorProver,
}

pub fn server(
    context: &Context,
    key: PrivateKey,
    prover: Prover,
    factors: FactorProver,
) -> SessionsServer<SessionService> {
    let (pool, writer, clock) = (context.pool.clone(), context.writer.clone(), context.clock.clone());
    SessionsServer::new(SessionService { pool, writer, clock, key, prover, factors })
}

/// By what somebody has proven who they are.
#[derive(Clone, Copy, Debug)]
enum Shown<'a> {
    /// The hash that the password fits.
    Password(&'a str),
    /// The digest of a ticket, and a second factor beside it.
    Ticket(&'a [u8]),
}

#[tonic::async_trait]
impl Sessions for SessionService {
    async fn create_session(&self, request: Request<CreateSessionRequest>) -> Result<Response<Answer>, Status> {
        let (call, request) = open(request)?;
        let CreateSessionRequest { username, password } = request;
        let tried = self.prover.begin(&call, &username).await?;
        let account = user::store::account(&self.pool, &username).await?;
        let shown = account.as_ref().map(|account| (whom(&account.user), account.password_hash.clone()));
        if !self.prover.verify(&tried, password, shown).await? {
            return Err(WRONG.into());
        }
        let Account { user: account, password_hash } = account.filter(|account| !account.user.disabled).ok_or(WRONG)?;
        if self.factors.is_on(account.id).await? {
            // Clearing what was counted would let whoever has the password try codes without end.
            self.prover.give_back(&tried).await?;
            return Ok(Response::new(self.ticket((account.id, &password_hash)).await?));
        }
        let write = self.writer.begin_unkeyed(&call).await?;
        self.sign_in(write, call, account, Shown::Password(&password_hash)).await
    }

    async fn verify_session(&self, request: Request<VerifySessionRequest>) -> Result<Response<Answer>, Status> {
        let (call, request) = open(request)?;
        let ticket = Ticket::parse(&request.ticket).ok_or(TICKET_EXPIRED)?.digest();
        let now = self.clock.now();
        let holder = second_factor::store::ticket_holder(&self.pool, &ticket, now).await?.ok_or(TICKET_EXPIRED)?;
        let account =
            user::store::find(&self.pool, holder).await?.filter(|user| !user.disabled).ok_or(TICKET_EXPIRED)?;
        let tried = self.prover.begin(&call, &account.username).await?;
        let accepted = self.factors.check(account.id, &request.code, now).await?;
        let mut write = self.writer.begin_unkeyed(&call).await?;
        write.act_as(account.id);
        let owner = Owner { user_id: account.id, department_id: account.department_id };
        let used = match &accepted {
            Some(accepted) => self.factors.accept(&mut write, owner, accepted).await?,
            None => false,
        };
        if !used {
            drop(write);
            self.prover.failed(&tried, Some(whom(&account)), Proof::SecondFactor).await?;
            return Err(WRONG_CODE.into());
        }
        self.sign_in(write, call, account, Shown::Ticket(&ticket)).await
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
        // Signing out twice is signing out: only the first changes something.
        end(&mut write, Ending::One(session_id, grants.user_id)).await?;
        write.commit(DeleteCurrentSessionResponse {}).await
    }

    async fn list_sessions(
        &self,
        request: Request<ListSessionsRequest>,
    ) -> Result<Response<ListSessionsResponse>, Status> {
        let (call, _) = open(request)?;
        let grants = call.user()?;
        let sessions = store::list(&self.pool, grants.user_id, self.clock.now()).await?;
        let sessions = sessions.into_iter().map(|session| session.into_proto(grants.session_id)).collect();
        Ok(Response::new(ListSessionsResponse { sessions }))
    }

    async fn delete_session(
        &self,
        request: Request<DeleteSessionRequest>,
    ) -> Result<Response<DeleteSessionResponse>, Status> {
        let (call, request) = open(request)?;
        let (user_id, id) = (call.user()?.user_id, parse_id("/id", &request.id)?);
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        epoch::store::raise(write.connection()).await?;
        if end(&mut write, Ending::One(id, user_id)).await? == 0 {
            return Err(Failure::NotFound.into());
        }
        write.commit(DeleteSessionResponse {}).await
    }

    async fn end_other_sessions(
        &self,
        request: Request<EndOtherSessionsRequest>,
    ) -> Result<Response<EndOtherSessionsResponse>, Status> {
        let (call, _) = open(request)?;
        let grants = call.user()?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        epoch::store::raise(write.connection()).await?;
        let ended_count = end(&mut write, Ending::Others(grants.user_id, grants.session_id)).await?;
        write.commit(EndOtherSessionsResponse { ended_count }).await
    }
}

impl SessionService {
    /// Begins the session of somebody who has proven who they are.
    async fn sign_in(
        &self,
        mut write: Write,
        call: Call,
        account: User,
        shown: Shown<'_>,
    ) -> Result<Response<Answer>, Status> {
        write.act_as(account.id);
        let (now, token) = (write.now(), RefreshToken::first());
        // Before the ticket and the tries: whoever disables the person or changes the password then waits, or is waited for.
        let password_hash = match shown {
            Shown::Password(hash) => Some(hash),
            // It would be gone if the password had been replaced.
            Shown::Ticket(_) => None,
        };
        if !user::store::sign_in(write.connection(), account.id, password_hash, now).await? {
            return Err(WRONG.into());
        }
        if let Shown::Ticket(digest) = shown
            && !second_factor::store::take_ticket(write.connection(), digest).await?
        {
            return Err(TICKET_EXPIRED.into());
        }
        attempt::store::clear(write.connection(), &attempt::store::account(&account.username)).await?;
        let session = Session { id: write.id(), user_id: account.id, expire_time: now + LIFE };
        let beginning = store::Beginning {
            now,
            idle_expire_time: IdleTimes::after(now).of(&account.roles),
            user_agent: call.user_agent,
            source_address: call.source_address,
        };
        if !store::insert(write.connection(), &session, &token, &beginning).await? {
            return Err(WRONG.into());
        }
        let begun = Ended { id: session.id, user_id: account.id, department_id: account.department_id };
        record(&mut write, CREATED, &begun).await?;
        let answer = self.answer(&session, account, Some(&token), now)?;
        write.commit(answer).await
    }

    /// What whoever has shown the password alone is given.
    async fn ticket(&self, shown: (Uuid, &str)) -> Result<Answer, Failure> {
        let (ticket, expire_time) = (Ticket::new(), self.clock.now() + Ticket::LIFE);
        if !second_factor::store::put_ticket(&self.pool, &ticket.digest(), shown, expire_time).await? {
            return Err(WRONG);
        }
        let expire_time = Some(time::to_proto(expire_time));
        Ok(Answer { second_factor_ticket: ticket.text(), expire_time, ..Answer::default() })
    }

    /// Uses a refresh token, and ends its session when it was used up before.
    async fn show(
        &self,
        call: &Call,
        token: &RefreshToken,
        successor: Option<&RefreshToken>,
    ) -> Result<Answer, Failure> {
        let now = self.clock.now();
        let Some(session) = store::show(&self.pool, token, successor, (now, &call.source_address)).await? else {
            return Err(self.revoke(call, token).await?);
        };
        let user = user::store::find(&self.pool, session.user_id).await?.ok_or(ENDED)?;
        self.answer(&session, user, successor, now)
    }

    /// Why the token is not good; one that was good once ends its session, because two must have had it.
    async fn revoke(&self, call: &Call, token: &RefreshToken) -> Result<Failure, Failure> {
        let mut write = self.writer.begin_unkeyed(call).await?;
        epoch::store::raise(write.connection()).await?;
        let now = write.now();
        let Some(revoked) = store::revoke(write.connection(), token, now).await? else { return Ok(ENDED) };
        record(&mut write, DELETED, &revoked).await?;
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
            second_factor_ticket: String::new(),
        })
    }
}

fn whom(user: &User) -> Tried {
    Tried { user_id: user.id, department_id: user.department_id }
}
