//! Days and times of day as people write them.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use crate::text;

const YEARS: std::ops::RangeInclusive<i32> = 1900..=2100;

/// The text is no day from 1900 to 2100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a date")]
pub struct DateError;

/// A day, or a time without a zone (midnight when there is only a day).
///
/// `2023/1/5`, `2023-01-05`, `2023.1.5`, `2023年1月5日`, `20230105`, each alone or followed by `12:37`,
/// `12:37:00`, `T12:37:00` or `12时37分`. The year comes first: `1/5/2023` could be two days, and is an error.
pub fn parse(text: &str) -> Result<NaiveDateTime, DateError> {
    let folded = text::fold(text);
    let numbers = numbers(&folded).ok_or(DateError)?;
    let (day, rest) = match numbers.as_slice() {
        [compact, rest @ ..] if compact.len() == 8 => (day(&compact[..4], &compact[4..6], &compact[6..])?, rest),
        [year, month, number, rest @ ..] => (day(year, month, number)?, rest),
        _ => return Err(DateError),
    };
    Ok(day.and_time(time(rest)?))
}

/// A number in a column of days that lost its format: days since 1899-12-30, as Excel counts them.
pub fn from_serial(serial: f64) -> Result<NaiveDateTime, DateError> {
    const SECONDS_A_DAY: f64 = 86_400.0;
    // From 1900-03-01, before which Excel counts a day that never was, to 2100.
    if !(61.0..73_415.0).contains(&serial) {
        return Err(DateError);
    }
    let seconds = (serial * SECONDS_A_DAY).round() as i64;
    let day_zero = NaiveDate::from_ymd_opt(1899, 12, 30).ok_or(DateError)?.and_time(NaiveTime::MIN);
    day_zero.checked_add_signed(TimeDelta::seconds(seconds)).ok_or(DateError)
}

/// A time that a sheet holds as one, when it lies in the years that [`parse`] takes.
pub fn in_range(time: NaiveDateTime) -> Result<NaiveDateTime, DateError> {
    YEARS.contains(&time.year()).then_some(time).ok_or(DateError)
}

/// The runs of digits, when nothing but the separators of dates stands between them.
fn numbers(text: &str) -> Option<Vec<&str>> {
    let is_separator = |character: char| character.is_whitespace() || "-/.年月日号T:时点分秒".contains(character);
    let is_clean = text.chars().all(|character| character.is_ascii_digit() || is_separator(character));
    is_clean.then(|| text.split(is_separator).filter(|number| !number.is_empty()).collect())
}

fn day(year: &str, month: &str, day: &str) -> Result<NaiveDate, DateError> {
    if year.len() != 4 || month.len() > 2 || day.len() > 2 {
        return Err(DateError);
    }
    let year: i32 = parsed(year)?;
    if !YEARS.contains(&year) {
        return Err(DateError);
    }
    NaiveDate::from_ymd_opt(year, parsed(month)?, parsed(day)?).ok_or(DateError)
}

/// Nothing, or hour and minute, and perhaps seconds with a fraction, which is dropped.
fn time(numbers: &[&str]) -> Result<NaiveTime, DateError> {
    let (hour, minute, second) = match numbers {
        [] => return Ok(NaiveTime::MIN),
        [hour, minute] => (hour, minute, &"0"),
        [hour, minute, second] | [hour, minute, second, _] => (hour, minute, second),
        _ => return Err(DateError),
    };
    NaiveTime::from_hms_opt(parsed(hour)?, parsed(minute)?, parsed(second)?).ok_or(DateError)
}

fn parsed<N: std::str::FromStr>(digits: &str) -> Result<N, DateError> {
    digits.parse().map_err(|_| DateError)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(time: &str) -> NaiveDateTime {
        time.parse().expect("a time")
    }

    #[test]
    fn every_way_of_writing_gives_the_day() {
        let texts =
            ["2023/1/5", "2023-01-05", "2023.1.5", "2023年1月5日", "２０２３年１月５号", "20230105", " 2023-1-05 "];
        for text in texts {
            assert_eq!(parse(text), Ok(at("2023-01-05T00:00:00")), "{text}");
        }
        let texts = [
            "2023-01-05 12:37:00",
            "2023/1/5 12:37",
            "2023-01-05T12:37:00",
            "2023年1月5日 12时37分",
            "20230105 12:37",
            "2023-01-05 12:37:00.000",
        ];
        for text in texts {
            assert_eq!(parse(text), Ok(at("2023-01-05T12:37:00")), "{text}");
        }
    }

    #[test]
    fn what_could_be_another_day_is_none() {
        for text in [
            "",
            "1/5/2023",
            "2023/1",
            "2023-13-01",
            "2023-02-29",
            "23-1-5",
            "2023-01-05 25:00",
            "去年",
            "0023-01-05",
            "2023-01-05 12",
            "45018",
        ] {
            assert_eq!(parse(text), Err(DateError), "{text}");
        }
    }

    #[test]
    fn serial_numbers_of_excel() {
        assert_eq!(from_serial(45_018.52569444444), Ok(at("2023-04-02T12:37:00")));
        assert_eq!(from_serial(61.0), Ok(at("1900-03-01T00:00:00")));
        for serial in [0.0, -1.0, 20_230_105.0, f64::NAN] {
            assert_eq!(from_serial(serial), Err(DateError));
        }
    }
}
