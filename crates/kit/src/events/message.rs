//! Events as messages of the broker: one by itself as a CloudEvent in AMQP's binary mode, several of one type as a batch.
//! A message costs the broker, its queues and whoever reads them the same work, whatever it carries.

use std::collections::HashSet;

use chrono::{DateTime, SecondsFormat};
use cims_proto::event::v1::EventBatch;
use futures_util::future::try_join_all;
use lapin::{
    BasicProperties, Channel, Confirmation,
    message::Delivery,
    options::{BasicPublishOptions, ConfirmSelectOptions},
    types::{AMQPValue, FieldTable, ShortString},
};
use prost::Message as _;
use uuid::Uuid;

use super::{Event, broker::answered, letter::header, stored::Stored};
use crate::{clock::time, problem::Failure, telemetry::TRACE_PARENT};

/// Most events in a batch, and bytes of their payloads.
const EVENTS: usize = 32;
const BYTES: usize = 64 << 10;
/// Content type of a batch, whose body is a `cims.event.v1.EventBatch`.
pub const BATCH_TYPE: &str = "application/vnd.cims.event-batch+protobuf";
/// Content type of one event, whose body is its payload.
const TYPE: &str = "application/protobuf";

/// A message to publish.
#[derive(Default)]
pub(super) struct Message {
    pub routing_key: String,
    pub properties: BasicProperties,
    pub body: Vec<u8>,
    /// Comes back when no queue takes it.
    pub mandatory: bool,
}

