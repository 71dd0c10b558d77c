//! A collector of traces within the test: every span that a process sends to it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use opentelemetry_proto::tonic::{
    collector::trace::v1::{
        ExportTraceServiceRequest, ExportTraceServiceResponse,
        trace_service_server::{TraceService, TraceServiceServer},
    },
    common::v1::any_value::Value,
    trace::v1::Span,
};
use tokio::net::TcpListener;
use tonic::{
    Request, Response, Status,
    transport::{Server, server::TcpIncoming},
};

/// Spans by their trace, whose id is 32 hexadecimal digits.
type Traces = HashMap<String, Vec<Span>>;

/// Serves until the test ends.
#[derive(Clone, Debug)]
pub struct Collector {
    /// "http://127.0.0.1:port"
    pub url: String,
    traces: Arc<Mutex<Traces>>,
}

impl Collector {
    pub async fn start() -> Collector {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let traces = Arc::new(Mutex::new(Traces::new()));
        let service = TraceServiceServer::new(Sink { traces: traces.clone() });
        tokio::spawn(Server::builder().add_service(service).serve_with_incoming(TcpIncoming::from(listener)));
        Collector { url, traces }
    }

    /// What has come of a trace so far.
    pub fn trace(&self, id: &str) -> Vec<Span> {
        self.traces.lock().expect("nobody panics").get(id).cloned().unwrap_or_default()
    }
}

struct Sink {
    traces: Arc<Mutex<Traces>>,
}

#[tonic::async_trait]
impl TraceService for Sink {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let scopes = request.into_inner().resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
        let mut traces = self.traces.lock().expect("nobody panics");
        for span in scopes.flat_map(|scope| scope.spans) {
            let id = span.trace_id.iter().map(|byte| format!("{byte:02x}")).collect();
            traces.entry(id).or_default().push(span);
        }
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

/// An attribute that is text.
pub fn text<'s>(span: &'s Span, key: &str) -> Option<&'s str> {
    let attribute = span.attributes.iter().find(|attribute| attribute.key == key)?;
    match attribute.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) => Some(text),
        _ => None,
    }
}
