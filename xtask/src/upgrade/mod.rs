//! The last release on the schema of today: the database is upgraded first, so the old binary has to work on it.

mod statements;
mod trial;

pub use statements::check;
pub use trial::run;

use std::process::Command;

use anyhow::{Context, Result};

use crate::console::say;
use crate::process;
use crate::repository::root;

/// The last release, which `[workspace.metadata.release]` in Cargo.toml names.
struct Release {
    commit: String,
}

impl Release {
    /// None where this copy of the repository does not have it, which is said.
    fn find() -> Result<Option<Release>> {
        let name = named()?;
        match git(&["rev-parse", "--verify", &format!("{name}^{{commit}}")]) {
            Ok(commit) => Ok(Some(Release { commit: commit.trim().to_owned() })),
            Err(_) => {
                say(format!("SKIPPED last release: this copy does not have {name}: git fetch --unshallow --tags"));
                Ok(None)
            }
        }
    }

    /// The paths of all its files.
    fn paths(&self) -> Result<Vec<String>> {
        let list = git(&["ls-tree", "-r", "--name-only", &self.commit])?;
        Ok(list.lines().map(str::to_owned).collect())
    }

    fn read(&self, path: &str) -> Result<String> {
        git(&["show", &format!("{}:{path}", self.commit)])
    }
}

fn named() -> Result<String> {
    let text = std::fs::read_to_string(root().join("Cargo.toml")).context("cannot read Cargo.toml")?;
    let section = text.split("[workspace.metadata.release]").nth(1).unwrap_or_default();
    let line = section.lines().find_map(|line| line.strip_prefix("last = "));
    Ok(line.context("Cargo.toml does not name the last release")?.trim().trim_matches('"').to_owned())
}

fn git(arguments: &[&str]) -> Result<String> {
    process::output(Command::new("git").current_dir(root()).args(arguments))
}
