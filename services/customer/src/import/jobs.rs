//! The jobs behind imports: each import that waits is taken by one process at a time, under a lease that a killed
//! process does not renew.

use std::{sync::Arc, time::Duration};

use kit::{Failure, client::Channel, database::Pool, service::Context, write::Writer};
use tokio::sync::Notify;

use super::{Import, State, check, run, store};

/// How long to look again for imports that other processes left.
const LOOK: Duration = Duration::from_secs(1);

/// What the jobs work with.
#[derive(Clone, Debug)]
pub struct Jobs {
    pub pool: Pool,
    pub writer: Writer,
    pub identity: Channel,
    wake: Arc<Notify>,
}

impl Jobs {
    /// Starts working until the process stops.
    ///
    /// # Errors
    /// When the process was wired without identity.
    pub fn start(context: &Context) -> Result<Jobs, Failure> {
        let jobs = Jobs {
            pool: context.pool.clone(),
            writer: context.writer.clone(),
            identity: context.peer("identity")?,
            wake: Arc::new(Notify::new()),
        };
        let (worker, stop) = (jobs.clone(), context.stop.clone());
        context.spawn(async move {
            // Each batch is a transaction of its own, so the work may be dropped anywhere and goes on from there.
            stop.run_until_cancelled(worker.work()).await;
        });
        Ok(jobs)
    }

    /// Tells the worker that there is something to do.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    async fn work(&self) {
        loop {
            match store::claim(&self.pool).await {
                Ok(Some(import)) => self.advance(import).await,
                Ok(None) => {
                    // Either there is news, or it is time to look for what others left.
                    let _ = tokio::time::timeout(LOOK, self.wake.notified()).await;
                }
                Err(failure) => {
                    tracing::warn!(%failure, "imports cannot be looked for");
                    tokio::time::sleep(LOOK).await;
                }
            }
        }
    }

    async fn advance(&self, import: Import) {
        let done = match import.state {
            State::Checking => check::check(self, &import).await,
            State::Running => run::run(self, &import).await,
            _ => return,
        };
        if let Err(failure) = done {
            // The lease runs out and somebody tries again, from where this ended.
            tracing::warn!(import = %import.id, %failure, "import interrupted");
        }
    }
}
