//! The command line of `cargo xtask`.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use xtask::console::say;
use xtask::{bench, check, compiler, database, image, prepare, servers, signals, test, up};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Everything one does with this repository", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build everything and run the whole system on this machine, with demo data.
    Up(up::Arguments),
    /// Run every test on servers of its own.
    Test(test::Arguments),
    /// Run the tests under faults alone, with more faults: an hour or so.
    Soak(test::SoakArguments),
    /// Check everything that can be checked without running it.
    Check(check::Arguments),
    /// Regenerate the query files, which let the code compile without a database.
    Prepare(prepare::Arguments),
    /// Measure speeds, on a database of a million customers that is filled once.
    Bench(bench::Arguments),
    /// Lay out the files of the container image and run them as it would: nobody's rights, nothing writable.
    Image(image::Arguments),
    /// Start only the private servers and print where they are.
    Servers(servers::Arguments),
    /// Build a migrated scratch database on a server that runs already, to compile queries against.
    Database(database::Arguments),
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    compiler::become_compiler_if_asked()?;
    signals::watch()?;
    match Arguments::parse().command {
        Command::Up(arguments) => up::run(&arguments),
        Command::Test(arguments) => test::run(&arguments),
        Command::Soak(arguments) => test::soak(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Prepare(arguments) => prepare::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Image(arguments) => image::run(&arguments),
        Command::Servers(arguments) => servers::run(&arguments),
        Command::Database(arguments) => database::run(&arguments),
    }
}
