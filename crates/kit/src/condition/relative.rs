//! Days relative to the reader's today, and days as spans of moments.

use std::ops::Bound;

use chrono::{Datelike, Days, Months, NaiveDate};
use chrono_tz::Tz;

use super::{Operand, Reader};
use crate::zone::{day_of, start_of_day};

/// Days from the first to before the second; an open end where there is none.
pub type Span = (Option<NaiveDate>, Option<NaiveDate>);

/// The days that a comparison without a value means.
pub fn named_span(operator: &str, reader: &Reader<'_>) -> Option<Span> {
    let today = day_of(reader.now, reader.zone);
    let first_of_month = today.with_day(1)?;
    let (first, months) = match operator {
        "today" => return Some((Some(today), today.succ_opt())),
        "this_week" => {
            let monday = today - Days::new(u64::from(today.weekday().num_days_from_monday()));
            return Some((Some(monday), Some(monday + Days::new(7))));
        }
        "this_month" => (first_of_month, 1),
        "this_quarter" => (first_of_month.with_month0(today.month0() / 3 * 3)?, 3),
        "this_year" => (first_of_month.with_month0(0)?, 12),
        _ => return None,
    };
    Some((Some(first), Some(first + Months::new(months))))
}

/// The days that a comparison with a number of days means. "Last" and "next" include today; "before" is all that
/// "last" leaves of the past.
pub fn counted_span(operator: &str, days: u64, reader: &Reader<'_>) -> Option<Span> {
    let today = day_of(reader.now, reader.zone);
    let earlier = today.checked_sub_days(Days::new(days))?;
    match operator {
        "last_n_days" => Some((Some(earlier), today.succ_opt())),
        "next_n_days" => Some((Some(today), today.checked_add_days(Days::new(days + 1)))),
        "before_n_days" => Some((None, Some(earlier))),
        _ => None,
    }
}

/// The span as bounds of days, or of the moments at which they begin in the zone.
pub fn bounds((first, end): Span, as_moments: Option<Tz>) -> (Bound<Operand>, Bound<Operand>) {
    let operand = |day: NaiveDate| match as_moments {
        Some(zone) => Operand::Moment(start_of_day(day, zone)),
        None => Operand::Day(day),
    };
    let first = first.map_or(Bound::Unbounded, |day| Bound::Included(operand(day)));
    let end = end.map_or(Bound::Unbounded, |day| Bound::Excluded(operand(day)));
    (first, end)
}
