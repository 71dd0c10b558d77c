//! Where time and ids come from, so that a test can fix both.

use std::{
    fmt,
    sync::{Arc, Mutex},
};

use chrono::{DateTime, SubsecRound, Utc};
use uuid::{ContextV7, Uuid};

/// The source of time and of ids. Clones share one source.
#[derive(Clone)]
pub struct Clock {
    now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    /// Keeps ids made within one millisecond in the order in which they were made.
    order: Arc<Mutex<ContextV7>>,
}

impl fmt::Debug for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Clock")
    }
}

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "the one place where time comes from the system")]
    pub fn system() -> Clock {
        Clock::of(Utc::now)
    }

    pub fn of(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Clock {
        Clock { now: Arc::new(now), order: Arc::new(Mutex::new(ContextV7::new())) }
    }

    /// Now, in whole microseconds, as the database stores it.
    pub fn now(&self) -> DateTime<Utc> {
        (self.now)().trunc_subsecs(6)
    }

    /// A UUIDv7: sorts by the time of its making.
    pub fn id(&self) -> Uuid {
        let now = (self.now)();
        let order = self.order.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let time = uuid::Timestamp::from_unix(&*order, now.timestamp().unsigned_abs(), now.timestamp_subsec_nanos());
        Uuid::new_v7(time)
    }
}

/// Conversions between a moment in rules and SQL and the one at the edges.
pub mod time {
    use chrono::{DateTime, SubsecRound, Utc};

    pub fn to_proto(time: DateTime<Utc>) -> prost_types::Timestamp {
        // A moment of the calendar has less than two billion nanoseconds beside its seconds.
        prost_types::Timestamp { seconds: time.timestamp(), nanos: time.timestamp_subsec_nanos().cast_signed() }
    }

    /// None when it lies outside the calendar, which the request layer has refused before.
    pub fn from_proto(time: &prost_types::Timestamp) -> Option<DateTime<Utc>> {
        let time = DateTime::from_timestamp(time.seconds, time.nanos.try_into().ok()?)?;
        Some(time.trunc_subsecs(6))
    }
}
