//! Heartbeats: up to which moment a service's events have been published. They come behind those events, on both ways that
//! events take, so who has a heartbeat has everything before it. They are no events: nothing keeps them, and of many a
//! consumer needs the latest alone. On the wire they look like events, so that a version that does not know them leaves
//! them alone.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::Event;
use crate::{clock::time, problem::Failure};

/// How often a service tells. Who has heard nothing for five times this lags: `is_current` in the migrations.
pub(super) const EACH: Duration = Duration::from_secs(1);

const SUBJECT: &str = ".heartbeat";

/// "customer.heartbeat.v1"
pub(super) fn event_type(service: &str) -> String {
    format!("{service}{SUBJECT}.v1")
}

/// The moment of a look into the outbox that follows. By the database's clock: consumers compare it with theirs.
pub(super) async fn moment(connection: &mut PgConnection) -> Result<DateTime<Utc>, Failure> {
    Ok(sqlx::query_scalar!(r#"select now() as "now!""#).fetch_one(connection).await?)
}

/// The heartbeat that says that everything before this moment has been published.
pub(super) fn beat(service: &str, moment: DateTime<Utc>) -> Event {
    Event {
        id: Uuid::from_u128(rand::random()).to_string(),
        subject_type: format!("{service}{SUBJECT}"),
        subject_id: Uuid::nil().to_string(),
        r#type: event_type(service),
        time: Some(time::to_proto(moment)),
        ..Event::default()
    }
}

/// The service whose heartbeat this is; none of an event.
pub(super) fn service_of(event: &Event) -> Option<&str> {
    event.subject_type.strip_suffix(SUBJECT)
}

/// Takes over heartbeats of one way; what is older than what is there has no effect.
pub(super) async fn put(connection: &mut PgConnection, beats: &[&Event], bulk: bool) -> Result<(), Failure> {
    let told = |event: &&Event| {
        let moment = event.time.as_ref().and_then(time::from_proto)?;
        Some((service_of(event)?.to_owned(), moment))
    };
    let (services, moments): (Vec<String>, Vec<DateTime<Utc>>) = beats.iter().filter_map(told).unzip();
    sqlx::query!(
        "insert into heartbeat as known (service, bulk, time)
        select service, $3::boolean, max(time) from unnest($1::text[], $2::timestamptz[]) beat (service, time) group by service
        on conflict (service, bulk) do update set time = excluded.time where known.time < excluded.time",
        &services,
        &moments,
        bulk,
    )
    .execute(connection)
    .await?;
    Ok(())
}
