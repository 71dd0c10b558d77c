//! Running cargo inside of `cargo xtask`.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::console::timed;
use crate::process;
use crate::repository::root;

/// How the binary is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Quick to build.
    Dev,
    /// Quick to run.
    Release,
}

/// A cargo command in the repository, as if it were typed there.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // What the outer cargo says about xtask would make build scripts that look at it run again.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command.env("SQLX_OFFLINE", "true").current_dir(root()).args(arguments);
    command
}

/// Builds the binary `cims` and returns its path.
pub fn build_binary(profile: Profile) -> Result<PathBuf> {
    // With the features of the whole workspace, as in tests: nothing is compiled twice.
    let mut command = match profile {
        Profile::Dev => cargo(&["build", "--workspace", "--bin", "cims"]),
        Profile::Release => cargo(&["build", "--release", "--package", "cims", "--bin", "cims"]),
    };
    timed("binary built", || process::run(command.stdout(std::io::stderr())))?;
    let folder = match profile {
        Profile::Dev => "debug",
        Profile::Release => "release",
    };
    Ok(target().join(folder).join("cims"))
}

/// Cargo's output folder.
pub fn target() -> PathBuf {
    // A relative folder is relative to where cargo runs, which is the root.
    root().join(std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}
