//! The edge through its own door, in front of services that are not real.

mod answers;
mod streams;
mod support;
