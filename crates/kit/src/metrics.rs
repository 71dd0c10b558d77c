//! Figures of a running process, for Prometheus: `/metrics` on an address of its own.

use std::{net::SocketAddr, time::Instant};

use metrics_exporter_prometheus::PrometheusBuilder;

use crate::{problem::Failure, schema::MethodTable};

/// Seconds of an RPC in its service, by `method` and gRPC `code`.
const RPC: &str = "cims_rpc_seconds";
/// Events published, by `service`.
const PUBLISHED: &str = "cims_events_published_total";
/// Events applied, by `consumer`.
const APPLIED: &str = "cims_events_applied_total";
/// Messages that failed and went back or to the dead letters, by `consumer`.
const REFUSED: &str = "cims_events_refused_total";
/// Age of the oldest unpublished event, by `service`.
const OUTBOX: &str = "cims_outbox_oldest_seconds";
/// Connections that are given out, by `service`.
const CONNECTIONS: &str = "cims_pool_connections_in_use";
/// Calls that got no connection in time.
const POOL_TIMEOUTS: &str = "cims_pool_timeouts_total";
/// By its usual name: when this process started, in Unix time.
const STARTED: &str = "process_start_time_seconds";

const BUCKETS_SECONDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// Serves `/metrics`.
///
/// # Errors
/// When the address is taken.
pub fn serve(address: SocketAddr) -> Result<(), Failure> {
    let builder = PrometheusBuilder::new().with_http_listener(address).set_buckets(&BUCKETS_SECONDS);
    builder
        .and_then(PrometheusBuilder::install)
        .map_err(|error| Failure::internal(format!("metrics on {address}: {error}")))
}

pub(crate) fn rpc(method: &'static MethodTable, code: tonic::Code, started: Instant) {
    // Numbers, as gRPC writes them on the wire.
    let labels = [("method", method.path.as_str().to_owned()), ("code", (code as i32).to_string())];
    ::metrics::histogram!(RPC, &labels).record(started.elapsed());
}

pub(crate) fn published(service: &'static str, count: usize) {
    ::metrics::counter!(PUBLISHED, "service" => service).increment(count as u64);
}

pub(crate) fn applied(consumer: &'static str, count: usize) {
    ::metrics::counter!(APPLIED, "consumer" => consumer).increment(count as u64);
}

pub(crate) fn refused(consumer: &'static str) {
    ::metrics::counter!(REFUSED, "consumer" => consumer).increment(1);
}

pub(crate) fn outbox(service: &'static str, age_seconds: f64) {
    ::metrics::gauge!(OUTBOX, "service" => service).set(age_seconds);
}

pub(crate) fn connections(service: &'static str, in_use: usize) {
    ::metrics::gauge!(CONNECTIONS, "service" => service).set(in_use as f64);
}

pub(crate) fn pool_timeout() {
    ::metrics::counter!(POOL_TIMEOUTS).increment(1);
}

/// To be called once, when figures are served.
pub fn started(time: chrono::DateTime<chrono::Utc>) {
    ::metrics::gauge!(STARTED).set(time.timestamp() as f64);
    // Told from the start on, so that the first is a rise.
    ::metrics::counter!(POOL_TIMEOUTS).increment(0);
}
