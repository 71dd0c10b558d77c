//! Tries to prove who one is: counted, and refused when there were too many.
//!
//! Those of one account are counted before anything is hashed, so that tries in parallel are counted too. Those from one
//! address are counted when they have failed: everybody of a company may come from the same one, and their sign-ins of
//! a morning are no attack.

mod prover;
pub mod store;

pub use prover::{Proof, Prover, Tried};

use chrono::TimeDelta;

/// When tries in a row lock what they are counted for.
#[derive(Debug)]
pub struct Ladder {
    /// This failure in a row is the first that locks.
    pub first: i32,
    /// A row of failures that nobody adds to for this time is forgotten.
    pub memory: TimeDelta,
}

/// Of one account.
pub const ACCOUNT: Ladder = Ladder { first: 5, memory: TimeDelta::hours(24) };
/// Of one address, whoever was meant: a list of stolen passwords has one try for each of many accounts.
pub const SOURCE: Ladder = Ladder { first: 30, memory: TimeDelta::hours(1) };

/// Seconds for which the first failure too many locks; each further one twice as long.
const FIRST_LOCK: f64 = 60.0;
/// At most.
const LONGEST_LOCK: f64 = 900.0;
