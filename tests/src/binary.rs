//! The real binary as processes of their own, for tests that kill them.

use std::{
    collections::HashMap,
    env, fs,
    fs::File,
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    process,
    process::{Child, Command},
    sync::atomic::{AtomicU16, Ordering},
    time::Duration,
};

use kit::{
    Failure,
    audit::AuditKeys,
    auth::{PrivateKey, ServiceSecret},
    clock::Clock,
    events::Broker,
    live::Source,
    secret::Secrets,
};
use tempfile::TempDir;

use crate::{TestDatabase, eventually, person::Person, shared_broker, world::PASSWORD};

/// The real binary on a database of the test's own: `cims all`, or every role as a process of its own.
#[derive(Debug)]
pub struct Binary {
    pub address: SocketAddr,
    /// Where it serves its metrics.
    pub metrics: SocketAddr,
    database: TestDatabase,
    data: TempDir,
    roles: &'static [&'static str],
    environment: HashMap<String, String>,
    /// What single roles are told otherwise than the rest.
    own: HashMap<&'static str, HashMap<String, String>>,
    children: HashMap<&'static str, Child>,
}

/// Beside the roles: a process whose place another has taken and that ends.
const LEAVING: &str = "leaving";

pub const ALL: &[&str] = &["all"];
/// Whoever is asked stands before whoever asks.
pub const APART: &[&str] = &["identity", "customer", "interaction", "tagging", "reporting", "gateway"];

impl Binary {
    /// Starts `cims all` and waits until it is ready.
    pub async fn start() -> Binary {
        Binary::start_on(TestDatabase::create().await).await
    }

    /// The same on a given database.
    pub async fn start_on(database: TestDatabase) -> Binary {
        Binary::start_with(ALL, &shared_broker(), database).await
    }

