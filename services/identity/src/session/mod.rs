//! Sessions: one sign-in, and the refresh tokens that follow from it.
//!
//! A refresh token is used when it is shown: the one given at sign-in at once, a successor when it is first shown.
//! Showing the current token gives a successor, and showing it again another one, because the answer with the first may
//! have been lost. As soon as one successor is used, it is the current token, its siblings and the token before are over,
//! and whoever shows one of these reveals that two hold the session: it ends.

mod device;
mod opener;
mod rpc;
mod store;
mod token;
mod user_rpc;

pub use opener::{Opener, Shown};
pub use rpc::server;
pub use store::sign_out;
pub use user_rpc::server as user_server;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use cims_proto::identity::v1::SessionChanged;
use kit::{
    Failure,
    clock::Clock,
    database::Pool,
    write::{Change, Write},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{attempt, external, second_factor};

/// A session ends this long after the sign-in at the latest.
const LIFE: TimeDelta = TimeDelta::hours(8);
/// A session ends when no token of it is shown for this time.
const IDLE: TimeDelta = TimeDelta::minutes(30);
/// As [`IDLE`], for whoever may manage the organisation.
const ADMINISTRATOR_IDLE: TimeDelta = TimeDelta::minutes(15);
/// Successors of one token that may wait for their first use; further ones push the oldest out.
const PENDING_LIMIT: i32 = 8;
/// Expired sessions are deleted after this time; their events stay.
const KEPT_EXPIRED: TimeDelta = TimeDelta::hours(24);
const SWEEP: Duration = Duration::from_secs(3600);

/// A living session.
#[derive(Debug)]
pub struct Session {
    id: Uuid,
    user_id: Uuid,
    expire_time: DateTime<Utc>,
}

/// Whose session ended, or began.
#[derive(Debug)]
struct Ended {
    id: Uuid,
    user_id: Uuid,
    department_id: Option<Uuid>,
}

/// Which sessions are to end.
#[derive(Clone, Copy, Debug)]
pub enum Ending {
    /// This one of this person.
    One(Uuid, Uuid),
    /// All of a person but the one by which they call.
    Others(Uuid, Option<Uuid>),
    All(Uuid),
}

/// A session changes once after its creation, so the verb says the version.
const CREATED: (&str, i64) = ("created", 1);
const DELETED: (&str, i64) = ("deleted", 2);

/// Ends living sessions, with their events; answers how many. The epoch was raised before. A sign-in that waits for its
/// second factor ends with them.
///
/// # Errors
/// When the database refuses.
pub async fn end(write: &mut Write, ending: Ending) -> Result<i32, Failure> {
    let now = write.now();
    let ended = store::end(write.connection(), ending, now).await?;
    if let Ending::All(user_id) | Ending::Others(user_id, _) = ending {
        second_factor::store::drop_tickets(write.connection(), user_id).await?;
    }
    for session in &ended {
        record(write, DELETED, session).await?;
    }
    i32::try_from(ended.len()).map_err(Failure::internal)
}

/// Ends every session of a person but the one by which they call: who else holds one may have known the old secret. The
/// epoch was raised before.
///
/// # Errors
/// When the database refuses.
pub async fn end_others(write: &mut Write, user_id: Uuid, kept: Option<Uuid>) -> Result<i32, Failure> {
    end(write, Ending::Others(user_id, kept)).await
}

async fn record(write: &mut Write, (verb, version): (&'static str, i64), session: &Ended) -> Result<(), Failure> {
    let payload = SessionChanged { user_id: session.user_id.to_string(), session_id: session.id.to_string() };
    let change = Change {
        subject_type: "identity.session",
        subject_id: session.id,
        parent_id: None,
        version,
        verb,
        fields: Vec::new(),
        owner_id: Some(session.user_id),
        department_id: session.department_id,
        payload: &payload,
    };
    write.record(change).await
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
}

/// Deletes what nobody needs any more, each hour.
pub async fn sweep(pool: Pool, clock: Clock, stop: CancellationToken) {
    while let Some(()) = stop.run_until_cancelled(tokio::time::sleep(SWEEP)).await {
        let swept = async {
            attempt::store::sweep(&pool, clock.now()).await?;
            second_factor::store::sweep(&pool, clock.now()).await?;
            external::store::sweep(&pool, clock.now()).await?;
            store::sweep(&pool, clock.now() - KEPT_EXPIRED).await
        };
        let swept: Result<(), Failure> = swept.await;
        if let Err(failure) = swept {
            tracing::warn!(%failure, "sweep failed");
        }
    }
}
