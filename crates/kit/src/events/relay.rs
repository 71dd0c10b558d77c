//! From the outbox to the exchange: in order, confirmed, then deleted, and open pages told. When the outbox is empty, a heartbeat
//! says so. One relay per service, by an advisory lock.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use futures_util::future::try_join_all;
use lapin::{
    BasicProperties, Channel, Confirmation,
    options::{BasicPublishOptions, ConfirmSelectOptions},
    types::{AMQPValue, FieldTable, ShortString},
};
use sqlx::PgConnection;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    Broker, Notice, Topology, Wake, broker::answered, heartbeat, history::told_fields, notice, stored::Stored,
};
use crate::{
    database::Pool,
    metrics,
    problem::Failure,
    share,
    telemetry::{Span, SpanKind, TRACE_PARENT, TraceContext},
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
    for bulk in [false, true] {
        let beat = heartbeat::beat(service, moment, bulk);
        let (exchange, options) = (broker.exchange(bulk), BasicPublishOptions::default());
        let properties = properties(&beat, String::new());
        let publish =
            channel.basic_publish(exchange.into(), beat.r#type.as_str().into(), options, &beat.payload, properties);
        answered(publish).await?;
    }
    Ok(())
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
    let mut confirms = Vec::with_capacity(rows.len());
    // They end with this function, when the broker has the events.
    let mut spans = Vec::with_capacity(rows.len());
    for row in &rows {
        let expected = topology.expects(&row.r#type);
        let options = BasicPublishOptions { mandatory: expected, ..Default::default() };
        let exchange = broker.exchange(row.bulk);
        let parent = TraceContext::parse(&row.trace_parent).unwrap_or_else(TraceContext::new);
        let id = row.id.to_string();
        let span = Span::message("publish", SpanKind::Producer, &[&exchange, &row.r#type], id, &parent);
        let properties = properties(row, span.context.to_string());
        spans.push(span);
        let publish =
            channel.basic_publish(exchange.into(), row.r#type.as_str().into(), options, &row.payload, properties);
        confirms.push(answered(publish).await?);
    }
    // Without a confirm an event counts as unpublished, and goes again with the same id.
    let confirmed = answered(try_join_all(confirms)).await?;
    let (mut bulk, mut sequence) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
    for (row, confirmation) in rows.iter().zip(confirmed) {
        match confirmation {
            // An ack that carries the message back: no queue was bound for it.
            Confirmation::Ack(None) | Confirmation::NotRequested => {
                bulk.push(row.bulk);
                sequence.push(row.sequence);
            }
            Confirmation::Ack(Some(_)) => return Err(Failure::Unavailable(format!("no queue takes {}", row.r#type))),
            Confirmation::Nack(_) => break,
        }
    }
    sqlx::query!(
        "delete from outbox using unnest($1::boolean[], $2::bigint[]) done (bulk, sequence)
        where outbox.bulk = done.bulk and outbox.sequence = done.sequence",
        &bulk,
        &sequence
    )
    .execute(&mut *leader)
    .await?;
    if sequence.len() < rows.len() {
        return Err(Failure::Unavailable("the broker refused an event".to_owned()));
    }
    Ok(rows)
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

/// CloudEvents 1.0 in AMQP's binary mode: attributes as headers, the encoded change as body.
fn properties(row: &Stored, trace_parent: String) -> BasicProperties {
    let mut headers = FieldTable::default();
    let mut set = |name: &str, value: String| {
        headers.insert(ShortString::from(name), AMQPValue::LongString(value.into()));
    };
    set("cloudEvents:specversion", "1.0".to_owned());
    set("cloudEvents:id", row.id.to_string());
    set("cloudEvents:type", row.r#type.clone());
    set("cloudEvents:source", format!("/cims/{}", row.subject_type.split('.').next().unwrap_or_default()));
    set("cloudEvents:subject", row.subject_id.to_string());
    set("cloudEvents:time", row.time.to_rfc3339_opts(SecondsFormat::Micros, true));
    set("cloudEvents:subjecttype", row.subject_type.clone());
    set("cloudEvents:subjectversion", row.subject_version.to_string());
    set("cloudEvents:sequence", row.sequence.to_string());
    set("cloudEvents:changedfields", row.changed_fields.join(","));
    for (name, id) in [("actorid", row.actor_id), ("ownerid", row.owner_id), ("departmentid", row.department_id)] {
        if let Some(id) = id {
            set(&format!("cloudEvents:{name}"), id.to_string());
        }
    }
    set(TRACE_PARENT, trace_parent);
    BasicProperties::default()
        .with_content_type("application/protobuf".into())
        .with_delivery_mode(2)
        .with_message_id(row.id.to_string().into())
        .with_headers(headers)
}
