//! A private PostgreSQL.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::Signal;

use super::{disk, leftover, log, ports};
use crate::account::{Account, create_private_folder};
use crate::group::Group;
use crate::{process, signals};

/// Everybody signs in without a password, but whom a test makes a member of this role.
const ACCESS: &str = "host all +cims_by_password 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n";
const START_LIMIT: Duration = Duration::from_secs(60);
const STOP_LIMIT: Duration = Duration::from_secs(30);

/// What must survive a crash of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Everything that was committed.
    Durable,
    /// Nothing: tests delete the data anyway and run several times as fast.
    Scratch,
}

/// A PostgreSQL of our own on loopback, stopped when dropped.
#[derive(Debug)]
pub struct Postgres {
    programs: PathBuf,
    folder: PathBuf,
    account: Option<Account>,
    durability: Durability,
    /// Of the disk at [`Postgres::disk`], where there is one.
    disk_bytes: Option<u64>,
    port: u16,
    running: Option<Group>,
}

impl Postgres {
    /// Starts the server whose data is in `folder`, with the programs in `programs`; creates the data when missing.
    pub fn start(programs: &Path, folder: &Path, durability: Durability) -> Result<Self> {
        Self::start_on(programs, folder, durability, None)
    }

    /// The same with a disk of so many bytes at [`Postgres::disk`], which lasts as long as the server runs; none where this
    /// machine lets nobody mount one.
    pub fn start_with_disk(programs: &Path, folder: &Path, bytes: u64) -> Result<Option<Self>> {
        let mut trial = disk::command(bytes, Path::new("/tmp"));
        if let Some(account) = Account::for_server(folder, &["postgres"])? {
            account.apply(&mut trial);
        }
        if process::output(trial.arg("true")).is_err() {
            return Ok(None);
        }
        Self::start_on(programs, folder, Durability::Durable, Some(bytes)).map(Some)
    }

    fn start_on(programs: &Path, folder: &Path, durability: Durability, disk_bytes: Option<u64>) -> Result<Self> {
        let account = Account::for_server(folder, &["postgres"])?;
        create_private_folder(folder, account.as_ref())?;
        let [port] = ports::free()?;
        let mut server = Self {
            programs: programs.to_path_buf(),
            folder: folder.to_path_buf(),
            account,
            durability,
            disk_bytes,
            port,
            running: None,
        };
        if disk_bytes.is_some() {
            create_private_folder(&server.disk(), server.account.as_ref())?;
        }
        server.create()?;
        std::fs::write(server.data().join("pg_hba.conf"), ACCESS).context("cannot write who may connect")?;
        leftover::end(&server.data().join("postmaster.pid"), folder, Signal::INT)?;
        server.start_again()?;
        Ok(server)
    }

