//! The API of CIMS: messages, clients and servers generated from the protos beside this crate, and their descriptors.
//!
//! The protos are the one source of the API. REST routes, OpenAPI, permissions, validation and masking follow from
//! [`descriptors`] at run time (`kit::schema`); nothing here is written by hand.

use std::sync::LazyLock;

use prost_reflect::DescriptorPool;

mod generated {
    include!(concat!(env!("OUT_DIR"), "/include.rs"));
}
pub use generated::{cims::*, google};

static POOL: LazyLock<DescriptorPool> = LazyLock::new(|| {
    DescriptorPool::decode(include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin")).as_slice())
        .expect("the build script wrote a valid descriptor set")
});

/// Every descriptor, with CIMS's own options.
pub fn descriptors() -> &'static DescriptorPool {
    &POOL
}
