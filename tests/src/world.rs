//! A whole CIMS in the test's process: every role over loopback, on a database and queues of its own.

use std::{collections::HashMap, env, future::Future, net::SocketAddr, path::PathBuf, time::Duration};

use cims::{Keys, Process, Role, Settings};
use kit::clock::Clock;

use crate::{database::TestDatabase, person::Person};

/// Of every demo person in the tests' template.
pub const PASSWORD: &str = "demo people sign in with this";

/// A running CIMS.
#[derive(Debug)]
pub struct World {
    pub settings: Settings,
    pub database: TestDatabase,
    process: Process,
}

impl World {
    /// A CIMS with demo people and no customers.
    pub async fn start() -> World {
        World::start_on(TestDatabase::create().await, |_| {}).await
    }

    /// The same on a given database, with settings changed before the start.
    pub async fn start_on(database: TestDatabase, change: impl FnOnce(&mut Settings)) -> World {
        let mut settings = settings(&database);
        change(&mut settings);
        let roles = [&Role::SERVICES[..], &[Role::Gateway]].concat();
        let process = Process::start(&settings, &roles).await.expect("CIMS starts");
        let world = World { settings, database, process };
        let ready = async || {
            let answer = reqwest::get(format!("{}/readyz", world.url())).await.ok()?;
            answer.status().is_success().then_some(())
        };
        eventually("CIMS is ready", ready).await;
        world
    }

    /// Where it listens: `http://127.0.0.1:port`.
    pub fn url(&self) -> String {
        format!("http://{}", self.process.http_address.expect("the gateway runs here"))
    }

    /// A demo person, signed in.
    pub async fn person(&self, username: &str) -> Person {
        Person::sign_in(&self.url(), username, PASSWORD).await
    }

    /// The gRPC address of a service, by its name.
    pub fn service_url(&self, name: &str) -> &str {
        let found = self.process.services.iter().find(|(role, _)| role.name() == name);
        found.map(|(_, url)| url.as_str()).unwrap_or_else(|| panic!("no service {name}"))
    }

    /// Settings of another process beside this one, which finds the services here.
    pub fn peer_settings(&self) -> Settings {
        Settings { peers: self.process.services.clone(), ..self.settings.clone() }
    }

    pub async fn stop(self) {
        self.process.stop().await;
    }
}

fn settings(database: &TestDatabase) -> Settings {
    Settings {
        database: Settings::database_at(&database.url),
        amqp_url: shared_broker().into(),
        amqp_prefix: format!("{}.", Clock::system().id().simple()),
        http_address: SocketAddr::from(([127, 0, 0, 1], 0)),
        web_dir: PathBuf::from("web/dist"),
        program: env::var("CIMS_BINARY").expect("run the tests by `cargo xtask test`: it builds the binary").into(),
        keys: Keys::generate().expect("keys can be made"),
        provider: None,
        clock: Clock::system(),
        listen: HashMap::new(),
        peers: HashMap::new(),
    }
}

/// The address of the broker that all tests share.
pub fn shared_broker() -> String {
    env::var("CIMS_TEST_AMQP_URL").expect("run the tests by `cargo xtask test`: it starts what they need")
}

/// Longest wait for what happens by events.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(20);

/// Looks until there is an answer; fails the test, with what was waited for, when none comes.
pub async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, look: impl Fn() -> F) -> T {
    let looking = async {
        let mut pause = tokio::time::interval(LOOK);
        loop {
            pause.tick().await;
            if let Some(found) = look().await {
                return found;
            }
        }
    };
    tokio::time::timeout(PATIENCE, looking).await.unwrap_or_else(|_| panic!("{what}: not within {PATIENCE:?}"))
}
