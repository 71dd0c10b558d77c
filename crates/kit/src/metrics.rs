//! Figures of a running process, for Prometheus: `/metrics` on an address of its own.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{LazyLock, PoisonError, RwLock},
    time::{Duration, Instant},
};

use ::metrics::{Histogram, histogram};
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
/// Seconds that the event which is published next has waited, by `service`.
const OUTBOX: &str = "cims_outbox_oldest_seconds";
/// Seconds that the oldest event which stands in no seal has waited, by `service`.
const UNSEALED: &str = "cims_unsealed_oldest_seconds";
/// Connections that are given out, by `service`.
const CONNECTIONS: &str = "cims_pool_connections_in_use";
/// Connections that may be open at once, by `service`.
const CONNECTIONS_LIMIT: &str = "cims_pool_connections_max";
/// Calls that got no connection in time.
const POOL_TIMEOUTS: &str = "cims_pool_timeouts_total";
/// Calls that the database refused for want of something, by SQLSTATE `code`.
const DATABASE_SHORT: &str = "cims_database_short_total";
/// Of what a database runs short: disk, memory, connections.
const SHORT_OF: [&str; 3] = ["53100", "53200", "53300"];
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

/// Durations by two labels whose values are known when the program is built. Looking a series up by name and labels costs
/// more than recording, so each is kept.
#[derive(Debug)]
pub struct Seconds {
    name: &'static str,
    labels: [&'static str; 2],
    series: RwLock<HashMap<[&'static str; 2], Histogram>>,
}

impl Seconds {
    pub fn new(name: &'static str, labels: [&'static str; 2]) -> Seconds {
        Seconds { name, labels, series: RwLock::default() }
    }

    pub fn record(&self, values: [&'static str; 2], duration: Duration) {
        if let Some(series) = self.series.read().unwrap_or_else(PoisonError::into_inner).get(&values) {
            return series.record(duration);
        }
        let labels = [(self.labels[0], values[0]), (self.labels[1], values[1])];
        let series = histogram!(self.name, &labels);
        series.record(duration);
        self.series.write().unwrap_or_else(PoisonError::into_inner).insert(values, series);
    }
}

pub(crate) fn rpc(method: &'static MethodTable, code: tonic::Code, started: Instant) {
    static SECONDS: LazyLock<Seconds> = LazyLock::new(|| Seconds::new(RPC, ["method", "code"]));
    SECONDS.record([&method.path, number(code)], started.elapsed());
}

/// As gRPC writes it on the wire.
fn number(code: tonic::Code) -> &'static str {
    const NUMBERS: [&str; 17] =
        ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16"];
    NUMBERS.get(code as usize).copied().unwrap_or("2")
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

pub(crate) fn unsealed(service: &'static str, age_seconds: f64) {
    ::metrics::gauge!(UNSEALED, "service" => service).set(age_seconds);
}

pub(crate) fn connections(service: &'static str, in_use: usize, limit: usize) {
    ::metrics::gauge!(CONNECTIONS, "service" => service).set(in_use as f64);
    ::metrics::gauge!(CONNECTIONS_LIMIT, "service" => service).set(limit as f64);
}

pub(crate) fn pool_timeout() {
    ::metrics::counter!(POOL_TIMEOUTS).increment(1);
}

pub(crate) fn database_short(code: &str) {
    ::metrics::counter!(DATABASE_SHORT, "code" => code.to_owned()).increment(1);
}

/// To be called once, when figures are served.
pub fn started(time: chrono::DateTime<chrono::Utc>) {
    ::metrics::gauge!(STARTED).set(time.timestamp() as f64);
    // Told from the start on, so that the first is a rise.
    ::metrics::counter!(POOL_TIMEOUTS).increment(0);
    for code in SHORT_OF {
        ::metrics::counter!(DATABASE_SHORT, "code" => code).increment(0);
    }
}
