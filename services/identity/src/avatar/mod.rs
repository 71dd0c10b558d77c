//! Pictures of people (I-01).

mod picture;
mod rpc;
mod store;

pub use rpc::server;
