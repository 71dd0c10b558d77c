//! The HTTP edge of CIMS.

mod openapi;

pub use openapi::openapi;
