//! From a queue into a service's own tables: inbox and effect in one transaction, in batches, each event once; with them how
//! far the service now is, as the heartbeats among them say.

use std::{future::Future, sync::Arc, time::Duration};

use futures_util::StreamExt;
use lapin::{
    Channel,
    message::Delivery,
    options::{BasicAckOptions, BasicConsumeOptions, BasicNackOptions, BasicQosOptions},
    types::FieldTable,
};
use sqlx::PgConnection;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    Broker, Event, Topology,
    broker::{answered, matches, out_of_reach},
    heartbeat,
    message::{self, Message},
    received::{Arrived, Received},
};
use crate::{database::Pool, metrics, problem::Failure};

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
                self.apply(connection, event).await?;
            }
            Ok(())
        }
    }

    /// Told after the commit which events were applied.
    fn applied(&self, _events: &[Event]) -> impl Future<Output = ()> + Send {
        async {}
    }
}

/// A transaction ends with the message in which it reaches so many events; also how many messages the broker sends ahead.
pub const BATCH: u16 = 200;
/// How long a transaction waits for one more message.
const GATHER: Duration = Duration::from_millis(3);
const RETRY: Duration = Duration::from_millis(500);

/// One of a consumer's two queues.
#[derive(Debug)]
struct Source {
    consumer: &'static str,
    queue: String,
    bulk: bool,
}

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
    let source = Source { consumer: name, queue: broker.queue(name, bulk), bulk };
    while !stop.is_cancelled() {
        if let Err(failure) = drain(&source, consumer, pool, broker, topology, stop).await {
            tracing::warn!(consumer = name, %failure, "consumer interrupted");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(RETRY) => {}
        }
    }
}

async fn drain<C: Consumer>(
    source: &Source,
    consumer: &C,
    pool: &Pool,
    broker: &Broker,
    topology: &Topology,
    stop: &CancellationToken,
) -> Result<(), Failure> {
    let connection = broker.connect().await?;
    let channel = answered(connection.create_channel()).await?;
    broker.declare(&channel, topology).await?;
    answered(channel.basic_qos(BATCH, BasicQosOptions::default())).await?;
    let options = BasicConsumeOptions::default();
    let (queue, tag) = (source.queue.as_str(), source.consumer);
    let mut deliveries =
        answered(channel.basic_consume(queue.into(), tag.into(), options, FieldTable::default())).await?;
    loop {
        let first = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            next = deliveries.next() => next,
        };
        let Some(first) = first else { return Err(Failure::Unavailable("the broker ended the stream".to_owned())) };
        let mut batch = vec![Received::read(first.map_err(out_of_reach)?, queue)];
        let mut events = events_in(&batch).count();
        while events < usize::from(BATCH) {
            let Ok(Some(next)) = tokio::time::timeout(GATHER, deliveries.next()).await else { break };
            let next = Received::read(next.map_err(out_of_reach)?, queue);
            events += next.arrived.len();
            batch.push(next);
        }
        // What is not acknowledged when the process stops comes again, to the next one.
        match stop.run_until_cancelled(handle(source, batch, consumer, pool, &channel)).await {
            Some(handled) => handled?,
            None => return Ok(()),
        }
    }
}

fn events_in(batch: &[Received]) -> impl Iterator<Item = &Arrived> {
    batch.iter().flat_map(|message| &message.arrived)
}

/// Applies a batch in one transaction; when that fails, each event in its own, so that a bad one stops no other.
async fn handle<C: Consumer>(
    source: &Source,
    batch: Vec<Received>,
    consumer: &C,
    pool: &Pool,
    channel: &Channel,
) -> Result<(), Failure> {
    let (batch, unreadable): (Vec<Received>, Vec<Received>) =
        batch.into_iter().partition(|message| !message.arrived.is_empty());
    for message in unreadable {
        tracing::error!(tag = message.delivery.delivery_tag, "a message that is no event goes to the dead letters");
        metrics::refused(source.consumer);
        reject(&message.delivery, false).await?;
    }
    let Some(last) = batch.last() else { return Ok(()) };
    let all: Vec<&Event> = events_in(&batch).map(|one| &one.event).collect();
    if apply_patiently(&all, source.bulk, consumer, pool).await.is_ok() {
        metrics::applied(source.consumer, events_in(&batch).filter(|one| one.span.is_some()).count());
        // Those before that are no events have been answered.
        let options = BasicAckOptions { multiple: true };
        return answered(channel.basic_ack(last.delivery.delivery_tag, options)).await.map(drop);
    }
    apply_each(source, batch, consumer, pool, channel).await
}

