//! `POST /v1/imports`: the file of a form, passed on as it comes in.

use std::{future::pending, time::Duration};

use axum::{
    body::Body,
    extract::{DefaultBodyLimit, FromRequest, Multipart, multipart::Field},
    response::Response,
};
use bytes::Bytes;
use cims_proto::customer::v1::UploadImportRequest;
use futures_util::{Stream, stream};
use http::{Request, StatusCode, header::CONTENT_TYPE};
use prost::Message;
use tokio::sync::mpsc;

use crate::{
    bodies,
    edge::{Edge, Visit},
    problems::Problem,
    routes::Route,
};

/// Largest file, in bytes, and as people are told.
const FILE_LIMIT: usize = 100 << 20;
const FILE_LIMIT_TOLD: &str = "100 MB";
/// The next piece of the file arrives within this time.
const PIECE_TIMEOUT: Duration = Duration::from_secs(30);
/// How long the rest of a refused file is still taken in.
const LINGER: Duration = Duration::from_secs(5);
/// Largest piece in one message, in bytes.
const PIECE: usize = 256 << 10;
/// Longest name that is passed on, in characters.
const NAME_LIMIT: usize = 255;

/// # Errors
/// What is wrong with the form, or what the service refuses.
pub async fn import(edge: &Edge, visit: &mut Visit, route: &Route, body: Body) -> Result<Response, Problem> {
    let envelope = edge.envelope(visit, route).await?;
    // The call lasts as long as the client sends.
    let _place = edge.places.body()?;
    let mut form = open(visit, body).await?;
    let mut file = file_of(&mut form).await?;
    let (sender, receiver) = mpsc::channel(4);
    // While this one lives, a form that breaks off leaves the call open until it is dropped, and so cancelled: half a
    // file never looks whole.
    let _open = sender.clone();
    let call = edge.services.upload(route, pieces(receiver), &envelope);
    tokio::pin!(call);
    let read = pass_on(&mut file, sender);
    tokio::pin!(read);
    let answer = tokio::select! {
        // The service may refuse before it has read the whole file; a client that is still sending would not see why.
        answer = &mut call => {
            let _ = tokio::time::timeout(LINGER, read).await;
            answer?
        }
        read = &mut read => {
            read?;
            call.await?
        }
    };
    bodies::json(route, &answer)
}

/// The form of a request.
pub async fn open(visit: &Visit, body: Body) -> Result<Multipart, Problem> {
    let mut request = Request::new(body);
    // Each piece of the file is counted instead.
    DefaultBodyLimit::disable().apply(&mut request);
    if let Some(media_type) = visit.headers.get(CONTENT_TYPE) {
        request.headers_mut().insert(CONTENT_TYPE, media_type.clone());
    }
    Multipart::from_request(request, &()).await.map_err(|_| Problem::media_type("multipart/form-data"))
}

/// The form's part `file`.
pub async fn file_of(form: &mut Multipart) -> Result<Field<'_>, Problem> {
    let missing = || Problem::new(StatusCode::BAD_REQUEST, "FILE_MISSING");
    let field = in_time(form.next_field()).await?.map_err(|_| missing())?.ok_or_else(missing)?;
    if field.name() == Some("file") { Ok(field) } else { Err(missing()) }
}

/// The next piece of a file; none at its end.
pub async fn piece(file: &mut Field<'_>) -> Result<Option<Bytes>, Problem> {
    in_time(file.chunk()).await?.map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "MALFORMED"))
}

async fn in_time<T>(work: impl Future<Output = T>) -> Result<T, Problem> {
    let late = |_| Problem::new(StatusCode::REQUEST_TIMEOUT, "BODY_TIMEOUT");
    tokio::time::timeout(PIECE_TIMEOUT, work).await.map_err(late)
}

/// Sends the file's messages, and at last that it was whole. What comes after the call has ended is read and dropped.
async fn pass_on(file: &mut Field<'_>, sender: mpsc::Sender<Option<Bytes>>) -> Result<(), Problem> {
    let name = file.file_name().unwrap_or_default().chars().take(NAME_LIMIT).collect();
    let mut message = UploadImportRequest { file_name: name, chunk: Bytes::new() };
    let mut length = 0;
    while let Some(piece) = piece(file).await? {
        length += piece.len();
        if length > FILE_LIMIT {
            return Err(Problem::too_large(FILE_LIMIT_TOLD));
        }
        let mut rest = piece;
        while !rest.is_empty() {
            message.chunk = rest.split_to(rest.len().min(PIECE));
            let _ = sender.send(Some(message.encode_to_vec().into())).await;
            message.file_name.clear();
        }
    }
    if length == 0 {
        // An empty file still has its name.
        let _ = sender.send(Some(message.encode_to_vec().into())).await;
    }
    let _ = sender.send(None).await;
    Ok(())
}

/// The messages of a call; they end only when the file was whole.
fn pieces(receiver: mpsc::Receiver<Option<Bytes>>) -> impl Stream<Item = Bytes> + Send + 'static {
    stream::unfold(receiver, |mut receiver| async move {
        match receiver.recv().await {
            Some(Some(piece)) => Some((piece, receiver)),
            Some(None) => None,
            None => pending().await,
        }
    })
}
