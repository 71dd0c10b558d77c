//! Calls from one service to another: lazily connected, with a deadline, the caller's own principal and its trace.

use std::{future::Future, pin::Pin, sync::Arc, task, time::Duration};

use http::{HeaderValue, header::AUTHORIZATION};
use tonic::{Code, Status, body::Body, transport};
use tower::Service;

use crate::{
    auth::ServiceTokens,
    problem::Failure,
    schema::schema,
    telemetry::{Span, SpanKind, TRACE_PARENT, TraceContext},
    within::Door,
};

/// A call between services ends after this time when nobody says otherwise.
const DEADLINE: Duration = Duration::from_secs(5);

/// A channel to another service. With tokens, every call carries this service's principal; the gateway has none of its
/// own and passes its caller's on.
#[derive(Clone, Debug)]
pub struct Channel {
    way: Way,
    tokens: Option<Arc<ServiceTokens>>,
}

#[derive(Clone, Debug)]
enum Way {
    Network { endpoint: Arc<transport::Endpoint>, connection: transport::Channel },
    Within { door: Door, deadline: Duration },
}

impl Channel {
    /// A channel to `http://host:port`; it connects on the first call and again after a break.
    ///
    /// # Errors
    /// When the address is none.
    pub fn lazy(address: &str, tokens: Option<Arc<ServiceTokens>>) -> Result<Channel, Failure> {
        let endpoint = transport::Endpoint::from_shared(address.to_owned()).map_err(Failure::internal)?;
        let endpoint = endpoint
            .connect_timeout(Duration::from_secs(2))
            .timeout(DEADLINE)
            .tcp_nodelay(true)
            .http2_keep_alive_interval(Duration::from_secs(10))
            .keep_alive_timeout(Duration::from_secs(5))
            .initial_stream_window_size(1 << 20)
            .initial_connection_window_size(8 << 20);
        Ok(Channel { way: Way::Network { connection: endpoint.connect_lazy(), endpoint: Arc::new(endpoint) }, tokens })
    }

    /// A channel to a service of this process.
    pub fn within(door: Door, tokens: Option<Arc<ServiceTokens>>) -> Channel {
        Channel { way: Way::Within { door, deadline: DEADLINE }, tokens }
    }

    /// One more connection to the same address, whose calls end after `deadline`: what one HTTP/2 connection carries is
    /// driven by one task, and so by one processor.
    #[must_use]
    pub fn another(&self, deadline: Duration) -> Channel {
        let way = match &self.way {
            Way::Network { endpoint, .. } => {
                let endpoint = transport::Endpoint::clone(endpoint).timeout(deadline);
                Way::Network { connection: endpoint.connect_lazy(), endpoint: Arc::new(endpoint) }
            }
            Way::Within { door, .. } => Way::Within { door: door.clone(), deadline },
        };
        Channel { way, tokens: self.tokens.clone() }
    }

    /// The request with this service's principal, if it has one.
    fn signed(&self, mut request: http::Request<Body>) -> Result<http::Request<Body>, Failure> {
        if let Some(tokens) = &self.tokens {
            let header = HeaderValue::try_from(format!("Bearer {}", tokens.token()?)).map_err(Failure::internal)?;
            request.headers_mut().insert(AUTHORIZATION, header);
        }
        Ok(request)
    }
}

impl Service<http::Request<Body>> for Channel {
    type Response = http::Response<Body>;
    type Error = transport::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut task::Context<'_>) -> task::Poll<Result<(), Self::Error>> {
        match &mut self.way {
            Way::Network { connection, .. } => connection.poll_ready(context),
            Way::Within { .. } => task::Poll::Ready(Ok(())),
        }
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let mut request = match self.signed(request) {
            Ok(request) => request,
            Err(failure) => return Box::pin(std::future::ready(Ok(Status::from(failure).into_http()))),
        };
        let span = traced(&mut request);
        match &mut self.way {
            Way::Network { connection, .. } => {
                let answer = connection.call(request);
                Box::pin(async { ended(span, answer.await) })
            }
            Way::Within { door, deadline } => {
                let answer = door.clone().call(request, *deadline);
                Box::pin(async { ended(span, Ok(answer.await)) })
            }
        }
    }
}

/// The call's span, whose context goes on with the request: of the trace of what its caller works on. None where there is no
/// trace: of work that nobody asked for.
fn traced(request: &mut http::Request<Body>) -> Option<Span> {
    let method = schema().method(request.uri().path())?;
    let span = Span::rpc(method, SpanKind::Client, &TraceContext::current()?);
    let header = HeaderValue::try_from(span.context.to_string()).ok()?;
    request.headers_mut().insert(TRACE_PARENT, header);
    Some(span)
}

/// A failed call has its status in the head; one that has none there goes on to its message.
fn ended(
    span: Option<Span>,
    answer: Result<http::Response<Body>, transport::Error>,
) -> Result<http::Response<Body>, transport::Error> {
    if let Some(mut span) = span {
        let status = answer.as_ref().map(|response| Status::from_header_map(response.headers()));
        span.answered(match status {
            Ok(status) => status.map_or(Code::Ok, |status| status.code()),
            Err(_) => Code::Unavailable,
        });
    }
    answer
}
