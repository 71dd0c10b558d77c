//! Serving gRPC, and stopping within a bound.

use std::{future::Future, net::SocketAddr, time::Duration};

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::{service::Routes, transport::server::TcpIncoming};
use tonic_health::{
    ServingStatus,
    server::{HealthReporter, health_reporter},
};

use crate::{layer::Guard, problem::Failure};

/// A client that stays mute cannot hold a stopping process longer than this.
pub const DRAIN_LIMIT: Duration = Duration::from_secs(10);
/// A call that takes longer is given up, whatever deadline its caller set.
const CALL_LIMIT: Duration = Duration::from_secs(30);
const CONNECTION_AGE: Duration = Duration::from_secs(600);
const CONNECTION_GRACE: Duration = Duration::from_secs(15);
const KEEPALIVE: Duration = Duration::from_secs(10);
const KEEPALIVE_LIMIT: Duration = Duration::from_secs(5);

/// Binds a listener.
///
/// # Errors
/// When the address is taken.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| Failure::internal(format!("{address}: {error}")))
}

/// Serves until told to stop, then lets running calls end, for at most [`DRAIN_LIMIT`].
///
/// # Errors
/// When the listener breaks.
pub async fn serve(
    listener: TcpListener,
    routes: Routes,
    guard: Guard,
    stop: CancellationToken,
) -> Result<(), Failure> {
    // The server's own setting is ignored when it is given its connections, and an answer would wait up to 40 ms for the
    // peer to acknowledge what was sent before.
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    // It looks at nothing behind the server: a database that is away must not take out every process.
    let (reporter, health) = health_reporter();
    tokio::spawn(tell_end(reporter, stop.clone()));
    let server = tonic::transport::Server::builder()
        .timeout(CALL_LIMIT)
        .max_connection_age(CONNECTION_AGE)
        .max_connection_age_grace(CONNECTION_GRACE)
        .http2_keepalive_interval(Some(KEEPALIVE))
        .http2_keepalive_timeout(Some(KEEPALIVE_LIMIT))
        .max_concurrent_streams(1_000)
        .initial_stream_window_size(1 << 20)
        .initial_connection_window_size(8 << 20)
        .layer(guard)
        .add_routes(routes.add_service(health))
        .serve_with_incoming_shutdown(incoming, stop.clone().cancelled_owned());
    match bounded(server, stop).await {
        Some(ended) => ended.map_err(Failure::internal),
        None => Ok(()),
    }
}

/// Tells whoever watches the server's health that it takes no more calls, and ends their streams, which would hold up its end.
async fn tell_end(mut reporter: HealthReporter, stop: CancellationToken) {
    /// The server as a whole: all its services live and end together.
    const WHOLE: &str = "";
    stop.cancelled().await;
    reporter.set_service_status(WHOLE, ServingStatus::NotServing).await;
    reporter.clear_service_status(WHOLE).await;
}

/// Runs the work; once told to stop it has [`DRAIN_LIMIT`] left. None when that was not enough.
pub async fn bounded<F: Future>(work: F, stop: CancellationToken) -> Option<F::Output> {
    tokio::pin!(work);
    tokio::select! {
        output = &mut work => return Some(output),
        () = stop.cancelled() => {}
    }
    tokio::time::timeout(DRAIN_LIMIT, work).await.ok()
}
