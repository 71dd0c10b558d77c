//! What a service is given at its start, and what it gives back to be run.

use std::{collections::HashMap, future::Future, sync::Arc, time::Duration};

use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    audit::{self, AuditKeys},
    client::Channel,
    clock::Clock,
    database::Pool,
    events::{Broker, Consumer, Notices, Subscription, Topology, Wake, consume},
    problem::Failure,
    schema::Dictionaries,
    secret::{self, Secrets},
    write::Writer,
};

/// Between attempts at what is done once after the start.
const RETRY: Duration = Duration::from_secs(1);

/// Everything that a service needs from its process.
#[derive(Clone)]
pub struct Context {
    /// "customer"
    pub service: &'static str,
    pub pool: Pool,
    pub writer: Writer,
    pub wake: Wake,
    pub clock: Clock,
    /// Of a service whose requests hold codes of dictionaries.
    pub dictionaries: Option<Arc<dyn Dictionaries>>,
    /// The keys under which secrets of persons stand in the database; of a service that keeps some.
    pub secrets: Option<Secrets>,
    /// The keys that sign what seals this service's events.
    pub audit: Option<AuditKeys>,
    pub broker: Broker,
    pub topology: Topology,
    pub notices: Notices,
    /// Channels to the other services, which carry this service's principal.
    pub peers: Arc<HashMap<&'static str, Channel>>,
    /// Cancelled when the process stops: every task then ends what it is at and returns.
    pub stop: CancellationToken,
    pub tasks: TaskTracker,
}

impl Context {
    /// The channel to another service.
    ///
    /// # Errors
    /// When the process was wired without it.
    pub fn peer(&self, service: &str) -> Result<Channel, Failure> {
        self.peers.get(service).cloned().ok_or_else(|| Failure::internal(format!("no channel to {service}")))
    }

    /// # Errors
    /// When the process was given no key.
    pub fn secrets(&self) -> Result<Secrets, Failure> {
        self.secrets.clone().ok_or_else(secret::missing)
    }

    /// # Errors
    /// When the process was given no key.
    pub fn audit(&self) -> Result<AuditKeys, Failure> {
        let missing = || Failure::internal(format!("CIMS_AUDIT_KEY is not set; allowed: {}", audit::ALLOWED));
        self.audit.clone().ok_or_else(missing)
    }

    /// Runs a task beside the server; the process waits for it when it stops.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(task);
    }

    /// Does something beside the server once the database lets it, and tries until then or until the process stops.
    pub fn once<F>(&self, work: impl Fn(Pool) -> F + Send + Sync + 'static)
    where
        F: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        let (pool, stop) = (self.pool.clone(), self.stop.clone());
        self.spawn(async move {
            let trying = async {
                while let Err(failure) = work(pool.clone()).await {
                    // The database may come later.
                    tracing::debug!(%failure, "what is done once after the start waits");
                    tokio::time::sleep(RETRY).await;
                }
            };
            stop.run_until_cancelled(trying).await;
        });
    }

    /// Follows a subscription with this service's tables.
    pub fn follow<C: Consumer>(&self, subscription: Subscription, consumer: Arc<C>) {
        let (pool, broker, topology, stop) =
            (self.pool.clone(), self.broker.clone(), self.topology.clone(), self.stop.clone());
        self.spawn(consume(subscription, consumer, pool, broker, topology, stop));
    }
}
