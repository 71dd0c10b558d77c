//! From a queue into a service's own tables: inbox and effect in one transaction, in batches, each event once.

use std::{future::Future, sync::Arc, time::Duration};

use chrono::DateTime;
use futures_util::StreamExt;
use lapin::{
    Channel,
    message::Delivery,
    options::{BasicAckOptions, BasicConsumeOptions, BasicNackOptions, BasicQosOptions},
    types::{FieldTable, ShortString},
};
use sqlx::PgConnection;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    Broker, Event, Topology,
    broker::{matches, out_of_reach},
};
use crate::{
    clock::time,
    database::Pool,
    metrics,
    problem::Failure,
    telemetry::{Span, SpanKind, TRACE_PARENT, TraceContext},
};

/// Who follows which events.
#[derive(Clone, Copy, Debug)]
pub struct Subscription {
    /// Name of the consumer, which is its service's: "reporting".
    pub consumer: &'static str,
    /// Routing keys: "customer.customer.*.v1".
    pub bindings: &'static [&'static str],
}

impl Subscription {
    /// Whether its queue gets events of this type.
    pub fn follows(&self, event_type: &str) -> bool {
        self.bindings.iter().any(|key| matches(key, event_type))
    }
}

/// What a service does with the events that it follows.
pub trait Consumer: Send + Sync + 'static {
    /// Applies one event. It may be a repetition or older than what is already there: an effect is written only when
    /// the event's version is newer than the state's. Types that it does not know it leaves alone.
    fn apply(&self, connection: &mut PgConnection, event: &Event) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Applies the events of one transaction, in the order in which they came. One that writes in sets says how itself.
    fn apply_batch(
        &self,
        connection: &mut PgConnection,
        events: &[&Event],
    ) -> impl Future<Output = Result<(), Failure>> + Send {
        async move {
            for event in events {
                let parent = TraceContext::parse(&event.trace_parent).unwrap_or_else(TraceContext::new);
                let span = Span::start(event.r#type.clone(), SpanKind::Consumer, &parent);
                span.run(self.apply(connection, event)).await?;
            }
            Ok(())
        }
    }

    /// Told after the commit which events were applied.
    fn applied(&self, _events: &[Event]) -> impl Future<Output = ()> + Send {
        async {}
    }
}

/// Most events in one transaction; also how many the broker sends ahead.
pub const BATCH: u16 = 200;
/// How long a batch waits for one more event.
const GATHER: Duration = Duration::from_millis(3);
const RETRY: Duration = Duration::from_millis(500);

/// Follows the subscription's two queues until told to stop; comes back after every break.
pub async fn consume<C: Consumer>(
    subscription: Subscription,
    consumer: Arc<C>,
    pool: Pool,
    broker: Broker,
    topology: Topology,
    stop: CancellationToken,
) {
    let follow = |bulk| follow(subscription, bulk, &*consumer, &pool, &broker, &topology, &stop);
    tokio::join!(follow(false), follow(true));
}

async fn follow<C: Consumer>(
    subscription: Subscription,
    bulk: bool,
    consumer: &C,
    pool: &Pool,
    broker: &Broker,
    topology: &Topology,
    stop: &CancellationToken,
) {
    let name = subscription.consumer;
    while !stop.is_cancelled() {
        let queue = broker.queue(name, bulk);
        if let Err(failure) = drain(&queue, name, consumer, pool, broker, topology, stop).await {
            tracing::warn!(consumer = name, %failure, "consumer interrupted");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(RETRY) => {}
        }
    }
}

async fn drain<C: Consumer>(
    queue: &str,
    name: &'static str,
    consumer: &C,
    pool: &Pool,
    broker: &Broker,
    topology: &Topology,
    stop: &CancellationToken,
) -> Result<(), Failure> {
    let connection = broker.connect().await?;
    let channel = connection.create_channel().await.map_err(out_of_reach)?;
    broker.declare(&channel, topology).await?;
    channel.basic_qos(BATCH, BasicQosOptions::default()).await.map_err(out_of_reach)?;
    let options = BasicConsumeOptions::default();
    let mut deliveries =
        channel.basic_consume(queue.into(), name.into(), options, FieldTable::default()).await.map_err(out_of_reach)?;
    loop {
        let first = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            next = deliveries.next() => next,
        };
        let Some(first) = first else { return Err(Failure::Unavailable("the broker ended the stream".to_owned())) };
        let mut batch = vec![first.map_err(out_of_reach)?];
        while batch.len() < usize::from(BATCH) {
            match tokio::time::timeout(GATHER, deliveries.next()).await {
                Ok(Some(next)) => batch.push(next.map_err(out_of_reach)?),
                Ok(None) | Err(_) => break,
            }
        }
        // What is not acknowledged when the process stops comes again, to the next one.
        match stop.run_until_cancelled(handle(name, batch, consumer, pool, &channel)).await {
            Some(handled) => handled?,
            None => return Ok(()),
        }
    }
}

