//! Sign-in, and turning a browser's cookie or a program's API key into the access token that services understand.

use axum::{body::Body, response::Response};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use cims_proto::identity::v1::{
    ExchangeApiKeyRequest, ExchangeSessionRequest, RefreshSessionRequest, Session, api_keys_client::ApiKeysClient,
    sessions_client::SessionsClient,
};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
    header::{self, AUTHORIZATION, CONTENT_TYPE, SET_COOKIE},
};
use kit::{
    Failure,
    auth::{Principal, Verifier},
    clock::Clock,
    layer::USER_AGENT,
    schema::json_of,
};
use moka::future::Cache;
use prost::Message;
use sha2::{Digest, Sha256};
use std::{sync::Arc, time::Duration};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::{
    edge::{Edge, Visit},
    headers::cookie,
    problems::Problem,
    routes::Route,
    services::Envelope,
};

const SESSION_COOKIE: &str = "__Host-cims-session";
const CSRF_COOKIE: &str = "__Host-cims-csrf";
const CSRF_HEADER: &str = "x-csrf-token";
const SEC_FETCH_SITE: &str = "sec-fetch-site";
/// How every API key begins.
const API_KEY_MARK: &str = "cims_";
/// A token that expires sooner than this is exchanged anew.
const SPARE_SECONDS: i64 = 30;

/// Access tokens by the digest of the cookie or key that they were exchanged for.
#[derive(Debug)]
pub struct Sessions {
    pub verifier: Arc<Verifier>,
    clock: Clock,
    exchanged: Cache<[u8; 32], Arc<Exchanged>>,
}

