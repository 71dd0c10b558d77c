//! From the outbox to the exchange: in order, confirmed, then deleted, and open pages told. When the outbox is empty, a heartbeat
//! says so. One relay per service, by an advisory lock.

use std::time::Duration;

use chrono::{DateTime, Utc};
use lapin::{Channel, Confirmation, options::ConfirmSelectOptions};
use sqlx::PgConnection;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    Broker, Event, Notice, Topology, Wake,
    broker::answered,
    heartbeat,
    history::told_fields,
    message::{self, Message},
    notice,
    stored::Stored,
};
use crate::{
    database::Pool,
    metrics,
    problem::Failure,
    share,
    telemetry::{Span, SpanKind, TraceContext},
};

const BATCH: i64 = 256;
/// How long to wait for a wake before looking for what other processes wrote.
const LOOK: Duration = Duration::from_millis(200);
/// A batch begins no sooner than this after the one before: every batch is a commit here, in the broker and in each of its
/// consumers, which would otherwise take the disk from those who write. A lone event goes at once.
const PACE: Duration = Duration::from_millis(50);
const RETRY: Duration = Duration::from_millis(500);
/// Number of the advisory lock, within the service's schema's name.
const LOCK: i64 = 0x0063_696d_735f_7265;

/// Publishes until told to stop. Failures are logged and tried again: writes go on meanwhile.
pub async fn relay(
    service: &'static str,
    pool: Pool,
    broker: Broker,
    topology: Topology,
    wake: Wake,
    stop: CancellationToken,
) {
    while !stop.is_cancelled() {
        let failure = tokio::select! {
            () = stop.cancelled() => return,
            ended = lead(service, &pool, &broker, &topology, &wake) => ended,
        };
        if let Err(failure) = failure {
            tracing::warn!(service, %failure, "relay interrupted");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(RETRY) => {}
        }
    }
}

