//! Lines of the log: JSON objects, each with the work and the trace that it belongs to.

use std::fmt;

use serde_json::json;
use tracing::{Event, Subscriber};
use tracing_subscriber::{
    fmt::{
        FmtContext, FormatEvent, FormatFields, Layer,
        format::{Format, Json, JsonFields, Writer},
    },
    registry::LookupSpan,
};

use super::{CURRENT, Work};

/// What makes lines of what is logged.
pub(super) fn lines<S>() -> Layer<S, JsonFields, Lines>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let lines = tracing_subscriber::fmt::layer().json().flatten_event(true);
    lines.with_current_span(false).with_span_list(false).map_event_format(|format| Lines { format })
}

/// Names the work when a line is written, and not when it begins, as spans of `tracing` would: hardly any work writes a line,
/// and its span would cost as much as one.
#[derive(Debug)]
pub(super) struct Lines {
    format: Format<Json>,
}

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let Ok(work) = CURRENT.try_with(Work::clone) else {
            return self.format.format_event(context, writer, event);
        };
        let mut line = String::new();
        self.format.format_event(context, Writer::new(&mut line), event)?;
        let members = line.strip_suffix("}\n").ok_or(fmt::Error)?;
        let span = json!({ "name": work.name, "trace_id": work.context.trace_id() });
        writeln!(writer, "{members},\"span\":{span}}}")
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    use serde_json::Value;
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;
    use crate::telemetry::{Span, SpanKind, TraceContext};

    /// What was written.
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("nobody panics").write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_line_tells_to_which_work_and_trace_it_belongs() {
        let log = Log::default();
        let writer = log.clone();
        let lines = lines().with_writer(move || writer.clone());
        let _logged = tracing::subscriber::set_default(tracing_subscriber::registry().with(lines));
        let context = TraceContext::new();
        tracing::info!("before");
        let span = Span::start("GET /v1/customers", SpanKind::Server, &context);
        span.run(async { tracing::info!(rows = 2, "within") }).await;

        let text = String::from_utf8(log.0.lock().expect("nobody panics").clone()).expect("UTF-8");
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!((&lines[0]["message"], lines[0].get("span")), (&json!("before"), None));
        assert_eq!((&lines[1]["message"], &lines[1]["rows"]), (&json!("within"), &json!(2)));
        assert_eq!(lines[1]["span"], json!({ "name": "GET /v1/customers", "trace_id": context.trace_id() }));
    }
}
