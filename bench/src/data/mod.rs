//! What the database is filled with. Everything follows from a record's number, so that the driver, the limit's script
//! and the filling agree on it without asking one another.

mod company;
pub mod words;

pub use company::{Record, record};

use uuid::Uuid;

/// Departments below the root, each with one manager and [`REPRESENTATIVES`] / [`DEPARTMENTS`] representatives.
pub const DEPARTMENTS: u64 = 40;
/// People who own the customers, in turn.
pub const REPRESENTATIVES: u64 = 160;

/// Of the first customer: 2026-01-01 in UTC, in milliseconds of Unix time.
pub const FIRST_MS: u64 = 1_767_225_600_000;
/// Between two customers: 1,000,000 of them take 289 days.
pub const STEP_MS: u64 = 25_000;

/// Behind the time in the id of a customer.
pub const CUSTOMER_TAIL: &str = "70008000000000000000";

const VERSION_7: u128 = 0x7000_8000_0000_0000_0000;

/// A UUIDv7 of the moment at which the customer was made; its contact and its event differ in the last digits.
fn id(customer: u64, kind: u128) -> Uuid {
    Uuid::from_u128(u128::from(FIRST_MS + customer * STEP_MS) << 80 | VERSION_7 | kind)
}

pub fn customer_id(customer: u64) -> Uuid {
    id(customer, 0)
}

pub fn contact_id(customer: u64) -> Uuid {
    id(customer, 1)
}

pub fn event_id(customer: u64) -> Uuid {
    id(customer, 2)
}

/// Ids of the organisation: older than every customer, and counting in their last digits.
fn organisation_id(kind: u128, index: u64) -> Uuid {
    Uuid::from_u128(u128::from(FIRST_MS - 1) << 80 | VERSION_7 | kind << 48 | u128::from(index))
}

pub fn department_id(department: u64) -> Uuid {
    organisation_id(1, department)
}

pub fn manager_id(department: u64) -> Uuid {
    organisation_id(2, department)
}

pub fn representative_id(representative: u64) -> Uuid {
    organisation_id(3, representative)
}

pub fn manager_name(department: u64) -> String {
    format!("lead{department:02}")
}

/// The department above the first [`REGION`] ones.
pub fn region_id() -> Uuid {
    organisation_id(4, 0)
}

/// Departments under the regional manager.
pub const REGION: u64 = 8;
pub const REGIONAL_MANAGER: &str = "region00";
/// A representative who owns nothing.
pub const NEWCOMER: &str = "newcomer00";

pub fn regional_manager_id() -> Uuid {
    organisation_id(5, 0)
}

pub fn newcomer_id() -> Uuid {
    organisation_id(5, 1)
}

pub fn representative_name(representative: u64) -> String {
    format!("seller{representative:03}")
}

/// Who owns a customer.
pub fn owner_of(customer: u64) -> u64 {
    customer % REPRESENTATIVES
}

/// In which department a representative is; a customer is in that of its owner.
pub fn department_of(representative: u64) -> u64 {
    representative % DEPARTMENTS
}

/// Numbers that look random and are the same in every run (SplitMix64).
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    pub fn choose<'i, T: ?Sized>(&mut self, items: &[&'i T]) -> &'i T {
        items[self.below(items.len() as u64) as usize]
    }
}
