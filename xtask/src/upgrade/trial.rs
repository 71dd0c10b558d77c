//! `cargo xtask test --upgrade`: the tests of the last release, with its own binary, on databases of today's migrations.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::{Release, git};
use crate::cargo::{Profile, build_binary, cargo, target};
use crate::console::timed;
use crate::database::with_database;
use crate::servers::{Durability, Servers, Variables, temporary};
use crate::{process, schemas, web};

/// Tests of the release that count migrations: here there are more.
const COUNTING: [&str; 1] = ["a_database_one_migration_ahead_is_served"];

/// The release's files, until it is dropped; always at the same place, by which cargo knows what it has compiled, and below
/// this repository, which the accounts of servers reach where they reach it at all.
struct Worktree {
    path: PathBuf,
}

impl Worktree {
    fn add(release: &Release) -> Result<Worktree> {
        let worktree = Worktree { path: compiled().join("source") };
        // Of a run that was killed.
        worktree.remove();
        git(&["worktree", "add", "--force", "--detach", &worktree.path.to_string_lossy(), &release.commit])?;
        Ok(worktree)
    }

    /// Nothing, where there is none.
    fn remove(&self) {
        let _ = git(&["worktree", "remove", "--force", &self.path.to_string_lossy()]);
        let _ = std::fs::remove_dir_all(&self.path);
    }

    /// As if it were typed there; what it compiles stays for the next time.
    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = cargo(arguments);
        command.current_dir(&self.path).env("CARGO_TARGET_DIR", compiled());
        command
    }
}

impl Drop for Worktree {
    fn drop(&mut self) {
        self.remove();
    }
}

fn compiled() -> PathBuf {
    target().join("upgrade")
}

/// Runs those whose names contain one of the filters.
pub fn run(filters: &[String]) -> Result<()> {
    let Some(release) = Release::find()? else { return Ok(()) };
    web::build()?;
    let binary = build_binary(Profile::Dev)?;
    let worktree = Worktree::add(&release)?;
    timed("binary of the last release built", || {
        process::run(worktree.cargo(&["build", "--workspace", "--bin", "cims"]).stdout(std::io::stderr()))
    })?;
    let data = temporary()?;
    let servers = Servers::start(data.path(), Durability::Scratch, Variables::TESTS)?;
    let template = template(&release)?;
    timed("database of today's migrations", || make_template(&template, &release, &servers.database_url, &binary))?;
    // With the features of the whole workspace, as the binary: nothing is compiled twice.
    let mut tests = worktree.cargo(&["test", "--workspace", "--test", "whole", "--"]);
    tests.args(filters).args(COUNTING.iter().flat_map(|name| ["--skip", *name]));
    tests.env("CIMS_TEST_DATABASE_URL", &servers.database_url).env("CIMS_TEST_AMQP_URL", &servers.amqp_url);
    tests.env("CIMS_BINARY", compiled().join("debug/cims")).env("CIMS_WEB_DIR", web::built());
    let tested = timed("tests of the last release", || process::run(&mut tests));
    // On a server that stays, other tests would take it for theirs.
    tested.and(forget_template(&template, &servers.database_url))
}

/// The tests clone a template and make it only where there is none: here it is there, by today's binary. What it is called
/// is the release's affair (`tests/src/database.rs`).
fn template(release: &Release) -> Result<String> {
    let version = quoted(&release.read("Cargo.toml")?, "version = ").context("the release has no version")?;
    Ok(format!("cims_template_{}", version.replace('.', "_")))
}

fn forget_template(name: &str, server: &str) -> Result<()> {
    schemas::psql(server, |command| {
        command
            .arg("-c")
            .arg(format!("update pg_database set datistemplate = false where datname = '{name}'"))
            .arg("-c")
            .arg(format!("drop database if exists {name} with (force)"))
    })
}

/// The password of its people is the release's (`tests/src/world.rs`).
fn make_template(name: &str, release: &Release, server: &str, binary: &Path) -> Result<()> {
    let password = quoted(&release.read("tests/src/world.rs")?, "pub const PASSWORD: &str = ");
    let password = password.context("the release's tests have no password")?;
    forget_template(name, server)?;
    schemas::psql(server, |command| command.arg("-c").arg(format!("create database {name}")))?;
    let cims = |arguments: &[&str]| {
        let mut command = Command::new(binary);
        command.args(arguments).env("CIMS_DATABASE_URL", with_database(server, name));
        process::run(command.env("CIMS_DEMO_PASSWORD", &password))
    };
    cims(&["migrate"])?;
    cims(&["seed", "--empty"])?;
    schemas::psql(server, |command| command.arg("-c").arg(format!("alter database {name} is_template true")))
}

/// What stands in quotes in the first line that begins so.
fn quoted(text: &str, begin: &str) -> Option<String> {
    let line = text.lines().find_map(|line| line.strip_prefix(begin))?;
    Some(line.split('"').nth(1)?.to_owned())
}
