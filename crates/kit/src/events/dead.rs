//! Dead letters: messages that a consumer could not apply, set aside for an operator to look at, to send again, or to throw
//! away.
//!
//! The queue gives its messages to one reader at a time, and a look is a delivery like any other: who looks takes the oldest,
//! and gives back what stays.

use std::time::Duration;

use futures_util::StreamExt;
use lapin::{
    BasicProperties, Channel, Connection,
    message::Delivery,
    options::{BasicAckOptions, BasicCancelOptions, BasicConsumeOptions, BasicQosOptions, QueueDeclareOptions},
    types::{AMQPValue, FieldTable},
};
use tokio::sync::Mutex;

use super::{
    Broker, DeadLetter, Topology,
    broker::{answered, out_of_reach},
    letter::{header, id_of},
    message::{self, Message},
};
use crate::problem::Failure;

/// So many of a consumer's, the oldest, are seen and worked on; the others move up as these go.
const REACH: u16 = 500;
/// How long the broker may take to hand over what must be there.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long to wait for what may be there besides: what another look has just given back, it counts a moment later.
const IDLE: Duration = Duration::from_millis(200);
/// What is given back is counted again within a moment; nothing but a count depends on it.
const RETURN_PAUSE: Duration = Duration::from_millis(10);
const RETURN_LOOKS: usize = 20;
/// RabbitMQ 4 throws away what a queue without a limit of its own has delivered 20 times. What was looked at this often goes
/// back as a message of its own, of which the broker counts anew.
const LOOKS: i64 = 10;
/// The broker's count of deliveries in this queue.
const COUNT: &str = "x-delivery-count";
/// What the broker notes of a message that it sets aside, in headers that begin so.
const NOTES: [&str; 4] = [COUNT, "x-death", "x-first-death", "x-last-death"];

/// The dead letters of every consumer.
#[derive(Debug)]
pub struct DeadLetters {
    broker: Broker,
    topology: Topology,
    /// Held by who looks: two at once would each see a part.
    connection: Mutex<Option<Connection>>,
}

/// How many messages of a consumer there are.
#[derive(Clone, Copy, Debug)]
pub struct Backlog {
    /// Of people's changes, without those that the consumer is at.
    pub waiting: u32,
    pub bulk_waiting: u32,
    pub dead: u32,
}

impl DeadLetters {
    /// The broker is asked for the first time by the first call.
    pub fn new(broker: Broker, topology: Topology) -> DeadLetters {
        DeadLetters { broker, topology, connection: Mutex::default() }
    }

    /// What waits for a consumer, and what it could not apply.
    ///
    /// # Errors
    /// When the broker is out of reach.
    pub async fn backlog(&self, consumer: &str) -> Result<Backlog, Failure> {
        let mut connection = self.connection.lock().await;
        let channel = self.channel(&mut connection).await?;
        Ok(Backlog {
            waiting: count(&channel, &self.broker.queue(consumer, false)).await?,
            bulk_waiting: count(&channel, &self.broker.queue(consumer, true)).await?,
            dead: count(&channel, &self.broker.dead_queue(consumer)).await?,
        })
    }

    /// The oldest 500 of a consumer; they stay where they are.
    ///
    /// # Errors
    /// When the broker is out of reach.
    pub async fn show(&self, consumer: &str) -> Result<Vec<DeadLetter>, Failure> {
        let mut connection = self.connection.lock().await;
        let channel = self.channel(&mut connection).await?;
        let taken = self.take(&channel, consumer, 0).await?;
        let letters = taken.iter().map(DeadLetter::of).collect();
        self.give_back(&mut connection, &channel, consumer, taken.iter().collect()).await?;
        Ok(letters)
    }

    /// Sends those of a consumer's oldest 500 that have these ids to its queue again, and answers how many; each leaves the
    /// dead letters only once the queue has confirmed it. An id that is not there is left out.
    ///
    /// # Errors
    /// When the broker is out of reach or refuses one.
    pub async fn requeue(&self, consumer: &str, ids: &[String]) -> Result<usize, Failure> {
        self.end(consumer, ids, true).await
    }

    /// Throws those of a consumer's oldest 500 away that have these ids, and answers how many.
    ///
    /// # Errors
    /// When the broker is out of reach.
    pub async fn discard(&self, consumer: &str, ids: &[String]) -> Result<usize, Failure> {
        self.end(consumer, ids, false).await
    }

    async fn end(&self, consumer: &str, ids: &[String], again: bool) -> Result<usize, Failure> {
        if ids.is_empty() {
            return Ok(0);
        }
        let mut connection = self.connection.lock().await;
        let channel = self.channel(&mut connection).await?;
        let taken = self.take(&channel, consumer, ids.len()).await?;
        let (chosen, others): (Vec<&Delivery>, Vec<&Delivery>) =
            taken.iter().partition(|delivery| ids.contains(&id_of(delivery)));
        if again {
            // What is sent again begins anew: its next end is told by itself.
            publish(&channel, &self.broker.queue(consumer, false), &chosen, &NOTES).await?;
        }
        acknowledge(&chosen).await?;
        self.give_back(&mut connection, &channel, consumer, others).await?;
        Ok(chosen.len())
    }

