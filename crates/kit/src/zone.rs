//! Days as a person's own zone has them.

use chrono::{DateTime, NaiveDate, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use crate::problem::{Failure, code};

/// The zone of a reader who names none.
pub const DEFAULT: Tz = Tz::Asia__Shanghai;

/// The zone that a request names; the default when it names none.
///
/// # Errors
/// When there is no such zone.
pub fn parse(pointer: &str, text: &str) -> Result<Tz, Failure> {
    match text {
        "" => Ok(DEFAULT),
        text => text.parse().map_err(|_| Failure::field(pointer, code::FORMAT, "Asia/Shanghai")),
    }
}

/// The day that it is at this moment in the zone.
pub fn day_of(time: DateTime<Utc>, zone: Tz) -> NaiveDate {
    time.with_timezone(&zone).date_naive()
}

/// The first moment of a day in the zone. Where clocks skip midnight, or the whole day, it is the first one after.
pub fn start_of_day(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    const STEP: TimeDelta = TimeDelta::minutes(15);
    const STEPS: usize = 2 * 24 * 4;
    let midnight = day.and_time(chrono::NaiveTime::MIN);
    std::iter::successors(Some(midnight), |local| local.checked_add_signed(STEP))
        .take(STEPS)
        .find_map(|local| zone.from_local_datetime(&local).earliest())
        .map_or_else(|| midnight.and_utc(), |start| start.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_starts_when_its_zone_says() {
        let start = |year, month, day, zone| {
            start_of_day(NaiveDate::from_ymd_opt(year, month, day).unwrap(), zone).to_rfc3339()
        };
        assert_eq!(start(2026, 3, 1, DEFAULT), "2026-02-28T16:00:00+00:00");
        assert_eq!(start(2026, 3, 1, Tz::Asia__Kathmandu), "2026-02-28T18:15:00+00:00");
        // Midnight is skipped here, and there a whole day.
        assert_eq!(start(2018, 11, 4, Tz::America__Sao_Paulo), "2018-11-04T03:00:00+00:00");
        assert_eq!(start(2011, 12, 30, Tz::Pacific__Apia), "2011-12-30T10:00:00+00:00");
    }
}
