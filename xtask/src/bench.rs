//! `cargo xtask bench`: speeds, as ratios to what was measured in the same run.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::cargo::{cargo, target};
use crate::console::timed;
use crate::repository::{data_folder, root};
use crate::servers::{Durability, Servers, Variables};
use crate::{demo_password, install, process, web};

/// Measures CIMS.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Where everything keeps its data; `.cims/bench` in the repository unless given.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Customers in the database; the goals are for a million.
    #[arg(long, default_value = "1000000")]
    customers: String,
    /// Fill the database anew: after a change of the migrations or of what it is filled with.
    #[arg(long)]
    fresh: bool,
    /// Only fill the database.
    #[arg(long)]
    fill_only: bool,
    /// Only these figures: P-1,P-2,P-3,P-4,P-5,P-7,P-9,P-13,P-14,X-7; and when named, authorisation, telemetry, F-13.
    #[arg(long)]
    only: Option<String>,
    /// Each figure is the median of so many rounds.
    #[arg(long, default_value = "3")]
    rounds: String,
    /// Seconds of each measurement: 8 unless given, and 120 of overload.
    #[arg(long)]
    seconds: Option<String>,
    /// Wait so many seconds at most until the machine is quiet.
    #[arg(long, default_value = "600")]
    patience: String,
    /// P-7: rows of the lists that are imported.
    #[arg(long, default_value = "10000,100000")]
    import_rows: String,
    /// What stands behind the date in the name of the file in bench/results.
    #[arg(long, default_value = "run")]
    name: String,
}

/// Builds, fills the database unless that was done before, and measures.
pub fn run(arguments: &Arguments) -> Result<()> {
    let data = arguments.data.clone().unwrap_or_else(|| data_folder(None).join("bench"));
    std::fs::create_dir_all(&data).with_context(|| format!("cannot create {}", data.display()))?;
    let data = data.canonicalize().with_context(|| format!("cannot find {}", data.display()))?;
    let packages = ["--package", "cims", "--bin", "cims", "--package", "bench", "--bin", "bench"];
    let mut build = cargo(&["build", "--release"]);
    build.args(packages);
    timed("binaries built", || process::run(build.stdout(std::io::stderr())))?;
    let chromium = if arguments.measures_web() { Some(prepare_web()?) } else { None };
    // Committed rows are written through to the disk, as they are in earnest.
    let servers = Servers::start(&data, Durability::Durable, Variables::SYSTEM)?;
    let password = demo_password::get(&data)?;

    let bench = |word: &str| {
        let mut command = Command::new(target().join("release/bench"));
        command.current_dir(root()).arg(word).arg("--cims").arg(target().join("release/cims"));
        command.args(["--customers", &arguments.customers]);
        command.env("CIMS_DATABASE_URL", &servers.database_url).env("CIMS_AMQP_URL", &servers.amqp_url);
        command.env("CIMS_DEMO_PASSWORD", &password);
        command
    };
    let mut fill = bench("fill");
    if arguments.fresh {
        fill.arg("--fresh");
    }
    timed("database filled", || process::run(&mut fill))?;
    if arguments.fill_only {
        return Ok(());
    }
    let mut measure = bench("run");
    measure.arg("--pgbench").arg(install::pgbench()?).arg("--data").arg(data.join("processes"));
    measure.args(["--rounds", &arguments.rounds, "--name", &arguments.name]);
    measure.args(["--patience", &arguments.patience, "--import-rows", &arguments.import_rows]);
    if let Some(seconds) = &arguments.seconds {
        measure.args(["--seconds", seconds]);
    }
    if let Some(chromium) = chromium {
        measure.env("CIMS_CHROMIUM", chromium);
    }
    if let Some(only) = &arguments.only {
        measure.args(["--only", only]);
    }
    timed("measured", || process::run(&mut measure))
}

/// Builds the web UI, and finds the browser that it is measured in.
fn prepare_web() -> Result<PathBuf> {
    web::build()?;
    install::chromium()
}

impl Arguments {
    fn measures_web(&self) -> bool {
        let only = |only: &String| only.split(',').any(|id| id == "P-14");
        !self.fill_only && self.only.as_ref().is_none_or(only)
    }
}
