//! The regions of China (C-16).

mod rpc;

pub use rpc::server;