    /// Starts [`ALL`] or the roles [`APART`] on a broker, and waits until they are ready.
    pub async fn start_roles(roles: &'static [&'static str], amqp_url: &str) -> Binary {
        Binary::start_with(roles, amqp_url, TestDatabase::create().await).await
    }

    /// The same on a given broker and database.
    pub async fn start_with(roles: &'static [&'static str], amqp_url: &str, database: TestDatabase) -> Binary {
        Binary::start_given(roles, amqp_url, database, HashMap::new()).await
    }

    /// Starts `cims all` on a broker, with a collector of traces.
    pub async fn start_traced(amqp_url: &str, collector: &str) -> Binary {
        let told = HashMap::from([("CIMS_OTLP_ENDPOINT".to_owned(), collector.to_owned())]);
        Binary::start_given(ALL, amqp_url, TestDatabase::create().await, told).await
    }

    /// Starts [`ALL`] or the roles [`APART`] with variables of the test's own, by their names, in place of the usual ones.
    pub async fn start_told(
        roles: &'static [&'static str],
        database: TestDatabase,
        told: HashMap<String, String>,
    ) -> Binary {
        Binary::start_given(roles, &shared_broker(), database, told).await
    }

    async fn start_given(
        roles: &'static [&'static str],
        amqp_url: &str,
        database: TestDatabase,
        told: HashMap<String, String>,
    ) -> Binary {
        let (address, metrics) = (free_address(), free_address());
        let mut environment = HashMap::from([
            ("CIMS_DATABASE_URL".to_owned(), database.url.clone()),
            ("CIMS_AMQP_URL".to_owned(), amqp_url.to_owned()),
            ("CIMS_AMQP_PREFIX".to_owned(), format!("{}.", Clock::system().id().simple())),
            ("CIMS_HTTP_ADDR".to_owned(), address.to_string()),
        ]);
        // Of one process: single ones would quarrel over it.
        match roles == APART {
            true => environment.extend(wiring()),
            false => drop(environment.insert("CIMS_METRICS_ADDR".to_owned(), metrics.to_string())),
        }
        environment.extend(told);
        let data = TempDir::new().expect("a folder");
        let (own, children) = (HashMap::new(), HashMap::new());
        let mut binary = Binary { address, metrics, database, data, roles, environment, own, children };
        binary.restart().await;
        binary
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn database(&self) -> &TestDatabase {
        &self.database
    }

    /// Starts what does not run again, on what it left.
    pub async fn restart(&mut self) {
        // Written anew at each start; what an earlier one noted is no longer true.
        let _ = fs::remove_file(self.services_file());
        for role in self.roles {
            if !self.children.contains_key(role) {
                self.children.insert(role, self.spawn(role));
            }
        }
        let url = format!("{}/readyz", self.url());
        eventually("the binary is ready", || async {
            let answer = reqwest::get(&url).await.ok()?;
            (answer.status().is_success() && (self.roles == APART || self.services_file().exists())).then_some(())
        })
        .await;
    }

    fn spawn(&self, role: &str) -> Child {
        let log = File::options().create(true).append(true).open(self.data.path().join("log")).expect("a log file");
        let mut command = self.command(role);
        command.stdout(log.try_clone().expect("a log file")).stderr(log);
        command.spawn().expect("the binary starts")
    }

    /// Tells every process that starts from now on this.
    pub fn set(&mut self, name: &str, value: String) {
        self.environment.insert(name.to_owned(), value);
    }

    /// Tells one role alone this, from its next start on.
    pub fn set_for(&mut self, role: &'static str, name: &str, value: String) {
        self.own.entry(role).or_default().insert(name.to_owned(), value);
    }

    /// Where a role that runs alone listens: `host:port`.
    pub fn role_address(&self, role: &str) -> String {
        let name = address_of(role);
        let own = self.own.get(role).and_then(|own| own.get(&name));
        own.or_else(|| self.environment.get(&name)).expect("a role that runs alone").clone()
    }

    /// Broker and what stands before every name on it; where it is, as the processes read it.
    pub fn broker(&self) -> Broker {
        let address = match self.environment.get("CIMS_AMQP_URL_FILE").map(PathBuf::from) {
            Some(file) => Source::new(move || fs::read_to_string(&file).map_err(Failure::internal)),
            None => Source::from(self.environment["CIMS_AMQP_URL"].clone()),
        };
        Broker::new(address, self.environment["CIMS_AMQP_PREFIX"].clone())
    }

    fn command(&self, word: &str) -> Command {
        let program = env::var("CIMS_BINARY").expect("run the tests by `cargo xtask test`: it builds the binary");
        let mut command = Command::new(program);
        command.envs(&self.environment).envs(self.own.get(word).into_iter().flatten()).arg(word);
        if word == "all" {
            command.arg("--data").arg(self.data.path());
        }
        command
    }

    /// Builds the figures anew; answers how many facts had been wrong.
    pub fn rebuild_reports(&self) -> usize {
        let mut command = self.command("reports");
        command.arg("rebuild");
        if self.roles == ALL {
            command.arg("--data").arg(self.data.path());
        }
        let told = command.output().expect("the binary starts");
        let text = String::from_utf8_lossy(&told.stdout);
        let corrected = text.split(", ").nth(1).and_then(|text| text.split(' ').next()?.parse().ok());
        corrected.unwrap_or_else(|| panic!("{text}{}", String::from_utf8_lossy(&told.stderr)))
    }

    /// How many events each consumer has set aside.
    pub fn dead_letters(&self) -> String {
        let told = self.command("events").args(["dead", "list"]).output().expect("the binary starts");
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
        String::from_utf8_lossy(&told.stdout).into_owned()
    }

    /// All that it has logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.data.path().join("log")).expect("a log file")
    }

    /// Where its services listen, as it notes for tools beside it.
    pub fn services(&self) -> Vec<SocketAddr> {
        let text = fs::read(self.services_file()).expect("it notes its services");
        let services: HashMap<String, String> = serde_json::from_slice(&text).expect("JSON");
        services.values().map(|url| url.trim_start_matches("http://").parse().expect("an address")).collect()
    }

    fn services_file(&self) -> PathBuf {
        self.data.path().join("services.json")
    }

    /// kill -9 of everything.
    pub fn kill(&mut self) {
        for role in self.roles {
            self.kill_role(role);
        }
    }

    /// kill -9 of one process.
    pub fn kill_role(&mut self, role: &str) {
        let mut child = self.children.remove(role).expect("it was running");
        child.kill().expect("it was running");
        child.wait().expect("it is gone");
    }

    /// Starts another process of a role that runs alone, leads callers to it by `lead` once it listens, and then tells the
    /// one before to end, as a rolling update does. Answers after how long that one was gone.
    pub async fn replace_role(&mut self, role: &'static str, lead: impl FnOnce(SocketAddr)) -> Duration {
        let address = free_address();
        self.set_for(role, &address_of(role), address.to_string());
        let before = self.children.remove(role).expect("it was running");
        self.children.insert(LEAVING, before);
        self.children.insert(role, self.spawn(role));
        if role == "gateway" {
            self.address = address;
        }
        eventually("the new process listens", || async {
            tokio::net::TcpStream::connect(address).await.ok().map(drop)
        })
        .await;
        lead(address);
        self.terminate_role(LEAVING).await
    }

    /// Memory that a role's process holds (VmRSS), in bytes.
    pub fn resident_bytes(&self, role: &str) -> u64 {
        let pid = self.children[role].id();
        let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("Linux tells it");
        let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
        kilobytes << 10
    }

    /// SIGTERM to `cims all`; answers after how long it was gone.
    pub async fn terminate(&mut self) -> Duration {
        self.terminate_role("all").await
    }

    async fn terminate_role(&mut self, role: &str) -> Duration {
        let mut child = self.children.remove(role).expect("it was running");
        let start = std::time::Instant::now();
        let sent = Command::new("kill").arg("-TERM").arg(child.id().to_string()).status().expect("kill is there");
        assert!(sent.success());
        tokio::task::spawn_blocking(move || child.wait()).await.expect("the wait ends").expect("it is gone");
        start.elapsed()
    }

    pub async fn person(&self, username: &str) -> Person {
        Person::sign_in(&self.url(), username, PASSWORD).await
    }
}

