//! Until when kept grants are good: as long as identity says each second that nothing has changed, and for a while when
//! it says nothing at all.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU8, Ordering},
    },
    time::Duration,
};

use cims_proto::identity::v1::{GetEpochRequest, access_client::AccessClient};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

use crate::{client::Channel, problem::Failure};

/// How often identity is asked. A change takes effect within this and one request more.
const EACH: Duration = Duration::from_secs(1);
/// For so long after identity's last word everything goes on.
const WRITES: Duration = Duration::from_secs(60);
/// For so long reads do.
const READS: Duration = Duration::from_secs(120);

/// What is still allowed on kept grants; the later the less.
const ALL: u8 = 0;
const READS_ONLY: u8 = 1;
const NOTHING: u8 = 2;

/// Shared by all grants of a process.
#[derive(Debug, Default)]
pub struct Lease {
    epoch: AtomicI64,
    allowed: AtomicU8,
}

impl Lease {
    /// The state of the organisation whose grants are good now.
    ///
    /// # Errors
    /// `Unavailable` when identity has been out of reach for too long.
    pub fn epoch(&self) -> Result<i64, Failure> {
        match self.allowed.load(Ordering::Relaxed) {
            NOTHING => Err(away()),
            _ => Ok(self.epoch.load(Ordering::Acquire)),
        }
    }

    /// # Errors
    /// `Unavailable` when identity has been out of reach for too long to write.
    pub fn check_write(&self) -> Result<(), Failure> {
        if self.allowed.load(Ordering::Relaxed) == ALL { Ok(()) } else { Err(away()) }
    }

    pub(super) fn renew(&self, epoch: i64) {
        self.epoch.store(epoch, Ordering::Release);
        if self.allowed.swap(ALL, Ordering::Relaxed) != ALL {
            tracing::info!("identity is back");
        }
    }

    pub(super) fn age(&self, since: Duration) {
        let allowed = match since {
            since if since < WRITES => ALL,
            since if since < READS => READS_ONLY,
            _ => NOTHING,
        };
        if self.allowed.swap(allowed, Ordering::Relaxed) < allowed {
            tracing::warn!(silent_seconds = since.as_secs(), "identity is out of reach");
        }
    }
}

fn away() -> Failure {
    Failure::Unavailable("identity: the lease of the grants is over".to_owned())
}

/// Asks identity each second until told to stop.
pub async fn follow(lease: Arc<Lease>, identity: Channel, stop: CancellationToken) {
    let mut client = AccessClient::new(identity);
    let mut told = Instant::now();
    let mut seconds = interval(EACH);
    seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(seconds.tick()).await.is_some() {
        match timeout(EACH, client.get_epoch(GetEpochRequest {})).await {
            Ok(Ok(answer)) => {
                lease.renew(answer.into_inner().epoch);
                told = Instant::now();
            }
            Ok(Err(_)) | Err(_) => lease.age(told.elapsed()),
        }
    }
}
