//! `cargo xtask test`: every test there is, on servers of its own; `cargo xtask soak`: the fault suite alone, for longer.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::browser::{People, Story};
use crate::cargo::{Profile, build_binary, cargo};
use crate::console::{say, timed};
use crate::group::Group;
use crate::servers::{Durability, Servers, Variables, temporary};
use crate::tally::Tally;
use crate::{install, process, signals, upgrade, web};

/// Runs the tests.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Also the tests under faults, which take minutes: those marked `#[ignore]`.
    #[arg(long)]
    faults: bool,
    /// Instead, the tests of the last release with its own binary, on a database of this version: an upgrade half way.
    #[arg(long)]
    upgrade: bool,
    /// Only Rust tests whose names contain one of these; the web's tests are left out.
    filters: Vec<String>,
}

/// Runs the fault suite for longer.
#[derive(Debug, clap::Args)]
pub struct SoakArguments {
    /// How often each fault strikes.
    #[arg(long, default_value_t = 20)]
    kills: u32,
}

/// Module of the tests that strike processes and servers, and what tells them how often; they measure, so nothing runs beside
/// them.
const FAULT_SUITE: &str = "fault_suite";
const KILLS: &str = "CIMS_TEST_KILLS";
/// How often each fault strikes where minutes count.
const FEW_KILLS: u32 = 3;

/// What one runner came to.
struct Outcome {
    name: &'static str,
    tally: Tally,
    error: Option<anyhow::Error>,
}

/// Runs every suite, also after one has failed.
pub fn run(arguments: &Arguments) -> Result<()> {
    if arguments.upgrade {
        return upgrade::run(&arguments.filters);
    }
    let ground = Ground::start()?;
    let environment = &ground.environment;
    let mut outcomes = vec![timed("Rust tests", || Ok(rust(arguments, environment)))?];
    if arguments.filters.is_empty() {
        if arguments.faults {
            signals::check()?;
            outcomes.push(timed("fault suite", || Ok(fault_suite(FEW_KILLS, environment)))?);
        }
        outcomes.extend(web_suites(environment)?);
        outcomes.extend(browser_suite(&ground.binary, &ground.servers, ground.data.path())?);
    }
    drop(ground);
    conclude(&outcomes)
}

/// Runs the fault suite alone.
pub fn soak(arguments: &SoakArguments) -> Result<()> {
    let ground = Ground::start()?;
    let outcome = timed("fault suite", || Ok(fault_suite(arguments.kills, &ground.environment)))?;
    drop(ground);
    conclude(&[outcome])
}

