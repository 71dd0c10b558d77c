//! The process: which roles it runs, where they listen, and how it starts and stops. What a role does stands in its crate.

mod audit;
mod catalogue;
mod demo;
mod keys;
mod letters;
mod places;
mod process;
mod provider;
mod role;
mod secrets;
mod settings;
pub mod variables;

pub use audit::{mark_restored, verify_audit};
pub use catalogue::catalogue;
pub use demo::{print_logins, seed};
pub use keys::Keys;
pub use letters::{drop_dead_letters, requeue_dead_letters};
pub use places::{migrate, migrations, topology};
pub use process::{Process, STOP_LIMIT, rebuild_reports};
pub use role::Role;
pub use secrets::make as make_secrets;
pub use settings::Settings;
