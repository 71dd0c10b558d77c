//! Calls from one service to another: lazily connected, with a deadline and the caller's own principal.

use std::{sync::Arc, task, time::Duration};

use futures_util::future::Either;
use http::{HeaderValue, header::AUTHORIZATION};
use hyper_util::rt::TokioIo;
use tonic::{body::Body, transport};
use tower::Service;

use crate::{auth::ServiceTokens, problem::Failure, within::Door};

/// A call between services ends after this time when nobody says otherwise.
const DEADLINE: Duration = Duration::from_secs(5);

/// A channel to another service. With tokens, every call carries this service's principal; the gateway has none of its
/// own and passes its caller's on.
#[derive(Clone, Debug)]
pub struct Channel {
    endpoint: transport::Endpoint,
    door: Option<Door>,
    inner: transport::Channel,
    tokens: Option<Arc<ServiceTokens>>,
}

/// What stands for an address where there is none.
const WITHIN: &str = "http://within";

impl Channel {
    /// A channel to `http://host:port`; it connects on the first call and again after a break.
    ///
    /// # Errors
    /// When the address is none.
    pub fn lazy(address: &str, tokens: Option<Arc<ServiceTokens>>) -> Result<Channel, Failure> {
        Channel::by(address, None, tokens)
    }

    /// A channel to a server of this process.
    ///
    /// # Errors
    /// As [`Channel::lazy`].
    pub fn within(door: Door, tokens: Option<Arc<ServiceTokens>>) -> Result<Channel, Failure> {
        Channel::by(WITHIN, Some(door), tokens)
    }

    fn by(address: &str, door: Option<Door>, tokens: Option<Arc<ServiceTokens>>) -> Result<Channel, Failure> {
        let endpoint = transport::Endpoint::from_shared(address.to_owned()).map_err(Failure::internal)?;
        let endpoint = endpoint
            .connect_timeout(Duration::from_secs(2))
            .timeout(DEADLINE)
            .tcp_nodelay(true)
            .http2_keep_alive_interval(Duration::from_secs(10))
            .keep_alive_timeout(Duration::from_secs(5))
            .initial_stream_window_size(1 << 20)
            .initial_connection_window_size(8 << 20);
        Ok(Channel { inner: connection(&endpoint, door.clone()), endpoint, door, tokens })
    }

    /// One more connection to the same address, whose calls end after `deadline`: what one HTTP/2 connection carries is
    /// driven by one task, and so by one processor.
    #[must_use]
    pub fn another(&self, deadline: Duration) -> Channel {
        let endpoint = self.endpoint.clone().timeout(deadline);
        let inner = connection(&endpoint, self.door.clone());
        Channel { inner, endpoint, door: self.door.clone(), tokens: self.tokens.clone() }
    }
}

fn connection(endpoint: &transport::Endpoint, door: Option<Door>) -> transport::Channel {
    let Some(door) = door else { return endpoint.connect_lazy() };
    endpoint.connect_with_connector_lazy(tower::service_fn(move |_| {
        let door = door.clone();
        async move { door.connect().await.map(TokioIo::new) }
    }))
}

impl Service<http::Request<Body>> for Channel {
    type Response = http::Response<Body>;
    type Error = transport::Error;
    type Future = Either<transport::channel::ResponseFuture, std::future::Ready<Result<Self::Response, Self::Error>>>;

    fn poll_ready(&mut self, context: &mut task::Context<'_>) -> task::Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: http::Request<Body>) -> Self::Future {
        if let Some(tokens) = &self.tokens {
            let header = tokens
                .token()
                .and_then(|token| HeaderValue::try_from(format!("Bearer {token}")).map_err(Failure::internal));
            match header {
                Ok(header) => {
                    request.headers_mut().insert(AUTHORIZATION, header);
                }
                Err(failure) => return Either::Right(std::future::ready(Ok(tonic::Status::from(failure).into_http()))),
            }
        }
        Either::Left(self.inner.call(request))
    }
}
