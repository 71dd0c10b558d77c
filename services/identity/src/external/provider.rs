//! The provider: found when it is first needed, so that CIMS starts and passwords work while it is away.

use std::{error::Error, sync::Arc, time::Duration};

use kit::{Failure, clock::Clock};
use moka::future::Cache;
use openidconnect::{
    AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, IssuerUrl, LogoutRequest, Nonce, PkceCodeChallenge, PkceCodeVerifier,
    PostLogoutRedirectUrl, ProviderMetadataWithLogout as Metadata, RedirectUrl, RequestTokenError, Scope,
    SignatureVerificationError, TokenResponse,
    core::{
        CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdTokenClaims,
        CoreJwsSigningAlgorithm as Algorithm, CoreTokenResponse, CoreUserInfoClaims,
    },
    url::Url,
};

use super::{
    answer::{Answered, verified},
    begun::Begun,
    setting::{ProviderSettings, is_safe},
    web::{Web, chain},
};

pub const AWAY: Failure = Failure::State { code: "EXTERNAL_AWAY", parameters: Vec::new() };
const REFUSED: Failure = Failure::Unauthenticated("EXTERNAL_REFUSED");

/// What the provider says of itself is asked for again after this time.
const KEPT: Duration = Duration::from_secs(3600);
/// All that is asked of it for one call of ours: less than the gateway waits.
const DEADLINE: Duration = Duration::from_secs(8);
/// The page of CIMS to which the provider sends people back whom it has signed out.
const SIGNED_OUT: &str = "/sign-in";
/// Longest token that goes along in an address, in bytes. Without it the provider asks who is to be signed out.
const HINT_LIMIT: usize = 4_000;
/// Signatures by the provider's own keys. Those by the client's secret are left out: who has it could say anything.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RsaSsaPkcs1V15Sha256,
    Algorithm::RsaSsaPkcs1V15Sha384,
    Algorithm::RsaSsaPkcs1V15Sha512,
    Algorithm::RsaSsaPssSha256,
    Algorithm::RsaSsaPssSha384,
    Algorithm::RsaSsaPssSha512,
    Algorithm::EcdsaP256Sha256,
    Algorithm::EcdsaP384Sha384,
    Algorithm::EdDsa,
];

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// A provider that is set.
#[derive(Clone, Debug)]
pub struct Provider {
    pub settings: ProviderSettings,
    issuer: IssuerUrl,
    redirect_url: RedirectUrl,
    signed_out_url: PostLogoutRedirectUrl,
    web: Web,
    clock: Clock,
    found: Cache<(), Arc<Metadata>>,
}

impl Provider {
    /// # Errors
    /// When this machine has no certificates of authorities.
    pub fn new(settings: ProviderSettings, clock: Clock) -> Result<Provider, Failure> {
        let signed_out = Url::parse(settings.redirect_url.text()).and_then(|url| url.join(SIGNED_OUT));
        Ok(Provider {
            signed_out_url: PostLogoutRedirectUrl::from_url(signed_out.map_err(Failure::internal)?),
            issuer: IssuerUrl::new(settings.issuer.text().to_owned()).map_err(Failure::internal)?,
            redirect_url: RedirectUrl::new(settings.redirect_url.text().to_owned()).map_err(Failure::internal)?,
            settings,
            web: Web::new()?,
            clock,
            found: Cache::builder().max_capacity(1).time_to_live(KEPT).build(),
        })
    }

