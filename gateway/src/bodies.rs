//! What a request brings and what an answer takes away: JSON, bounded in size and in time.

use std::time::Duration;

use axum::{body::Body, response::Response};
use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, StatusCode, Uri,
    header::{CONTENT_TYPE, ETAG},
};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use kit::Failure;
use serde_json::{Map, Value as Json};

use crate::{
    edge::{Edge, Visit},
    problems::Problem,
    routes::{self, Route},
    transcode,
};

/// Largest JSON body, in bytes, and as people are told.
const LIMIT: usize = 1 << 20;
const LIMIT_TOLD: &str = "1 MiB";
/// A body arrives within this time.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The message that a request means.
///
/// # Errors
/// Every misfit; `BUSY`; `TOO_LARGE`, `UNSUPPORTED_MEDIA_TYPE`, `MALFORMED`, `BODY_TIMEOUT` of its body.
pub async fn message(
    edge: &Edge,
    visit: &Visit,
    route: &Route,
    values: &[String],
    uri: &Uri,
    body: Body,
) -> Result<Bytes, Problem> {
    let json = match route.body {
        routes::Body::Nothing => None,
        routes::Body::Request => Some(read_json(edge, &visit.headers, true, body).await?),
        routes::Body::Field(_) => Some(read_json(edge, &visit.headers, false, body).await?),
    };
    let message = transcode::request(route, values, uri.query().unwrap_or_default(), json);
    message.map(Bytes::from).map_err(Problem::invalid)
}

/// The body; where nothing is needed of it, none means an empty object.
async fn read_json(edge: &Edge, headers: &HeaderMap, may_be_empty: bool, body: Body) -> Result<Json, Problem> {
    let bytes = read(edge, body).await?;
    if bytes.is_empty() && may_be_empty {
        return Ok(Json::Object(Map::new()));
    }
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/json") {
        return Err(Problem::media_type("application/json"));
    }
    serde_json::from_slice(&bytes).map_err(|_| malformed())
}

async fn read(edge: &Edge, body: Body) -> Result<Bytes, Problem> {
    let _place = edge.places.body()?;
    let whole = Limited::new(body, LIMIT).collect();
    match tokio::time::timeout(TIMEOUT, whole).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Problem::too_large(LIMIT_TOLD)),
        Ok(Err(_)) => Err(malformed()),
        Err(_) => Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "BODY_TIMEOUT")),
    }
}

fn malformed() -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "MALFORMED")
}

/// The answer of a method, as JSON with its status and its ETag.
///
/// # Errors
/// When the service answered no message of its type.
pub fn json(route: &Route, answer: &[u8]) -> Result<Response, Problem> {
    let status = StatusCode::from_u16(route.method.success_status).map_err(Failure::internal)?;
    if status == StatusCode::NO_CONTENT {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status;
        return Ok(response);
    }
    let body = transcode::answer(route.method.response(), answer).map_err(Failure::internal)?;
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let etag = route.etag.and_then(|number| transcode::text_of(number, answer)).filter(|etag| !etag.is_empty());
    if let Some(etag) = etag.and_then(|etag| HeaderValue::from_str(etag).ok()) {
        response.headers_mut().insert(ETAG, etag);
    }
    Ok(response)
}
