//! Events: from the outbox through RabbitMQ to the services that follow them, each applied once.

mod broker;
mod consumer;
mod dead;
mod find;
mod heartbeat;
mod history;
mod letter;
mod list;
mod message;
mod notice;
mod received;
mod relay;
mod stored;

pub use broker::{Broker, Topology};
pub use consumer::{BATCH, Consumer, Subscription, consume};
pub use dead::{Backlog, DeadLetters};
pub use history::{HistoryPage, Subject, history, shown_fields, untold_fields};
pub use letter::DeadLetter;
pub use list::{EventList, Replay};
pub use message::{BATCH_TYPE, events_of};
pub use notice::{Notice, Notices, follow_notices};
pub use relay::relay;

use std::sync::Arc;

pub use cims_proto::event::v1::Event;
use prost::Message;
use tokio::sync::Notify;
use uuid::Uuid;

use crate::problem::Failure;

/// Tells the relay of this process that something was written; the relay also looks by itself, for writes of others.
#[derive(Clone, Debug, Default)]
pub struct Wake {
    notify: Arc<Notify>,
}

impl Wake {
    pub fn notify(&self) {
        self.notify.notify_one();
    }

    async fn notified(&self) {
        self.notify.notified().await;
    }
}

/// An event's subject.
///
/// # Errors
/// When it is no id: a defect of the sender.
pub fn subject_id(event: &Event) -> Result<Uuid, Failure> {
    event.subject_id.parse().map_err(Failure::internal)
}

/// An event's payload. Unknown fields of a newer version are ignored.
///
/// # Errors
/// When it is not a message of the type.
pub fn payload<M: Message + Default>(event: &Event) -> Result<M, Failure> {
    M::decode(event.payload.clone()).map_err(Failure::internal)
}
