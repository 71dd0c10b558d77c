//! Files that a service sends in pieces, passed on as they come.

use std::time::Duration;

use axum::{body::Body, response::Response};
use bytes::Bytes;
use cims_proto::customer::v1::FileChunk;
use futures_util::stream;
use http::{
    HeaderValue, Uri,
    header::{ACCEPT_LANGUAGE, CONTENT_DISPOSITION, CONTENT_TYPE},
};
use kit::Failure;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use prost::Message;
use tonic::{Status, Streaming};

use crate::{
    bodies,
    edge::{Edge, Visit},
    messages::Language,
    problems::Problem,
    routes::Route,
};

/// The next piece arrives within this time.
const PIECE_TIMEOUT: Duration = Duration::from_secs(30);
/// What RFC 8187 lets stand in a name as it is.
const NAME: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

/// # Errors
/// What the service refuses before the first piece.
pub async fn file(
    edge: &Edge,
    visit: &mut Visit,
    route: &Route,
    values: &[String],
    uri: &Uri,
) -> Result<Response, Problem> {
    let mut envelope = edge.envelope(visit, route).await?;
    let language = Language::of(&visit.headers);
    envelope.headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(language.tag()));
    let message = bodies::message(edge, visit, route, values, uri, Body::empty()).await?;
    let _place = edge.places.call(route.service)?;
    let mut pieces = edge.services.download(route, message, &envelope).await?;
    let first = next(&mut pieces).await?.ok_or_else(|| Failure::internal("a file without a piece"))?;
    let name = utf8_percent_encode(&first.file_name, NAME);
    let disposition = format!("attachment; filename*=UTF-8''{name}");
    let headers = [(CONTENT_TYPE, first.content_type.clone()), (CONTENT_DISPOSITION, disposition)];
    let rest = stream::try_unfold((pieces, Some(first)), |(mut pieces, waiting)| async move {
        let piece = match waiting {
            Some(first) => Some(first),
            None => next(&mut pieces).await?,
        };
        Ok::<_, Status>(piece.map(|piece| (piece.chunk, (pieces, None))))
    });
    let mut response = Response::new(Body::from_stream(rest));
    for (name, value) in headers {
        response.headers_mut().insert(name, HeaderValue::from_str(&value).map_err(Failure::internal)?);
    }
    Ok(response)
}

async fn next(pieces: &mut Streaming<Bytes>) -> Result<Option<FileChunk>, Status> {
    let late = |_| Status::deadline_exceeded("the next piece of the file did not come");
    let piece = tokio::time::timeout(PIECE_TIMEOUT, pieces.message()).await.map_err(late)??;
    piece.map(FileChunk::decode).transpose().map_err(|error| Failure::internal(error).into())
}
