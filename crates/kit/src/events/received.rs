//! A message as it comes from a queue: an event or a heartbeat.

use chrono::DateTime;
use lapin::{message::Delivery, types::ShortString};

use super::{Event, heartbeat};
use crate::{
    clock::time,
    telemetry::{Span, SpanKind, TRACE_PARENT, TraceContext},
};

/// A message that the broker delivered, and what it carries.
pub(super) struct Received<'d> {
    pub delivery: &'d Delivery,
    pub event: Event,
    /// From here until the event is applied; none of a heartbeat.
    pub span: Option<Span>,
}

impl<'d> Received<'d> {
    /// What the event causes goes on in its span. None of a message that is no event.
    pub fn read(delivery: &'d Delivery, queue: &str) -> Option<Received<'d>> {
        let mut event = event_of(delivery)?;
        if heartbeat::service_of(&event).is_some() {
            return Some(Received { delivery, event, span: None });
        }
        let parent = TraceContext::parse(&event.trace_parent).unwrap_or_else(TraceContext::new);
        let destination = [delivery.exchange.as_str(), delivery.routing_key.as_str(), queue];
        let span = Span::message("process", SpanKind::Consumer, &destination, event.id.clone(), &parent);
        event.trace_parent = span.context.to_string();
        Some(Received { delivery, event, span: Some(span) })
    }
}

/// The event that a message carries.
fn event_of(delivery: &Delivery) -> Option<Event> {
    let headers = delivery.properties.headers().as_ref()?;
    let header = |name: &str| {
        let value = headers.inner().get(&ShortString::from(name))?;
        value.as_long_string().map(|text| String::from_utf8_lossy(text.as_bytes()).into_owned())
    };
    let attribute = |name: &str| header(&format!("cloudEvents:{name}"));
    let time = DateTime::parse_from_rfc3339(&attribute("time")?).ok()?.to_utc();
    let fields = attribute("changedfields").unwrap_or_default();
    Some(Event {
        sequence: attribute("sequence")?.parse().ok()?,
        id: attribute("id")?,
        subject_type: attribute("subjecttype")?,
        subject_id: attribute("subject")?,
        subject_version: attribute("subjectversion")?.parse().ok()?,
        r#type: attribute("type")?,
        actor_id: attribute("actorid").unwrap_or_default(),
        time: Some(time::to_proto(time)),
        changed_fields: fields.split(',').filter(|field| !field.is_empty()).map(str::to_owned).collect(),
        trace_parent: header(TRACE_PARENT).unwrap_or_default(),
        owner_id: attribute("ownerid").unwrap_or_default(),
        department_id: attribute("departmentid").unwrap_or_default(),
        payload: delivery.data.clone().into(),
    })
}
