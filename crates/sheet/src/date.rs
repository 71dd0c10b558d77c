//! Days and times as sheets hold them.

use calamine::{ExcelDateTime, ExcelDateTimeType};
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound};

use crate::Cell;

/// The last that Excel knows; the end of its last day would round up into the next.
const LAST_YEAR: i32 = 9999;

/// A number that the sheet shows as a day or a time.
pub(crate) fn from_number(value: f64, is_1904: bool) -> Cell {
    from_serial(&ExcelDateTime::new(value, ExcelDateTimeType::DateTime, is_1904))
}

/// Serial numbers are fractions of a day: 12:37 comes as 12:36:59.999, hence the rounding.
pub(crate) fn from_serial(serial: &ExcelDateTime) -> Cell {
    let (year, month, day, hour, minute, second, millisecond) = serial.to_ymd_hms_milli();
    let time = NaiveDate::from_ymd_opt(year.into(), month.into(), day.into())
        .and_then(|day| day.and_hms_milli_opt(hour.into(), minute.into(), second.into(), millisecond.into()))
        .map(|time| time.round_subsecs(0))
        .filter(|time| time.year() <= LAST_YEAR);
    match time {
        Some(time) if serial.is_datetime() => Cell::Date(time),
        _ => Cell::Number(serial.as_f64()),
    }
}

/// ISO 8601: a day, perhaps with a time of day, whose offset is passed over.
pub(crate) fn from_iso(text: &str) -> Option<NaiveDateTime> {
    const TIMES: [&str; 4] = ["%H:%M:%S%.f", "%H:%M", "%H:%M:%S%.f%:z", "%H:%M%:z"];
    let (day, rest) = text.split_at_checked("2023-01-05".len())?;
    let day = NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()?;
    if rest.is_empty() {
        return Some(day.and_time(NaiveTime::MIN));
    }
    let time = rest.trim_end_matches('Z').strip_prefix(['T', 't', ' '])?;
    let time = TIMES.iter().find_map(|format| NaiveTime::parse_from_str(time, format).ok())?;
    Some(day.and_time(time).round_subsecs(0))
}

/// Whether a number of this built-in format is a day or a time; spans (`[h]:mm:ss`) are none.
pub(crate) fn is_date_format(id: u32) -> bool {
    matches!(id, 14..=22 | 27..=36 | 45 | 47 | 50..=58)
}

/// The same of a format that the workbook spells out: `yyyy"年"m"月"d"日"`, `[$-804]aaaa;@`.
pub(crate) fn is_date_code(code: &str) -> bool {
    let mut characters = code.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' | '_' | '*' => drop(characters.next()),
            '"' => drop(characters.by_ref().find(|own| *own == '"')),
            // A span in brackets (`[h]:mm`) is no day; colours and languages say nothing.
            '[' => {
                let inside: String = characters.by_ref().take_while(|own| *own != ']').collect();
                if !inside.is_empty() && inside.chars().all(|own| "hmsHMS".contains(own)) {
                    return false;
                }
            }
            ';' => return false,
            'd' | 'm' | 'h' | 'y' | 's' | 'D' | 'M' | 'H' | 'Y' | 'S' => return true,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_of_days_are_told_from_others() {
        for code in ["yyyy/m/d", "yyyy\"年\"m\"月\"d\"日\";@", "[$-804]yyyy\\-mm\\-dd", "h:mm AM/PM", "[Red]yyyy"] {
            assert!(is_date_code(code), "{code}");
        }
        for code in ["General", "0.00", "#,##0\"d\"", "[h]:mm:ss", "0;yyyy", "\\d0", "@"] {
            assert!(!is_date_code(code), "{code}");
        }
    }
}