/// Applies each event in its own transaction. A heartbeat behind one that failed does not count: it is not all here.
async fn apply_each<C: Consumer>(
    source: &Source,
    batch: Vec<Received>,
    consumer: &C,
    pool: &Pool,
    channel: &Channel,
) -> Result<(), Failure> {
    let mut refused = false;
    for Received { delivery, arrived } in batch {
        let is_alone = arrived.len() == 1;
        let mut failed = Vec::new();
        for mut one in arrived {
            if one.span.is_none() && refused {
                continue;
            }
            let Err(failure) = apply_alone(&one, source.bulk, consumer, pool).await else {
                metrics::applied(source.consumer, one.span.iter().len());
                continue;
            };
            refused = true;
            tracing::warn!(event = %one.event.id, r#type = %one.event.r#type, %failure, "event not applied");
            metrics::refused(source.consumer);
            if let Some(span) = &mut one.span {
                span.fail("not applied");
            }
            failed.push(Event { trace_parent: one.parent, ..one.event });
        }
        match is_alone && !failed.is_empty() {
            true => reject(&delivery, true).await?,
            false => {
                put_back(source, failed, channel).await?;
                answered(delivery.ack(BasicAckOptions::default())).await?;
            }
        }
    }
    Ok(())
}

async fn apply_alone<C: Consumer>(one: &Arrived, bulk: bool, consumer: &C, pool: &Pool) -> Result<(), Failure> {
    let alone = [&one.event];
    let work = apply_patiently(&alone, bulk, consumer, pool);
    match &one.span {
        Some(span) => span.run(work).await,
        None => work.await,
    }
}

/// Sends what failed of a message to the queue again, each event by itself: the broker counts the deliveries of messages, and
/// what is set aside in the end is the one event.
async fn put_back(source: &Source, failed: Vec<Event>, channel: &Channel) -> Result<(), Failure> {
    message::deliver(channel, &source.queue, failed.into_iter().map(|event| Message::of(vec![event], true))).await
}

/// Applies events, again and again while a part is out of reach: giving them back would use up their deliveries, and an
/// hour without a database would set every event aside.
async fn apply_patiently<C: Consumer>(events: &[&Event], bulk: bool, consumer: &C, pool: &Pool) -> Result<(), Failure> {
    loop {
        match apply_all(events, bulk, consumer, pool).await {
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
    answered(delivery.nack(options)).await.map(drop)
}

async fn apply_all<C: Consumer>(events: &[&Event], bulk: bool, consumer: &C, pool: &Pool) -> Result<(), Failure> {
    let (beats, events): (Vec<&Event>, Vec<&Event>) =
        events.iter().copied().partition(|event| heartbeat::service_of(event).is_some());
    let mut transaction = pool.begin().await?;
    let due = match events.is_empty() {
        true => {
            // Nobody waits for the disk: a heartbeat that is lost is followed by the next.
            sqlx::query!("set local synchronous_commit = off").execute(&mut *transaction).await?;
            Vec::new()
        }
        false => unseen(&mut transaction, &events).await?,
    };
    if !due.is_empty() {
        consumer.apply_batch(&mut transaction, &due).await?;
    }
    if !beats.is_empty() {
        heartbeat::put(&mut transaction, &beats, bulk).await?;
    }
    transaction.commit().await?;
    if !due.is_empty() {
        let applied: Vec<Event> = due.into_iter().cloned().collect();
        consumer.applied(&applied).await;
    }
    Ok(())
}

/// Those of the events that were never applied, each once; from now on they are known.
async fn unseen<'e>(connection: &mut PgConnection, events: &[&'e Event]) -> Result<Vec<&'e Event>, Failure> {
    let ids =
        events.iter().map(|event| event.id.parse()).collect::<Result<Vec<Uuid>, _>>().map_err(Failure::internal)?;
    let fresh = sqlx::query_scalar!(
        "insert into inbox (event_id) select distinct unnest($1::uuid[]) on conflict do nothing returning event_id",
        &ids
    )
    .fetch_all(connection)
    .await?;
    let mut due: Vec<&Event> = Vec::new();
    for (event, id) in events.iter().zip(&ids) {
        // The same event may stand twice in one batch.
        if fresh.contains(id) && !due.iter().any(|other| other.id == event.id) {
            due.push(event);
        }
    }
    Ok(due)
}