/// What stands for an access token.
#[derive(Clone, Copy)]
enum Pledge<'a> {
    Cookie(&'a str),
    ApiKey(&'a str),
}

#[derive(Debug)]
struct Exchanged {
    authorization: HeaderValue,
    expire_second: i64,
}

impl Sessions {
    pub fn new(verifier: Arc<Verifier>, clock: Clock) -> Sessions {
        let exchanged = Cache::builder().max_capacity(20_000).time_to_live(kit::auth::ACCESS_TOKEN_LIFE).build();
        Sessions { verifier, clock, exchanged }
    }

    /// The header `Authorization` of the caller: its own, or the one that its key or cookie stands for; none without.
    /// Notes in the visit who it is.
    ///
    /// # Errors
    /// When the cookie's session has ended, the key is none, or a write by cookie may come from another site.
    pub async fn authorization(&self, edge: &Edge, visit: &mut Visit) -> Result<Option<HeaderValue>, Problem> {
        let header = match visit.headers.get(AUTHORIZATION) {
            Some(header) => match api_key(header) {
                Some(key) => self.exchange(edge, visit, Pledge::ApiKey(key)).await?,
                None => header.clone(),
            },
            None => {
                let Some(token) = cookie(&visit.headers, SESSION_COOKIE) else { return Ok(None) };
                if !matches!(visit.method, Method::GET | Method::HEAD) {
                    check_origin(&visit.headers)?;
                }
                self.exchange(edge, visit, Pledge::Cookie(token)).await?
            }
        };
        visit.user_id = self.user_of(&header);
        Ok(Some(header))
    }

    /// The person whom a token names while it counts: for the log, and to know when to exchange anew. What may be done
    /// the services decide.
    fn user_of(&self, header: &HeaderValue) -> Option<Uuid> {
        match self.verifier.verify(header.to_str().ok()?.strip_prefix("Bearer ")?).ok()? {
            Principal::User { user_id, .. } => Some(user_id),
            Principal::Service(_) => None,
        }
    }

    async fn exchange(&self, edge: &Edge, visit: &Visit, pledge: Pledge<'_>) -> Result<HeaderValue, Problem> {
        let (Pledge::Cookie(text) | Pledge::ApiKey(text)) = pledge;
        let key = digest(text);
        // The key that signed it may have been taken away before it expires.
        let fresh = |kept: &Exchanged| {
            kept.expire_second - self.clock.now().timestamp() > SPARE_SECONDS
                && self.user_of(&kept.authorization).is_some()
        };
        if let Some(kept) = self.exchanged.get(&key).await {
            if fresh(&kept) {
                return Ok(kept.authorization.clone());
            }
            self.exchanged.invalidate(&key).await;
        }
        let ask = async {
            let metadata = tonic::metadata::MetadataMap::from_headers(edge.plain_headers(visit)?);
            let channel = edge.services.channel("identity")?;
            let session = match pledge {
                Pledge::Cookie(token) => {
                    let request = asking(ExchangeSessionRequest { refresh_token: token.to_owned() }, metadata);
                    SessionsClient::new(channel).exchange_session(request).await?
                }
                Pledge::ApiKey(key) => {
                    let request = asking(ExchangeApiKeyRequest { key: key.to_owned() }, metadata);
                    ApiKeysClient::new(channel).exchange_api_key(request).await?
                }
            };
            Ok::<_, Problem>(Arc::new(Exchanged::of(session.get_ref())?))
        };
        // Many requests of one page start at once: one of them asks.
        let kept = self.exchanged.try_get_with(key, ask).await.map_err(|problem| Problem::clone(&problem))?;
        Ok(kept.authorization.clone())
    }

    async fn forget(&self, token: &str) {
        self.exchanged.invalidate(&digest(token)).await;
    }
}

const EXCHANGE_DEADLINE: Duration = Duration::from_secs(5);

fn asking<M>(message: M, metadata: tonic::metadata::MetadataMap) -> tonic::Request<M> {
    let mut request = tonic::Request::from_parts(metadata, tonic::Extensions::default(), message);
    request.set_timeout(EXCHANGE_DEADLINE);
    request
}

/// An API key that stands where an access token does.
fn api_key(header: &HeaderValue) -> Option<&str> {
    header.to_str().ok()?.strip_prefix("Bearer ").filter(|token| token.starts_with(API_KEY_MARK))
}

impl Exchanged {
    fn of(session: &Session) -> Result<Exchanged, Failure> {
        let mut authorization =
            HeaderValue::try_from(format!("Bearer {}", session.access_token)).map_err(Failure::internal)?;
        authorization.set_sensitive(true);
        Ok(Exchanged { authorization, expire_second: session.expire_time.map_or(0, |time| time.seconds) })
    }
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// A write by cookie must come from a page of ours: only that can read the second cookie and repeat it as a header.
fn check_origin(headers: &HeaderMap) -> Result<(), Problem> {
    let sent = headers.get(CSRF_HEADER).map(HeaderValue::as_bytes).unwrap_or_default();
    let kept = cookie(headers, CSRF_COOKIE).unwrap_or_default().as_bytes();
    let same_site = headers.get(SEC_FETCH_SITE).is_none_or(|site| site == "same-origin");
    let equal = !kept.is_empty() && bool::from(sent.ct_eq(kept));
    if equal && same_site { Ok(()) } else { Err(Problem::new(StatusCode::FORBIDDEN, "CSRF")) }
}

/// `POST /v1/sessions` and `POST /v1/sessions:verify`, and what else answers a new session
///
/// # Errors
/// What identity refuses.
pub async fn create(edge: &Edge, visit: &Visit, route: &Route, message: Bytes) -> Result<Response, Problem> {
    let mut envelope = Envelope { headers: edge.plain_headers(visit)?, repeatable: false };
    if let Some(agent) = visit.headers.get(header::USER_AGENT) {
        envelope.headers.insert(HeaderName::from_static(USER_AGENT), agent.clone());
    }
    let session = decode(&edge.call(route, message, &envelope).await?)?;
    if !session.second_factor_ticket.is_empty() {
        return Ok(answer(&session, StatusCode::OK, true));
    }
    let is_browser = visit.headers.contains_key(SEC_FETCH_SITE);
    respond(route, session, &new_csrf(), !is_browser)
}

/// `POST /v1/sessions:refresh`: by the body's token, or by the cookie.
///
/// # Errors
/// What identity refuses; `CSRF` when the cookie may have been sent by another site's page.
pub async fn refresh(edge: &Edge, visit: &Visit, route: &Route, message: Bytes) -> Result<Response, Problem> {
    let told = RefreshSessionRequest::decode(message).map_err(Failure::internal)?.refresh_token;
    let by_cookie = told.is_empty();
    let token = if by_cookie {
        let token = cookie(&visit.headers, SESSION_COOKIE).ok_or(Failure::Unauthenticated("SIGN_IN_REQUIRED"))?;
        check_origin(&visit.headers)?;
        token.to_owned()
    } else {
        told
    };
    let envelope = Envelope { headers: edge.plain_headers(visit)?, repeatable: false };
    let request = RefreshSessionRequest { refresh_token: token }.encode_to_vec();
    let session = decode(&edge.call(route, request.into(), &envelope).await?)?;
    // Other tabs hold the value: it stays as long as the session.
    let csrf = cookie(&visit.headers, CSRF_COOKIE).filter(|_| by_cookie).map_or_else(new_csrf, str::to_owned);
    let is_browser = by_cookie || visit.headers.contains_key(SEC_FETCH_SITE);
    respond(route, session, &csrf, !is_browser)
}

/// `DELETE /v1/sessions/current`
///
/// # Errors
/// What identity refuses.
pub async fn delete_current(edge: &Edge, visit: &mut Visit, route: &Route) -> Result<Response, Problem> {
    let envelope = edge.envelope(visit, route).await?;
    edge.call(route, Bytes::new(), &envelope).await?;
    if let Some(token) = cookie(&visit.headers, SESSION_COOKIE) {
        edge.sessions.forget(token).await;
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    for name in [SESSION_COOKIE, CSRF_COOKIE] {
        set_cookie(&mut response, &format!("{name}=; Path=/; Secure; SameSite=Strict; Max-Age=0"))?;
    }
    Ok(response)
}

fn decode(answer: &Bytes) -> Result<Session, Failure> {
    Session::decode(answer.clone()).map_err(Failure::internal)
}

/// 128 random bits.
fn new_csrf() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>())
}

fn respond(route: &Route, session: Session, csrf: &str, with_refresh_token: bool) -> Result<Response, Problem> {
    let status = StatusCode::from_u16(route.method.success_status).map_err(Failure::internal)?;
    let mut response = answer(&session, status, with_refresh_token);
    let token = &session.refresh_token;
    set_cookie(&mut response, &format!("{SESSION_COOKIE}={token}; Path=/; Secure; HttpOnly; SameSite=Strict"))?;
    set_cookie(&mut response, &format!("{CSRF_COOKIE}={csrf}; Path=/; Secure; SameSite=Strict"))?;
    Ok(response)
}

fn answer(session: &Session, status: StatusCode, with_refresh_token: bool) -> Response {
    let mut body = json_of(session);
    if let Some(members) = body.as_object_mut().filter(|_| !with_refresh_token) {
        members.remove("refreshToken");
    }
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

pub fn set_cookie(response: &mut Response, text: &str) -> Result<(), Failure> {
    let value = HeaderValue::from_str(text).map_err(Failure::internal)?;
    response.headers_mut().append(SET_COOKIE, value);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_by_cookie_needs_the_second_cookie_as_a_header() {
        let allowed = |pairs: &[(&'static str, &'static str)]| {
            let pairs =
                pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
            check_origin(&HeaderMap::from_iter(pairs)).is_ok()
        };
        let cookies = ("cookie", "a=b; __Host-cims-csrf=x1");
        assert!(allowed(&[cookies, ("x-csrf-token", "x1")]));
        assert!(allowed(&[cookies, ("x-csrf-token", "x1"), ("sec-fetch-site", "same-origin")]));
        assert!(!allowed(&[cookies, ("x-csrf-token", "x1"), ("sec-fetch-site", "same-site")]));
        assert!(!allowed(&[cookies, ("x-csrf-token", "x2")]));
        assert!(!allowed(&[cookies]));
        assert!(!allowed(&[("cookie", "__Host-cims-csrf="), ("x-csrf-token", "")]));
    }
}
