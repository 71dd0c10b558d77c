//! `cargo xtask servers`: only the private servers, for developers and benches.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use super::{Durability, Servers, Variables};
use crate::console::{say, timed};
use crate::signals;

/// Runs the private servers.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Where the servers keep their data.
    #[arg(long, default_value = ".cims")]
    data: PathBuf,
}

/// Starts the servers, prints where they are, and stops them on Ctrl-C.
pub fn run(arguments: &Arguments) -> Result<()> {
    let servers = Servers::start(&arguments.data, Durability::Durable, Variables::SYSTEM)?;
    println!("CIMS_DATABASE_URL={}", servers.database_url);
    println!("CIMS_AMQP_URL={}", servers.amqp_url);
    say("serving until Ctrl-C");
    while !signals::asked_to_stop() {
        std::thread::sleep(Duration::from_millis(100));
    }
    timed("servers stopped", || {
        drop(servers);
        Ok(())
    })
}