    /// A sign-in that begins: where the browser is to go, and what is to be kept until it comes back.
    ///
    /// # Errors
    /// `EXTERNAL_AWAY` when the provider was not found.
    pub async fn begin(&self) -> Result<(String, Begun), Failure> {
        let metadata = within(self.metadata()).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let client = self.client(&metadata);
        let asked =
            client.authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random);
        let (url, state, nonce) = asked.add_scope(Scope::new("email".to_owned())).set_pkce_challenge(challenge).url();
        if !is_safe(&url) {
            return Err(away("it names an address for sign-in that is not https"));
        }
        let begun =
            Begun { state: state.into_secret(), nonce: nonce.secret().clone(), verifier: verifier.into_secret() };
        Ok((url.into(), begun))
    }

    /// Whom the provider has sent back with this code.
    ///
    /// # Errors
    /// `EXTERNAL_AWAY` when it does not answer, `EXTERNAL_REFUSED` when the code or what it gave for it is not good.
    pub async fn finish(&self, begun: Begun, code: String) -> Result<Answered, Failure> {
        within(async {
            let metadata = self.metadata().await?;
            let client = self.client(&metadata);
            let tokens = self.exchange(&client, code, begun.verifier).await?;
            let claims = self.claims(&client, &tokens, &Nonce::new(begun.nonce)).await?;
            let mut answered = Answered::of(&claims);
            if claims.email().is_none() {
                answered.email = self.email(&client, &tokens, &claims).await?;
            }
            // What the provider says of itself may have been fetched anew with its keys.
            answered.sign_out = self.sign_out(&*self.metadata().await?, &tokens);
            Ok(answered)
        })
        .await
    }

    /// Where a browser goes to sign out there (RP-initiated logout); none where the provider names no page for it.
    fn sign_out(&self, metadata: &Metadata, tokens: &CoreTokenResponse) -> Option<String> {
        let endpoint = metadata.additional_metadata().end_session_endpoint.clone()?;
        let asked = LogoutRequest::from(endpoint)
            .set_client_id(ClientId::new(self.settings.client_id.clone()))
            .set_post_logout_redirect_uri(self.signed_out_url.clone());
        let url = match tokens.id_token().filter(|token| token.to_string().len() <= HINT_LIMIT) {
            Some(token) => asked.set_id_token_hint(token).http_get_url(),
            None => asked.http_get_url(),
        };
        is_safe(&url).then(|| url.into())
    }

    async fn metadata(&self) -> Result<Arc<Metadata>, Failure> {
        let find = async { Metadata::discover_async(self.issuer.clone(), &self.web).await.map(Arc::new).map_err(away) };
        // Many people sign in at nine: one of them asks.
        self.found.try_get_with((), find).await.map_err(|_| AWAY)
    }

    fn client(&self, metadata: &Metadata) -> Client {
        let (id, secret) = (self.settings.client_id.clone(), self.settings.client_secret.clone());
        let client =
            CoreClient::from_provider_metadata(metadata.clone(), ClientId::new(id), Some(ClientSecret::new(secret)))
                .set_redirect_uri(self.redirect_url.clone());
        let methods = metadata.token_endpoint_auth_methods_supported().map(Vec::as_slice).unwrap_or_default();
        let by_body = methods.contains(&CoreClientAuthMethod::ClientSecretPost)
            && !methods.contains(&CoreClientAuthMethod::ClientSecretBasic);
        client.set_auth_type(if by_body { AuthType::RequestBody } else { AuthType::BasicAuth })
    }

    async fn exchange(&self, client: &Client, code: String, verifier: String) -> Result<CoreTokenResponse, Failure> {
        let asked = client.exchange_code(AuthorizationCode::new(code)).map_err(away)?;
        let tokens = asked.set_pkce_verifier(PkceCodeVerifier::new(verifier)).request_async(&self.web).await;
        tokens.map_err(|error| match error {
            RequestTokenError::ServerResponse(answer) => refused(answer.error()),
            other => away(other),
        })
    }

    /// What the id token says: signed by a key of the provider, for this client, in this sign-in, and not expired.
    async fn claims(
        &self,
        client: &Client,
        tokens: &CoreTokenResponse,
        nonce: &Nonce,
    ) -> Result<CoreIdTokenClaims, Failure> {
        let token = tokens.id_token().ok_or_else(|| refused("no id token"))?;
        let claims = |client: &Client| {
            let verifier = client.id_token_verifier().set_allowed_algs(ALGORITHMS).set_time_fn(|| self.clock.now());
            token.claims(&verifier, nonce).cloned()
        };
        match claims(client) {
            // The provider may have changed its keys.
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
                self.found.invalidate(&()).await;
                claims(&self.client(&*self.metadata().await?)).map_err(refused)
            }
            other => other.map_err(refused),
        }
    }

    /// The verified e-mail address that stands beside the token: providers need not put it in.
    async fn email(
        &self,
        client: &Client,
        tokens: &CoreTokenResponse,
        claims: &CoreIdTokenClaims,
    ) -> Result<Option<String>, Failure> {
        let token = openidconnect::OAuth2TokenResponse::access_token(tokens).clone();
        let Ok(asked) = client.user_info(token, Some(claims.subject().clone())) else { return Ok(None) };
        let info: CoreUserInfoClaims = asked.request_async(&self.web).await.map_err(away)?;
        Ok(verified(info.email(), info.email_verified()))
    }
}

async fn within<T>(asked: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::time::timeout(DEADLINE, asked).await.unwrap_or_else(|_| Err(away("no answer in time")))
}

fn away(error: impl Into<Box<dyn Error>>) -> Failure {
    tracing::warn!(cause = chain(&*error.into()), "the provider of sign-ins is away");
    AWAY
}

fn refused(cause: impl std::fmt::Display) -> Failure {
    tracing::warn!(%cause, "a sign-in by the provider is not good");
    REFUSED
}
