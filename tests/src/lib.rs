//! What the whole-system tests share: a CIMS of each test's own, and people who use it.
//!
//! `cargo xtask test` starts PostgreSQL and RabbitMQ and names them in `CIMS_TEST_DATABASE_URL` and
//! `CIMS_TEST_AMQP_URL`. Each test gets a database cloned from a migrated and seeded template, and queues under a
//! prefix of its own, so that tests run side by side.

mod agreement;
pub mod binary;
mod clock;
pub mod collector;
mod database;
pub mod driver;
pub mod ledger;
mod letters;
pub mod lists;
mod named;
mod organisation;
mod person;
pub mod proxy;
mod records;
mod rpc;
pub mod sample;
mod world;

pub use agreement::agrees;
pub use binary::Binary;
pub use clock::MovedClock;
pub use database::TestDatabase;
pub use driver::Driver;
pub use ledger::{Fault, Ledger};
pub use named::named;
pub use organisation::Organisation;
pub use person::{Answer, Person};
pub use records::Records;
pub use world::{PASSWORD, World, eventually, shared_broker};
