//! Running roles: each gets its pool, its channels and its guard; all stop together, the edge first.

use std::{
    collections::HashMap,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    sync::Arc,
    time::Duration,
};

use kit::{
    Failure,
    audit::{self, Sealer},
    auth::{GrantsCache, ServiceTokens, Verifier},
    backlog::backlog,
    client::Channel,
    clock::Clock,
    database::{self, Pool, PoolSettings},
    dictionaries::DictionaryReplica,
    events::{Broker, Notices, Wake, relay},
    layer::Guard,
    server,
    service::Context,
    sweep::sweep,
    within::Door,
    write::Writer,
};
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tonic::service::Routes;

use crate::{places::topology, role::Role, settings::Settings};

/// In the data folder of a process that runs everything.
pub(crate) const SERVICES_FILE: &str = "services.json";

/// A running process.
#[derive(Debug)]
pub struct Process {
    /// Where the gateway listens, if it runs here.
    pub http_address: Option<SocketAddr>,
    /// Where each service is, here or elsewhere.
    pub services: HashMap<Role, String>,
    /// The way to those that run here.
    doors: HashMap<Role, Door>,
    /// What people may do, for all that run here.
    grants: Option<GrantsCache>,
    /// Of the services that run here.
    pools: Vec<Pool>,
    edge: Stage,
    inner: Stage,
    failed: CancellationToken,
}

/// Roles that stop together.
#[derive(Debug, Default)]
struct Stage {
    stop: CancellationToken,
    tasks: TaskTracker,
}

/// Beyond the servers' own bound: what a relay or consumer may need to end its batch.
const GRACE: Duration = Duration::from_millis(1_500);

/// Within this time a process that was told to stop is gone: edge and services, one after the other.
pub const STOP_LIMIT: Duration = server::DRAIN_LIMIT.saturating_add(GRACE).saturating_mul(2).saturating_add(GRACE);

impl Stage {
    async fn end(&self) {
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout(server::DRAIN_LIMIT + GRACE, self.tasks.wait()).await.is_err() {
            tracing::warn!("tasks were given up at the end");
        }
    }
}

impl Process {
    /// Starts the roles. The services listen when this returns; the database and the broker may come later.
    ///
    /// # Errors
    /// When a setting is missing or an address is taken.
    pub async fn start(settings: &Settings, roles: &[Role]) -> Result<Process, Failure> {
        let mut listeners = HashMap::new();
        let mut services = settings.peers.clone();
        for role in roles.iter().copied().filter(|role| *role != Role::Gateway) {
            let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
            let listener = server::bind(settings.listen.get(&role).copied().unwrap_or(any)).await?;
            let address = listener.local_addr().map_err(Failure::internal)?;
            services.entry(role).or_insert_with(|| format!("http://{address}"));
            listeners.insert(role, listener);
        }
        let mut process = Process {
            http_address: None,
            services,
            // Whoever names an address wants it asked, also where the role runs here.
            doors: listeners
                .keys()
                .filter(|role| !settings.peers.contains_key(role))
                .map(|role| (*role, Door::default()))
                .collect(),
            grants: None,
            pools: Vec::new(),
            edge: Stage::default(),
            inner: Stage::default(),
            failed: CancellationToken::new(),
        };
        if let Some(role) = roles.first() {
            let channels = process.channels(settings, role.name(), &settings.clock)?;
            let identity = channels.get(Role::Identity.name()).cloned();
            process.grants = identity.map(|identity| GrantsCache::start(identity, process.inner.stop.clone()));
        }
        for (role, listener) in listeners {
            process.start_service(settings, role, listener)?;
        }
        process.compare_room();
        if roles.contains(&Role::Gateway) {
            process.start_gateway(settings).await?;
        }
        Ok(process)
    }

