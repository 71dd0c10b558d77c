//! The RPCs of everybody's API keys.

use cims_proto::identity::v1::{
    self, CreateApiKeyResponse, CreateUserApiKeyRequest, DeleteUserApiKeyRequest, ListApiKeysResponse,
    ListEveryApiKeyRequest,
    user_api_keys_server::{UserApiKeys, UserApiKeysServer},
};
use kit::{
    Failure,
    call::parse_id,
    clock::Clock,
    database::Pool,
    open,
    page::Page,
    service::Context,
    write::{Begin, Writer},
};
use tonic::{Request, Response, Status};

use super::{ApiKey, KEPT, revoke, rpc::create, store};
use crate::user::{self, User};

#[derive(Debug)]
pub struct UserApiKeyService {
    pool: Pool,
    writer: Writer,
    clock: Clock,
}

pub fn server(context: &Context) -> UserApiKeysServer<UserApiKeyService> {
    let (pool, writer, clock) = (context.pool.clone(), context.writer.clone(), context.clock.clone());
    UserApiKeysServer::new(UserApiKeyService { pool, writer, clock })
}

#[tonic::async_trait]
impl UserApiKeys for UserApiKeyService {
    async fn list_every_api_key(
        &self,
        request: Request<ListEveryApiKeyRequest>,
    ) -> Result<Response<ListApiKeysResponse>, Status> {
        let (_, request) = open(request)?;
        let page = Page::parse(request.page_size, &request.page_token, &"everybody")?;
        let mut keys = store::list_all(&self.pool, self.clock.now() - KEPT, &page).await?;
        let next_page_token = page.finish(&mut keys, |key| key.id);
        Ok(Response::new(ListApiKeysResponse {
            api_keys: keys.iter().map(ApiKey::to_proto).collect(),
            next_page_token,
        }))
    }

    async fn create_user_api_key(
        &self,
        request: Request<CreateUserApiKeyRequest>,
    ) -> Result<Response<CreateApiKeyResponse>, Status> {
        let (call, request) = open(request)?;
        let owner = self.known(&request.user_id).await?;
        create(&self.writer, &call, owner, request.api_key.unwrap_or_default()).await
    }

    async fn delete_user_api_key(
        &self,
        request: Request<DeleteUserApiKeyRequest>,
    ) -> Result<Response<v1::ApiKey>, Status> {
        let (call, request) = open(request)?;
        let (owner, id) = (self.known(&request.user_id).await?, parse_id("/id", &request.id)?);
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let revoked = revoke(&mut write, &owner, id).await?.ok_or(Failure::NotFound)?;
        write.commit(revoked.to_proto()).await
    }
}

impl UserApiKeyService {
    async fn known(&self, user_id: &str) -> Result<User, Failure> {
        user::store::find(&self.pool, parse_id("/userId", user_id)?).await?.ok_or(Failure::NotFound)
    }
}
