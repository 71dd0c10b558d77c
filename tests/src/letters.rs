//! Messages that no service publishes.

use kit::{
    clock::Clock,
    events::{Broker, DeadLetters},
};
use lapin::{
    BasicProperties,
    options::BasicPublishOptions,
    types::{AMQPValue, FieldTable},
};

use crate::world::{World, eventually};

impl World {
    /// Publishes a message to a consumer that has an event's type and content and nothing else of an event, waits until the
    /// consumer has set it aside, and answers its id.
    pub async fn dead_letter(&self, consumer: &str, event_type: &str, content: &[u8]) -> String {
        let broker = Broker::new(self.settings.amqp_url.clone(), self.settings.amqp_prefix.clone());
        let letters = DeadLetters::new(broker.clone(), cims::topology());
        letters.backlog(consumer).await.expect("the queues are there");
        let connection = broker.connect().await.expect("the broker");
        let channel = connection.create_channel().await.expect("a channel");
        let id = Clock::system().id().to_string();
        let mut headers = FieldTable::default();
        headers.insert("cloudEvents:type".into(), AMQPValue::LongString(event_type.into()));
        let properties = BasicProperties::default().with_message_id(id.as_str().into()).with_headers(headers);
        let queue = broker.queue(consumer, false);
        let publish =
            channel.basic_publish("".into(), queue.into(), BasicPublishOptions::default(), content, properties);
        publish.await.expect("it is taken").await.expect("it is taken");
        eventually("the message is set aside", || async {
            letters.show(consumer).await.ok()?.iter().any(|letter| letter.id == id).then_some(())
        })
        .await;
        id
    }
}
