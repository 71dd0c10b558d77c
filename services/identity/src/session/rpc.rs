//! The RPCs of sessions.

use cims_proto::identity::v1::{
    CreateSessionRequest, DeleteCurrentSessionRequest, DeleteCurrentSessionResponse, DeleteSessionRequest,
    DeleteSessionResponse, EndOtherSessionsRequest, EndOtherSessionsResponse, ExchangeSessionRequest,
    ListSessionsRequest, ListSessionsResponse, RefreshSessionRequest, Session as Answer, VerifySessionRequest,
    sessions_server::{Sessions, SessionsServer},
};
use kit::{
    Call, Failure,
    call::parse_id,
    clock::Clock,
    database::Pool,
    open,
    service::Context,
    write::{Begin, Writer},
};
use tonic::{Request, Response, Status};

use super::{
    DELETED, Ending, end,
    opener::{Opener, Shown, TICKET_EXPIRED, WRONG},
    record, store,
    token::RefreshToken,
};
use crate::{
    attempt::{Proof, Prover, Tried},
    epoch,
    second_factor::{self, FactorProver, Owner, Ticket},
    user::{self, store::Account},
};

const WRONG_CODE: Failure = Failure::Unauthenticated("WRONG_CODE");
const ENDED: Failure = Failure::Unauthenticated("SESSION_ENDED");

#[derive(Debug)]
pub struct SessionService {
    pool: Pool,
    writer: Writer,
    clock: Clock,
    prover: Prover,
    factors: FactorProver,
    opener: Opener,
}

pub fn server(
    context: &Context,
    prover: Prover,
    factors: FactorProver,
    opener: Opener,
) -> SessionsServer<SessionService> {
    let (pool, writer, clock) = (context.pool.clone(), context.writer.clone(), context.clock.clone());
    SessionsServer::new(SessionService { pool, writer, clock, prover, factors, opener })
}

#[tonic::async_trait]
impl Sessions for SessionService {
    async fn create_session(&self, request: Request<CreateSessionRequest>) -> Result<Response<Answer>, Status> {
        let (call, request) = open(request)?;
        let CreateSessionRequest { username, password } = request;
        let tried = self.prover.begin(&call, &username).await?;
        let account = user::store::account(&self.pool, &username).await?;
        let shown = account.as_ref().map(|account| (Tried::of(&account.user), account.password_hash.clone()));
        if !self.prover.verify(&tried, password, shown).await? {
            return Err(WRONG.into());
        }
        let Account { user: account, password_hash } = account.filter(|account| !account.user.disabled).ok_or(WRONG)?;
        if self.factors.is_on(account.id).await? {
            // Clearing what was counted would let whoever has the password try codes without end.
            self.prover.give_back(&tried).await?;
            return Ok(Response::new(self.opener.ticket(account.id, Shown::Password(&password_hash)).await?));
        }
        let write = self.writer.begin_unkeyed(&call).await?;
        self.opener.open(write, call, account, Shown::Password(&password_hash)).await
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
            self.prover.failed(&tried, Some(Tried::of(&account)), Proof::SecondFactor).await?;
            return Err(WRONG_CODE.into());
        }
        self.opener.open(write, call, account, Shown::Ticket(&ticket)).await
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
        self.opener.answer(&session, user, successor, now)
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
}