type Environment = [(&'static str, OsString)];

/// What tests run on.
struct Ground {
    binary: PathBuf,
    environment: Vec<(&'static str, OsString)>,
    // In this order: the servers stop before their data goes.
    servers: Servers,
    data: TempDir,
}

impl Ground {
    fn start() -> Result<Self> {
        web::build()?;
        let binary = build_binary(Profile::Dev)?;
        let data = temporary()?;
        let servers = Servers::start(data.path(), Durability::Scratch, Variables::TESTS)?;
        let environment = vec![
            ("CIMS_TEST_DATABASE_URL", OsString::from(&servers.database_url)),
            ("CIMS_TEST_AMQP_URL", OsString::from(&servers.amqp_url)),
            ("CIMS_BINARY", binary.clone().into_os_string()),
            ("CIMS_WEB_DIR", web::built().into_os_string()),
        ];
        Ok(Self { binary, environment, servers, data })
    }
}

fn rust(arguments: &Arguments, environment: &Environment) -> Outcome {
    let mut command = cargo(&["test", "--workspace", "--no-fail-fast", "--"]);
    command.envs(environment.iter().cloned()).args(&arguments.filters);
    if arguments.faults {
        command.arg("--include-ignored");
    }
    // It has its own run, unless somebody asked for a part of it.
    if arguments.filters.is_empty() {
        command.args(["--skip", FAULT_SUITE]);
    }
    counted("Rust tests", &mut command)
}

/// With the features of the whole workspace, as the other tests: nothing is compiled twice.
fn fault_suite(kills: u32, environment: &Environment) -> Outcome {
    let mut command = cargo(&["test", "--workspace", "--test", "whole", "--", FAULT_SUITE]);
    command.args(["--ignored", "--test-threads=1", "--nocapture"]);
    counted("fault suite", command.envs(environment.iter().cloned()).env(KILLS, kills.to_string()))
}

fn counted(name: &'static str, command: &mut Command) -> Outcome {
    let (tally, error) = match run_counting(command) {
        Ok((tally, true)) => (tally, None),
        Ok((tally, false)) => (tally, Some(anyhow::anyhow!("tests failed"))),
        Err(error) => (Tally::UNKNOWN, Some(error)),
    };
    Outcome { name, tally: tally.of_runner(error.is_none()), error }
}

/// Runs cargo and counts what passes by; a signal ends it.
fn run_counting(command: &mut Command) -> Result<(Tally, bool)> {
    let mut group = Group::spawn(command.stdout(Stdio::piped()))?;
    let output = group.take_stdout().context("no output to read")?;
    let reader = std::thread::spawn(move || Tally::copy_from_cargo(output));
    let status = loop {
        if let Some(status) = group.wait_for(Duration::from_millis(100))? {
            break status;
        }
        if signals::asked_to_stop() {
            group.terminate(Duration::from_secs(10));
            bail!("stopped by a signal");
        }
    };
    // What a test left running would hold the output open.
    group.kill();
    Ok((reader.join().unwrap_or(Tally::UNKNOWN), status.success()))
}

fn web_suites(environment: &Environment) -> Result<Vec<Outcome>> {
    let mut outcomes = Vec::new();
    if !web::exists() {
        return Ok(outcomes);
    }
    for (name, script) in [("web size", "size"), ("web tests", "test")] {
        signals::check()?;
        outcomes.extend(timed(name, || suite(name, script, environment))?);
    }
    Ok(outcomes)
}

/// Runs the browser story on a server of its own, which ends with it.
fn browser_suite(binary: &Path, servers: &Servers, data: &Path) -> Result<Option<Outcome>> {
    const NAME: &str = "browser tests";
    if web::script("test:browser").is_none() {
        return Ok(None);
    }
    signals::check()?;
    let chromium = install::chromium()?.into_os_string();
    let firefox = install::firefox()?.into_os_string();
    let tell = || {
        let story = Story::start(binary, servers, &data.join("browser"), People::Demo)?;
        let first_run = Story::start(binary, servers, &data.join("first-run"), People::Nobody)?;
        let by_provider = Story::start(binary, servers, &data.join("by-provider"), People::ByProvider)?;
        let mut environment = vec![("CIMS_CHROMIUM", chromium), ("CIMS_FIREFOX", firefox)];
        environment.extend(story.environment()?);
        environment.extend(first_run.environment()?);
        environment.extend(by_provider.environment()?);
        let mut outcome = suite(NAME, "test:browser", &environment)?;
        if let Some(outcome) = &mut outcome {
            if outcome.error.is_some() {
                story.show_log();
                by_provider.show_log();
            }
            let stopped = story.stop().and(first_run.stop()).and(by_provider.stop());
            outcome.error = outcome.error.take().or(stopped.err());
        }
        Ok(outcome)
    };
    let failed = |error| Some(Outcome { name: NAME, tally: Tally::UNKNOWN, error: Some(error) });
    Ok(timed(NAME, tell).unwrap_or_else(failed))
}

/// Runs a suite of the web if its script exists.
fn suite(name: &'static str, script: &str, environment: &Environment) -> Result<Option<Outcome>> {
    let Some(line) = web::script(script) else {
        say(format!("SKIPPED {name}: web/package.json has no script {script}"));
        return Ok(None);
    };
    let folder = tempfile::tempdir().context("cannot create a folder for a report")?;
    let report = folder.path().join("report.json");
    let mut words = Vec::new();
    if line.contains("vitest") {
        words.extend(["--reporter=default".to_owned(), "--reporter=json".to_owned()]);
        words.push(format!("--outputFile.json={}", report.display()));
    }
    let mut command = web::npm_run(script, &words);
    let error = process::run(command.envs(environment.iter().cloned())).err();
    Ok(Some(Outcome { name, tally: Tally::from_vitest(&report).of_runner(error.is_none()), error }))
}

fn conclude(outcomes: &[Outcome]) -> Result<()> {
    let mut failed = Vec::new();
    for outcome in outcomes {
        if let Some(error) = &outcome.error {
            say(format!("{}: {error:#}", outcome.name));
            failed.push(outcome.name);
        }
    }
    let tally = outcomes.iter().map(|outcome| outcome.tally).fold(Tally::NONE, Tally::plus);
    if let Some(line) = tally.line() {
        println!("{line}");
    }
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}
