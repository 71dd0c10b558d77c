//! The reader's month, week and day, parted into whole days in UTC and the hours before and after them.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use kit::zone;

/// A time from `from` to before `to`: its hours up to `head_end`, its whole days in UTC from `first` to before `last`,
/// its hours from `tail_start`. Without a whole day the head is all of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Window {
    pub from: DateTime<Utc>,
    pub head_end: DateTime<Utc>,
    pub first: NaiveDate,
    pub last: NaiveDate,
    pub tail_start: DateTime<Utc>,
    pub to: DateTime<Utc>,
}

impl Window {
    fn new(from: DateTime<Utc>, to: DateTime<Utc>) -> Window {
        let last = to.date_naive();
        let first = match from.time() {
            NaiveTime::MIN => from.date_naive(),
            _ => from.date_naive() + Days::new(1),
        };
        match first < last {
            true => Window { from, head_end: midnight(first), first, last, tail_start: midnight(last), to },
            false => Window { from, head_end: to, first, last: first, tail_start: to, to },
        }
    }

    fn of_days(first: NaiveDate, end: NaiveDate, zone: Tz) -> Window {
        Window::new(zone::start_of_day(first, zone), zone::start_of_day(end, zone))
    }
}

/// What "today", "this week" (Monday to Sunday) and "this month" are to a reader.
#[derive(Clone, Copy, Debug)]
pub struct Windows {
    pub today: Window,
    pub week: Window,
    pub month: Window,
}

impl Windows {
    pub fn at(now: DateTime<Utc>, zone: Tz) -> Windows {
        let today = zone::day_of(now, zone);
        let monday = monday_of(today);
        let month = today - Days::new(u64::from(today.day0()));
        Windows {
            today: Window::of_days(today, today + Days::new(1), zone),
            week: Window::of_days(monday, monday + Days::new(7), zone),
            month: Window::of_days(month, month + Months::new(1), zone),
        }
    }
}

/// So many weeks by their Mondays, of which the last is this one.
pub fn weeks(count: u64, now: DateTime<Utc>, zone: Tz) -> Vec<(NaiveDate, Window)> {
    let this = monday_of(zone::day_of(now, zone));
    let mondays = (0..count).rev().map(|back| this - Days::new(7 * back));
    mondays.map(|monday| (monday, Window::of_days(monday, monday + Days::new(7), zone))).collect()
}

fn monday_of(day: NaiveDate) -> NaiveDate {
    day - Days::new(u64::from(day.weekday().num_days_from_monday()))
}

/// All time before a moment: whole months in UTC before `month`, whole days from it to before `day`, and the hours
/// from the start of `day`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Past {
    pub month: NaiveDate,
    pub day: NaiveDate,
    pub day_start: DateTime<Utc>,
    pub end: DateTime<Utc>,
}

impl Past {
    pub fn before(end: DateTime<Utc>) -> Past {
        let day = end.date_naive();
        Past { month: day - Days::new(u64::from(day.day0())), day, day_start: midnight(day), end }
    }
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn windows_follow_the_zone_and_part_into_whole_days() {
        // Sunday the first of March in Shanghai, still Saturday in UTC.
        let windows = Windows::at(time("2026-02-28T16:30:00Z"), zone::DEFAULT);
        assert_eq!(
            (windows.today.from, windows.today.to),
            (time("2026-02-28T16:00:00Z"), time("2026-03-01T16:00:00Z"))
        );
        assert_eq!((windows.week.from, windows.week.to), (time("2026-02-22T16:00:00Z"), time("2026-03-01T16:00:00Z")));
        assert_eq!(
            (windows.month.from, windows.month.to),
            (time("2026-02-28T16:00:00Z"), time("2026-03-31T16:00:00Z"))
        );
        assert_eq!(windows.week.head_end, time("2026-02-23T00:00:00Z"));
        assert_eq!(windows.week.tail_start, time("2026-03-01T00:00:00Z"));
        // A day in Shanghai holds no whole day in UTC; in UTC it is one.
        assert_eq!((windows.today.head_end, windows.today.first), (windows.today.to, windows.today.last));
        let today = Windows::at(time("2026-02-28T16:30:00Z"), Tz::UTC).today;
        assert_eq!((today.from, today.tail_start), (today.head_end, today.to));
        assert_eq!((today.first + Days::new(1)), today.last);
    }

    #[test]
    fn weeks_follow_one_another_up_to_this_one() {
        let now = time("2026-02-28T16:30:00Z");
        let weeks = weeks(3, now, zone::DEFAULT);
        let mondays: Vec<String> = weeks.iter().map(|(monday, _)| monday.to_string()).collect();
        assert_eq!(mondays, ["2026-02-09", "2026-02-16", "2026-02-23"]);
        assert!(weeks.is_sorted_by(|(_, one), (_, next)| one.to == next.from));
        assert_eq!(weeks.last().map(|(_, week)| *week), Some(Windows::at(now, zone::DEFAULT).week));
    }
}