/// Publishes while this process holds the lock. Answers without error when another process holds it.
async fn lead(
    service: &'static str,
    pool: &Pool,
    broker: &Broker,
    topology: &Topology,
    wake: &Wake,
) -> Result<(), Failure> {
    // The lock belongs to the session: a connection of its own, which ends with it.
    let mut leader = pool.connect().await?;
    // A plan made while the month had few events would else go through all of them for each that is published, until the
    // database notices how many there are.
    sqlx::query!("set enable_seqscan = off").execute(&mut leader).await?;
    let key = format!("{service}.relay");
    let held =
        sqlx::query_scalar!(r#"select pg_try_advisory_lock($1 # hashtextextended($2, 0)) as "held!""#, LOCK, key)
            .fetch_one(&mut leader)
            .await?;
    if !held {
        return Ok(());
    }
    let connection = broker.connect().await?;
    let channel = answered(connection.create_channel()).await?;
    answered(channel.confirm_select(ConfirmSelectOptions::default())).await?;
    broker.declare(&channel, topology).await?;
    let unconfirmed = answered(connection.create_channel()).await?;
    let mut beat = topology.expects(&heartbeat::event_type(service)).then(Instant::now);
    loop {
        let begin = Instant::now();
        let moment = match beat.filter(|due| *due <= begin) {
            Some(_) => Some(heartbeat::moment(&mut leader).await?),
            None => None,
        };
        let rows = publish_batch(&mut leader, &channel, broker, topology).await?;
        let published = rows.len();
        if published > 0 {
            metrics::published(service, published);
            let notices = notices(rows, &mut leader).await?;
            notice::publish(&unconfirmed, broker, &notices).await?;
        }
        if published < BATCH as usize {
            // What was written before the moment stood in this batch or an earlier one, and was confirmed.
            if let Some(moment) = moment {
                tell(&unconfirmed, broker, service, moment).await?;
                beat = Some(begin + heartbeat::EACH);
            }
            if published > 0 {
                tokio::time::sleep_until(begin + PACE).await;
            }
            let _ = tokio::time::timeout(LOOK, wake.notified()).await;
        }
    }
}

/// Tells on both ways that everything written before a moment has been published.
async fn tell(channel: &Channel, broker: &Broker, service: &str, moment: DateTime<Utc>) -> Result<(), Failure> {
    let beat = |bulk| (broker.exchange(bulk), Message::of(vec![heartbeat::beat(service, moment)], false));
    message::publish(channel, [false, true].map(beat)).await.map(drop)
}

/// Publishes the oldest events, people's before those of bulk work, deletes those that were confirmed, and answers them.
async fn publish_batch(
    leader: &mut PgConnection,
    channel: &Channel,
    broker: &Broker,
    topology: &Topology,
) -> Result<Vec<Stored>, Failure> {
    let rows = sqlx::query_as!(
        Stored,
        // The batch first, by itself, and each of its events by its key: a plan made while nothing waited joined it to all that
        // waits, or to every event there is.
        r#"with due as materialized (
            select bulk, sequence, time from outbox order by bulk, sequence limit $1
        )
        select due.sequence, due.bulk, event.id, event.subject_type, event.subject_id, event.subject_version,
            event.type, event.actor_id, '' as "source_address!", event.trace_parent, event.time, event.changed_fields,
            event.owner_id, event.department_id, event.payload || coalesce(personal.payload, ''::bytea) as "payload!",
            event.parent_id
        from due
        cross join lateral (
            select id, subject_type, subject_id, subject_version, type, actor_id, trace_parent, time, changed_fields, owner_id,
                department_id, payload, parent_id
            from event where event.sequence = due.sequence and event.time = due.time offset 0
        ) event
        left join lateral (
            select payload from event_personal where event_id = event.id offset 0
        ) personal on true
        order by due.bulk, due.sequence"#,
        BATCH,
    )
    .fetch_all(&mut *leader)
    .await?;
    if rows.is_empty() {
        return Ok(rows);
    }
    let mut packs = message::pack(rows);
    // They end with this function, when the broker has the events.
    let mut spans = Vec::new();
    let mut messages = Vec::with_capacity(packs.len());
    for pack in &mut packs {
        let exchange = broker.exchange(pack.bulk);
        let (events, of_pack): (Vec<Event>, Vec<Span>) = pack.rows.iter_mut().map(|row| traced(row, &exchange)).unzip();
        spans.extend(of_pack);
        messages.push((exchange, Message::of(events, topology.expects(&pack.event_type))));
    }
    // Without a confirm an event counts as unpublished, and goes again with the same id.
    let confirmed = message::publish(channel, messages).await?;
    let mut published = Vec::new();
    let mut refused = false;
    for (pack, confirmation) in packs.into_iter().zip(confirmed) {
        match confirmation {
            // An ack that carries the message back: no queue was bound for it.
            Confirmation::Ack(None) | Confirmation::NotRequested => published.extend(pack.rows),
            Confirmation::Ack(Some(_)) => {
                return Err(Failure::Unavailable(format!("no queue takes {}", pack.event_type)));
            }
            Confirmation::Nack(_) => {
                refused = true;
                break;
            }
        }
    }
    let (bulk, sequence): (Vec<bool>, Vec<i64>) = published.iter().map(|row| (row.bulk, row.sequence)).unzip();
    sqlx::query!(
        "delete from outbox using unnest($1::boolean[], $2::bigint[]) done (bulk, sequence)
        where outbox.bulk = done.bulk and outbox.sequence = done.sequence",
        &bulk,
        &sequence
    )
    .execute(&mut *leader)
    .await?;
    match refused {
        true => Err(Failure::Unavailable("the broker refused an event".to_owned())),
        false => Ok(published),
    }
}

/// The event of a row, which gives its payload away, published in a span of its own.
fn traced(row: &mut Stored, exchange: &str) -> (Event, Span) {
    let parent = TraceContext::parse(&row.trace_parent).unwrap_or_else(TraceContext::new);
    let destination = [exchange, &row.r#type];
    let span = Span::message("publish", SpanKind::Producer, &destination, row.id.to_string(), &parent);
    let payload = std::mem::take(&mut row.payload).into();
    (Event { payload, trace_parent: span.context.to_string(), ..Event::from(row.clone()) }, span)
}

/// What open pages are told of published events. Of bulk work, whose records are many, only that something of this type
/// changed for these people: one notice without an id.
async fn notices(rows: Vec<Stored>, leader: &mut PgConnection) -> Result<Vec<Notice>, Failure> {
    let records: Vec<Uuid> = rows.iter().flat_map(|row| [Some(row.subject_id), row.parent_id]).flatten().collect();
    let shared = share::readers(leader, &records).await?;
    let mut notices: Vec<Notice> = Vec::with_capacity(rows.len());
    for row in rows {
        let (id, version) = match row.bulk {
            true => (String::new(), 0),
            false => (row.subject_id.to_string(), row.subject_version),
        };
        let (owner_id, department_id) = (row.owner_id, row.department_id);
        let is_of = |record: &Uuid| *record == row.subject_id || Some(*record) == row.parent_id;
        let readers = shared.iter().filter(|(record, _)| is_of(record)).map(|(_, person)| *person).collect();
        let fields = told_fields(&row.subject_type, &row.changed_fields);
        let notice = Notice { r#type: row.r#type, id, version, owner_id, department_id, readers, fields };
        if !row.bulk || !notices.contains(&notice) {
            notices.push(notice);
        }
    }
    Ok(notices)
}
