//! Sessions: one sign-in, and the refresh tokens that follow from it.
//!
//! A refresh token is used when it is shown: the one given at sign-in at once, a successor when it is first shown.
//! Showing the current token gives a successor, and showing it again another one, because the answer with the first may
//! have been lost. As soon as one successor is used, it is the current token, its siblings and the token before are over,
//! and whoever shows one of these reveals that two hold the session: it ends.

mod rpc;
mod store;
mod token;

pub use rpc::{end_all, server};

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use kit::{Failure, clock::Clock, database::Pool};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{attempt, role::ADMINISTRATOR};

/// A session ends this long after the sign-in at the latest.
const LIFE: TimeDelta = TimeDelta::hours(8);
/// A session ends when no token of it is shown for this time.
const IDLE: TimeDelta = TimeDelta::minutes(30);
/// As [`IDLE`], for administrators.
const ADMINISTRATOR_IDLE: TimeDelta = TimeDelta::minutes(15);
/// Successors of one token that may wait for their first use; further ones push the oldest out.
const PENDING_LIMIT: i32 = 8;
/// Expired sessions are deleted after this time; their events stay.
const KEPT_EXPIRED: TimeDelta = TimeDelta::hours(24);
const SWEEP: Duration = Duration::from_secs(3600);

/// A living session.
#[derive(Debug)]
struct Session {
    id: Uuid,
    user_id: Uuid,
    expire_time: DateTime<Utc>,
}

/// When sessions that are used now will have idled too long.
#[derive(Clone, Copy, Debug)]
struct IdleTimes {
    administrator: DateTime<Utc>,
    other: DateTime<Utc>,
}

impl IdleTimes {
    fn after(now: DateTime<Utc>) -> IdleTimes {
        IdleTimes { administrator: now + ADMINISTRATOR_IDLE, other: now + IDLE }
    }

    fn of(self, roles: &[String]) -> DateTime<Utc> {
        if roles.iter().any(|role| role == ADMINISTRATOR) { self.administrator } else { self.other }
    }
}

/// Deletes what nobody needs any more, each hour.
pub async fn sweep(pool: Pool, clock: Clock, stop: CancellationToken) {
    while let Some(()) = stop.run_until_cancelled(tokio::time::sleep(SWEEP)).await {
        let swept = async {
            attempt::store::sweep(&pool, clock.now()).await?;
            store::sweep(&pool, clock.now() - KEPT_EXPIRED).await
        };
        let swept: Result<(), Failure> = swept.await;
        if let Err(failure) = swept {
            tracing::warn!(%failure, "sweep failed");
        }
    }
}