    /// The administrator's URL of the database `cims`.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/cims", self.port)
    }

    /// Starts the stopped or killed server again, on the same port.
    pub fn start_again(&mut self) -> Result<()> {
        // Sessions of a killed server hold its shared memory for a moment longer.
        for _ in 0..5 {
            if self.launch()? {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(500));
        }
        bail!("PostgreSQL does not start; {}", log::tail(&self.log_file()))
    }

    /// Ends all sessions and stops the server.
    pub fn stop(&mut self) {
        if let Some(mut group) = self.running.take() {
            group.signal(Signal::INT);
            if !matches!(group.wait_for(STOP_LIMIT), Ok(Some(_))) {
                group.kill();
            }
        }
    }

    /// Kills the server as a crash would.
    pub fn kill(&mut self) {
        if let Some(mut group) = self.running.take() {
            group.kill();
            ports::wait_until_closed(self.port, STOP_LIMIT);
        }
    }

    /// Where the server's own disk is, if it has one: a place for tablespaces.
    pub fn disk(&self) -> PathBuf {
        self.folder.join("disk")
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn log_file(&self) -> PathBuf {
        self.folder.join("postgres.log")
    }

    fn command(&self, program: &str) -> Command {
        self.prepared(Command::new(self.programs.join(program)))
    }

    fn prepared(&self, mut command: Command) -> Command {
        command.env("HOME", &self.folder).env("LC_ALL", "C.UTF-8").current_dir(&self.folder);
        // Settings of the caller's own client would reach the server.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PG")) {
            command.env_remove(name);
        }
        if let Some(account) = &self.account {
            account.apply(&mut command);
        }
        command
    }

    /// Creates the cluster and the database `cims` beside their final place: a run killed half way leaves nothing that
    /// looks finished.
    fn create(&self) -> Result<()> {
        if self.data().is_dir() {
            return Ok(());
        }
        let unfinished = self.folder.join("data.unfinished");
        if unfinished.exists() {
            std::fs::remove_dir_all(&unfinished).context("cannot remove an unfinished cluster")?;
        }
        let mut initdb = self.command("initdb");
        initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]);
        process::output(initdb.arg("-D").arg(&unfinished)).context("cannot create a PostgreSQL cluster")?;
        let statement = self.folder.join("create.sql");
        std::fs::write(&statement, "create database cims\n").context("cannot write a statement")?;
        // Without a server, and without psql, which not every installation brings.
        let mut single = self.command("postgres");
        single.arg("--single").arg("-D").arg(&unfinished).arg("postgres");
        single.stdin(std::fs::File::open(&statement).context("cannot read a statement")?);
        let output = single.stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
        let output = output.and_then(std::process::Child::wait_with_output).context("cannot run postgres")?;
        if !output.status.success() {
            bail!("cannot create the database: {}", String::from_utf8_lossy(&output.stderr));
        }
        std::fs::rename(&unfinished, self.data()).context("cannot move the new cluster into place")
    }

    /// Starts the server; false when it ended before it was ready.
    fn launch(&mut self) -> Result<bool> {
        let output = log::open(&self.log_file())?;
        let mut command = self.command("postgres");
        if let Some(bytes) = self.disk_bytes {
            command = self.prepared(disk::command(bytes, &self.disk()));
            command.arg(self.programs.join("postgres"));
        }
        command.arg("-D").arg(self.data());
        for setting in self.settings() {
            command.arg("-c").arg(setting);
        }
        let errors = output.try_clone().context("cannot share the log")?;
        let mut group = Group::spawn(command.stdout(output).stderr(errors))?;
        let deadline = Instant::now() + START_LIMIT;
        while Instant::now() < deadline {
            signals::check()?;
            if group.wait_for(Duration::from_millis(20))?.is_some() {
                return Ok(false);
            }
            if self.is_ready(group.id()) {
                self.running = Some(group);
                return Ok(true);
            }
        }
        bail!("PostgreSQL is not ready after {START_LIMIT:?}; {}", log::tail(&self.log_file()))
    }

    /// No Unix socket: its path has a length limit, and its usual folder asks for rights.
    fn settings(&self) -> Vec<String> {
        let mut settings = vec![
            "listen_addresses=127.0.0.1".to_owned(),
            format!("port={}", self.port),
            "unix_socket_directories=".to_owned(),
            "max_connections=400".to_owned(),
        ];
        let more: &[&str] = match self.durability {
            Durability::Scratch => &[
                "fsync=off",
                "synchronous_commit=off",
                "full_page_writes=off",
                "wal_level=minimal",
                "max_wal_senders=0",
                "autovacuum_naptime=10min",
            ],
            // As deploy/ sets them.
            Durability::Durable => &["max_wal_size=8GB", "checkpoint_timeout=15min"],
        };
        settings.extend(more.iter().map(|setting| (*setting).to_owned()));
        if self.durability == Durability::Durable {
            settings.push(format!("shared_buffers={}MB", own_memory()));
        }
        settings
    }

    /// The server writes its state into the eighth line of its pid file, which is what `pg_ctl` waits for, too.
    fn is_ready(&self, pid: u32) -> bool {
        let text = std::fs::read_to_string(self.data().join("postmaster.pid")).unwrap_or_default();
        let mut lines = text.lines().map(str::trim);
        lines.next() == Some(&*pid.to_string()) && lines.nth(6) == Some("ready")
    }
}

/// A quarter of this machine's memory, as PostgreSQL's manual proposes, and at most what two million customers need
/// (docs/operations/capacity.md); where the machine does not say, as much as deploy/ gives. In megabytes.
fn own_memory() -> u64 {
    const MOST: u64 = 4_096;
    const USUAL: u64 = 1_024;
    let told = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let total =
        told.lines().find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    total.map_or(USUAL, |kilobytes| (kilobytes / 4_096).min(MOST))
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop();
    }
}
