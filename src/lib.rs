//! The process: which roles it runs, where they listen, and how it starts and stops. What a role does stands in its crate.

mod demo;
mod keys;
mod places;
mod process;
mod role;
mod settings;

pub use demo::{print_logins, seed};
pub use keys::Keys;
pub use places::{migrate, topology};
pub use process::{Process, rebuild_reports};
pub use role::Role;
pub use settings::Settings;
