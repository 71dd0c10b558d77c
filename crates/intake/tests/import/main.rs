//! Lists as they are uploaded.

mod key;
mod lengths;
mod rows;
mod sample;
mod support;
