//! Telling the services what they are to do, until each has taken it in: after a crash, too, and after one was away.

use std::{sync::Arc, time::Duration};

use kit::{Failure, database::Pool, sweep::hourly};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{Handover, Part, Participants, store};

/// How long to look again for what is left to tell.
const LOOK: Duration = Duration::from_secs(1);

#[derive(Clone, Debug)]
pub struct Teller {
    pub pool: Pool,
    pub participants: Participants,
    /// There is something to tell.
    pub wake: Arc<Notify>,
}

impl Teller {
    /// Tells until told to stop. Two processes that tell the same do no harm.
    pub async fn run(self, stop: CancellationToken) {
        let telling = async {
            loop {
                if let Err(failure) = self.tell_all().await {
                    tracing::warn!(%failure, "handovers cannot be looked for");
                }
                let _ = tokio::time::timeout(LOOK, self.wake.notified()).await;
            }
        };
        stop.run_until_cancelled(telling).await;
    }

    async fn tell_all(&self) -> Result<(), Failure> {
        for (handover, part) in store::untold(&self.pool).await? {
            self.tell(&handover, &part).await?;
        }
        Ok(())
    }

    async fn tell(&self, handover: &Handover, part: &Part) -> Result<(), Failure> {
        match self.participants.tell(handover, part).await {
            Ok(()) => store::note_told(&self.pool, handover, &part.service).await,
            Err(failure) if failure.is_passing() => {
                tracing::warn!(handover = %handover.id, service = part.service, %failure, "handover waits");
                Ok(())
            }
            Err(failure) => {
                tracing::error!(handover = %handover.id, service = part.service, %failure, "handover refused");
                store::note_refused(&self.pool, handover, &part.service).await
            }
        }
    }
}

/// Forgets handovers when every service has long forgotten its job. Their events stay.
pub async fn sweep(pool: Pool, stop: CancellationToken) {
    hourly(stop, || store::sweep(&pool)).await;
}
