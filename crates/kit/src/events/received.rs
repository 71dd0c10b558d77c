//! A message as it comes from a queue: events, or a heartbeat.

use lapin::message::Delivery;

use super::{Event, heartbeat, message::events_of};
use crate::telemetry::{Span, SpanKind, TraceContext};

/// A message that the broker delivered, and what it carries.
pub(super) struct Received {
    pub delivery: Delivery,
    /// Empty when the message is no event.
    pub arrived: Vec<Arrived>,
}

/// An event that came.
pub(super) struct Arrived {
    pub event: Event,
    /// Where its publication was traced.
    pub parent: String,
    /// From here until the event is applied; none of a heartbeat.
    pub span: Option<Span>,
}

impl Received {
    /// What an event causes goes on in its span.
    pub fn read(mut delivery: Delivery, queue: &str) -> Received {
        let events = events_of(&delivery);
        let destination = [delivery.exchange.as_str(), delivery.routing_key.as_str(), queue];
        let arrived = events.into_iter().map(|event| Arrived::at(&destination, event)).collect();
        // The events have it.
        delivery.data = Vec::new();
        Received { delivery, arrived }
    }
}

impl Arrived {
    fn at(destination: &[&str], mut event: Event) -> Arrived {
        if heartbeat::service_of(&event).is_some() {
            return Arrived { event, parent: String::new(), span: None };
        }
        let parent = TraceContext::parse(&event.trace_parent).unwrap_or_else(TraceContext::new);
        let span = Span::message("process", SpanKind::Consumer, destination, event.id.clone(), &parent);
        let parent = std::mem::replace(&mut event.trace_parent, span.context.to_string());
        Arrived { event, parent, span: Some(span) }
    }
}
