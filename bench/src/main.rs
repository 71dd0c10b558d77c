//! `bench`: fills a database and measures CIMS on it beside what the same machine can do at best. `cargo xtask bench`
//! starts the servers and runs it.

mod data;
mod echo;
mod fill;
mod floor;
mod run;
mod settings;

use anyhow::Result;
use clap::{Parser, Subcommand};
use tokio::runtime::{Builder, Runtime};

#[derive(Parser)]
#[command(name = "bench", about = "Speeds of CIMS, as ratios to what was measured in the same run")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Fill a database and keep it as a template.
    Fill(fill::Arguments),
    /// Measure on a copy of the template.
    Run(run::Arguments),
    /// Serve canned customers behind the layer that every service has, without a database.
    Echo,
    /// Serve single customers by the statement alone.
    Floor,
}

fn main() -> Result<()> {
    match Arguments::parse().command {
        Command::Fill(arguments) => several_threads()?.block_on(fill::run(&arguments)),
        // The driver shares the processors with what it measures: one thread, and no more of its time than needed.
        Command::Run(arguments) => Builder::new_current_thread().enable_all().build()?.block_on(run::run(&arguments)),
        Command::Echo => several_threads()?.block_on(echo::serve()),
        Command::Floor => several_threads()?.block_on(floor::serve()),
    }
}

fn several_threads() -> Result<Runtime> {
    Ok(Builder::new_multi_thread().enable_all().build()?)
}
