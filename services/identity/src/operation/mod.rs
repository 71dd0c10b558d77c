//! The log of operations: what people did in every service. Identity has it because it knows whose people are whose; the
//! events stay with their services, which are asked side by side.

mod merge;
mod rpc;
mod store;

pub use rpc::server;
