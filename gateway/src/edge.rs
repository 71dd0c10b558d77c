//! One request, from its head to its log line.

use std::{
    net::SocketAddr,
    sync::{Arc, LazyLock},
    time::{Duration, Instant},
};

use axum::{body::Body, response::Response};
use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use kit::{
    Violation,
    layer::{ALLOW_DUPLICATE, IDEMPOTENCY_KEY, IF_MATCH, SOURCE_ADDRESS},
    metrics::Seconds,
    problem::code,
    telemetry::{Span, SpanKind, TraceContext},
};
use uuid::Uuid;

use crate::{
    avatars, bodies, downloads, external, headers,
    live::Live,
    messages::{Language, Messages},
    origin::TrustedProxies,
    pages::Pages,
    places::Places,
    problems::Problem,
    routes::{self, Found, Route, Routes},
    services::{Envelope, Services},
    sessions::{self, Sessions},
    uploads,
};

/// The stream of notices, which no RPC stands behind.
const EVENTS: &str = "/v1/events";
/// Seconds of a request, by `route` and class of `status`.
static REQUESTS: LazyLock<Seconds> = LazyLock::new(|| Seconds::new("cims_http_request_seconds", ["route", "status"]));
/// Longest idempotency key, in bytes.
const KEY_LIMIT: usize = 255;

/// Everything that answers requests.
#[derive(Debug)]
pub struct Edge {
    pub routes: Routes,
    pub services: Services,
    pub sessions: Sessions,
    pub live: Live,
    pub messages: Messages,
    pub pages: Pages,
    pub proxies: TrustedProxies,
    pub behind_tls: bool,
    /// Of what is under way.
    pub places: Arc<Places>,
}

/// The other end of the connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// What is known of a request while it is answered.
#[derive(Debug)]
pub struct Visit {
    pub method: Method,
    pub headers: HeaderMap,
    pub trace: TraceContext,
    pub source: String,
    /// The route's template, or what stands in its place.
    pub place: &'static str,
    pub user_id: Option<Uuid>,
}

/// Answers a request; every path of the gateway comes through here.
pub async fn answer(edge: Arc<Edge>, request: Request<Body>) -> Response {
    let started = Instant::now();
    let (parts, body) = request.into_parts();
    let peer = parts.extensions.get::<Peer>().map_or(SocketAddr::from(([0, 0, 0, 0], 0)), |peer| peer.0);
    let is_api = parts.uri.path().starts_with("/v1/");
    let found = if is_api { edge.routes.find(&parts.method, parts.uri.path()) } else { Found::Nothing };
    let place = match &found {
        Found::Route(route, _) => route.template,
        _ if parts.uri.path() == EVENTS => EVENTS,
        _ if is_api => "/v1/…",
        _ => "page",
    };
    if let Found::Route(route, _) = &found
        && let Err(problem) = edge.places.look(route.service)
    {
        return refused(&edge, &parts.headers, place, &problem);
    }
    let mut span = opened(&parts, place, matches!(found, Found::Route(..)));
    let source = edge.proxies.source(peer, &parts.headers).to_string();
    let mut visit =
        Visit { method: parts.method, headers: parts.headers, trace: span.context, source, place, user_id: None };
    let outcome = span.run(dispatch(&edge, &mut visit, found, &parts.uri, body)).await;
    let mut response = outcome.unwrap_or_else(|problem| {
        let language = Language::of(&visit.headers);
        problem.respond(&edge.messages, language, &visit.trace.trace_id())
    });
    headers::secure(response.headers_mut(), is_api, edge.behind_tls);
    span.set("http.response.status_code", i64::from(response.status().as_u16()));
    if response.status().is_server_error() {
        span.fail(response.status().as_str().to_owned());
    }
    log(&visit, response.status(), started);
    response
}

/// Refuses what there is no place for. That has to cost next to nothing, or what is refused takes from what is done: it has no
/// span, and no log line of its own.
fn refused(edge: &Edge, headers: &HeaderMap, place: &'static str, problem: &Problem) -> Response {
    let mut response = problem.respond(&edge.messages, Language::of(headers), &TraceContext::of(headers).trace_id());
    headers::secure(response.headers_mut(), true, edge.behind_tls);
    REQUESTS.record([place, class(response.status())], Duration::ZERO);
    edge.places.count_refused();
    response
}

/// The request's span. Its path is told where a template says that it holds ids alone.
fn opened(parts: &http::request::Parts, place: &'static str, is_route: bool) -> Span {
    let name = format!("{} {place}", parts.method);
    let mut span = Span::start(name, SpanKind::Server, &TraceContext::of(&parts.headers));
    if !span.is_exported() {
        return span;
    }
    span.set("http.request.method", parts.method.to_string());
    if is_route {
        span.set("http.route", place);
        span.set("url.path", parts.uri.path().to_owned());
    }
    span.set("url.scheme", "http");
    span
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        _ => "5xx",
    }
}

/// One line per request, without query and without personal data.
fn log(visit: &Visit, status: StatusCode, started: Instant) {
    let duration_ms = started.elapsed().as_secs_f64() * 1_000.0;
    REQUESTS.record([visit.place, class(status)], started.elapsed());
    let user_id = visit.user_id.map(|id| id.to_string());
    tracing::info!(
        method = visit.method.as_str(),
        route = visit.place,
        status = status.as_u16(),
        duration_ms,
        trace_id = visit.trace.trace_id(),
        user_id,
        "request"
    );
}

