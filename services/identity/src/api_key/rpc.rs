//! The RPCs of one's own API keys, and the exchange of a key for an access token.

use cims_proto::identity::v1::{
    self, CreateApiKeyRequest, CreateApiKeyResponse, DeleteApiKeyRequest, ExchangeApiKeyRequest, ListApiKeysRequest,
    ListApiKeysResponse, Session,
    api_keys_server::{ApiKeys, ApiKeysServer},
};
use kit::{
    Call, Failure,
    auth::{ACCESS_TOKEN_LIFE, PrivateKeys, sign_access_token},
    call::parse_id,
    clock::{Clock, time},
    database::Pool,
    open,
    service::Context,
    write::{Begin, Writer},
};
use tonic::{Request, Response, Status};

use super::{ApiKey, KEPT, MOST, USE_NOTED, key::Key, record, revoke, store};
use crate::user::{self, User};

const INVALID: Failure = Failure::Unauthenticated("API_KEY_INVALID");

#[derive(Debug)]
pub struct ApiKeyService {
    pool: Pool,
    writer: Writer,
    clock: Clock,
    keys: PrivateKeys,
}

pub fn server(context: &Context, keys: PrivateKeys) -> ApiKeysServer<ApiKeyService> {
    let (pool, writer, clock) = (context.pool.clone(), context.writer.clone(), context.clock.clone());
    ApiKeysServer::new(ApiKeyService { pool, writer, clock, keys })
}

#[tonic::async_trait]
impl ApiKeys for ApiKeyService {
    async fn list_api_keys(
        &self,
        request: Request<ListApiKeysRequest>,
    ) -> Result<Response<ListApiKeysResponse>, Status> {
        let (call, _) = open(request)?;
        let keys = store::list(&self.pool, call.user()?.user_id, self.clock.now() - KEPT).await?;
        let api_keys = keys.iter().map(ApiKey::to_proto).collect();
        Ok(Response::new(ListApiKeysResponse { api_keys, next_page_token: String::new() }))
    }

    async fn create_api_key(
        &self,
        request: Request<CreateApiKeyRequest>,
    ) -> Result<Response<CreateApiKeyResponse>, Status> {
        let (call, request) = open(request)?;
        let owner = user::store::find(&self.pool, call.user()?.user_id).await?.ok_or(Failure::NotFound)?;
        create(&self.writer, &call, owner, request.api_key.unwrap_or_default()).await
    }

    async fn delete_api_key(&self, request: Request<DeleteApiKeyRequest>) -> Result<Response<v1::ApiKey>, Status> {
        let (call, request) = open(request)?;
        let id = parse_id("/id", &request.id)?;
        let owner = user::store::find(&self.pool, call.user()?.user_id).await?.ok_or(Failure::NotFound)?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let revoked = revoke(&mut write, &owner, id).await?.ok_or(Failure::NotFound)?;
        write.commit(revoked.to_proto()).await
    }

    async fn exchange_api_key(&self, request: Request<ExchangeApiKeyRequest>) -> Result<Response<Session>, Status> {
        let (call, request) = open(request)?;
        let digest = Key::digest(&request.key);
        let mut write = self.writer.begin_unkeyed(&call).await?;
        let now = write.now();
        let before = store::lock_by_digest(write.connection(), &digest, now).await?.ok_or(INVALID)?;
        let user = user::store::find(&self.pool, before.user_id).await?.ok_or(INVALID)?;
        write.act_as(user.id);
        let noted = before.use_time.is_some_and(|used| used > now - USE_NOTED);
        let after = ApiKey {
            use_time: Some(now),
            use_address: call.source_address,
            version: before.version + i64::from(!noted),
            ..before.clone()
        };
        store::update(write.connection(), &after).await?;
        if !noted {
            record(&mut write, "used", (Some(&before), &after), user.department_id).await?;
        }
        let expire_time = (now + ACCESS_TOKEN_LIFE).min(after.expire_time);
        let answer = Session {
            access_token: sign_access_token(&self.keys.newest(), user.id, after.id, expire_time.timestamp())?,
            expire_time: Some(time::to_proto(expire_time)),
            user: Some(user.into()),
            ..Session::default()
        };
        write.commit(answer).await
    }
}

/// Makes a key for a person. Nothing is kept under an idempotency key: the answer holds the API key in clear.
pub async fn create(
    writer: &Writer,
    call: &Call,
    owner: User,
    asked: v1::ApiKey,
) -> Result<Response<CreateApiKeyResponse>, Status> {
    let mut write = writer.begin_unkeyed(call).await?;
    let (now, key) = (write.now(), Key::new());
    let api_key = ApiKey::asked(asked, &owner, (write.id(), key.hint()), now)?;
    if store::count(write.connection(), owner.id, now).await? >= MOST {
        let parameters = vec![("limit", MOST.to_string())];
        return Err(Failure::State { code: "TOO_MANY_API_KEYS", parameters }.into());
    }
    store::insert(write.connection(), &api_key, &Key::digest(key.text())).await?;
    record(&mut write, "created", (None, &api_key), owner.department_id).await?;
    let answer = CreateApiKeyResponse { api_key: Some(api_key.to_proto()), key: key.text().to_owned() };
    write.commit(answer).await
}
