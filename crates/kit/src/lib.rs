//! What every service of CIMS shares, once: reading the schema, deciding who may call, writing, publishing and
//! consuming events, serving and stopping. It knows no business noun.
//!
//! A service is built from these in the order of a request:
//! [`server`] accepts it, [`layer`] authorises, validates and masks by the descriptors of [`schema`], the handler
//! opens a [`write`], and [`events`] carries what was written to the others.

pub mod audit;
pub mod auth;
pub mod backlog;
pub mod call;
pub mod client;
pub mod clock;
pub mod condition;
pub mod config;
pub mod database;
pub mod delivery;
pub mod dictionaries;
pub mod events;
pub mod job;
pub mod layer;
pub mod live;
pub mod metrics;
pub mod page;
pub mod problem;
pub mod raw;
pub mod schema;
pub mod secret;
pub mod server;
pub mod service;
pub mod share;
pub mod sweep;
pub mod telemetry;
pub mod within;
pub mod write;
pub mod zone;

pub use auth::{Caller, Scope};
pub use call::{Call, open};
pub use problem::{Failure, Violation};
