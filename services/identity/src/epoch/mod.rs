//! The state of the organisation as a number, by which every process knows that the grants it keeps are of another one.

pub mod store;
