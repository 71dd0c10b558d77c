//! The faults of design/quality.md under a driver that writes all the time and keeps a ledger: `cargo xtask test --faults`
//! and `cargo xtask soak` run them, one at a time. docs/operations/faults.md lists them.
//!
//! Servers that a test stops or kills are its own, started through xtask's library as `cargo xtask up` does; a child
//! `cargo xtask servers` would have to be found, told and waited for by its pid files to the same end.

mod broker;
mod database;
mod disk;
mod flood;
mod imports;
mod kills;
mod network;
mod overload;
mod pressure;
mod rolling;
mod schema;
mod strange_events;

use std::{env, time::Duration};

use tempfile::TempDir;
use tests::Ledger;
use tokio::{
    sync::{Mutex, MutexGuard},
    task::block_in_place,
};
use xtask::servers::{RabbitMq, temporary};

/// Held by the test that runs: two at once would measure each other.
static TURN: Mutex<()> = Mutex::const_new(());

async fn turn() -> MutexGuard<'static, ()> {
    TURN.lock().await
}

/// How often each fault strikes.
fn kills() -> usize {
    let told = env::var("CIMS_TEST_KILLS").ok();
    told.map_or(3, |told| told.parse().expect("CIMS_TEST_KILLS is a number"))
}

/// Whether time is no object.
fn is_soak() -> bool {
    kills() > 3
}

/// Faults meet whatever is under way at a moment of nobody's choosing.
async fn pause() {
    tokio::time::sleep(Duration::from_millis(rand::random::<u8>().into())).await;
}

/// A broker that may be struck, and the folder that it needs for as long.
fn own_broker() -> (TempDir, RabbitMq) {
    let folder = temporary().expect("a folder");
    let programs = xtask::install::servers(false, true).expect("servers").rabbitmq.expect("RabbitMQ");
    let start = || RabbitMq::start(&programs, &folder.path().join("rabbitmq"));
    let broker = block_in_place(start).expect("a broker");
    (folder, broker)
}

fn tell(what: &str, ledger: &Ledger) {
    let attempts = &ledger.attempts;
    println!("{what}: {:?}, longest {:?}, most {}", attempts.kinds(), attempts.longest(), attempts.most());
}
