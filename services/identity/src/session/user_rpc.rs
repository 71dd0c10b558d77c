//! The RPCs of another person's sessions.

use cims_proto::identity::v1::{
    DeleteUserSessionRequest, DeleteUserSessionResponse, EndUserSessionsRequest, EndUserSessionsResponse,
    ListSessionsResponse, ListUserSessionsRequest,
    user_sessions_server::{UserSessions, UserSessionsServer},
};
use kit::{
    Failure,
    call::parse_id,
    clock::Clock,
    database::Pool,
    open,
    service::Context,
    write::{Begin, Writer},
};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{Ending, end, store};
use crate::{epoch, user};

#[derive(Debug)]
pub struct UserSessionService {
    pool: Pool,
    writer: Writer,
    clock: Clock,
}

pub fn server(context: &Context) -> UserSessionsServer<UserSessionService> {
    let (pool, writer, clock) = (context.pool.clone(), context.writer.clone(), context.clock.clone());
    UserSessionsServer::new(UserSessionService { pool, writer, clock })
}

#[tonic::async_trait]
impl UserSessions for UserSessionService {
    async fn list_user_sessions(
        &self,
        request: Request<ListUserSessionsRequest>,
    ) -> Result<Response<ListSessionsResponse>, Status> {
        let (call, request) = open(request)?;
        let user_id = self.known(&request.user_id).await?;
        let own = call.user()?.session_id;
        let sessions = store::list(&self.pool, user_id, self.clock.now()).await?;
        let sessions = sessions.into_iter().map(|session| session.into_proto(own)).collect();
        Ok(Response::new(ListSessionsResponse { sessions }))
    }

    async fn delete_user_session(
        &self,
        request: Request<DeleteUserSessionRequest>,
    ) -> Result<Response<DeleteUserSessionResponse>, Status> {
        let (call, request) = open(request)?;
        let (user_id, id) = (parse_id("/userId", &request.user_id)?, parse_id("/id", &request.id)?);
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        epoch::store::raise(write.connection()).await?;
        if end(&mut write, Ending::One(id, user_id)).await? == 0 {
            return Err(Failure::NotFound.into());
        }
        write.commit(DeleteUserSessionResponse {}).await
    }

    async fn end_user_sessions(
        &self,
        request: Request<EndUserSessionsRequest>,
    ) -> Result<Response<EndUserSessionsResponse>, Status> {
        let (call, request) = open(request)?;
        let user_id = self.known(&request.user_id).await?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        epoch::store::raise(write.connection()).await?;
        let ended_count = end(&mut write, Ending::All(user_id)).await?;
        write.commit(EndUserSessionsResponse { ended_count }).await
    }
}

impl UserSessionService {
    async fn known(&self, user_id: &str) -> Result<Uuid, Failure> {
        let id = parse_id("/userId", user_id)?;
        user::store::find(&self.pool, id).await?.map(|user| user.id).ok_or(Failure::NotFound)
    }
}
