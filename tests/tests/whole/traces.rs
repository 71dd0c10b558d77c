//! One click is one trace: from the request over the RPC and the event to everybody who follows it.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use opentelemetry_proto::tonic::trace::v1::{Span, span::SpanKind};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use tests::{
    Binary, Person,
    collector::{Collector, text},
    eventually,
    proxy::Proxy,
    shared_broker,
};

const WRITES: usize = 1_000;
const AT_ONCE: usize = 12;
/// So many writes find no broker: their events wait in the outbox while the process ends and starts again.
const WAITING: usize = 100;
/// Longest wait for the last spans, which are sent every five seconds.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(200);
/// The span of the browser.
const CLICK: [u8; 8] = [0x00, 0xf0, 0x67, 0xaa, 0x0b, 0xa9, 0x02, 0xb7];

/// One kind of write, and what its trace has to hold.
struct Kind {
    path: fn(&Scene) -> String,
    body: fn(usize) -> Value,
    route: &'static str,
    rpc: (&'static str, &'static str),
    /// Who follows its event.
    consumers: &'static [&'static str],
}

static KINDS: [Kind; 3] = [
    Kind {
        path: |_| "/v1/customers".to_owned(),
        body: |turn| json!({ "name": format!("踪迹样本{turn}"), "type": "ENTERPRISE", "phones": [{ "number": format!("139{turn:08}") }] }),
        route: "POST /v1/customers",
        rpc: ("cims.customer.v1.Customers", "CreateCustomer"),
        consumers: &["interaction", "tagging", "reporting"],
    },
    Kind {
        path: |scene| format!("/v1/customers/{}/interactions", scene.customer),
        body: |turn| json!({ "method": "PHONE", "subject": format!("回访{turn}"), "occurTime": "2026-01-05T08:00:00Z" }),
        route: "POST /v1/customers/{interaction.customer_id}/interactions",
        rpc: ("cims.interaction.v1.Interactions", "CreateInteraction"),
        consumers: &["customer", "reporting"],
    },
    Kind {
        path: |_| "/v1/tags".to_owned(),
        body: |turn| json!({ "name": format!("踪迹{turn}") }),
        route: "POST /v1/tags",
        rpc: ("cims.tagging.v1.Tags", "CreateTag"),
        consumers: &["customer"],
    },
];

/// Who writes, and what they write on.
struct Scene {
    admin: Person,
    customer: String,
    /// Tries made: each has values and a trace of its own.
    tries: AtomicUsize,
    acknowledged: AtomicUsize,
}

#[tokio::test(flavor = "multi_thread")]
async fn one_click_is_one_trace_also_after_a_restart() {
    let (proxy, through) = Proxy::before(&shared_broker()).await;
    let collector = Collector::start().await;
    let mut binary = Binary::start_traced(&through, &collector.url).await;
    let admin = binary.person("admin").await;
    let own = json!({ "name": "踪迹客户", "type": "ENTERPRISE", "phones": [{ "number": "13700000001" }] });
    let customer = admin.post("/v1/customers", &own).await.ok()["id"].as_str().expect("an id").to_owned();
    let scene = Arc::new(Scene { admin, customer, tries: AtomicUsize::new(0), acknowledged: AtomicUsize::new(0) });
    let written = Arc::new(Mutex::new(Vec::new()));
    let workers = (0..AT_ONCE).map(|worker| {
        let (scene, written) = (scene.clone(), written.clone());
        tokio::spawn(async move {
            for turn in (worker..WRITES).step_by(AT_ONCE) {
                let trace = write(&scene, &KINDS[turn % KINDS.len()]).await;
                written.lock().expect("no worker panics").push((turn % KINDS.len(), trace));
            }
        })
    });
    let workers: Vec<_> = workers.collect();

    acknowledged(&scene, WRITES / 2 - WAITING).await;
    proxy.cut(true);
    acknowledged(&scene, WRITES / 2).await;
    binary.terminate().await;
    assert!(outbox(&binary).await > 0, "the test tests nothing");
    binary.restart().await;
    proxy.cut(false);

    for worker in workers {
        worker.await.expect("no worker panics");
    }
    let written = written.lock().expect("no worker panics").clone();
    assert_eq!(written.len(), WRITES);
    let faults = || -> Vec<String> {
        written.iter().filter_map(|(kind, trace)| fault(&KINDS[*kind], &collector.trace(trace))).collect()
    };
    let deadline = Instant::now() + PATIENCE;
    while faults().len() * 100 > WRITES && Instant::now() < deadline {
        tokio::time::sleep(LOOK).await;
    }
    let faults = faults();
    assert!(faults.len() * 100 <= WRITES, "{} of {WRITES} traces are not whole: {faults:?}", faults.len());
}

