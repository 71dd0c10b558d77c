//! A private RabbitMQ.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::Signal;

use super::{leftover, log, ports};
use crate::account::{Account, create_private_folder};
use crate::group::Group;
use crate::{install, process, signals};

const START_LIMIT: Duration = Duration::from_secs(120);
const STOP_LIMIT: Duration = Duration::from_secs(30);

/// A small write-ahead log: the default of 512 MB is memory and disk that a private server has no use for.
const CONFIGURATION: &str = "raft.wal_max_size_bytes = 64000000\n";

/// Every port of the server; all listen on loopback only.
#[derive(Debug, Clone, Copy)]
struct Ports {
    amqp: u16,
    nodes: u16,
    control: u16,
    mapper: u16,
}

/// A RabbitMQ of our own on loopback, stopped when dropped.
#[derive(Debug)]
pub struct RabbitMq {
    programs: PathBuf,
    folder: PathBuf,
    account: Option<Account>,
    ports: Ports,
    // Erlang's port mapper: a child of ours, as one that Erlang starts itself stays behind.
    mapper: Option<Group>,
    running: Option<Group>,
}

impl RabbitMq {
    /// Starts the server whose data is in `folder`, with the scripts in `programs`.
    pub fn start(programs: &Path, folder: &Path) -> Result<Self> {
        let account = Account::for_server(folder, &["rabbitmq"])?;
        create_private_folder(folder, account.as_ref())?;
        let [amqp, nodes, control, mapper] = ports::free()?;
        let ports = Ports { amqp, nodes, control, mapper };
        let (programs, folder) = (programs.to_path_buf(), folder.to_path_buf());
        let mut server = Self { programs, folder, account, ports, mapper: None, running: None };
        server.end_leftover()?;
        server.start_again()?;
        Ok(server)
    }

    /// The URL of the default virtual host.
    pub fn url(&self) -> String {
        format!("amqp://guest:guest@127.0.0.1:{}/%2f", self.ports.amqp)
    }

    /// Starts the stopped or killed server again, on the same ports.
    pub fn start_again(&mut self) -> Result<()> {
        std::fs::write(self.folder.join("rabbitmq.conf"), CONFIGURATION).context("cannot write rabbitmq.conf")?;
        self.start_mapper()?;
        let console = self.folder.join("console.log");
        let output = log::open(&console)?;
        let errors = output.try_clone().context("cannot share the log")?;
        let mut group = Group::spawn(self.command("rabbitmq-server").stdout(output).stderr(errors))?;
        let deadline = Instant::now() + START_LIMIT;
        while !self.is_ready() {
            signals::check()?;
            if group.wait_for(Duration::from_millis(100))?.is_some() {
                bail!("RabbitMQ does not start; {}", log::tail(&console));
            }
            if Instant::now() > deadline {
                bail!("RabbitMQ is not ready after {START_LIMIT:?}; {}", log::tail(&console));
            }
        }
        self.running = Some(group);
        Ok(())
    }

    /// Stops the server in order.
    pub fn stop(&mut self) {
        if let Some(mut group) = self.running.take() {
            group.terminate(STOP_LIMIT);
        }
        if let Some(mut mapper) = self.mapper.take() {
            mapper.kill();
            let _ = std::fs::remove_file(self.mapper_file());
        }
    }

    /// Kills the server as a crash would.
    pub fn kill(&mut self) {
        if let Some(mut group) = self.running.take() {
            group.kill();
            // Its script, which we started, ends before the server itself.
            ports::wait_until_closed(self.ports.amqp, STOP_LIMIT);
        }
    }

    /// Tells the running server something, as an administrator does by `rabbitmqctl`.
    pub fn control(&self, arguments: &[&str]) -> Result<()> {
        process::output(self.command("rabbitmqctl").args(arguments))?;
        Ok(())
    }

