//! Numbers of resident identity cards, GB 11643-1999.

use chrono::NaiveDate;

/// Provinces, by the first two digits. Districts are not looked up: people keep the number of one that is gone.
const PROVINCES: [u8; 35] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63,
    64, 65, 71, 81, 82, 83,
];
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: &[u8; 11] = b"10X98765432";

/// Whether a text is a number that can be: its province, its day of birth and its last character fit.
pub fn fits(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() != 18 || !bytes[..17].iter().all(u8::is_ascii_digit) {
        return false;
    }
    let number = |from: usize, to: usize| text[from..to].parse::<u32>().unwrap_or_default();
    let born = NaiveDate::from_ymd_opt(number(6, 10).cast_signed(), number(10, 12), number(12, 14));
    let sum: u32 = bytes.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    let check = CHECKS[(sum % 11) as usize];
    PROVINCES.iter().any(|province| u32::from(*province) == number(0, 2))
        && born.is_some()
        && (1800..2200).contains(&number(6, 10))
        && bytes[17].to_ascii_uppercase() == check
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn region_day_and_check_character_decide() {
        for number in ["11010519491231002X", "11010519491231002x", "440524188001010014"] {
            assert!(fits(number), "{number}");
        }
        for number in
            ["", "110105194912310021", "99010519491231002X", "11010519491331002X", "1101051949123100", "１１０１０５"]
        {
            assert!(!fits(number), "{number}");
        }
    }
}
