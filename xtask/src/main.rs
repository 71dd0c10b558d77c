//! The command line of `cargo xtask`.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use xtask::console::say;
use xtask::{database, servers, signals};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Everything one does with this repository", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
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
    signals::watch()?;
    match Arguments::parse().command {
        Command::Servers(arguments) => servers::run(&arguments),
        Command::Database(arguments) => database::run(&arguments),
    }
}
