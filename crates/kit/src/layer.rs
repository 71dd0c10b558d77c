//! What stands before and after every RPC of every service, by the descriptors alone: authorise, validate, mask.

use std::{
    convert::Infallible,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Instant,
};

use bytes::{BufMut, Bytes, BytesMut};
use http::{HeaderMap, header::AUTHORIZATION};
use http_body_util::{BodyExt, Full, Limited};
use sha2::{Digest, Sha256};
use tonic::{Code, Status, body::Body};
use tower::{Layer, Service};

use crate::{
    auth::{Caller, GrantsCache, Principal, Scope, Verifier},
    call::Call,
    metrics,
    problem::Failure,
    schema::{
        self, Dictionaries, FieldRules, MessageTable, MethodTable, mask, schema, unaskable, unwritable, validate,
    },
    secret::{self, Secrets},
    telemetry::{Span, SpanKind, TraceContext},
};

/// Headers of HTTP that travel on to the services, by the same names.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
pub const IF_MATCH: &str = "if-match";
pub const ALLOW_DUPLICATE: &str = "x-allow-duplicate";
pub const SOURCE_ADDRESS: &str = "x-source-address";
/// The browser or program of who signs in, as it names itself.
pub const USER_AGENT: &str = "x-user-agent";

/// Largest message of a unary call, in bytes.
const MESSAGE_LIMIT: usize = 4 << 20;
/// Longest idempotency key, in bytes.
const KEY_LIMIT: usize = 255;
/// Flag and length before each gRPC message.
const FRAME: usize = 5;

/// What the layer needs to decide.
#[derive(Clone)]
pub struct Guard {
    pub verifier: Arc<Verifier>,
    pub grants: GrantsCache,
    pub dictionaries: Option<Arc<dyn Dictionaries>>,
    /// Of a service whose messages hold secrets of persons.
    pub secrets: Option<Secrets>,
}

impl std::fmt::Debug for Guard {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Guard")
    }
}

impl<S> Layer<S> for Guard {
    type Service = Guarded<S>;

    fn layer(&self, inner: S) -> Guarded<S> {
        Guarded { guard: Arc::new(self.clone()), inner }
    }
}

#[derive(Clone, Debug)]
pub struct Guarded<S> {
    guard: Arc<Guard>,
    inner: S,
}

impl<S> Service<http::Request<Body>> for Guarded<S>
where
    S: Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let guard = self.guard.clone();
        // The clone may not be ready; the one that was asked is.
        let inner = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, inner);
        let Some(method) = schema().method(request.uri().path()) else {
            return Box::pin(inner.call(request));
        };
        Box::pin(async move {
            let mut span = Span::rpc(method, SpanKind::Server, &TraceContext::of(request.headers()));
            let started = Instant::now();
            let work = async {
                let (call, request) = guard.admit(method, &span.context, request).await?;
                let Ok(response) = inner.call(request).await;
                Ok::<_, Failure>((call, response))
            };
            let (call, response) = match span.run(work).await {
                Ok(answered) => answered,
                Err(failure) => {
                    let status = Status::from(failure);
                    metrics::rpc(method, status.code(), started);
                    span.answered(status.code());
                    return Ok(status.into_http());
                }
            };
            // A failed call has its status in the head; one that has none there goes on to its message.
            let code = Status::from_header_map(response.headers()).map_or(Code::Ok, |status| status.code());
            metrics::rpc(method, code, started);
            span.answered(code);
            let rules = hidden(method, &call);
            let shown = match guard.opens(method, &call) {
                Ok(None) if rules.is_none() => return Ok(response),
                Ok(secrets) => shown(method, secrets, rules, response).await,
                Err(failure) => Err(failure),
            };
            Ok(shown.unwrap_or_else(|failure| Status::from(failure).into_http()))
        })
    }
}

impl Guard {
    async fn admit(
        &self,
        method: &'static MethodTable,
        trace: &TraceContext,
        request: http::Request<Body>,
    ) -> Result<(Call, http::Request<Body>), Failure> {
        let (caller, scope) = self.authorise(method, request.headers()).await?;
        let (mut parts, mut body) = request.into_parts();
        let mut call = Call {
            caller,
            scope,
            method,
            trace: *trace,
            source_address: text(&parts.headers, SOURCE_ADDRESS).unwrap_or_default(),
            user_agent: text(&parts.headers, USER_AGENT).unwrap_or_default(),
            idempotency_key: text(&parts.headers, IDEMPOTENCY_KEY)
                .filter(|key| !key.is_empty() && key.len() <= KEY_LIMIT),
            digest: [0; 32],
            if_match: text(&parts.headers, IF_MATCH),
            allow_duplicate: text(&parts.headers, ALLOW_DUPLICATE).is_some_and(|value| value == "true"),
        };
        if !method.client_streaming {
            let mut frame = collect(body).await?;
            let message = frame.get(FRAME..).ok_or(Failure::Malformed)?;
            if let Some(rules) = call.field_rules() {
                check_rules(method, message, rules)?;
            }
            let violations = validate(method.request(), message, self.dictionaries.as_deref())?;
            if !violations.is_empty() {
                return Err(Failure::Invalid(violations));
            }
            if call.idempotency_key.is_some() {
                call.digest = self.digest(message);
            }
            if method.request().holds_secret {
                frame = framed(&schema::seal(method.request(), message, self.secrets()?)?)?;
            }
            body = Body::new(Full::new(frame));
        }
        parts.extensions.insert(call.clone());
        Ok((call, http::Request::from_parts(parts, body)))
    }

