//! `cargo xtask up`: the whole system on this machine.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::process::Signal;

use crate::cargo::{Profile, build_binary};
use crate::console::{say, timed};
use crate::group::Group;
use crate::repository::{data_folder, root};
use crate::servers::{Durability, Servers, Variables};
use crate::{demo_password, process, signals, web};

/// Longer than the 25 s in which the binary promises to drain.
const DRAIN_LIMIT: Duration = Duration::from_secs(30);

/// Starts everything.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Where everything keeps its data; `.cims` in the repository unless given.
    #[arg(long)]
    data: Option<PathBuf>,
    /// With nothing in it, not even people: CIMS then asks for its first administrator.
    #[arg(long)]
    empty: bool,
    /// Build the binary optimised.
    #[arg(long)]
    release: bool,
}

/// Builds, migrates, fills and serves until Ctrl-C.
pub fn run(arguments: &Arguments) -> Result<()> {
    let data = data_folder(arguments.data.as_deref());
    std::fs::create_dir_all(&data).with_context(|| format!("cannot create {}", data.display()))?;
    let data = data.canonicalize().with_context(|| format!("cannot find {}", data.display()))?;
    web::build()?;
    let binary = build_binary(if arguments.release { Profile::Release } else { Profile::Dev })?;
    let servers = Servers::start(&data, Durability::Durable, Variables::SYSTEM)?;
    let password = if arguments.empty { None } else { Some(demo_password::get(&data)?) };

    let cims = |words: &[&str]| command(&binary, words, &servers, password.as_deref());
    timed("database migrated", || process::run(&mut cims(&["migrate"])))?;
    if !arguments.empty {
        timed("demo data filled in", || process::run(&mut cims(&["seed"])))?;
    }
    let served = serve(cims(&["all", "--data"]).arg(&data));
    timed("servers stopped", || {
        drop(servers);
        served
    })
}

fn command(binary: &Path, words: &[&str], servers: &Servers, password: Option<&str>) -> Command {
    let mut command = Command::new(binary);
    // Paths of demo data are relative to the repository.
    command.current_dir(root());
    command.args(words).env("CIMS_DATABASE_URL", &servers.database_url).env("CIMS_AMQP_URL", &servers.amqp_url);
    if let Some(password) = password {
        command.env("CIMS_DEMO_PASSWORD", password);
    }
    let defaults = [("CIMS_HTTP_ADDR", "127.0.0.1:8080".into()), ("CIMS_WEB_DIR", web::built().into_os_string())];
    for (variable, value) in defaults {
        if std::env::var_os(variable).is_none() {
            command.env(variable, value);
        }
    }
    command
}

/// Runs the binary until it ends or a signal asks to stop; then it drains before its servers go.
fn serve(command: &mut Command) -> Result<()> {
    let mut cims = Group::spawn(command)?;
    loop {
        if let Some(status) = cims.wait_for(Duration::from_millis(200))? {
            bail!("`cims all` ended with {status}");
        }
        if signals::asked_to_stop() {
            break;
        }
    }
    say("stopping");
    cims.signal(Signal::TERM);
    match cims.wait_for(DRAIN_LIMIT)? {
        Some(status) if status.success() => Ok(()),
        Some(status) => bail!("`cims all` ended with {status}"),
        None => {
            cims.kill();
            bail!("`cims all` did not end within {DRAIN_LIMIT:?} and was killed")
        }
    }
}
