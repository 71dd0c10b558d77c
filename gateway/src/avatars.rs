//! Pictures of people: forms in, JPEG out.

use axum::{body::Body, response::Response};
use bytes::{Bytes, BytesMut};
use cims_proto::identity::v1::{Avatar, SetMyAvatarRequest, SetUserAvatarRequest};
use http::{
    HeaderValue, StatusCode, Uri,
    header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE},
};
use kit::Failure;
use prost::Message;

use crate::{
    bodies,
    edge::{Edge, Visit},
    problems::Problem,
    routes::Route,
    uploads,
};

/// Largest file, in bytes, and as people are told.
const FILE_LIMIT: usize = 3 << 20;
const FILE_LIMIT_TOLD: &str = "3 MB";
/// A digest names one picture for ever, and only who may see it has it.
const FOR_EVER: &str = "private, max-age=31536000, immutable";

/// # Errors
/// What is wrong with the form, or what the service refuses.
pub async fn put(
    edge: &Edge,
    visit: &mut Visit,
    route: &Route,
    values: &[String],
    body: Body,
) -> Result<Response, Problem> {
    let envelope = edge.envelope(visit, route).await?;
    let image = file(edge, visit, body).await?;
    let message = match values.first() {
        Some(user_id) => SetUserAvatarRequest { user_id: user_id.clone(), image }.encode_to_vec(),
        None => SetMyAvatarRequest { image }.encode_to_vec(),
    };
    let answer = edge.call(route, message.into(), &envelope).await?;
    bodies::json(route, &answer)
}

/// The whole file, which is small.
async fn file(edge: &Edge, visit: &Visit, body: Body) -> Result<Bytes, Problem> {
    let _place = edge.places.body()?;
    let mut form = uploads::open(visit, body).await?;
    let mut file = uploads::file_of(&mut form).await?;
    let mut whole = BytesMut::new();
    while let Some(piece) = uploads::piece(&mut file).await? {
        if whole.len() + piece.len() > FILE_LIMIT {
            return Err(Problem::too_large(FILE_LIMIT_TOLD));
        }
        whole.extend_from_slice(&piece);
    }
    if whole.is_empty() { Err(Problem::new(StatusCode::BAD_REQUEST, "FILE_MISSING")) } else { Ok(whole.freeze()) }
}

/// # Errors
/// `NOT_FOUND` when the person has no such picture.
pub async fn get(
    edge: &Edge,
    visit: &mut Visit,
    route: &Route,
    values: &[String],
    uri: &Uri,
) -> Result<Response, Problem> {
    let envelope = edge.envelope(visit, route).await?;
    let message = bodies::message(edge, visit, route, values, uri, Body::empty()).await?;
    let answer = edge.call(route, message, &envelope).await?;
    let Avatar { image } = Avatar::decode(answer).map_err(Failure::internal)?;
    if image.is_empty() {
        return Err(Problem::not_found());
    }
    let mut response = Response::new(image.into());
    for (name, value) in [(CONTENT_TYPE, "image/jpeg"), (CONTENT_DISPOSITION, "attachment"), (CACHE_CONTROL, FOR_EVER)]
    {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}
