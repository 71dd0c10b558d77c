//! Logs and traces. Logs are JSON lines without personal data; traces follow W3C trace context through HTTP, gRPC and
//! AMQP, and go to a collector when `CIMS_OTLP_ENDPOINT` names one. Spans and their attributes have the names of OpenTelemetry's
//! semantic conventions for HTTP, RPC, messaging and databases; values never hold personal data.

mod line;

use std::{borrow::Cow, fmt, future::Future, sync::OnceLock};

use http::HeaderMap;
use opentelemetry::{
    Context, KeyValue, SpanId, TraceFlags, TraceId,
    trace::{Span as _, SpanBuilder, SpanContext, Status, TraceContextExt, TraceState, Tracer, TracerProvider},
};
use opentelemetry_otlp::WithExportConfig;
use opentelemetry_sdk::{
    Resource,
    trace::{BatchConfigBuilder, BatchSpanProcessor, SdkTracer, SdkTracerProvider},
};
use tonic::Code;
use tracing_subscriber::{EnvFilter, layer::SubscriberExt, util::SubscriberInitExt};

use crate::{
    config::{ConfigError, Fallback, Variable},
    schema::MethodTable,
};

pub use opentelemetry::trace::SpanKind;

pub const TRACE_PARENT: &str = "traceparent";

/// Spans that wait to be sent; further ones are lost. A write has some fifteen, so that a thousand at once find room.
const QUEUE: usize = 32_768;

pub const LOG: Variable = Variable {
    name: Cow::Borrowed("CIMS_LOG"),
    default: Fallback::Value("info"),
    allowed: "a filter: info, debug, kit=debug,info",
    meaning: "what is logged: `info`, `debug`, `kit=debug,info`",
    is_secret: false,
};

pub const OTLP_ENDPOINT: Variable = Variable {
    name: Cow::Borrowed("CIMS_OTLP_ENDPOINT"),
    default: Fallback::Told("no traces are sent"),
    allowed: "http://host:4317",
    meaning: "an OpenTelemetry collector, gRPC: `http://host:4317`",
    is_secret: false,
};

/// Starts logging, and tracing when `CIMS_OTLP_ENDPOINT` is set; dropping the answer sends what is left.
///
/// # Errors
/// When a variable is wrong.
pub fn start(role: &'static str) -> Result<Telemetry, ConfigError> {
    let filter: String = LOG.read()?;
    let filter = EnvFilter::try_new(&filter).map_err(|error| LOG.invalid(&filter, error))?;
    tracing_subscriber::registry().with(filter).with(line::lines().with_writer(std::io::stderr)).init();

    let Some(endpoint) = OTLP_ENDPOINT.optional::<String>()? else { return Ok(Telemetry { provider: None }) };
    let exporter = opentelemetry_otlp::SpanExporter::builder().with_tonic().with_endpoint(&endpoint).build();
    let exporter = exporter.map_err(|error| OTLP_ENDPOINT.invalid(&endpoint, error))?;
    let resource = Resource::builder().with_service_name(format!("cims-{role}")).build();
    let queue = BatchConfigBuilder::default().with_max_queue_size(QUEUE).build();
    let processor = BatchSpanProcessor::builder(exporter).with_batch_config(queue).build();
    let provider = SdkTracerProvider::builder().with_span_processor(processor).with_resource(resource).build();
    // Only one process-wide start can be the first; a second one's spans go to the first's collector.
    TRACER.get_or_init(|| provider.tracer("cims"));
    Ok(Telemetry { provider: Some(provider) })
}

/// Where spans go; unset without a collector, and then spans cost nothing.
static TRACER: OnceLock<SdkTracer> = OnceLock::new();

tokio::task_local! {
    /// The span within which this task works.
    static CURRENT: Work;
}

/// What a span tells to what happens within it.
#[derive(Clone)]
struct Work {
    name: Cow<'static, str>,
    context: TraceContext,
}

/// Keeps the exporter alive.
#[derive(Debug)]
pub struct Telemetry {
    provider: Option<SdkTracerProvider>,
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        if let Some(provider) = &self.provider
            && let Err(error) = provider.shutdown()
        {
            tracing::warn!(%error, "the last spans were not sent");
        }
    }
}

/// W3C trace context: which trace, and which span in it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TraceContext {
    trace: TraceId,
    span: SpanId,
    sampled: bool,
}

impl TraceContext {
    /// The context that the headers carry, or a new one.
    pub fn of(headers: &HeaderMap) -> TraceContext {
        let header = headers.get(TRACE_PARENT).and_then(|value| value.to_str().ok());
        header.and_then(TraceContext::parse).unwrap_or_else(TraceContext::new)
    }

    /// The context within which this task works; none outside of [`Span::run`].
    pub fn current() -> Option<TraceContext> {
        CURRENT.try_with(|work| work.context).ok()
    }

    #[expect(clippy::new_without_default, reason = "each is another")]
    pub fn new() -> TraceContext {
        TraceContext {
            trace: TraceId::from(rand::random::<u128>()),
            span: SpanId::from(rand::random::<u64>()),
            sampled: true,
        }
    }