impl Drop for Binary {
    fn drop(&mut self) {
        for child in self.children.values_mut() {
            // The test has failed already when this cannot be done.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// The variable that says where a role listens.
fn address_of(role: &str) -> String {
    match role {
        "gateway" => "CIMS_HTTP_ADDR".to_owned(),
        service => format!("CIMS_{}_ADDR", service.to_uppercase()),
    }
}

/// Keys and addresses with which the roles find and know each other.
fn wiring() -> HashMap<String, String> {
    let signing = PrivateKey::generate().expect("keys can be made");
    let mut wiring = HashMap::from([
        ("CIMS_VERIFYING_KEY".to_owned(), signing.public().pem().to_owned()),
        ("CIMS_SIGNING_KEY".to_owned(), signing.pem().to_owned()),
        ("CIMS_SERVICE_SECRET".to_owned(), ServiceSecret::random_text()),
        ("CIMS_SECRET_KEY".to_owned(), Secrets::random_text()),
        ("CIMS_AUDIT_KEY".to_owned(), AuditKeys::random_text()),
    ]);
    for role in APART.iter().filter(|role| **role != "gateway") {
        let (address, name) = (free_address(), role.to_uppercase());
        wiring.insert(format!("CIMS_{name}_URL"), format!("http://{address}"));
        wiring.insert(format!("CIMS_{name}_ADDR"), address.to_string());
    }
    wiring
}

/// An address that is still free when a killed process comes back: below the range from which systems take ports for
/// outgoing connections, and different in every test.
fn free_address() -> SocketAddr {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 20_000 + u16::try_from(process::id() % 100).expect("less than a hundred") * 100;
    loop {
        let port = first + NEXT.fetch_add(1, Ordering::Relaxed) % 1_000;
        if let Ok(listener) = TcpListener::bind(("127.0.0.1", port)) {
            return listener.local_addr().expect("it is bound");
        }
    }
}
