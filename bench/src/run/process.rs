//! The processes that are measured.

use std::{
    collections::HashMap,
    fs::{self, File},
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use kit::{
    auth::{GrantsCache, PrivateKey, ServiceSecret, ServiceTokens, Verifier},
    client::Channel,
    clock::Clock,
    layer::Guard,
};
use rustix::process::{Pid, Signal, kill_process};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{Arguments, http::Connection};

/// What every process is given.
#[derive(Debug)]
pub struct System {
    cims: PathBuf,
    /// An administrator's URL of the database.
    pub url: String,
    amqp: String,
    data: PathBuf,
}

/// A running process, ended when dropped.
#[derive(Debug)]
pub struct Running {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

/// The roles that speak gRPC.
pub const SERVICES: [&str; 5] = ["identity", "customer", "interaction", "tagging", "reporting"];
/// In the data folder of `cims all`.
const SERVICES_FILE: &str = "services.json";
/// What memory is told in.
pub const MEBIBYTE: f64 = 1_048_576.0;
const READY_LIMIT: Duration = Duration::from_secs(30);
const LOOK: Duration = Duration::from_millis(2);

impl System {
    pub fn prepare(arguments: &Arguments, url: &str) -> Result<System> {
        fs::create_dir_all(&arguments.data)?;
        Ok(System {
            cims: arguments.template.cims.clone(),
            url: url.to_owned(),
            amqp: arguments.amqp.clone(),
            data: arguments.data.clone(),
        })
    }

    /// `cims all`.
    pub fn all(&self) -> Result<Running> {
        self.all_with(&[])
    }

    /// The same with some settings more.
    pub fn all_with(&self, settings: &[(&str, &str)]) -> Result<Running> {
        let address = free_address()?;
        // Of an earlier one, which there need not have been.
        let _ = fs::remove_file(self.data.join(SERVICES_FILE));
        let mut command = Command::new(&self.cims);
        command.args(["all", "--data"]).arg(&self.data).env("CIMS_HTTP_ADDR", address.to_string());
        command.envs(settings.iter().copied());
        self.spawn(command, "all", address)
    }

    /// Where a service of the running `cims all` listens, once it has told.
    pub async fn service_url(&self, service: &str) -> Result<String> {
        let begin = Instant::now();
        loop {
            let told = fs::read(self.data.join(SERVICES_FILE)).unwrap_or_default();
            if let Ok(services) = serde_json::from_slice::<HashMap<String, String>>(&told) {
                return services.get(service).cloned().with_context(|| format!("`cims all` has no {service}"));
            }
            ensure!(begin.elapsed() < READY_LIMIT, "`cims all` does not tell where its services are");
            sleep(LOOK).await;
        }
    }

    /// A guard as the customer service of the running `cims all` has it: its keys, and grants that identity gives.
    pub async fn guard(&self, stop: CancellationToken) -> Result<Guard> {
        let clock = Clock::system();
        let secret = ServiceSecret::new(fs::read_to_string(self.data.join("service-secret"))?.trim())?;
        let tokens = Arc::new(ServiceTokens::new("customer", secret.clone(), clock.clone()));
        let identity = Channel::lazy(&self.service_url("identity").await?, Some(tokens))?;
        Ok(Guard {
            verifier: Arc::new(Verifier::new(self.signing_key()?.public(), secret, clock)),
            grants: GrantsCache::start(identity, stop),
            dictionaries: None,
            secrets: None,
        })
    }

    fn signing_key(&self) -> Result<PrivateKey> {
        let pem = fs::read_to_string(self.data.join("signing-key.pem"));
        let pem = pem.context("`cims all` makes the keys on its first start")?;
        Ok(PrivateKey::from_pem(pem.trim())?)
    }

    /// Verifies every chain of seals.
    pub async fn verify_audit(&self) -> Result<()> {
        let mut command = tokio::process::Command::new(&self.cims);
        command.args(["audit", "verify", "--data"]).arg(&self.data).env("CIMS_DATABASE_URL", &self.url);
        let status = command.stdout(Stdio::null()).status().await?;
        ensure!(status.success(), "it ended with {status}");
        Ok(())
    }

    /// One role alone, which finds the others at the addresses given. It takes the keys that `cims all` has made.
    pub fn role(&self, role: &str, peers: &[(&str, SocketAddr)]) -> Result<Running> {
        self.alone(Command::new(&self.cims), role, role, peers)
    }

    /// The echo in place of the customer service.
    pub fn echo(&self, peers: &[(&str, SocketAddr)]) -> Result<Running> {
        self.alone(Command::new(std::env::current_exe()?), "echo", "customer", peers)
    }

    /// The statement of a read behind axum.
    pub fn floor(&self) -> Result<Running> {
        self.alone(Command::new(std::env::current_exe()?), "floor", "customer", &[])
    }

    fn alone(&self, mut command: Command, word: &str, role: &str, peers: &[(&str, SocketAddr)]) -> Result<Running> {
        let address = free_address()?;
        command.arg(word).env("CIMS_VERIFYING_KEY", self.signing_key()?.public().pem());
        command.env("CIMS_SIGNING_KEY_FILE", self.data.join("signing-key.pem"));
        for (variable, file) in
            [("SERVICE_SECRET", "service-secret"), ("SECRET_KEY", "secret-key"), ("AUDIT_KEY", "audit-key")]
        {
            command.env(format!("CIMS_{variable}_FILE"), self.data.join(file));
        }
        let variable = if role == "gateway" { "CIMS_HTTP_ADDR".to_owned() } else { upper(role, "ADDR") };
        command.env(variable, address.to_string());
        for (peer, address) in peers {
            command.env(upper(peer, "URL"), format!("http://{address}"));
        }
        self.spawn(command, word, address)
    }

    fn spawn(&self, mut command: Command, name: &str, address: SocketAddr) -> Result<Running> {
        // Logs go where they go in earnest: out of the process.
        let log = File::create(self.data.join(format!("{name}.log")))?;
        command.env("CIMS_DATABASE_URL", &self.url).env("CIMS_AMQP_URL", &self.amqp);
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let child = command.spawn().with_context(|| format!("cannot start {name}"))?;
        Ok(Running { child, address })
    }
}

impl Running {
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until `/readyz` says so, or, for a service, until it listens.
    pub async fn ready(&mut self, path: Option<&str>) -> Result<()> {
        let begin = Instant::now();
        while !is_ready(self.address, path).await {
            if let Some(status) = self.child.try_wait()? {
                bail!("it ended with {status}");
            }
            ensure!(begin.elapsed() < READY_LIMIT, "not ready within {READY_LIMIT:?}");
            sleep(LOOK).await;
        }
        Ok(())
    }

    /// Resident memory, in bytes.
    pub fn resident(&self) -> Result<u64> {
        resident(self.id())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(pid) = Pid::from_raw(self.child.id().cast_signed()) {
            // It may have ended by itself.
            let _ = kill_process(pid, Signal::TERM);
        }
        let _ = self.child.wait();
    }
}

async fn is_ready(address: SocketAddr, path: Option<&str>) -> bool {
    let Ok(mut connection) = Connection::open(address).await else { return false };
    let Some(path) = path else { return true };
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
    matches!(connection.exchange(request.as_bytes()).await, Ok(200))
}

/// A port that nobody listens on, below the range from which systems take ports for outgoing connections. None is
/// found twice: whoever was given one may not listen on it yet.
pub fn free_address() -> Result<SocketAddr> {
    static NEXT: AtomicU16 = AtomicU16::new(31_000);
    loop {
        let port = NEXT.fetch_add(1, Ordering::Relaxed);
        anyhow::ensure!(port < 32_000, "no free port");
        if let Ok(listener) = TcpListener::bind(("127.0.0.1", port)) {
            return Ok(listener.local_addr()?);
        }
    }
}

fn upper(role: &str, suffix: &str) -> String {
    format!("CIMS_{}_{suffix}", role.to_uppercase())
}

/// Resident memory of a process, in bytes.
pub fn resident(process: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? * 1024)
}

/// Processor time of a process so far, of all its threads, in seconds.
pub fn cpu_seconds(process: u32) -> Result<f64> {
    let text = fs::read_to_string(format!("/proc/{process}/stat"))?;
    let (_, fields) = text.rsplit_once(") ").context("no name")?;
    let ticks: Vec<u64> = fields.split(' ').skip(11).take(2).map(str::parse).collect::<Result<_, _>>()?;
    Ok(ticks.iter().sum::<u64>() as f64 / rustix::param::clock_ticks_per_second() as f64)
}
