//! What `cargo xtask` does: everything a developer or CI does with this repository, in one command each.
//! The private servers are of use to other crates' tests and benches, too.

pub mod account;
pub mod bench;
mod browser;
pub mod cargo;
pub mod check;
pub mod compiler;
pub mod console;
pub mod database;
mod demo_password;
mod deployment;
mod generated;
pub mod group;
pub mod image;
pub mod install;
pub mod prepare;
pub mod process;
pub mod repository;
pub mod schemas;
pub mod servers;
pub mod signals;
mod tally;
pub mod test;
pub mod up;
mod upgrade;
pub mod web;