    /// A channel of its own for each piece of work: what it has not acknowledged goes back when it ends, however it ends.
    async fn channel(&self, open: &mut Option<Connection>) -> Result<Channel, Failure> {
        if let Some(connection) = open.as_ref().filter(|connection| connection.status().connected()) {
            return answered(connection.create_channel()).await;
        }
        let connection = self.broker.connect().await?;
        let channel = answered(connection.create_channel()).await?;
        self.broker.declare(&channel, &self.topology).await?;
        *open = Some(connection);
        Ok(channel)
    }

    /// Takes the oldest from the queue, in which there are `known` at least unless somebody else was faster.
    async fn take(&self, channel: &Channel, consumer: &str, known: usize) -> Result<Vec<Delivery>, Failure> {
        let queue = self.broker.dead_queue(consumer);
        let counted = usize::try_from(count(channel, &queue).await?).map_err(Failure::internal)?;
        let expected = counted.max(known).min(REACH.into());
        answered(channel.basic_qos(REACH, BasicQosOptions::default())).await?;
        let options = BasicConsumeOptions::default();
        let mut deliveries =
            answered(channel.basic_consume(queue.into(), "".into(), options, FieldTable::default())).await?;
        let mut taken = Vec::new();
        while taken.len() < usize::from(REACH) {
            let limit = if taken.len() < expected { PATIENCE } else { IDLE };
            match tokio::time::timeout(limit, deliveries.next()).await {
                Ok(Some(next)) => taken.push(next.map_err(out_of_reach)?),
                Ok(None) => return Err(Failure::Unavailable("the broker ended the stream".to_owned())),
                Err(_) => break,
            }
        }
        // Nothing more comes for what is acknowledged from here on.
        answered(channel.basic_cancel(deliveries.tag(), BasicCancelOptions::default())).await?;
        Ok(taken)
    }

    async fn give_back(
        &self,
        open: &mut Option<Connection>,
        channel: &Channel,
        consumer: &str,
        kept: Vec<&Delivery>,
    ) -> Result<(), Failure> {
        let queue = self.broker.dead_queue(consumer);
        let expected = kept.len();
        let worn: Vec<&Delivery> = kept.into_iter().filter(|delivery| looks(delivery) >= LOOKS).collect();
        publish(channel, &queue, &worn, &[COUNT]).await?;
        acknowledge(&worn).await?;
        answered(channel.close(200, "".into())).await?;
        // Who counts next is not to see the look.
        let next = self.channel(open).await?;
        for _ in 0..RETURN_LOOKS {
            if usize::try_from(count(&next, &queue).await?).map_err(Failure::internal)? >= expected {
                break;
            }
            tokio::time::sleep(RETURN_PAUSE).await;
        }
        Ok(())
    }
}

async fn count(channel: &Channel, queue: &str) -> Result<u32, Failure> {
    let passive = QueueDeclareOptions { passive: true, ..Default::default() };
    let queue = answered(channel.queue_declare(queue.into(), passive, FieldTable::default())).await?;
    Ok(queue.message_count())
}

/// Publishes messages to a queue, without their headers that begin so, until it has confirmed them all.
async fn publish(channel: &Channel, queue: &str, deliveries: &[&Delivery], gone: &[&str]) -> Result<(), Failure> {
    let again = |delivery: &&Delivery| {
        let (properties, body) = (without(&delivery.properties, gone), delivery.data.clone());
        Message { properties, body, ..Default::default() }
    };
    message::deliver(channel, queue, deliveries.iter().map(again)).await
}

async fn acknowledge(deliveries: &[&Delivery]) -> Result<(), Failure> {
    for delivery in deliveries {
        answered(delivery.ack(BasicAckOptions::default())).await?;
    }
    Ok(())
}

fn without(properties: &BasicProperties, gone: &[&str]) -> BasicProperties {
    let mut headers = FieldTable::default();
    for (name, value) in properties.headers().iter().flat_map(FieldTable::inner) {
        if !gone.iter().any(|start| name.as_str().starts_with(start)) {
            headers.insert(name.clone(), value.clone());
        }
    }
    properties.clone().with_headers(headers)
}

/// How often the message was delivered from here before.
fn looks(delivery: &Delivery) -> i64 {
    match header(delivery, COUNT) {
        Some(AMQPValue::LongLongInt(count)) => *count,
        Some(AMQPValue::LongInt(count)) => (*count).into(),
        Some(AMQPValue::ShortInt(count)) => (*count).into(),
        Some(AMQPValue::ShortShortInt(count)) => (*count).into(),
        Some(AMQPValue::LongUInt(count)) => (*count).into(),
        Some(AMQPValue::ShortUInt(count)) => (*count).into(),
        Some(AMQPValue::ShortShortUInt(count)) => (*count).into(),
        _ => 0,
    }
}
