//! The RPCs of sign-in by a provider.

use cims_proto::identity::v1::{
    BeginExternalSignInRequest, ExternalSignIn, ExternalSignInBegun, FinishExternalSignInRequest,
    GetExternalSignInRequest, Session,
    external_sign_ins_server::{ExternalSignIns, ExternalSignInsServer},
};
use kit::{Failure, clock::Clock, database::Pool, open, secret::Secrets, service::Context, write::Writer};
use tonic::{Request, Response, Status};

use super::{
    Word, account,
    begun::{self, Begun, digest, new_browser},
    provider::Provider,
    sign_out_place, store,
};
use crate::{
    attempt::Prover,
    second_factor::FactorProver,
    session::{Opener, Shown},
};

const OFF: Failure = Failure::State { code: "EXTERNAL_OFF", parameters: Vec::new() };
const EXPIRED: Failure = Failure::Unauthenticated("EXTERNAL_EXPIRED");

#[derive(Debug)]
pub struct ExternalSignInService {
    pool: Pool,
    writer: Writer,
    clock: Clock,
    secrets: Secrets,
    provider: Option<Provider>,
    prover: Prover,
    factors: FactorProver,
    opener: Opener,
}

pub fn server(
    context: &Context,
    provider: Option<Provider>,
    prover: Prover,
    factors: FactorProver,
    opener: Opener,
) -> ExternalSignInsServer<ExternalSignInService> {
    let (pool, writer, clock) = (context.pool.clone(), context.writer.clone(), context.clock.clone());
    let secrets = factors.secrets.clone();
    ExternalSignInsServer::new(ExternalSignInService {
        pool,
        writer,
        clock,
        secrets,
        provider,
        prover,
        factors,
        opener,
    })
}

#[tonic::async_trait]
impl ExternalSignIns for ExternalSignInService {
    async fn get_external_sign_in(
        &self,
        request: Request<GetExternalSignInRequest>,
    ) -> Result<Response<ExternalSignIn>, Status> {
        open(request)?;
        let label = self.provider.as_ref().map(|provider| &provider.settings.label);
        Ok(Response::new(label.map_or_else(ExternalSignIn::default, |label| ExternalSignIn {
            enabled: true,
            label_zh: label.zh.clone(),
            label_en: label.en.clone(),
        })))
    }

    async fn begin_external_sign_in(
        &self,
        request: Request<BeginExternalSignInRequest>,
    ) -> Result<Response<ExternalSignInBegun>, Status> {
        open(request)?;
        let (url, begun) = self.provider()?.begin().await?;
        let (browser, expire_time) = (new_browser(), self.clock.now() + begun::LIFE);
        let digests = (digest(&begun.state), digest(&browser));
        store::put_begun(&self.pool, (&digests.0, &digests.1), &begun.seal(&self.secrets)?, expire_time).await?;
        Ok(Response::new(ExternalSignInBegun { url, browser }))
    }

    async fn finish_external_sign_in(
        &self,
        request: Request<FinishExternalSignInRequest>,
    ) -> Result<Response<Session>, Status> {
        let (call, request) = open(request)?;
        let provider = self.provider()?;
        let digests = (digest(&request.state), digest(&request.browser));
        let sealed = store::take_begun(&self.pool, (&digests.0, &digests.1), self.clock.now()).await?;
        let begun = Begun::open(&self.secrets, &request.state, &sealed.ok_or(EXPIRED)?)?;
        let answered = provider.finish(begun, request.code).await?;
        let account = match account::find(&self.pool, &answered).await? {
            Ok(account) => account,
            Err(refusal) => {
                let told = answered.email.as_deref().unwrap_or(&answered.subject.name);
                self.prover.refused(&call, told, refusal.whom).await?;
                return Err(refusal.failure.into());
            }
        };
        // Whoever is locked out by wrong passwords stays so.
        let tried = self.prover.begin(&call, &account.username).await?;
        let sign_out = answered.sign_out.map(|url| self.secrets.seal(&sign_out_place(account.id), url.as_bytes()));
        let word = Word { subject: answered.subject, sign_out: sign_out.transpose()? };
        let shown = Shown::Provider(&word);
        if !answered.strong && self.factors.is_on(account.id).await? {
            self.prover.give_back(&tried).await?;
            return Ok(Response::new(self.opener.ticket(account.id, shown).await?));
        }
        let write = self.writer.begin_unkeyed(&call).await?;
        self.opener.open(write, call, account, shown).await
    }
}

impl ExternalSignInService {
    fn provider(&self) -> Result<&Provider, Failure> {
        self.provider.as_ref().ok_or(OFF)
    }
}