    /// `00-<trace>-<span>-<flags>`
    pub fn parse(text: &str) -> Option<TraceContext> {
        let parts: Vec<&str> = text.split('-').collect();
        let [version, trace, span, flags] = parts.as_slice() else { return None };
        let shape = version.len() == 2 && trace.len() == 32 && span.len() == 16 && flags.len() == 2 && *version != "ff";
        let context = TraceContext {
            trace: TraceId::from_hex(trace).ok()?,
            span: SpanId::from_hex(span).ok()?,
            sampled: u8::from_str_radix(flags, 16).ok()? & 1 == 1,
        };
        (shape && context.trace != TraceId::INVALID && context.span != SpanId::INVALID).then_some(context)
    }

    /// 32 hexadecimal digits, as logs and problem details show it.
    pub fn trace_id(&self) -> String {
        self.trace.to_string()
    }
}

impl fmt::Display for TraceContext {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "00-{}-{}-{:02x}", self.trace, self.span, u8::from(self.sampled))
    }
}

/// One piece of work: in the log, every line within it carries its trace; dropped, it ends and goes to the collector.
pub struct Span {
    /// The context that calls made within it carry on.
    pub context: TraceContext,
    name: Cow<'static, str>,
    kind: SpanKind,
    /// None without a collector.
    exported: Option<opentelemetry_sdk::trace::Span>,
}

impl fmt::Debug for Span {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Span({} {})", self.name, self.context)
    }
}

impl Span {
    pub fn start(name: impl Into<Cow<'static, str>>, kind: SpanKind, parent: &TraceContext) -> Span {
        let name = name.into();
        let exported = TRACER.get().map(|tracer| {
            let flags = if parent.sampled { TraceFlags::SAMPLED } else { TraceFlags::NOT_SAMPLED };
            let remote = SpanContext::new(parent.trace, parent.span, flags, true, TraceState::NONE);
            let builder = SpanBuilder::from_name(name.clone()).with_kind(kind.clone());
            tracer.build_with_context(builder, &Context::new().with_remote_span_context(remote))
        });
        // Without a collector the parent's id goes on.
        let context = exported.as_ref().map_or(*parent, |exported| {
            let own = exported.span_context();
            TraceContext { trace: own.trace_id(), span: own.span_id(), sampled: own.is_sampled() }
        });
        Span { context, name, kind, exported }
    }

    /// A call of a method, as its client or its server sees it.
    pub fn rpc(method: &'static MethodTable, kind: SpanKind, parent: &TraceContext) -> Span {
        let name = method.path.trim_start_matches('/');
        let (service, method) = name.split_once('/').unwrap_or((name, ""));
        let mut span = Span::start(name, kind, parent);
        span.set("rpc.system", "grpc");
        span.set("rpc.service", service);
        span.set("rpc.method", method);
        span
    }

    /// The work on one message: to `publish` or to `process` it. The destination is the exchange, the routing key and, where
    /// it is read, the queue.
    pub fn message(
        operation: &'static str,
        kind: SpanKind,
        destination: &[&str],
        id: String,
        parent: &TraceContext,
    ) -> Span {
        let name = destination.join(":");
        let sends = kind == SpanKind::Producer;
        let mut span = Span::start(format!("{operation} {name}"), kind, parent);
        span.set("messaging.system", "rabbitmq");
        span.set("messaging.operation.name", operation);
        span.set("messaging.operation.type", if sends { "send" } else { "process" });
        span.set("messaging.destination.name", name);
        span.set("messaging.message.id", id);
        if let Some(key) = destination.get(1) {
            span.set("messaging.rabbitmq.destination.routing_key", (*key).to_owned());
        }
        span
    }

    /// The use of a connection to a database: one statement, or one transaction. None outside of a trace.
    pub fn database() -> Option<Span> {
        let mut span = Span::start("postgresql", SpanKind::Client, &TraceContext::current()?);
        span.set("db.system.name", "postgresql");
        Some(span)
    }

    /// Whether it goes to a collector: otherwise nobody sees what is [set](Span::set), and nothing need be made for it.
    pub fn is_exported(&self) -> bool {
        self.exported.as_ref().is_some_and(|exported| exported.is_recording())
    }

    pub fn set(&mut self, key: &'static str, value: impl Into<opentelemetry::Value>) {
        if let Some(exported) = &mut self.exported {
            exported.set_attribute(KeyValue::new(key, value));
        }
    }

    /// How an RPC ended. Of a server only what is its own fault is an error.
    pub fn answered(&mut self, code: Code) {
        self.set("rpc.grpc.status_code", i64::from(code as i32));
        let fault = matches!(
            code,
            Code::Unknown
                | Code::DeadlineExceeded
                | Code::Unimplemented
                | Code::Internal
                | Code::Unavailable
                | Code::DataLoss
        );
        if fault || (code != Code::Ok && self.kind == SpanKind::Client) {
            self.fail(format!("{code:?}"));
        }
    }

    /// The work failed, by a cause of few values.
    pub fn fail(&mut self, cause: impl Into<Cow<'static, str>>) {
        if let Some(exported) = &mut self.exported {
            let cause: Cow<'static, str> = cause.into();
            exported.set_attribute(KeyValue::new("error.type", cause));
            exported.set_status(Status::error(""));
        }
    }

    /// Runs the work within the span: what it writes to the log and whom it calls belong to the span's trace.
    pub fn run<F: Future>(&self, work: F) -> impl Future<Output = F::Output> + use<F> {
        CURRENT.scope(Work { name: self.name.clone(), context: self.context }, work)
    }
}
