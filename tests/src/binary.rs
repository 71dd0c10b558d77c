//! The real binary as a process of its own, for tests that kill it.

use std::{
    collections::HashMap,
    env, fs,
    fs::File,
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    process::{Child, Command},
    time::Duration,
};

use tempfile::TempDir;

use crate::{TestDatabase, eventually, person::Person, world::PASSWORD};

/// `cims all` on a database of the test's own.
#[derive(Debug)]
pub struct Binary {
    pub address: SocketAddr,
    /// Where it serves its metrics.
    pub metrics: SocketAddr,
    database: TestDatabase,
    prefix: String,
    data: TempDir,
    child: Option<Child>,
}

impl Binary {
    /// Starts it and waits until it is ready.
    pub async fn start() -> Binary {
        Binary::start_on(TestDatabase::create().await).await
    }

    /// The same on a given database.
    pub async fn start_on(database: TestDatabase) -> Binary {
        let listen = || TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let listeners = [listen(), listen()];
        let [address, metrics] = listeners.each_ref().map(|listener| listener.local_addr().expect("it is bound"));
        let prefix = format!("{}.", kit::clock::Clock::system().id().simple());
        let data = TempDir::new().expect("a folder");
        let mut binary = Binary { address, metrics, database, prefix, data, child: None };
        drop(listeners);
        binary.restart().await;
        binary
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn database(&self) -> &TestDatabase {
        &self.database
    }

    /// Starts it again on what it left.
    pub async fn restart(&mut self) {
        // Written anew at each start; what an earlier one noted is no longer true.
        let _ = fs::remove_file(self.services_file());
        let program = env::var("CIMS_BINARY").expect("run the tests by `cargo xtask test`: it builds the binary");
        let log = File::options().create(true).append(true).open(self.data.path().join("log")).expect("a log file");
        let child = Command::new(program)
            .arg("all")
            .arg("--data")
            .arg(self.data.path())
            .env("CIMS_DATABASE_URL", &self.database.url)
            .env("CIMS_AMQP_URL", env::var("CIMS_TEST_AMQP_URL").expect("the broker's address"))
            .env("CIMS_AMQP_PREFIX", &self.prefix)
            .env("CIMS_HTTP_ADDR", self.address.to_string())
            .env("CIMS_METRICS_ADDR", self.metrics.to_string())
            .stdout(log.try_clone().expect("a log file"))
            .stderr(log)
            .spawn()
            .expect("the binary starts");
        self.child = Some(child);
        let url = format!("{}/readyz", self.url());
        eventually("the binary is ready", || async {
            let answer = reqwest::get(&url).await.ok()?;
            (answer.status().is_success() && self.services_file().exists()).then_some(())
        })
        .await;
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

    /// kill -9.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("it was running");
            child.wait().expect("it is gone");
        }
    }

    /// SIGTERM; answers after how long it was gone.
    pub async fn terminate(&mut self) -> Duration {
        let mut child = self.child.take().expect("it was running");
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
        if let Some(mut child) = self.child.take() {
            // The test has failed already when this cannot be done.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
