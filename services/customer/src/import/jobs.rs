//! The jobs behind imports: each import that waits is taken by one process at a time, under a lease that a killed
//! process does not renew.

use std::{path::PathBuf, sync::Arc, time::Duration};

use kit::{Failure, client::Channel, database::Pool, secret::Secrets, service::Context, write::Writer};
use tokio::sync::Notify;

use super::{Import, State, check, revert, run, store};

/// How long to look again for imports that other processes left.
const LOOK: Duration = Duration::from_secs(1);
/// Imports at once in a process: a small one need not wait for a large one.
const WORKERS: usize = 2;
/// How often the lease of the import at work is renewed; it lasts five times as long.
const RENEW: Duration = Duration::from_secs(1);

/// What the jobs work with.
#[derive(Clone, Debug)]
pub struct Jobs {
    pub pool: Pool,
    pub writer: Writer,
    pub identity: Channel,
    pub secrets: Secrets,
    /// The program `cims`, which reads files as a process of its own.
    pub program: PathBuf,
    wake: Arc<Notify>,
}

impl Jobs {
    /// Starts working until the process stops.
    ///
    /// # Errors
    /// When the process was wired without identity, or has no key of secrets.
    pub fn start(context: &Context, program: PathBuf) -> Result<Jobs, Failure> {
        let jobs = Jobs {
            pool: context.pool.clone(),
            writer: context.writer.clone(),
            identity: context.peer("identity")?,
            secrets: context.secrets()?,
            program,
            wake: Arc::new(Notify::new()),
        };
        for _ in 0..WORKERS {
            let (worker, stop) = (jobs.clone(), context.stop.clone());
            context.spawn(async move {
                // Each batch is a transaction of its own, so the work may be dropped anywhere and goes on from there.
                stop.run_until_cancelled(worker.work()).await;
            });
        }
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
        let work = async {
            match import.state {
                State::Checking => check::check(self, &import).await,
                State::Running => run::run(self, &import).await,
                State::Reverting => revert::revert(self, &import).await,
                _ => Ok(()),
            }
        };
        let done = tokio::select! {
            done = work => done,
            // Cancelled: what is written stays.
            () = self.keep(&import) => Ok(()),
        };
        if let Err(failure) = done {
            // The lease runs out and somebody tries again, from where this ended.
            tracing::warn!(import = %import.id, %failure, "import interrupted");
        }
    }

    /// Keeps the lease for as long as the import is in the state that it was claimed in.
    async fn keep(&self, import: &Import) {
        let mut turns = tokio::time::interval(RENEW);
        loop {
            turns.tick().await;
            match store::renew(&self.pool, import).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(failure) => tracing::warn!(import = %import.id, %failure, "a lease cannot be renewed"),
            }
        }
    }
}
