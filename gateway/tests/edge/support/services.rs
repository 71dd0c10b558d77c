//! Services that say what reached them.

use cims_proto::{
    customer::v1::{
        GetImportRequest, Import, ListImportRowsRequest, ListImportRowsResponse, RunImportRequest, UploadImportRequest,
        imports_server::Imports,
    },
    identity::v1::{
        CreateSessionRequest, DeleteCurrentSessionRequest, DeleteCurrentSessionResponse, ExchangeSessionRequest,
        GetGrantsRequest, Grants, RefreshSessionRequest, ResolveUsersRequest, ResolveUsersResponse, Session,
        access_server::Access, sessions_server::Sessions,
    },
    tagging::v1::{
        ApplyTagRequest, ApplyTagResponse, CreateTagRequest, DeleteTagRequest, ListCustomerTagsRequest,
        ListCustomerTagsResponse, ListTagsRequest, ListTagsResponse, SetCustomerTagsRequest, Tag, UpdateTagRequest,
        tags_server::Tags,
    },
};
use kit::{
    Failure,
    clock::{Clock, time},
};
use tonic::{Request, Response, Status, Streaming};

#[derive(Debug)]
pub struct Stub;

fn header<T>(request: &Request<T>, name: &str) -> String {
    request.metadata().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

#[tonic::async_trait]
impl Tags for Stub {
    async fn list_tags(&self, request: Request<ListTagsRequest>) -> Result<Response<ListTagsResponse>, Status> {
        let name = header(&request, "authorization");
        Ok(Response::new(ListTagsResponse { tags: vec![Tag { name, ..Default::default() }] }))
    }

    async fn create_tag(&self, request: Request<CreateTagRequest>) -> Result<Response<Tag>, Status> {
        let tag = request.into_inner().tag.unwrap_or_default();
        match tag.name.as_str() {
            "twice" => Err(Failure::field("/tag/name", kit::problem::code::TOO_LONG, 50).into()),
            "secret" => Err(Failure::internal("the inner text").into()),
            _ => Ok(Response::new(Tag { etag: kit::call::etag(1), ..tag })),
        }
    }

    async fn update_tag(&self, request: Request<UpdateTagRequest>) -> Result<Response<Tag>, Status> {
        let group = format!("{} {}", header(&request, "if-match"), header(&request, "idempotency-key"));
        let message = request.into_inner();
        let color = message.update_mask.unwrap_or_default().paths.join("+");
        Ok(Response::new(Tag { group, color, ..message.tag.unwrap_or_default() }))
    }

    async fn delete_tag(&self, _: Request<DeleteTagRequest>) -> Result<Response<Tag>, Status> {
        Err(Failure::Forbidden { operation: "tag.define".to_owned() }.into())
    }

    async fn list_customer_tags(
        &self,
        _: Request<ListCustomerTagsRequest>,
    ) -> Result<Response<ListCustomerTagsResponse>, Status> {
        Err(Failure::NotFound.into())
    }

    async fn set_customer_tags(
        &self,
        _: Request<SetCustomerTagsRequest>,
    ) -> Result<Response<ListCustomerTagsResponse>, Status> {
        Err(Failure::InFlight.into())
    }

    async fn apply_tag(&self, _: Request<ApplyTagRequest>) -> Result<Response<ApplyTagResponse>, Status> {
        Err(Failure::NotFound.into())
    }
}

fn session(refresh_token: &str) -> Session {
    let expire_time = Some(time::to_proto(Clock::system().now() + chrono::TimeDelta::minutes(10)));
    Session {
        access_token: format!("access-{refresh_token}"),
        refresh_token: refresh_token.to_owned(),
        expire_time,
        ..Session::default()
    }
}

#[tonic::async_trait]
impl Sessions for Stub {
    async fn create_session(&self, _: Request<CreateSessionRequest>) -> Result<Response<Session>, Status> {
        Ok(Response::new(session("r1")))
    }

    async fn refresh_session(&self, request: Request<RefreshSessionRequest>) -> Result<Response<Session>, Status> {
        Ok(Response::new(session(&format!("{}+", request.into_inner().refresh_token))))
    }

    async fn exchange_session(&self, request: Request<ExchangeSessionRequest>) -> Result<Response<Session>, Status> {
        match request.into_inner().refresh_token.as_str() {
            "ended" => Err(Failure::Unauthenticated("SESSION_ENDED").into()),
            token => Ok(Response::new(session(token))),
        }
    }

    async fn delete_current_session(
        &self,
        _: Request<DeleteCurrentSessionRequest>,
    ) -> Result<Response<DeleteCurrentSessionResponse>, Status> {
        Ok(Response::new(DeleteCurrentSessionResponse {}))
    }
}

#[tonic::async_trait]
impl Access for Stub {
    async fn get_grants(&self, request: Request<GetGrantsRequest>) -> Result<Response<Grants>, Status> {
        Ok(Response::new(Grants { user_id: request.into_inner().user_id, active: true, ..Default::default() }))
    }

    async fn resolve_users(&self, _: Request<ResolveUsersRequest>) -> Result<Response<ResolveUsersResponse>, Status> {
        Ok(Response::new(ResolveUsersResponse::default()))
    }
}

#[tonic::async_trait]
impl Imports for Stub {
    async fn upload_import(
        &self,
        request: Request<Streaming<UploadImportRequest>>,
    ) -> Result<Response<Import>, Status> {
        let mut messages = request.into_inner();
        let (mut file_name, mut total) = (String::new(), 0);
        while let Some(message) = messages.message().await? {
            file_name.push_str(&message.file_name);
            total += message.chunk.len() as i32;
            if message.chunk.starts_with(b"refuse") {
                return Err(Failure::state("FILE_UNSUPPORTED").into());
            }
        }
        Ok(Response::new(Import { file_name, total, ..Default::default() }))
    }

    async fn get_import(&self, _: Request<GetImportRequest>) -> Result<Response<Import>, Status> {
        Err(Failure::NotFound.into())
    }

    async fn run_import(&self, _: Request<RunImportRequest>) -> Result<Response<Import>, Status> {
        Err(Failure::NotFound.into())
    }

    async fn list_import_rows(
        &self,
        _: Request<ListImportRowsRequest>,
    ) -> Result<Response<ListImportRowsResponse>, Status> {
        Err(Failure::NotFound.into())
    }
}
