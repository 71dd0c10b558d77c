//! `cargo xtask test --upgrade`: the tests of the last release, with its own binary, on databases of today's migrations.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use tempfile::TempDir;

use super::{Release, git};
use crate::cargo::{Profile, build_binary, cargo, target};
use crate::console::timed;
use crate::database::with_database;
use crate::servers::{Durability, Servers, Variables, temporary};
use crate::{process, schemas, web};

/// Tests of the release that count migrations: here there are more.
const COUNTING: [&str; 1] = ["a_database_one_migration_ahead_is_served"];

/// The release's files beside these, until it is dropped.
struct Worktree {
    path: PathBuf,
    _folder: TempDir,
}

impl Worktree {
    fn add(release: &Release) -> Result<Worktree> {
        let folder = tempfile::tempdir().context("cannot create a folder for the last release")?;
        let path = folder.path().join("release");
        git(&["worktree", "add", "--detach", &path.to_string_lossy(), &release.commit])?;
        Ok(Worktree { path, _folder: folder })
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
        // What is left of it, `git worktree prune` takes away.
        let _ = git(&["worktree", "remove", "--force", &self.path.to_string_lossy()]);
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
    timed("database of today's migrations", || make_template(&release, &servers.database_url, &binary))?;
    let mut tests = worktree.cargo(&["test", "--package", "tests", "--no-fail-fast", "--"]);
    tests.args(filters).args(COUNTING.iter().flat_map(|name| ["--skip", *name]));
    tests.env("CIMS_TEST_DATABASE_URL", &servers.database_url).env("CIMS_TEST_AMQP_URL", &servers.amqp_url);
    tests.env("CIMS_BINARY", compiled().join("debug/cims")).env("CIMS_WEB_DIR", web::built());
    timed("tests of the last release", || process::run(&mut tests))
}

/// The tests clone a template and make it only where there is none: here it is there, by today's binary. Its name and
/// the password of its people are the release's (`tests/src/database.rs`, `tests/src/world.rs`).
fn make_template(release: &Release, server: &str, binary: &Path) -> Result<()> {
    let version = quoted(&release.read("Cargo.toml")?, "version = ").context("the release has no version")?;
    let password = quoted(&release.read("tests/src/world.rs")?, "pub const PASSWORD: &str = ");
    let password = password.context("the release's tests have no password")?;
    let name = format!("cims_template_{}", version.replace('.', "_"));
    schemas::psql(server, |command| command.arg("-c").arg(format!("create database {name}")))?;
    let cims = |arguments: &[&str]| {
        let mut command = Command::new(binary);
        command.args(arguments).env("CIMS_DATABASE_URL", with_database(server, &name));
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