/// Applies a batch in one transaction; when that fails, each event in its own, so that a bad one stops no other.
async fn handle<C: Consumer>(
    name: &'static str,
    batch: Vec<Delivery>,
    consumer: &C,
    pool: &Pool,
    channel: &Channel,
) -> Result<(), Failure> {
    let mut events = Vec::with_capacity(batch.len());
    for delivery in &batch {
        match event_of(delivery) {
            Some(event) => events.push((delivery, event)),
            None => {
                tracing::error!(tag = delivery.delivery_tag, "a message that is no event goes to the dead letters");
                metrics::refused(name);
                reject(delivery, false).await?;
            }
        }
    }
    let all: Vec<&Event> = events.iter().map(|(_, event)| event).collect();
    if apply_patiently(&all, consumer, pool).await.is_ok() {
        metrics::applied(name, all.len());
        if let Some((last, _)) = events.last()
            && events.len() == batch.len()
        {
            let all = BasicAckOptions { multiple: true };
            return channel.basic_ack(last.delivery_tag, all).await.map(drop).map_err(out_of_reach);
        }
        for (delivery, _) in &events {
            delivery.ack(BasicAckOptions::default()).await.map_err(out_of_reach)?;
        }
        return Ok(());
    }
    for (delivery, event) in &events {
        match apply_patiently(&[event], consumer, pool).await {
            Ok(()) => {
                delivery.ack(BasicAckOptions::default()).await.map_err(out_of_reach)?;
            }
            Err(failure) => {
                tracing::warn!(event = %event.id, r#type = %event.r#type, %failure, "event not applied");
                metrics::refused(name);
                reject(delivery, true).await?;
            }
        }
    }
    Ok(())
}

/// Applies events, again and again while a part is out of reach: giving them back would use up their deliveries, and an
/// hour without a database would set every event aside.
async fn apply_patiently<C: Consumer>(events: &[&Event], consumer: &C, pool: &Pool) -> Result<(), Failure> {
    loop {
        match apply_all(events, consumer, pool).await {
            Err(failure) if failure.is_passing() => {
                tracing::warn!(%failure, "events wait");
                tokio::time::sleep(RETRY).await;
            }
            other => return other,
        }
    }
}

async fn reject(delivery: &Delivery, requeue: bool) -> Result<(), Failure> {
    let options = BasicNackOptions { requeue, ..Default::default() };
    delivery.nack(options).await.map(drop).map_err(out_of_reach)
}

async fn apply_all<C: Consumer>(events: &[&Event], consumer: &C, pool: &Pool) -> Result<(), Failure> {
    let mut transaction = pool.begin().await?;
    let ids =
        events.iter().map(|event| event.id.parse()).collect::<Result<Vec<Uuid>, _>>().map_err(Failure::internal)?;
    let fresh = sqlx::query_scalar!(
        "insert into inbox (event_id) select distinct unnest($1::uuid[]) on conflict do nothing returning event_id",
        &ids
    )
    .fetch_all(&mut *transaction)
    .await?;
    let mut due: Vec<&Event> = Vec::new();
    for (event, id) in events.iter().zip(&ids) {
        // The same event may stand twice in one batch.
        if fresh.contains(id) && !due.iter().any(|other| other.id == event.id) {
            due.push(event);
        }
    }
    if !due.is_empty() {
        consumer.apply_batch(&mut transaction, &due).await?;
    }
    transaction.commit().await?;
    if !due.is_empty() {
        let applied: Vec<Event> = due.into_iter().cloned().collect();
        consumer.applied(&applied).await;
    }
    Ok(())
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
