//! `cargo xtask check`: everything that can be said about the code without running it.

use anyhow::{Context, Result, bail};

use crate::cargo::cargo;
use crate::console::{say, timed};
use crate::{deployment, generated, prepare, process, signals, upgrade, web};

/// Checks the code.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Repair what can be repaired and write generated files anew.
    #[arg(long)]
    fix: bool,
}

type Step = (&'static str, fn(bool) -> Result<()>);

/// Files before what is made from them and what reads them, or repairs would need a second run; of the rest the quick ones
/// first.
const STEPS: &[Step] = &[
    ("format", format),
    ("query files", query_files),
    ("openapi.json", generated::openapi),
    ("schema.d.ts", generated::client_types),
    ("web", check_web),
    ("lints", lint),
    ("last release", upgrade::check),
    ("settings.md", generated::settings),
    ("events.md", generated::events),
    ("deployment", deployment::check),
    ("dependencies", dependencies),
];

/// Runs every step, also after one has failed.
pub fn run(arguments: &Arguments) -> Result<()> {
    let mut failed = Vec::new();
    for (name, step) in STEPS {
        signals::check()?;
        if let Err(error) = timed(name, || step(arguments.fix)) {
            say(format!("{name}: {error:#}"));
            failed.push(*name);
        }
    }
    if !failed.is_empty() {
        bail!("checks failed: {}", failed.join(", "));
    }
    Ok(())
}

fn format(fix: bool) -> Result<()> {
    let mut command = cargo(&["fmt", "--all"]);
    if !fix {
        // The names of the files will do.
        command.args(["--", "--check", "-l"]);
    }
    process::run(&mut command)
}

fn lint(fix: bool) -> Result<()> {
    if fix {
        let arguments = ["clippy", "--workspace", "--all-targets", "--fix", "--allow-dirty", "--allow-staged"];
        process::run(&mut cargo(&arguments))?;
    }
    process::run(&mut cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

fn query_files(fix: bool) -> Result<()> {
    if fix { prepare::write(&[]) } else { prepare::check(&[]) }
}

fn dependencies(_fix: bool) -> Result<()> {
    if process::find("cargo-deny").is_none() {
        say("SKIPPED dependencies: cargo-deny is not installed");
        return Ok(());
    }
    process::run(&mut cargo(&["deny", "--offline", "check", "bans", "licenses", "sources"]))?;
    // The advisory database may be out of reach, which says nothing about the code.
    let fetched = process::output(&mut cargo(&["deny", "fetch", "db"]));
    if fetched.is_err() {
        say("SKIPPED advisories: the database is out of reach");
        return Ok(());
    }
    process::run(&mut cargo(&["deny", "check", "advisories"]))
}

fn check_web(fix: bool) -> Result<()> {
    if !web::exists() {
        say("SKIPPED web: there is no web/package.json yet");
        return Ok(());
    }
    web::install()?;
    if fix && web::script("fix").is_some() {
        process::run(&mut web::npm_run("fix", &[])).context("web/package.json: fix")?;
    }
    process::run(&mut web::npm_run("check", &[]))
}
