//! What the other services ask before they decide: what a person may do, and who somebody is.

mod rpc;
mod store;

pub use rpc::server;
