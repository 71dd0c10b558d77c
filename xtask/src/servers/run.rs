//! `cargo xtask servers`: only the private servers, for developers and benches.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use super::{Durability, Servers, Variables};
use crate::console::{say, timed};
use crate::repository::data_folder;
use crate::signals;

/// Runs the private servers.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Where the servers keep their data; `.cims` in the repository unless given.
    #[arg(long)]
    data: Option<PathBuf>,
}

/// Starts the servers, prints where they are, and stops them on Ctrl-C.
pub fn run(arguments: &Arguments) -> Result<()> {
    let data = data_folder(arguments.data.as_deref());
    let servers = Servers::start(&data, Durability::Durable, Variables::SYSTEM)?;
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
