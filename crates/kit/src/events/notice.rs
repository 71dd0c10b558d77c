//! Notices to open pages: what changed, for whom. They are not kept: a page that misses one reads again when it wakes.

use std::{sync::Arc, time::Duration};

use futures_util::StreamExt;
use lapin::{
    BasicProperties, Channel, Connection,
    options::{BasicConsumeOptions, BasicPublishOptions, QueueBindOptions, QueueDeclareOptions},
    types::FieldTable,
};
use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, broadcast};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    Broker, Event, Topology,
    broker::{answered, out_of_reach},
    history::told_fields,
};
use crate::problem::Failure;

/// What a page is told: never values, so that it reads again under its own rights. Owner and department decide who is
/// told, and readers by share; without owner and department, everybody: tags and other records without an owner are
/// everybody's.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Notice {
    pub r#type: String,
    pub id: String,
    pub version: i64,
    pub owner_id: Option<Uuid>,
    pub department_id: Option<Uuid>,
    /// With whom the record is shared.
    #[serde(default)]
    pub readers: Vec<Uuid>,
    /// Rules of the fields that the notice itself tells have changed, where it does: nothing is told to whom all of them are
    /// hidden.
    #[serde(default)]
    pub fields: Vec<String>,
}

impl Notice {
    pub fn of(event: &Event) -> Notice {
        Notice {
            r#type: event.r#type.clone(),
            id: event.subject_id.clone(),
            version: event.subject_version,
            owner_id: event.owner_id.parse().ok(),
            department_id: event.department_id.parse().ok(),
            readers: Vec::new(),
            fields: told_fields(&event.subject_type, &event.changed_fields),
        }
    }
}

/// Sends notices; without the broker they are dropped.
#[derive(Clone, Debug)]
pub struct Notices {
    broker: Broker,
    open: Arc<Mutex<Option<(Connection, Channel)>>>,
}

impl Notices {
    pub fn new(broker: Broker) -> Notices {
        Notices { broker, open: Arc::default() }
    }

    pub async fn send(&self, notices: &[Notice]) {
        if let Err(failure) = self.try_send(notices).await {
            self.open.lock().await.take();
            tracing::debug!(%failure, "notices dropped");
        }
    }

    async fn try_send(&self, notices: &[Notice]) -> Result<(), Failure> {
        let mut open = self.open.lock().await;
        if open.is_none() {
            let connection = self.broker.connect().await?;
            let channel = answered(connection.create_channel()).await?;
            self.broker.declare(&channel, &Topology::default()).await?;
            *open = Some((connection, channel));
        }
        let Some((_, channel)) = open.as_ref() else { return Ok(()) };
        publish(channel, &self.broker, notices).await
    }
}

/// Sends notices on a channel without confirms, as one message.
pub(super) async fn publish(channel: &Channel, broker: &Broker, notices: &[Notice]) -> Result<(), Failure> {
    let body = serde_json::to_vec(notices).map_err(Failure::internal)?;
    let exchange = broker.notice_exchange();
    let (options, properties) = (BasicPublishOptions::default(), BasicProperties::default());
    answered(channel.basic_publish(exchange.into(), "".into(), options, &body, properties)).await?;
    Ok(())
}

const RETRY: Duration = Duration::from_millis(500);

/// Receives every notice from now on, by a queue of this process's own, and passes it on.
pub async fn follow_notices(broker: Broker, sender: broadcast::Sender<Arc<Notice>>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let ended = tokio::select! {
            () = stop.cancelled() => return,
            ended = receive(&broker, &sender) => ended,
        };
        if let Err(failure) = ended {
            tracing::warn!(%failure, "notices interrupted");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(RETRY) => {}
        }
    }
}

async fn receive(broker: &Broker, sender: &broadcast::Sender<Arc<Notice>>) -> Result<(), Failure> {
    let connection = broker.connect().await?;
    let channel = answered(connection.create_channel()).await?;
    broker.declare(&channel, &Topology::default()).await?;
    let exclusive = QueueDeclareOptions { exclusive: true, auto_delete: true, ..Default::default() };
    let queue = answered(channel.queue_declare("".into(), exclusive, FieldTable::default())).await?;
    let (name, exchange) = (queue.name().clone(), broker.notice_exchange());
    let bind = channel.queue_bind(
        name.clone(),
        exchange.into(),
        "".into(),
        QueueBindOptions::default(),
        FieldTable::default(),
    );
    answered(bind).await?;
    let options = BasicConsumeOptions { no_ack: true, ..Default::default() };
    let mut deliveries = answered(channel.basic_consume(name, "".into(), options, FieldTable::default())).await?;
    while let Some(delivery) = deliveries.next().await {
        let delivery = delivery.map_err(out_of_reach)?;
        for notice in serde_json::from_slice::<Vec<Notice>>(&delivery.data).unwrap_or_default() {
            // No page is open when nobody listens.
            let _ = sender.send(Arc::new(notice));
        }
    }
    Err(Failure::Unavailable("the broker ended the stream".to_owned()))
}