/// Waits until so many writes were acknowledged.
async fn acknowledged(scene: &Scene, count: usize) {
    eventually("the writes go on", || async { (scene.acknowledged.load(Ordering::Relaxed) >= count).then_some(()) })
        .await;
}

/// How many events wait.
async fn outbox(binary: &Binary) -> i64 {
    let mut database = PgConnection::connect(&binary.database().url).await.expect("the test's database");
    let text = "select (select count(*) from customer.outbox) + (select count(*) from interaction.outbox)
        + (select count(*) from tagging.outbox)";
    sqlx::query_scalar(text).fetch_one(&mut database).await.expect("a count")
}

/// Writes until it is acknowledged, which a process that stops does not do; answers the trace of the try that was.
async fn write(scene: &Scene, kind: &Kind) -> String {
    eventually("the write is acknowledged", || async {
        let turn = scene.tries.fetch_add(1, Ordering::Relaxed);
        let trace = format!("{:032x}", 0xc1c0_0000_u128 + turn as u128);
        let span: String = CLICK.iter().map(|byte| format!("{byte:02x}")).collect();
        let request = scene.admin.request(Method::POST, &(kind.path)(scene)).json(&(kind.body)(turn));
        let response = request.header("traceparent", format!("00-{trace}-{span}-01")).send().await.ok()?;
        let status = response.status();
        assert!(status == 201 || status.is_server_error(), "{status}");
        (status == 201).then(|| scene.acknowledged.fetch_add(1, Ordering::Relaxed)).map(|_| trace)
    })
    .await
}

/// What a trace does not have; none when it is whole.
fn fault(kind: &Kind, spans: &[Span]) -> Option<String> {
    let children = |parent: &[u8], wanted: SpanKind| -> Vec<&Span> {
        spans.iter().filter(|span| span.parent_span_id == parent && span.kind() == wanted).collect()
    };
    let request = children(&CLICK, SpanKind::Server).into_iter().find(|span| {
        span.name == kind.route
            && text(span, "http.request.method") == Some("POST")
            && text(span, "http.route").is_some()
    });
    let Some(request) = request else { return Some(format!("no {}", kind.route)) };
    let calls = children(&request.span_id, SpanKind::Client);
    let (service, method) = kind.rpc;
    let rpc = calls.iter().flat_map(|call| children(&call.span_id, SpanKind::Server)).find(|span| {
        text(span, "rpc.system") == Some("grpc")
            && text(span, "rpc.service") == Some(service)
            && text(span, "rpc.method") == Some(method)
    });
    let Some(rpc) = rpc else { return Some(format!("no {service}/{method}")) };
    let uses_database =
        children(&rpc.span_id, SpanKind::Client).iter().any(|span| text(span, "db.system.name") == Some("postgresql"));
    if !uses_database {
        return Some("no postgresql".to_owned());
    }
    // An event is published again when its confirm was lost.
    let published = children(&rpc.span_id, SpanKind::Producer);
    let processed: Vec<&Span> =
        published.iter().flat_map(|publish| children(&publish.span_id, SpanKind::Consumer)).collect();
    let missing = kind.consumers.iter().find(|consumer| {
        let queue = format!("cims.{consumer}.1");
        !processed.iter().any(|span| {
            text(span, "messaging.system") == Some("rabbitmq")
                && text(span, "messaging.destination.name").is_some_and(|name| name.ends_with(&queue))
        })
    });
    missing.map(|consumer| format!("{consumer} did not process it"))
}
