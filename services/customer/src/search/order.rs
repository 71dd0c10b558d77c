//! By what a list is sorted.

use kit::{Failure, condition::Order};

/// A column that rows are sorted by.
#[derive(Clone, Copy, Debug)]
pub struct Sorting {
    /// As it stands in the index that serves it.
    pub column: &'static str,
    /// To read a value of it from its text.
    pub cast: &'static str,
    /// Some rows have none: these come last in either direction.
    pub nullable: bool,
    pub descending: bool,
}

impl Sorting {
    /// # Errors
    /// When a sortable field has no column: a defect.
    pub fn of(order: &Order) -> Result<Sorting, Failure> {
        let (column, cast, nullable) = match order.field.name.as_str() {
            "name" => ("name collate \"zh-Hans-x-icu\"", "::text collate \"zh-Hans-x-icu\"", false),
            "first_cooperation_date" => ("first_cooperation_date", "::date", true),
            "cumulative_amount" => ("cumulative_amount", "::numeric", true),
            "last_contact_time" => ("last_contact_time", "::timestamptz", true),
            "next_contact_time" => ("next_contact_time", "::timestamptz", true),
            // Ids are made in the order of time, and have an index anyway.
            "create_time" => ("customer_id", "::uuid", false),
            "update_time" => ("update_time", "::timestamptz", false),
            other => return Err(Failure::internal(format!("the sortable field {other} has no column in search"))),
        };
        Ok(Sorting { column, cast, nullable, descending: order.descending })
    }
}
