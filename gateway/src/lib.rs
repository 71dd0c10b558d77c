//! The HTTP edge of CIMS. It has no handler per RPC: routes, JSON and the OpenAPI document follow from the descriptors.
//! Written by hand is only where HTTP is more than JSON: sign-in cookies, uploads, downloads, event streams, the web UI, health.

mod avatars;
mod bodies;
mod downloads;
mod edge;
mod external;
mod headers;
mod live;
mod messages;
mod openapi;
mod opening;
mod origin;
mod pages;
mod places;
mod problems;
mod routes;
mod server;
mod services;
mod sessions;
mod statuses;
mod transcode;
mod uploads;

use std::{borrow::Cow, collections::HashMap, path::PathBuf, sync::Arc};

use axum::Router;
use kit::{
    Failure,
    auth::{GrantsCache, Verifier},
    client::Channel,
    clock::Clock,
    config::{Fallback, Variable},
    events::{Broker, follow_notices},
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower_http::{
    CompressionLevel,
    compression::{
        CompressionLayer, Predicate,
        predicate::{DefaultPredicate, SizeAbove},
    },
};

pub use openapi::openapi;
pub use origin::TRUSTED_PROXY;

/// What the gateway needs.
#[derive(Clone, Debug)]
pub struct Settings {
    /// A channel to each service by its name ("customer"), without a principal of its own: the caller's goes on.
    pub channels: HashMap<&'static str, Channel>,
    pub verifier: Arc<Verifier>,
    /// Grants of those who follow events, asked of identity with the gateway's own principal.
    pub grants: GrantsCache,
    /// Where notices come from.
    pub broker: Broker,
    /// The built web UI.
    pub web_dir: PathBuf,
    pub clock: Clock,
}

/// Smaller answers are not worth compressing, in bytes.
const COMPRESS_ABOVE: u64 = 1_024;

pub const BEHIND_TLS: Variable = Variable {
    name: Cow::Borrowed("CIMS_BEHIND_TLS"),
    default: Fallback::Value("false"),
    allowed: "true, false",
    meaning: "a TLS proxy stands in front; also turns on `Strict-Transport-Security`",
    is_secret: false,
};

/// Serves HTTP until told to stop. Reads `CIMS_BEHIND_TLS` (true, false) and `CIMS_TRUSTED_PROXY`.
///
/// # Errors
/// When a variable is wrong, or the address is beyond loopback while nothing in front speaks TLS.
pub async fn serve(listener: TcpListener, settings: Settings, stop: CancellationToken) -> Result<(), Failure> {
    let behind_tls: bool = BEHIND_TLS.read().map_err(Failure::internal)?;
    let address = listener.local_addr().map_err(Failure::internal)?;
    if !behind_tls && !address.ip().is_loopback() {
        let told = format!(
            "{address} is not loopback: passwords would travel in clear. Put a TLS proxy before it and set CIMS_BEHIND_TLS=true"
        );
        return Err(Failure::internal(told));
    }
    let live = live::Live::new(settings.grants, stop.clone());
    let notices = tokio::spawn(follow_notices(settings.broker, live.sender(), stop.clone()));
    let places = Arc::new(places::Places::new(settings.channels.keys().copied()));
    tokio::spawn(places.clone().follow(stop.clone()));
    let edge = edge::Edge {
        routes: routes::Routes::new()?,
        services: services::Services::new(settings.channels),
        sessions: sessions::Sessions::new(settings.verifier, settings.clock),
        live,
        messages: messages::Messages::new()?,
        pages: pages::Pages::new(settings.web_dir)?,
        proxies: origin::TrustedProxies::from_environment()?,
        behind_tls,
        places,
    };
    server::run(listener, router(edge), stop.clone()).await;
    // It ends by the same token.
    notices.await.map_err(Failure::internal)
}

fn router(edge: edge::Edge) -> Router {
    // Server-sent events are not compressed by the default predicate: a compressor would hold them back.
    let worth = DefaultPredicate::new().and(SizeAbove::new(COMPRESS_ABOVE));
    let compression = CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(worth);
    let edge = Arc::new(edge);
    // Boxed, or each layer around it would move all that an answer needs on its way.
    let answer = move |request| Box::pin(edge::answer(edge.clone(), request));
    // With its state, or axum would put the layers together anew for each request.
    Router::new().fallback(answer).layer(compression).with_state(())
}
