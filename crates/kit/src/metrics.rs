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