async fn dispatch(
    edge: &Arc<Edge>,
    visit: &mut Visit,
    found: Found<'_>,
    uri: &http::Uri,
    body: Body,
) -> Result<Response, Problem> {
    match found {
        Found::Route(route, values) => match route.method.by_hand {
            true => by_hand(edge, visit, route, &values, uri, body).await,
            false => rpc(edge, visit, route, &values, uri, body).await,
        },
        Found::OtherVerb(allow) => Err(Problem::other_verb(allow)),
        Found::Nothing => match (&visit.method, uri.path()) {
            (&Method::GET, EVENTS) => edge.live.clone().follow(edge, visit).await,
            (_, EVENTS) => Err(Problem::other_verb("GET".to_owned())),
            (_, path) if path == "/v1" || path.starts_with("/v1/") => Err(Problem::not_found()),
            (&Method::GET | &Method::HEAD, "/livez") => Ok(plain("alive\n")),
            (&Method::GET | &Method::HEAD, "/readyz") => Ok(ready(edge).await),
            (&Method::GET | &Method::HEAD, _) => edge.pages.answer(&visit.method, uri, &visit.headers).await,
            _ => Err(Problem::other_verb("GET, HEAD".to_owned())),
        },
    }
}

/// Methods whose HTTP is more than JSON.
async fn by_hand(
    edge: &Edge,
    visit: &mut Visit,
    route: &Route,
    values: &[String],
    uri: &http::Uri,
    body: Body,
) -> Result<Response, Problem> {
    match route.method.name.as_str() {
        "CreateSession" | "VerifySession" => {
            let message = bodies::message(edge, visit, route, values, uri, body).await?;
            sessions::create(edge, visit, route, message).await
        }
        "BeginExternalSignIn" => {
            let message = bodies::message(edge, visit, route, values, uri, body).await?;
            external::begin(edge, visit, route, message).await
        }
        "FinishExternalSignIn" => {
            let message = bodies::message(edge, visit, route, values, uri, body).await?;
            external::finish(edge, visit, route, message).await
        }
        "RefreshSession" => {
            let message = bodies::message(edge, visit, route, values, uri, body).await?;
            sessions::refresh(edge, visit, route, message).await
        }
        "DeleteCurrentSession" => sessions::delete_current(edge, visit, route).await,
        "SetMyAvatar" | "SetUserAvatar" => avatars::put(edge, visit, route, values, body).await,
        "GetUserAvatar" => avatars::get(edge, visit, route, values, uri).await,
        "UploadImport" => uploads::import(edge, visit, route, body).await,
        "DownloadImportErrors" | "DownloadImportTemplate" => downloads::file(edge, visit, route, values, uri).await,
        other => Err(kit::Failure::internal(format!("nobody serves {other} by hand")).into()),
    }
}

async fn rpc(
    edge: &Edge,
    visit: &mut Visit,
    route: &Route,
    values: &[String],
    uri: &http::Uri,
    body: Body,
) -> Result<Response, Problem> {
    let envelope = edge.envelope(visit, route).await?;
    let message = bodies::message(edge, visit, route, values, uri, body).await?;
    let answer = edge.call(route, message, &envelope).await?;
    bodies::json(route, &answer)
}

async fn ready(edge: &Edge) -> Response {
    let missing = edge.services.out_of_reach().await;
    if missing.is_empty() {
        return plain("ready\n");
    }
    let mut response = plain(format!("out of reach: {}\n", missing.join(", ")));
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    response
}

fn plain(text: impl Into<Body>) -> Response {
    let mut response = Response::new(text.into());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

impl Edge {
    /// Calls the method; violations are then told as the client wrote the fields.
    pub async fn call(&self, route: &Route, message: Bytes, envelope: &Envelope) -> Result<Bytes, Problem> {
        let _place = self.places.call(route.service)?;
        let _turn = self.places.turn(route.service).await?;
        self.services.call(route, message, envelope).await.map_err(|mut problem| {
            if let routes::Body::Field(field) = &route.body {
                problem.cut_prefix(&field.json);
            }
            problem
        })
    }

    /// The headers that travel on with a call, the caller's token among them.
    ///
    /// # Errors
    /// When a header cannot be used, or a cookie stands for nobody.
    pub async fn envelope(&self, visit: &mut Visit, route: &Route) -> Result<Envelope, Problem> {
        let mut envelope = Envelope { headers: self.plain_headers(visit)?, repeatable: false };
        if route.method.permission != "public"
            && let Some(token) = self.sessions.authorization(self, visit).await?
        {
            envelope.headers.insert(AUTHORIZATION, token);
        }
        envelope.repeatable = envelope.headers.contains_key(IDEMPOTENCY_KEY) && !route.method.client_streaming;
        Ok(envelope)
    }

    /// The headers that travel on with every call, whoever makes it; the trace goes along by itself.
    pub fn plain_headers(&self, visit: &Visit) -> Result<HeaderMap, Problem> {
        let mut headers = HeaderMap::with_capacity(8);
        for name in [IDEMPOTENCY_KEY, IF_MATCH, ALLOW_DUPLICATE] {
            if let Some(value) = visit.headers.get(name) {
                headers.insert(HeaderName::from_static(name), value.clone());
            }
        }
        if let Some(key) = headers.get(IDEMPOTENCY_KEY)
            && (key.is_empty() || key.len() > KEY_LIMIT || key.to_str().is_err())
        {
            return Err(Problem::invalid(vec![
                Violation::new("/Idempotency-Key", code::FORMAT).allowed("1–255 × ASCII"),
            ]));
        }
        headers.insert(SOURCE_ADDRESS, HeaderValue::from_str(&visit.source).map_err(kit::Failure::internal)?);
        Ok(headers)
    }
}