    fn start_service(&mut self, settings: &Settings, role: Role, listener: TcpListener) -> Result<(), Failure> {
        let mut context = self.context(settings, role)?;
        if role == Role::Customer {
            context.dictionaries = Some(DictionaryReplica::start(&context, customer::dictionary::seeds()?));
        }
        let routes = routes(&context, settings, role)?;
        let guard = self.guard(settings, &context)?;
        if let Some(door) = self.doors.get(&role) {
            door.open(routes.clone(), &guard);
        }
        let (name, pool, broker, wake) =
            (role.name(), context.pool.clone(), context.broker.clone(), context.wake.clone());
        self.pools.push(pool.clone());
        context.spawn(sweep(pool.clone(), context.stop.clone()));
        context.spawn(backlog(name, pool.clone(), context.stop.clone()));
        let sealer = Sealer {
            service: name,
            pool: pool.clone(),
            clock: context.clock.clone(),
            keys: context.audit()?,
            keeper: context.peer(keeper_of_heads(role).name())?,
        };
        context.spawn(audit::seal(sealer, context.stop.clone()));
        context.spawn(relay(name, pool, broker, topology(), wake, context.stop.clone()));
        let (stop, failed) = (self.inner.stop.clone(), self.failed.clone());
        self.inner.tasks.spawn(async move {
            if let Err(failure) = server::serve(listener, routes, guard, stop).await {
                tracing::error!(role = name, %failure, "server ended");
                failed.cancel();
            }
        });
        Ok(())
    }

    /// Says so when the database allows fewer connections than the services here may take.
    fn compare_room(&self) {
        let (pools, stop) = (self.pools.clone(), self.inner.stop.clone());
        self.inner.tasks.spawn(async move {
            stop.run_until_cancelled(database::compare_room(&pools)).await;
        });
    }

    async fn start_gateway(&mut self, settings: &Settings) -> Result<(), Failure> {
        let listener = server::bind(settings.http_address).await?;
        let address = listener.local_addr().map_err(Failure::internal)?;
        let clock = settings.clock.clone();
        let edge = gateway::Settings {
            channels: self.caller_channels()?,
            verifier: Arc::new(verifier(settings, &clock)?),
            grants: self.grants()?,
            broker: Broker::new(settings.amqp_url.clone(), settings.amqp_prefix.clone()),
            web_dir: settings.web_dir.clone(),
            clock,
        };
        self.http_address = Some(address);
        let (stop, failed) = (self.edge.stop.clone(), self.failed.clone());
        self.edge.tasks.spawn(async move {
            if let Err(failure) = gateway::serve(listener, edge, stop).await {
                tracing::error!(role = "gateway", %failure, "server ended");
                failed.cancel();
            }
        });
        Ok(())
    }

    fn context(&self, settings: &Settings, role: Role) -> Result<Context, Failure> {
        let (clock, wake) = (settings.clock.clone(), Wake::default());
        let pool = database::connect(settings.database.url(role)?, pool_settings(role))?;
        let broker = Broker::new(settings.amqp_url.clone(), settings.amqp_prefix.clone());
        Ok(Context {
            service: role.name(),
            writer: Writer::new(pool.clone(), clock.clone(), wake.clone()),
            pool,
            wake,
            notices: Notices::new(broker.clone()),
            broker,
            topology: topology(),
            peers: Arc::new(self.channels(settings, role.name(), &clock)?),
            clock,
            dictionaries: None,
            secrets: settings.keys.secrets.clone(),
            audit: settings.keys.audit.clone(),
            stop: self.inner.stop.clone(),
            tasks: self.inner.tasks.clone(),
        })
    }

    fn guard(&self, settings: &Settings, context: &Context) -> Result<Guard, Failure> {
        Ok(Guard {
            verifier: Arc::new(verifier(settings, &context.clock)?),
            grants: self.grants()?,
            dictionaries: context.dictionaries.clone(),
            secrets: context.secrets.clone(),
        })
    }

    fn grants(&self) -> Result<GrantsCache, Failure> {
        self.grants.clone().ok_or_else(|| Failure::internal("no channel to identity"))
    }

