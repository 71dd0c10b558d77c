//! Dead letters: messages that a consumer could not apply, set aside for an operator to look at and to send again.

use lapin::{
    Channel, Confirmation, Connection,
    message::BasicGetMessage,
    options::{
        BasicAckOptions, BasicGetOptions, BasicNackOptions, BasicPublishOptions, ConfirmSelectOptions,
        QueueDeclareOptions,
    },
    types::{FieldTable, ShortString},
};

use super::{Broker, Topology, broker::out_of_reach};
use crate::problem::Failure;

/// The dead letters of every consumer.
#[derive(Debug)]
pub struct DeadLetters {
    broker: Broker,
    channel: Channel,
    _connection: Connection,
}

/// What is known of a message without reading its payload, which may hold personal data.
#[derive(Debug)]
pub struct DeadLetter {
    pub id: String,
    /// "customer.customer.updated.v1"; empty for what was never an event.
    pub event_type: String,
    pub bytes: usize,
}

impl DeadLetters {
    /// # Errors
    /// When the broker is out of reach.
    pub async fn open(broker: Broker, topology: &Topology) -> Result<DeadLetters, Failure> {
        let connection = broker.connect().await?;
        let channel = connection.create_channel().await.map_err(out_of_reach)?;
        channel.confirm_select(ConfirmSelectOptions::default()).await.map_err(out_of_reach)?;
        broker.declare(&channel, topology).await?;
        Ok(DeadLetters { broker, channel, _connection: connection })
    }

    /// How many there are of a consumer.
    ///
    /// # Errors
    /// When the broker is out of reach.
    pub async fn count(&self, consumer: &str) -> Result<u32, Failure> {
        let queue = self.broker.dead_queue(consumer);
        let passive = QueueDeclareOptions { passive: true, ..Default::default() };
        let queue =
            self.channel.queue_declare(queue.into(), passive, FieldTable::default()).await.map_err(out_of_reach)?;
        Ok(queue.message_count())
    }

    /// The oldest of a consumer, at most `limit`; they stay where they are.
    ///
    /// # Errors
    /// When the broker is out of reach.
    pub async fn show(&self, consumer: &str, limit: u32) -> Result<Vec<DeadLetter>, Failure> {
        let (mut letters, mut held) = (Vec::new(), Vec::new());
        while let Some(message) = self.get(consumer).await?.filter(|_| held.len() < limit as usize) {
            letters.push(DeadLetter {
                id: message.properties.message_id().as_ref().map(ToString::to_string).unwrap_or_default(),
                event_type: event_type(&message),
                bytes: message.data.len(),
            });
            held.push(message);
        }
        for message in held {
            let back = BasicNackOptions { requeue: true, ..Default::default() };
            message.nack(back).await.map_err(out_of_reach)?;
        }
        Ok(letters)
    }

    /// Sends all of a consumer's to its queue again and answers how many; each leaves the dead letters only once the
    /// queue has confirmed it.
    ///
    /// # Errors
    /// When the broker is out of reach or refuses one.
    pub async fn requeue(&self, consumer: &str) -> Result<u32, Failure> {
        // Those that fail again come back here: only what is here now is sent.
        let waiting = self.count(consumer).await?;
        let queue = self.broker.queue(consumer, false);
        let mut sent = 0;
        while sent < waiting
            && let Some(message) = self.get(consumer).await?
        {
            let options = BasicPublishOptions { mandatory: true, ..Default::default() };
            let properties = message.properties.clone();
            let publish =
                self.channel.basic_publish("".into(), queue.as_str().into(), options, &message.data, properties);
            match publish.await.map_err(out_of_reach)?.await.map_err(out_of_reach)? {
                Confirmation::Ack(None) => message.ack(BasicAckOptions::default()).await.map_err(out_of_reach)?,
                _ => return Err(Failure::Unavailable(format!("{queue} does not take the message"))),
            };
            sent += 1;
        }
        Ok(sent)
    }

    async fn get(&self, consumer: &str) -> Result<Option<BasicGetMessage>, Failure> {
        let queue = self.broker.dead_queue(consumer);
        self.channel.basic_get(queue.into(), BasicGetOptions::default()).await.map_err(out_of_reach)
    }
}

fn event_type(message: &BasicGetMessage) -> String {
    let headers = message.properties.headers().as_ref();
    let value = headers.and_then(|headers| headers.inner().get(&ShortString::from("cloudEvents:type")));
    let text = value
        .and_then(|value| value.as_long_string())
        .map(|text| String::from_utf8_lossy(text.as_bytes()).into_owned());
    text.unwrap_or_default()
}
