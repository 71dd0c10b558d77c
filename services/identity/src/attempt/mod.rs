//! Tries to sign in, counted before the password is looked at, so that tries in parallel are counted too.

pub mod store;

/// Seconds for which the first, second … failure in a row locks an account; the last holds for all that follow.
const LOCK_SECONDS: [f64; 9] = [0.0, 0.0, 0.0, 0.0, 60.0, 120.0, 240.0, 480.0, 900.0];

/// A row of failures that nobody adds to for this time is forgotten.
pub const MEMORY: chrono::TimeDelta = chrono::TimeDelta::hours(24);
