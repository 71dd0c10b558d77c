//! The web UI: npm's packages, the build, its scripts.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::console::{say, timed};
use crate::process::{self, find};
use crate::repository::{root, sorted_entries};

/// The oldest major version of Node that the tools work with.
const OLDEST_NODE: u32 = 20;

/// The folder of the web UI.
pub fn folder() -> PathBuf {
    root().join("web")
}

/// The folder with the built web UI.
pub fn built() -> PathBuf {
    folder().join("dist")
}

/// Whether there is a web UI to build.
pub fn exists() -> bool {
    folder().join("package.json").is_file()
}

/// The script's command line in `package.json`.
pub fn script(name: &str) -> Option<String> {
    let text = std::fs::read_to_string(folder().join("package.json")).ok()?;
    let package: Value = serde_json::from_str(&text).ok()?;
    Some(package.get("scripts")?.get(name)?.as_str()?.to_owned())
}

/// A command that runs a script of `package.json`.
pub fn npm_run(script: &str, arguments: &[String]) -> Command {
    let mut command = npm(&["run", "--silent", script]);
    if !arguments.is_empty() {
        command.arg("--").args(arguments);
    }
    command
}

/// Installs npm's packages unless those of the lock file are there already.
pub fn install() -> Result<()> {
    require_node()?;
    let lock = folder().join("package-lock.json");
    if !lock.is_file() {
        bail!("web/package-lock.json is missing: run `npm install` in web/ and commit it");
    }
    let state = digest(&[lock, folder().join("package.json")])?;
    if is_stamped("installed", &state) {
        return Ok(());
    }
    let mut command = npm(&["ci", "--no-audit", "--no-fund"]);
    timed("web packages installed", || process::run(command.stdout(std::io::stderr())))?;
    stamp("installed", &state)
}

/// Builds the web UI unless it is newer than its sources.
pub fn build() -> Result<()> {
    if !exists() {
        say("SKIPPED web UI: there is no web/package.json yet");
        return Ok(());
    }
    install()?;
    let state = digest(&sources(&folder())?)?;
    if built().join("index.html").is_file() && is_stamped("built", &state) {
        return Ok(());
    }
    let mut command = npm_run("build", &[]);
    timed("web UI built", || process::run(command.stdout(std::io::stderr())))?;
    stamp("built", &state)
}

fn npm(arguments: &[&str]) -> Command {
    let mut command = Command::new("npm");
    command.args(arguments).current_dir(folder()).env("NO_UPDATE_NOTIFIER", "1");
    command
}

fn require_node() -> Result<()> {
    const WANTED: &str = "the web UI needs Node 20.19 or newer with npm";
    if find("node").is_none() || find("npm").is_none() {
        bail!("Node is missing: {WANTED} (https://nodejs.org), or run `docker compose up`");
    }
    let version = process::output(Command::new("node").arg("--version"))?;
    let major = version.trim().trim_start_matches('v').split('.').next().and_then(|part| part.parse().ok());
    if major.is_none_or(|major: u32| major < OLDEST_NODE) {
        bail!("Node is {}, but {WANTED}", version.trim());
    }
    Ok(())
}

/// Every file that the build may read.
fn sources(parent: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in sorted_entries(parent)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if ["node_modules", "dist"].contains(&&*name) {
            continue;
        }
        if path.is_dir() {
            files.extend(sources(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}

/// Contents tell more than times, which a fresh clone sets anew.
fn digest(files: &[PathBuf]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for file in files {
        file.hash(&mut hasher);
        std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// Stamps stand among npm's packages: they go when those go.
fn stamp_file(name: &str) -> PathBuf {
    folder().join("node_modules/.cims").join(name)
}

fn is_stamped(name: &str, state: &str) -> bool {
    std::fs::read_to_string(stamp_file(name)).is_ok_and(|text| text == state)
}

fn stamp(name: &str, state: &str) -> Result<()> {
    let file = stamp_file(name);
    if let Some(parent) = file.parent() {
        std::fs::create_dir_all(parent).with_context(|| format!("cannot create {}", parent.display()))?;
    }
    std::fs::write(&file, state).with_context(|| format!("cannot write {}", file.display()))
}
