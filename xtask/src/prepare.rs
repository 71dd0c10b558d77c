//! `cargo xtask prepare`: what the compiler found out about each crate's queries, kept for builds without a database.
//!
//! `cargo sqlx prepare` serves one search path at a time and compiles each crate with other features of its
//! dependencies. Here one cargo run compiles every crate, and xtask itself stands between cargo and the compiler to
//! give each crate a folder of its own.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};

use crate::cargo::cargo;
use crate::console::{say, timed};
use crate::database::{recreate, role_url, with_database};
use crate::repository::{files_with_extension, root};
use crate::schemas::{self, SchemaCrate};
use crate::servers::ScratchPostgres;
use crate::{compiler, process};

const DATABASE: &str = "cims_prepare";

/// Regenerates or checks the query files.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Change nothing and fail when a file is stale.
    #[arg(long)]
    check: bool,
    /// Only these crates, for when another one does not compile.
    crates: Vec<String>,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<()> {
    if arguments.check { check(&arguments.crates) } else { write(&arguments.crates) }
}

/// Fails with the list of stale files.
pub fn check(only: &[String]) -> Result<()> {
    let mut stale = Vec::new();
    for (schema, generated) in generate(only)? {
        stale.extend(difference(&schema, &committed(&schema)?, &generated));
    }
    if !stale.is_empty() {
        bail!("stale query files, run `cargo xtask prepare`:\n  {}", stale.join("\n  "));
    }
    Ok(())
}

/// Replaces the query files.
pub fn write(only: &[String]) -> Result<()> {
    for (schema, generated) in generate(only)? {
        let folder = folder(&schema);
        let committed = committed(&schema)?;
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        for name in committed.keys().filter(|name| !generated.contains_key(*name)) {
            std::fs::remove_file(folder.join(name)).with_context(|| format!("cannot remove {name}"))?;
        }
        for (name, content) in &generated {
            if committed.get(name) != Some(content) {
                std::fs::write(folder.join(name), content).with_context(|| format!("cannot write {name}"))?;
            }
        }
        say(format!("{}: {} queries", schema.name, generated.len()));
    }
    Ok(())
}

/// File name and content of each query.
type Queries = BTreeMap<String, Vec<u8>>;

fn folder(schema: &SchemaCrate) -> PathBuf {
    schema.folder.join(".sqlx")
}

fn committed(schema: &SchemaCrate) -> Result<Queries> {
    read(&folder(schema))
}

fn read(folder: &Path) -> Result<Queries> {
    let mut queries = Queries::new();
    for file in files_with_extension(folder, "json")? {
        let content = std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        queries.insert(file.file_name().unwrap_or_default().to_string_lossy().into_owned(), content);
    }
    Ok(queries)
}

fn difference(schema: &SchemaCrate, committed: &Queries, generated: &Queries) -> Vec<String> {
    let folder = folder(schema);
    let place = folder.strip_prefix(root()).unwrap_or(&folder).display();
    let missing = generated.keys().filter(|name| !committed.contains_key(*name));
    let unused = committed.keys().filter(|name| !generated.contains_key(*name));
    let changed = committed.iter().filter(|(name, content)| generated.get(*name).is_some_and(|new| new != *content));
    missing
        .map(|name| format!("{place}/{name} is missing"))
        .chain(unused.map(|name| format!("{place}/{name} belongs to no query")))
        .chain(changed.map(|(name, _)| format!("{place}/{name} has changed")))
        .collect()
}

/// Compiles every crate with queries against a database of its migrations.
fn generate(only: &[String]) -> Result<Vec<(SchemaCrate, Queries)>> {
    let mut crates = schemas::all()?;
    crates.retain(|schema| schema.has_queries && (only.is_empty() || only.contains(&schema.name)));
    if crates.is_empty() {
        return Ok(Vec::new());
    }
    let server = ScratchPostgres::start()?;
    recreate(&server.url, DATABASE)?;
    let database_url = with_database(&server.url, DATABASE);
    timed("migrations applied", || crates.iter().try_for_each(|schema| schemas::rebuild(&database_url, schema)))?;
    let output = tempfile::tempdir().context("cannot create a folder for query files")?;
    timed("queries compiled", || compile(&crates, only, &server.url, output.path()))?;
    crates
        .into_iter()
        .map(|schema| {
            let queries = read(&output.path().join(&schema.name))?;
            Ok((schema, queries))
        })
        .collect()
}

fn compile(crates: &[SchemaCrate], only: &[String], server_url: &str, output: &Path) -> Result<()> {
    let mut command = cargo(&["check", "--all-targets", "--quiet"]);
    if only.is_empty() {
        command.arg("--workspace");
    }
    command.args(only.iter().flat_map(|name| ["--package", name]));
    command.env("SQLX_OFFLINE", "false");
    compiler::stand_between(&mut command, output)?;
    for schema in crates {
        command.env(schema.url_variable()?, role_url(server_url, &schema.role(), DATABASE));
        let folder = output.join(&schema.name);
        std::fs::create_dir(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    }
    let _touched = crates.iter().map(Touched::new).collect::<Result<Vec<_>>>()?;
    process::run(command.stdout(std::io::stderr()))
}

/// A crate that cargo believes to be changed, so that its macros run again; dropped, its root is as old as before and
/// ordinary builds need not compile it anew.
struct Touched {
    file: PathBuf,
    before: SystemTime,
    now: SystemTime,
}

impl Touched {
    fn new(schema: &SchemaCrate) -> Result<Self> {
        let file = schema.folder.join("src/lib.rs");
        let before = modified(&file)?;
        set_modified(&file, now())?;
        let now = modified(&file)?;
        Ok(Self { file, before, now })
    }
}

impl Drop for Touched {
    fn drop(&mut self) {
        // Somebody who edits the file meanwhile wants it compiled.
        if modified(&self.file).is_ok_and(|modified| modified == self.now) {
            let _ = set_modified(&self.file, self.before);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "cargo compares with the times of files, not with a clock of ours")]
fn now() -> SystemTime {
    SystemTime::now()
}

fn modified(file: &Path) -> Result<SystemTime> {
    let modified = file.metadata().and_then(|meta| meta.modified());
    modified.with_context(|| format!("cannot look at {}", file.display()))
}

fn set_modified(file: &Path, time: SystemTime) -> Result<()> {
    let opened = File::options().append(true).open(file);
    opened.and_then(|opened| opened.set_modified(time)).with_context(|| format!("cannot touch {}", file.display()))
}
