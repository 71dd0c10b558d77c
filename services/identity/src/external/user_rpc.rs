//! The RPCs of who one is at the provider, and who another person is.

use cims_proto::identity::v1::{
    ExternalIdentity, ExternalSignOut, GetExternalIdentityRequest, GetExternalSignOutRequest,
    GetUserExternalIdentityRequest, UnlinkExternalIdentityRequest,
    external_identities_server::{ExternalIdentities, ExternalIdentitiesServer},
    user_external_identities_server::{UserExternalIdentities, UserExternalIdentitiesServer},
};
use kit::{
    Failure,
    call::parse_id,
    clock::time,
    database::Pool,
    open,
    secret::Secrets,
    service::Context,
    write::{Begin, Writer},
};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{UNLINKED, record, sign_out_place, store};
use crate::{
    epoch,
    session::{self, Ending},
    user::{self, User},
};

#[derive(Clone, Debug)]
pub struct ExternalIdentityService {
    pool: Pool,
    writer: Writer,
    secrets: Secrets,
}

fn service(context: &Context, secrets: Secrets) -> ExternalIdentityService {
    ExternalIdentityService { pool: context.pool.clone(), writer: context.writer.clone(), secrets }
}

pub fn own_server(context: &Context, secrets: Secrets) -> ExternalIdentitiesServer<ExternalIdentityService> {
    ExternalIdentitiesServer::new(service(context, secrets))
}

pub fn user_server(context: &Context, secrets: Secrets) -> UserExternalIdentitiesServer<ExternalIdentityService> {
    UserExternalIdentitiesServer::new(service(context, secrets))
}

#[tonic::async_trait]
impl ExternalIdentities for ExternalIdentityService {
    async fn get_external_identity(
        &self,
        request: Request<GetExternalIdentityRequest>,
    ) -> Result<Response<ExternalIdentity>, Status> {
        let (call, _) = open(request)?;
        Ok(Response::new(self.identity(call.user()?.user_id).await?))
    }

    async fn get_external_sign_out(
        &self,
        request: Request<GetExternalSignOutRequest>,
    ) -> Result<Response<ExternalSignOut>, Status> {
        let (call, _) = open(request)?;
        let grants = call.user()?;
        let sealed = match grants.session_id {
            Some(session_id) => session::sign_out(&self.pool, session_id, grants.user_id).await?,
            None => None,
        };
        let Some(sealed) = sealed else { return Ok(Response::new(ExternalSignOut::default())) };
        let url = self.secrets.open(&sign_out_place(grants.user_id), &sealed)?;
        Ok(Response::new(ExternalSignOut { url: String::from_utf8(url).map_err(Failure::internal)? }))
    }
}

#[tonic::async_trait]
impl UserExternalIdentities for ExternalIdentityService {
    async fn get_user_external_identity(
        &self,
        request: Request<GetUserExternalIdentityRequest>,
    ) -> Result<Response<ExternalIdentity>, Status> {
        let (_, request) = open(request)?;
        let person = self.known(&request.user_id).await?;
        Ok(Response::new(self.identity(person.id).await?))
    }

    async fn unlink_external_identity(
        &self,
        request: Request<UnlinkExternalIdentityRequest>,
    ) -> Result<Response<ExternalIdentity>, Status> {
        let (call, request) = open(request)?;
        let person = self.known(&request.user_id).await?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        epoch::store::raise(write.connection()).await?;
        // Whoever came in by the link may be somebody else.
        if let Some(id) = store::unlink(write.connection(), person.id).await? {
            record(&mut write, UNLINKED, id, &person).await?;
            session::end(&mut write, Ending::All(person.id)).await?;
        }
        write.commit(ExternalIdentity::default()).await
    }
}

impl ExternalIdentityService {
    async fn identity(&self, user_id: Uuid) -> Result<ExternalIdentity, Failure> {
        let identity = store::find(&self.pool, user_id).await?;
        Ok(identity.map_or_else(ExternalIdentity::default, |identity| ExternalIdentity {
            linked: true,
            issuer: identity.issuer,
            link_time: Some(time::to_proto(identity.link_time)),
        }))
    }

    async fn known(&self, user_id: &str) -> Result<User, Failure> {
        let id = parse_id("/userId", user_id)?;
        user::store::find(&self.pool, id).await?.ok_or(Failure::NotFound)
    }
}
