//! Calling the services: bytes in, bytes out, over a few connections to each.

use std::{
    collections::HashMap,
    error::Error,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use bytes::Bytes;
use futures_util::Stream;
use http::{HeaderMap, uri::PathAndQuery};
use kit::{Failure, client::Channel, problem::problem_of, raw::Raw};
use tonic::{Code, ConnectError, Request, Response, Status, Streaming, client::Grpc, metadata::MetadataMap};

use crate::{problems::Problem, routes::Route, transcode::put_bytes};

/// A call ends after this time; its caller is then told that the outcome is not known.
pub const DEADLINE: Duration = Duration::from_secs(10);
/// An upload's call ends after this time.
pub const UPLOAD_DEADLINE: Duration = Duration::from_secs(30);
/// How long a call that is asked of every service waits for each: who is out of reach is not to hold up the others.
const SHARE_DEADLINE: Duration = Duration::from_secs(3);
/// Connections to each service: what one carries is driven by one task, and so by one processor.
const CONNECTIONS: usize = 2;
/// Largest answer, in bytes.
const ANSWER_LIMIT: usize = 16 << 20;
/// Pauses before a call that surely had no effect is made again: a service that restarts is back within them.
const RETRY_PAUSES: [Duration; 2] = [Duration::from_millis(20), Duration::from_millis(100)];

/// The channels to every service.
#[derive(Debug)]
pub struct Services {
    channels: HashMap<&'static str, Vec<Channel>>,
    turn: AtomicUsize,
}

/// What a call carries beside its message.
#[derive(Clone, Debug, Default)]
pub struct Envelope {
    pub headers: HeaderMap,
    /// The service knows a repeated call by its key.
    pub repeatable: bool,
}

impl Services {
    pub fn new(channels: HashMap<&'static str, Channel>) -> Services {
        let several = |channel: Channel| (0..CONNECTIONS).map(|_| channel.another(UPLOAD_DEADLINE)).collect();
        Services {
            channels: channels.into_iter().map(|(name, channel)| (name, several(channel))).collect(),
            turn: AtomicUsize::new(0),
        }
    }

    /// The next channel to a service.
    ///
    /// # Errors
    /// When the gateway was wired without it.
    pub fn channel(&self, service: &str) -> Result<Channel, Failure> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let channels = self.channels.get(service).filter(|channels| !channels.is_empty());
        channels
            .map(|channels| channels[turn % channels.len()].clone())
            .ok_or_else(|| Failure::internal(format!("no channel to {service}")))
    }

    /// Calls a unary method. What surely had no effect, or may be repeated, is tried again at a broken connection.
    ///
    /// # Errors
    /// What the service refuses; `DEADLINE` after [`DEADLINE`].
    pub async fn call(&self, route: &Route, message: Bytes, envelope: &Envelope) -> Result<Bytes, Problem> {
        let attempts = async {
            let mut pauses = RETRY_PAUSES.into_iter();
            loop {
                let failed = match self.attempt(route, message.clone(), envelope).await {
                    Ok(answer) => return Ok(answer),
                    Err(status) => status,
                };
                let harmless = route.reads || envelope.repeatable || never_sent(&failed);
                match pauses.next().filter(|_| harmless && is_broken(&failed)) {
                    Some(pause) => tokio::time::sleep(pause).await,
                    None => return Err(Problem::from(failed)),
                }
            }
        };
        tokio::time::timeout(DEADLINE, attempts).await.unwrap_or_else(|_| Err(Problem::deadline()))
    }

    async fn attempt(&self, route: &Route, message: Bytes, envelope: &Envelope) -> Result<Bytes, Status> {
        if self.channels.contains_key(route.service) {
            self.ask(route.service, route, message, envelope).await
        } else {
            self.ask_all(route, message, envelope).await
        }
    }

    /// Asks every service for a method of a proto that services share, and puts their answers together: one message
    /// behind the other is the message of both. Who does not serve it, or has nothing of the kind, is left out, and so is
    /// who fails while another answers; the answer's field `unreachable`, where it has one, says who that is.
    async fn ask_all(&self, route: &Route, message: Bytes, envelope: &Envelope) -> Result<Bytes, Status> {
        let asks = self.channels.keys().map(|service| {
            let ask = self.ask(service, route, message.clone(), envelope);
            async move {
                let answer = tokio::time::timeout(SHARE_DEADLINE, ask).await;
                (*service, answer.unwrap_or_else(|_| Err(late(service))))
            }
        });
        let (mut answered, mut failed, mut whole) = (false, None, Vec::new());
        let mut unreachable = Vec::new();
        for (service, answer) in futures_util::future::join_all(asks).await {
            match answer {
                Ok(part) => {
                    answered = true;
                    whole.extend_from_slice(&part);
                }
                Err(status) if matches!(status.code(), Code::Unimplemented | Code::NotFound) => {}
                Err(status) => {
                    unreachable.push(service);
                    failed = Some(status);
                }
            }
        }
        if !answered {
            return Err(failed.unwrap_or_else(|| Failure::NotFound.into()));
        }
        if let Some(number) = route.unreachable {
            unreachable.sort_unstable();
            for service in unreachable {
                put_bytes(number, service.as_bytes(), &mut whole);
            }
        }
        Ok(whole.into())
    }

    async fn ask(&self, service: &str, route: &Route, message: Bytes, envelope: &Envelope) -> Result<Bytes, Status> {
        let mut client = Grpc::new(self.channel(service)?).max_decoding_message_size(ANSWER_LIMIT);
        client.ready().await.map_err(|error| Status::from_error(Box::new(error)))?;
        let request = packed(message, envelope.headers.clone(), DEADLINE);
        client.unary(request, route.path.clone(), Raw).await.map(Response::into_inner)
    }

    /// Calls a client-streaming method.
    ///
    /// # Errors
    /// What the service refuses; `DEADLINE` after [`UPLOAD_DEADLINE`].
    pub async fn upload(
        &self,
        route: &Route,
        messages: impl Stream<Item = Bytes> + Send + 'static,
        envelope: &Envelope,
    ) -> Result<Bytes, Problem> {
        let call = async {
            let mut client = Grpc::new(self.channel(route.service)?);
            client.ready().await.map_err(|error| Status::from_error(Box::new(error)))?;
            let request = packed(messages, envelope.headers.clone(), UPLOAD_DEADLINE);
            client.client_streaming(request, route.path.clone(), Raw).await.map(Response::into_inner)
        };
        match tokio::time::timeout(UPLOAD_DEADLINE, call).await {
            Ok(answer) => answer.map_err(Problem::from),
            Err(_) => Err(Problem::deadline()),
        }
    }

    /// Calls a method that answers a file in pieces.
    ///
    /// # Errors
    /// What the service refuses; `DEADLINE` when it does not begin within [`UPLOAD_DEADLINE`].
    pub async fn download(
        &self,
        route: &Route,
        message: Bytes,
        envelope: &Envelope,
    ) -> Result<Streaming<Bytes>, Problem> {
        let call = async {
            let mut client = Grpc::new(self.channel(route.service)?).max_decoding_message_size(ANSWER_LIMIT);
            client.ready().await.map_err(|error| Status::from_error(Box::new(error)))?;
            let request = packed(message, envelope.headers.clone(), UPLOAD_DEADLINE);
            client.server_streaming(request, route.path.clone(), Raw).await.map(Response::into_inner)
        };
        match tokio::time::timeout(UPLOAD_DEADLINE, call).await {
            Ok(answer) => answer.map_err(Problem::from),
            Err(_) => Err(Problem::deadline()),
        }
    }

    /// The services that do not answer within a second.
    pub async fn out_of_reach(&self) -> Vec<&'static str> {
        const LIMIT: Duration = Duration::from_secs(1);
        let asks = self.channels.keys().map(|name| async move {
            match tokio::time::timeout(LIMIT, self.answers(name)).await {
                Ok(true) => None,
                Ok(false) | Err(_) => Some(*name),
            }
        });
        let mut missing: Vec<_> = futures_util::future::join_all(asks).await.into_iter().flatten().collect();
        missing.sort_unstable();
        missing
    }

    /// A server that knows no such method is there.
    async fn answers(&self, service: &str) -> bool {
        let Ok(channel) = self.channel(service) else { return false };
        let mut client = Grpc::new(channel);
        if client.ready().await.is_err() {
            return false;
        }
        let path = PathAndQuery::from_static("/cims.Nothing/Answer");
        client
            .unary(Request::new(Bytes::new()), path, Raw)
            .await
            .is_err_and(|status| status.code() == Code::Unimplemented)
    }
}

fn late(service: &str) -> Status {
    Status::deadline_exceeded(format!("{service} did not answer within {SHARE_DEADLINE:?}"))
}

fn packed<M>(message: M, headers: HeaderMap, deadline: Duration) -> Request<M> {
    let mut request = Request::from_parts(MetadataMap::from_headers(headers), tonic::Extensions::default(), message);
    request.set_timeout(deadline);
    request
}

/// The connection broke or could not be made: nobody decided anything.
fn is_broken(status: &Status) -> bool {
    problem_of(status).is_none()
        && status.source().is_some()
        && !matches!(status.code(), Code::Cancelled | Code::DeadlineExceeded)
}

fn never_sent(status: &Status) -> bool {
    let mut cause = status.source();
    while let Some(error) = cause {
        if error.is::<ConnectError>() {
            return true;
        }
        cause = error.source();
    }
    false
}
