//! The RPC of the log of sign-ins.

use cims_proto::identity::v1::{
    ListSignInsRequest, ListSignInsResponse, SignIn, SignInFailed,
    sign_in::Kind,
    sign_ins_server::{SignIns, SignInsServer},
};
use kit::{Failure, call::parse_id, clock::time, database::Pool, open, page::Page};
use prost::Message;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{
    kind,
    store::{self, Line, Question},
    types,
};

#[derive(Debug)]
pub struct SignInService {
    pool: Pool,
}

pub fn server(pool: Pool) -> SignInsServer<SignInService> {
    SignInsServer::new(SignInService { pool })
}

#[tonic::async_trait]
impl SignIns for SignInService {
    async fn list_sign_ins(
        &self,
        request: Request<ListSignInsRequest>,
    ) -> Result<Response<ListSignInsResponse>, Status> {
        let (call, request) = open(request)?;
        let kinds: Vec<Kind> = request.kinds().collect();
        let question = Question {
            types: types(&kinds),
            user_id: match request.user_id.as_str() {
                "" => None,
                id => Some(parse_id("/userId", id)?),
            },
            from: request.start_time.as_ref().and_then(time::from_proto),
            to: request.end_time.as_ref().and_then(time::from_proto),
            address: request.address,
        };
        let asked = (&question.types, question.user_id, question.from, question.to, &question.address, &call.scope);
        let page = Page::parse(request.page_size, &request.page_token, &asked)?;
        let mut lines = store::list(&self.pool, &question, &call.scope, &page).await?;
        let next_page_token = page.finish(&mut lines, |line| line.sequence);
        let sign_ins = lines.into_iter().map(Line::into_proto).collect::<Result<_, _>>()?;
        Ok(Response::new(ListSignInsResponse { sign_ins, next_page_token }))
    }
}

impl Line {
    fn into_proto(self) -> Result<SignIn, Failure> {
        let kind = kind(&self.r#type);
        let account_digest = match kind {
            Kind::Failed | Kind::LockedOut => {
                SignInFailed::decode(self.payload.as_slice()).map_err(Failure::internal)?.account_digest
            }
            _ => String::new(),
        };
        // The nil id stands for an account that there is not.
        let text = |id: Option<Uuid>| id.filter(|id| !id.is_nil()).map(|id| id.to_string()).unwrap_or_default();
        Ok(SignIn {
            id: self.id.to_string(),
            kind: kind.into(),
            time: Some(time::to_proto(self.time)),
            user_id: text(self.user_id),
            actor_id: text(self.actor_id),
            address: self.address,
            account_digest,
        })
    }
}
