//! What `cargo xtask` does: everything a developer or CI does with this repository, in one command each.

pub mod account;
pub mod console;
pub mod database;
pub mod group;
pub mod install;
pub mod process;
pub mod repository;
pub mod schemas;
pub mod servers;
pub mod signals;