    /// What is kept of a request, to know it again. Where secrets are kept it is made under a key: they have few values, which
    /// could be tried out against a plain digest.
    fn digest(&self, message: &[u8]) -> [u8; 32] {
        match &self.secrets {
            Some(secrets) => secrets.digest_of_request(message),
            None => Sha256::digest(message).into(),
        }
    }

    /// # Errors
    /// When the process was given no key: nothing may then pass that holds a secret.
    fn secrets(&self) -> Result<&Secrets, Failure> {
        self.secrets.as_ref().ok_or_else(secret::missing)
    }

    /// The keys that open what this method answers to a person; services pass on what is sealed.
    fn opens(&self, method: &MethodTable, call: &Call) -> Result<Option<&Secrets>, Failure> {
        let is_person = matches!(call.caller, Caller::User(_));
        (is_person && method.response().holds_secret).then(|| self.secrets()).transpose()
    }

    /// The caller and the scope of the method's operation.
    ///
    /// # Errors
    /// `Unauthenticated`, `Forbidden` or `Restricted`; `Unavailable` when identity is out of reach.
    pub async fn authorise(&self, method: &MethodTable, headers: &HeaderMap) -> Result<(Caller, Scope), Failure> {
        if method.permission == "public" {
            return Ok((Caller::Anonymous, Scope::Everything));
        }
        let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or(Failure::Unauthenticated("SIGN_IN_REQUIRED"))?;
        let forbidden = || Failure::Forbidden { operation: method.permission.clone() };
        match self.verifier.verify(token)? {
            Principal::Service(name) if matches!(method.permission.as_str(), "service" | "signed-in") => {
                Ok((Caller::Service(name), Scope::Everything))
            }
            Principal::Service(_) => Err(forbidden()),
            Principal::User { user_id, session_id } => {
                let grants = self.grants.get(user_id, session_id).await?;
                if let Some(code) = grants.restriction.as_ref().filter(|_| !method.unrestricted) {
                    return Err(Failure::Restricted(code.clone()));
                }
                if grants.program && method.by_person {
                    return Err(Failure::Restricted("NOT_BY_API_KEY".to_owned()));
                }
                let scope = match method.permission.as_str() {
                    "signed-in" => Scope::Everything,
                    "service" => return Err(forbidden()),
                    operation => grants.scope(operation).ok_or_else(forbidden)?,
                };
                Ok((Caller::User(grants), scope))
            }
        }
    }
}

/// Refuses to write what the caller's field rules keep from the caller's hands, and to ask by what they keep from sight.
///
/// # Errors
/// `NotWritable` or `Invalid`, with each such field.
pub fn check_rules(method: &MethodTable, message: &[u8], rules: &FieldRules) -> Result<(), Failure> {
    if method.is_read() {
        let unseen = unaskable(method.request(), message, rules)?;
        return if unseen.is_empty() { Ok(()) } else { Err(Failure::Invalid(unseen)) };
    }
    let locked = unwritable(method.request(), message, rules)?;
    if locked.is_empty() { Ok(()) } else { Err(Failure::NotWritable(locked)) }
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

async fn collect(body: Body) -> Result<Bytes, Failure> {
    let collected = Limited::new(body, MESSAGE_LIMIT).collect().await;
    collected.map(http_body_util::Collected::to_bytes).map_err(|_| Failure::Malformed)
}

/// The rules that take something from this method's answers; none when all of it may be seen.
fn hidden<'a>(method: &MethodTable, call: &'a Call) -> Option<&'a FieldRules> {
    call.field_rules().filter(|rules| !rules.all_clear(method.response()))
}

/// The response with its secrets opened and its message masked; its trailers stay.
async fn shown(
    method: &MethodTable,
    secrets: Option<&Secrets>,
    rules: Option<&FieldRules>,
    response: http::Response<Body>,
) -> Result<http::Response<Body>, Failure> {
    let (parts, body) = response.into_parts();
    let collected = body.collect().await.map_err(Failure::internal)?;
    let trailers = collected.trailers().cloned();
    let frame = collected.to_bytes();
    // A failed call has no message.
    let changed = match frame.get(FRAME..) {
        Some(message) => seen(method.response(), message, secrets, rules)?,
        None => None,
    };
    let frame = match changed {
        Some(message) => framed(&message)?,
        None => frame,
    };
    let body = Full::new(frame).with_trailers(std::future::ready(trailers.map(Ok)));
    Ok(http::Response::from_parts(parts, Body::new(body)))
}

/// The message as the caller sees it; none when that is as it stands.
fn seen(
    table: &MessageTable,
    message: &[u8],
    secrets: Option<&Secrets>,
    rules: Option<&FieldRules>,
) -> Result<Option<Vec<u8>>, Failure> {
    let opened = match secrets {
        Some(secrets) => schema::open(table, message, secrets)?,
        None => None,
    };
    let Some(rules) = rules else { return Ok(opened) };
    let message = opened.as_deref().unwrap_or(message);
    let mut masked = Vec::with_capacity(message.len());
    mask(table, message, rules, &mut masked)?;
    Ok(Some(masked))
}

/// A message behind its flag and length.
fn framed(message: &[u8]) -> Result<Bytes, Failure> {
    let mut framed = BytesMut::with_capacity(message.len() + FRAME);
    framed.put_u8(0);
    framed.put_u32(u32::try_from(message.len()).map_err(Failure::internal)?);
    framed.put_slice(message);
    Ok(framed.freeze())
}