    fn start_mapper(&mut self) -> Result<()> {
        if self.mapper.is_some() {
            return Ok(());
        }
        let port = self.ports.mapper.to_string();
        std::fs::write(self.mapper_file(), &port).context("cannot note the port of epmd")?;
        let mut command = Command::new(install::epmd()?);
        command.args(["-port", &port, "-address", "127.0.0.1"]).current_dir(&self.folder);
        let output = log::open(&self.folder.join("epmd.log"))?;
        command.stderr(output.try_clone().context("cannot share the log")?).stdout(output);
        if let Some(account) = &self.account {
            account.apply(&mut command);
        }
        let mapper = self.mapper.insert(Group::spawn(&mut command)?);
        while ports::connect(self.ports.mapper).is_err() {
            if mapper.wait_for(Duration::from_millis(20))?.is_some() {
                bail!("epmd does not start; {}", log::tail(&self.folder.join("epmd.log")));
            }
        }
        Ok(())
    }

    fn pid_file(&self) -> PathBuf {
        self.folder.join("pid")
    }

    fn mapper_file(&self) -> PathBuf {
        self.folder.join("mapper-port")
    }

    /// The scripts want every one of these: what is missing they take from the machine's own server.
    fn command(&self, script: &str) -> Command {
        let Self { folder, ports, .. } = self;
        let mut command = Command::new(self.programs.join(script));
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("LC_ALL", "C.UTF-8")
            .env("HOME", folder)
            .env("RABBITMQ_NODENAME", "cims@localhost")
            .env("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1")
            .env("RABBITMQ_NODE_PORT", ports.amqp.to_string())
            .env("RABBITMQ_DIST_PORT", ports.nodes.to_string())
            .env("RABBITMQ_CTL_DIST_PORT_MIN", ports.control.to_string())
            .env("RABBITMQ_CTL_DIST_PORT_MAX", ports.control.to_string())
            .env("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}")
            .env("RABBITMQ_MNESIA_BASE", folder.join("data"))
            .env("RABBITMQ_LOG_BASE", folder.join("log"))
            .env("RABBITMQ_CONFIG_FILE", folder.join("rabbitmq.conf"))
            .env("RABBITMQ_ADVANCED_CONFIG_FILE", folder.join("advanced.config"))
            .env("RABBITMQ_ENABLED_PLUGINS_FILE", folder.join("enabled_plugins"))
            .env("RABBITMQ_CONF_ENV_FILE", folder.join("rabbitmq-env.conf"))
            .env("RABBITMQ_PID_FILE", self.pid_file())
            .env("ERL_EPMD_PORT", ports.mapper.to_string())
            .env("ERL_EPMD_ADDRESS", "127.0.0.1")
            .env("ERL_AFLAGS", "-start_epmd false")
            .current_dir(folder);
        if let Some(account) = &self.account {
            account.apply(&mut command);
        }
        command
    }

    fn end_leftover(&self) -> Result<()> {
        leftover::end(&self.pid_file(), &self.folder, Signal::TERM)?;
        let noted = std::fs::read_to_string(self.mapper_file()).unwrap_or_default();
        if let Ok(port) = noted.trim().parse() {
            end_mapper(port);
        }
        Ok(())
    }

    /// A server that answers a protocol header with a `Connection.Start` method serves.
    fn is_ready(&self) -> bool {
        let Ok(mut stream) = ports::connect(self.ports.amqp) else {
            return false;
        };
        let mut answer = [0];
        let greeted = stream.write_all(b"AMQP\x00\x00\x09\x01").and_then(|()| stream.read_exact(&mut answer));
        greeted.is_ok() && answer == [1]
    }
}

impl Drop for RabbitMq {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Asks the port mapper of a killed run, which stays when its node is gone, to end. It refuses while it knows a node, so that
/// asking one that is not ours does no harm to it.
fn end_mapper(port: u16) {
    const KILL: &[u8] = b"\x00\x01k";
    for _ in 0..20 {
        let Ok(mut stream) = ports::connect(port) else {
            return;
        };
        let mut answer = Vec::new();
        let _ = stream.write_all(KILL).and_then(|()| stream.read_to_end(&mut answer));
        if answer == b"OK" {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}