    /// Channels that carry a role's own principal.
    fn channels(
        &self,
        settings: &Settings,
        service: &'static str,
        clock: &Clock,
    ) -> Result<HashMap<&'static str, Channel>, Failure> {
        let secrets = settings.keys.service_secrets.clone().ok_or_else(|| missing("CIMS_SERVICE_SECRET"))?;
        let tokens = Arc::new(ServiceTokens::new(service, secrets, clock.clone()));
        self.services.keys().map(|role| Ok((role.name(), self.channel(*role, Some(tokens.clone()))?))).collect()
    }

    /// Channels that carry whatever principal the caller has.
    fn caller_channels(&self) -> Result<HashMap<&'static str, Channel>, Failure> {
        self.services.keys().map(|role| Ok((role.name(), self.channel(*role, None)?))).collect()
    }

    fn channel(&self, role: Role, tokens: Option<Arc<ServiceTokens>>) -> Result<Channel, Failure> {
        match (self.doors.get(&role), self.services.get(&role)) {
            (Some(door), _) => Ok(Channel::within(door.clone(), tokens)),
            (None, Some(url)) => Channel::lazy(url, tokens),
            (None, None) => Err(Failure::internal(format!("nobody knows where {} is", role.name()))),
        }
    }

    /// Writes where the services are, for tools that run beside this process.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn note_services(&self, data: &Path) -> Result<(), Failure> {
        let services: HashMap<&str, &String> = self.services.iter().map(|(role, url)| (role.name(), url)).collect();
        let text = serde_json::to_string_pretty(&services).map_err(Failure::internal)?;
        std::fs::write(data.join(SERVICES_FILE), text).map_err(Failure::internal)
    }

    /// Returns when a role has ended by itself, which only a fault does.
    pub async fn failed(&self) {
        self.failed.cancelled().await;
    }

    /// Stops the edge, then the services: accepts nothing more, ends what runs, within a bound.
    pub async fn stop(self) {
        self.edge.end().await;
        self.inner.end().await;
        // Services that call each other within the process hold each other; their connections are not to outlive them.
        let closing = async {
            for pool in &self.pools {
                pool.close().await;
            }
        };
        if tokio::time::timeout(GRACE, closing).await.is_err() {
            tracing::warn!("connections to the database were given up at the end");
        }
    }
}

/// The service that keeps the heads of this one's chain of seals. Identity seals at every sign-in, so that what it keeps is
/// soon in its own chain.
pub(crate) fn keeper_of_heads(role: Role) -> Role {
    if role == Role::Identity { Role::Customer } else { Role::Identity }
}

/// Writes that wait for the disk together share its answer, so more of them at once are more in all. docs/operations/scale.md
/// has the sum over all roles, which the database has to allow.
fn pool_settings(role: Role) -> PoolSettings {
    match role {
        Role::Customer => PoolSettings { connections: 32, ..PoolSettings::default() },
        _ => PoolSettings::default(),
    }
}

fn missing(name: &str) -> Failure {
    Failure::internal(format!("{name} is not set; docs/operations/settings.md says what it holds"))
}

fn verifier(settings: &Settings, clock: &Clock) -> Result<Verifier, Failure> {
    let public = settings.keys.verifying.clone().ok_or_else(|| missing("CIMS_VERIFYING_KEY"))?;
    let secrets = settings.keys.service_secrets.clone().ok_or_else(|| missing("CIMS_SERVICE_SECRET"))?;
    Ok(Verifier::new(public, secrets, clock.clone()))
}

fn routes(context: &Context, settings: &Settings, role: Role) -> Result<Routes, Failure> {
    match role {
        Role::Identity => {
            let key = settings.keys.signing.clone().ok_or_else(|| missing("CIMS_SIGNING_KEY"))?;
            identity::start(context, key, settings.provider.clone())
        }
        Role::Customer => customer::start(context, settings.program.clone()),
        Role::Interaction => interaction::start(context),
        Role::Tagging => tagging::start(context),
        Role::Reporting => reporting::start(context),
        Role::Gateway => Err(Failure::internal("the gateway speaks no gRPC")),
    }
}

/// Builds the read model of reporting anew from the events of the other services, which must be running.
///
/// # Errors
/// When a service is out of reach.
pub async fn rebuild_reports(settings: &Settings) -> Result<reporting::Rebuilt, Failure> {
    let process = Process::start(settings, &[]).await?;
    let context = process.context(settings, Role::Reporting)?;
    reporting::rebuild(&context).await
}
