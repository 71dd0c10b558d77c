//! Sign-in by a provider: on the way back it must be the browser that went.

use axum::{body::Body, response::Response};
use bytes::Bytes;
use cims_proto::identity::v1::{ExternalSignInBegun, FinishExternalSignInRequest};
use http::{HeaderValue, header::CONTENT_TYPE};
use kit::{Failure, schema::json_of};
use prost::Message;

use crate::{
    edge::{Edge, Visit},
    headers::cookie,
    problems::Problem,
    routes::Route,
    services::Envelope,
    sessions::{self, set_cookie},
};

/// What proves that it is the same browser. Without it a link could sign people in to the account of whoever made it.
const COOKIE: &str = "__Host-cims-sign-in";
/// Seconds that identity waits for somebody to come back.
const LIFE: u32 = 600;

/// `POST /v1/externalSignIn:begin`
///
/// # Errors
/// What identity refuses.
pub async fn begin(edge: &Edge, visit: &Visit, route: &Route, message: Bytes) -> Result<Response, Problem> {
    let envelope = Envelope { headers: edge.plain_headers(visit)?, repeatable: false };
    let answer = edge.call(route, message, &envelope).await?;
    let begun = ExternalSignInBegun::decode(answer).map_err(Failure::internal)?;
    let body = json_of(&ExternalSignInBegun { browser: String::new(), ..begun.clone() });
    let mut response = Response::new(Body::from(body.to_string()));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let kept = format!("{COOKIE}={}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age={LIFE}", begun.browser);
    set_cookie(&mut response, &kept)?;
    Ok(response)
}

/// `POST /v1/externalSignIn:finish`
///
/// # Errors
/// What identity refuses.
pub async fn finish(edge: &Edge, visit: &Visit, route: &Route, message: Bytes) -> Result<Response, Problem> {
    let told = FinishExternalSignInRequest::decode(message).map_err(Failure::internal)?;
    // Never what the body says: a page of ours knows only what stood in its address.
    let browser = cookie(&visit.headers, COOKIE).unwrap_or_default().to_owned();
    let message = FinishExternalSignInRequest { browser, ..told }.encode_to_vec();
    let mut response = sessions::create(edge, visit, route, message.into()).await?;
    set_cookie(&mut response, &format!("{COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0"))?;
    Ok(response)
}
