//! One dead letter: what the broker says of its end, and what it carries.

use chrono::{DateTime, Utc};
use cims_proto::delivery::v1::dead_letter::Reason;
use lapin::{
    message::Delivery,
    types::{AMQPValue, FieldTable},
};
use sha2::{Digest, Sha256};

use super::{
    broker::DELIVERY_LIMIT,
    history::change_of,
    message::{events_of, is_batch},
};
use crate::schema::{FieldRules, mask, to_json, veil};

/// A message that was set aside.
#[derive(Debug)]
pub struct DeadLetter {
    /// Of what has none, a digest of its content.
    pub id: String,
    /// "customer.customer.updated.v1"; empty for what was never an event.
    pub event_type: String,
    /// None where the broker does not say.
    pub set_aside_time: Option<DateTime<Utc>>,
    pub reason: Reason,
    /// Before it was set aside; 0 where the broker does not say.
    pub deliveries: i32,
    /// Several events as one message: its consumer never came to part them.
    is_batch: bool,
    content: Vec<u8>,
}

impl DeadLetter {
    pub(super) fn of(delivery: &Delivery) -> DeadLetter {
        let death = death(delivery);
        let said = death.and_then(|death| text(death.inner().get("reason")?));
        let (reason, deliveries) = match said.as_deref() {
            Some("rejected") => (Reason::Unreadable, 1),
            Some("delivery_limit") => (Reason::NotApplied, DELIVERY_LIMIT + 1),
            _ => (Reason::Unspecified, 0),
        };
        let batch = is_batch(delivery).then(|| events_of(delivery));
        let type_of_batch = || Some(batch.as_ref()?.first()?.r#type.clone());
        let seconds = death.and_then(|death| death.inner().get("time")?.as_timestamp());
        DeadLetter {
            id: id_of(delivery),
            event_type: header(delivery, "cloudEvents:type").and_then(text).or_else(type_of_batch).unwrap_or_default(),
            set_aside_time: seconds.and_then(|seconds| DateTime::from_timestamp(i64::try_from(seconds).ok()?, 0)),
            reason,
            deliveries,
            is_batch: batch.is_some(),
            content: delivery.data.clone(),
        }
    }

    /// Bytes of its content.
    pub fn size(&self) -> usize {
        self.content.len()
    }

    /// The change that it carries, with stars for what is personal, under a reader's field rules; none when it is no change
    /// that this version can read, or several.
    pub fn payload(&self, rules: Option<&FieldRules>) -> Option<serde_json::Value> {
        if self.is_batch {
            return None;
        }
        let (subject_type, _) = self.event_type.strip_suffix(".v1")?.rsplit_once('.')?;
        let table = change_of(subject_type)?;
        let mut payload = veil(table, &self.content).ok()?;
        if let Some(rules) = rules {
            let mut masked = Vec::with_capacity(payload.len());
            mask(table, &payload, rules, &mut masked).ok()?;
            payload = masked;
        }
        let mut json = Vec::new();
        to_json(table, &payload, &mut json).ok()?;
        serde_json::from_slice(&json).ok()
    }
}

pub(super) fn id_of(delivery: &Delivery) -> String {
    let own = delivery.properties.message_id().as_ref().map(ToString::to_string);
    own.filter(|id| !id.is_empty()).unwrap_or_else(|| hex::encode(&Sha256::digest(&delivery.data)[..16]))
}

pub(super) fn header<'d>(delivery: &'d Delivery, name: &str) -> Option<&'d AMQPValue> {
    delivery.properties.headers().as_ref()?.inner().get(name)
}

fn text(value: &AMQPValue) -> Option<String> {
    value.as_long_string().map(|text| String::from_utf8_lossy(text.as_bytes()).into_owned())
}

/// The broker's note of the last time that it set the message aside.
fn death(delivery: &Delivery) -> Option<&FieldTable> {
    header(delivery, "x-death")?.as_array()?.as_slice().first()?.as_field_table()
}