impl Message {
    /// Of events of one type, of which there is one at least.
    pub fn of(mut events: Vec<Event>, mandatory: bool) -> Message {
        let routing_key = events.first().map(|event| event.r#type.clone()).unwrap_or_default();
        let (properties, body) = match (events.pop(), events.is_empty()) {
            (Some(event), true) => (attributes(&event), event.payload.into()),
            (last, _) => {
                events.extend(last);
                (BasicProperties::default().with_content_type(BATCH_TYPE.into()), EventBatch { events }.encode_to_vec())
            }
        };
        // Kept on the disk.
        Message { routing_key, properties: properties.with_delivery_mode(2), body, mandatory }
    }
}

/// Publishes, and answers what the broker says of each message: nothing where the channel asks for no confirms.
///
/// # Errors
/// When the broker is out of reach or does not say it in time.
pub(super) async fn publish(
    channel: &Channel,
    messages: impl IntoIterator<Item = (String, Message)>,
) -> Result<Vec<Confirmation>, Failure> {
    let mut confirms = Vec::new();
    for (exchange, message) in messages {
        let options = BasicPublishOptions { mandatory: message.mandatory, ..Default::default() };
        let (key, properties) = (message.routing_key.into(), message.properties);
        let publish = channel.basic_publish(exchange.into(), key, options, &message.body, properties);
        confirms.push(answered(publish).await?);
    }
    answered(try_join_all(confirms)).await
}

/// Publishes on any channel to a queue, which must take them all.
///
/// # Errors
/// When the broker is out of reach, or one is not taken.
pub(super) async fn deliver(
    channel: &Channel,
    queue: &str,
    messages: impl IntoIterator<Item = Message>,
) -> Result<(), Failure> {
    let to_queue = |message| (String::new(), Message { routing_key: queue.to_owned(), mandatory: true, ..message });
    let mut messages = messages.into_iter().map(to_queue).peekable();
    if messages.peek().is_none() {
        return Ok(());
    }
    answered(channel.confirm_select(ConfirmSelectOptions::default())).await?;
    let confirmed = publish(channel, messages).await?;
    match confirmed.iter().all(|confirmation| matches!(confirmation, Confirmation::Ack(None))) {
        true => Ok(()),
        false => Err(Failure::Unavailable(format!("{queue} does not take the message"))),
    }
}

/// The events that a message carries, whichever way; none when it carries anything else.
pub fn events_of(delivery: &Delivery) -> Vec<Event> {
    match is_batch(delivery) {
        true => EventBatch::decode(&*delivery.data).map(|batch| batch.events).unwrap_or_default(),
        false => event_of(delivery).into_iter().collect(),
    }
}

pub(super) fn is_batch(delivery: &Delivery) -> bool {
    delivery.properties.content_type().as_ref().is_some_and(|name| name.as_str() == BATCH_TYPE)
}

/// Rows that go as one message: of one type, one way.
pub(super) struct Pack {
    pub bulk: bool,
    pub event_type: String,
    pub rows: Vec<Stored>,
    subjects: HashSet<Uuid>,
    bytes: usize,
}

impl Pack {
    fn for_rows_like(row: &Stored) -> Pack {
        let (bulk, event_type) = (row.bulk, row.r#type.clone());
        Pack { bulk, event_type, rows: Vec::new(), subjects: HashSet::new(), bytes: 0 }
    }

    fn is_for(&self, row: &Stored) -> bool {
        self.bulk == row.bulk && self.event_type == row.r#type
    }

    fn has_room(&self, row: &Stored) -> bool {
        self.rows.len() < EVENTS && self.bytes + row.payload.len() <= BYTES
    }

    fn add(&mut self, row: Stored) {
        self.subjects.insert(row.subject_id);
        self.bytes += row.payload.len();
        self.rows.push(row);
    }
}

/// Puts rows together that follow one another or have others of other records between them: those of one record keep their
/// order.
pub(super) fn pack(rows: Vec<Stored>) -> Vec<Pack> {
    let mut packs: Vec<Pack> = Vec::new();
    // Those before take nothing more.
    let mut open = 0;
    for row in rows {
        if packs[open..].iter().any(|pack| !pack.is_for(&row) && pack.subjects.contains(&row.subject_id)) {
            open = packs.len();
        }
        // The newest of them: one before it may have room for this event, but not for an earlier one of its record.
        match packs[open..].iter_mut().rev().find(|pack| pack.is_for(&row)) {
            Some(pack) if pack.has_room(&row) => pack.add(row),
            _ => {
                let mut pack = Pack::for_rows_like(&row);
                pack.add(row);
                packs.push(pack);
            }
        }
    }
    packs
}

/// CloudEvents 1.0 in AMQP's binary mode: attributes as headers, the encoded change as body.
fn attributes(event: &Event) -> BasicProperties {
    let mut headers = FieldTable::default();
    let mut set = |name: &str, value: &str| {
        headers.insert(ShortString::from(name), AMQPValue::LongString(value.into()));
    };
    let time = event.time.as_ref().and_then(time::from_proto).unwrap_or_default();
    set("cloudEvents:specversion", "1.0");
    set("cloudEvents:id", &event.id);
    set("cloudEvents:type", &event.r#type);
    set("cloudEvents:source", &format!("/cims/{}", event.subject_type.split('.').next().unwrap_or_default()));
    set("cloudEvents:subject", &event.subject_id);
    set("cloudEvents:time", &time.to_rfc3339_opts(SecondsFormat::Micros, true));
    set("cloudEvents:subjecttype", &event.subject_type);
    set("cloudEvents:subjectversion", &event.subject_version.to_string());
    set("cloudEvents:sequence", &event.sequence.to_string());
    set("cloudEvents:changedfields", &event.changed_fields.join(","));
    for (name, id) in [
        ("cloudEvents:actorid", &event.actor_id),
        ("cloudEvents:ownerid", &event.owner_id),
        ("cloudEvents:departmentid", &event.department_id),
    ] {
        if !id.is_empty() {
            set(name, id);
        }
    }
    set(TRACE_PARENT, &event.trace_parent);
    BasicProperties::default()
        .with_content_type(TYPE.into())
        .with_message_id(event.id.as_str().into())
        .with_headers(headers)
}

fn event_of(delivery: &Delivery) -> Option<Event> {
    let read = |name: &str| {
        let value = header(delivery, name)?.as_long_string()?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let attribute = |name: &str| read(&format!("cloudEvents:{name}"));
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
        trace_parent: read(TRACE_PARENT).unwrap_or_default(),
        owner_id: attribute("ownerid").unwrap_or_default(),
        department_id: attribute("departmentid").unwrap_or_default(),
        payload: delivery.data.clone().into(),
    })
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::{BYTES, EVENTS, Stored, pack};

    fn row(verb: &str, subject: u128, bulk: bool) -> Stored {
        Stored {
            sequence: 0,
            bulk,
            id: Uuid::nil(),
            subject_type: "customer.customer".to_owned(),
            subject_id: Uuid::from_u128(subject),
            subject_version: 0,
            r#type: verb.to_owned(),
            actor_id: None,
            source_address: String::new(),
            trace_parent: String::new(),
            time: DateTime::UNIX_EPOCH,
            changed_fields: Vec::new(),
            owner_id: None,
            department_id: None,
            payload: Vec::new(),
            parent_id: None,
        }
    }

    fn packed(rows: Vec<Stored>) -> Vec<(String, Vec<u128>)> {
        let subjects = |rows: &[Stored]| rows.iter().map(|row| row.subject_id.as_u128()).collect();
        pack(rows).into_iter().map(|pack| (pack.event_type, subjects(&pack.rows))).collect()
    }

    #[test]
    fn events_of_one_type_go_together_and_none_overtakes_another_of_its_record() {
        let (created, updated) = ("created", "updated");
        let rows = [(created, 1), (updated, 8), (created, 2), (updated, 9), (updated, 8), (updated, 1), (created, 3)];
        let expected = [(created, vec![1, 2]), (updated, vec![8, 9, 8]), (updated, vec![1]), (created, vec![3])];
        let rows = rows.map(|(verb, subject)| row(verb, subject, false));
        assert_eq!(packed(rows.into()), expected.map(|(verb, subjects)| (verb.to_owned(), subjects)));
        assert_eq!(packed(vec![row(created, 1, false), row(created, 2, true)]).len(), 2, "each goes its own way");
        let many = (0..=EVENTS as u128).map(|subject| row(created, subject, false)).collect();
        assert_eq!(packed(many).iter().map(|(_, subjects)| subjects.len()).collect::<Vec<_>>(), [EVENTS, 1]);
        let sized = |subject, bytes| Stored { payload: vec![0; bytes], ..row(updated, subject, false) };
        let large = [sized(1, BYTES - 1), sized(2, 2), sized(2, 1)];
        assert_eq!(packed(large.into()), [(updated.to_owned(), vec![1]), (updated.to_owned(), vec![2, 2])]);
    }
}
