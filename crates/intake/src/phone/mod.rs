//! Phone numbers, decided by their shape alone: lists of known prefixes age and refuse numbers that ring.

mod shape;
mod split;

use serde::{Deserialize, Serialize};

pub use split::split;

/// What a number is, by its shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// A mainland mobile: `1[3-9]` and nine digits.
    Mobile,
    /// A mainland number with or without area code, and 400 and 800 numbers.
    Landline,
    /// Of another country.
    Other,
}

/// A number that could ring.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Phone {
    /// 11 digits of a mobile; `+` and digits of another country; a landline as written with single dashes
    /// for all separators, and the extension last: `010-62751234-801`.
    pub number: String,
    pub kind: Kind,
}

/// The text is no phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a phone number")]
pub struct PhoneError;

/// One phone number.
///
/// Full-width digits, spaces, dashes and brackets are read through, as are `+86`, `0086`, `86`, a zero before
/// a mobile, and the `.0` of a number that a sheet kept as a fraction. See [`Kind`] for what is accepted; a
/// foreign number needs its `+` and 8 to 15 digits.
pub fn parse(text: &str) -> Result<Phone, PhoneError> {
    shape::parse(text).ok_or(PhoneError)
}

impl Phone {
    /// What equal phones share: the digits of [`Phone::number`]. Used for soft duplicates and search.
    pub fn key(&self) -> String {
        key(&self.number)
    }
}

/// The digits of a number that [`parse`] gave.
pub fn key(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).collect()
}

/// The digits after the area code, when the number has one; people search a landline by these.
pub fn local_digits(number: &str) -> Option<String> {
    let key = key(number);
    if !key.starts_with('0') || number.starts_with('+') {
        return None;
    }
    let written = number.find('-').filter(|length| (3..=4).contains(length));
    let short = key.starts_with("010") || key.starts_with("02");
    let area_digits = written.unwrap_or(if short { 3 } else { 4 });
    key.get(area_digits..).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<(String, Kind)> {
        parse(text).ok().map(|phone| (phone.number, phone.kind))
    }

    #[test]
    fn mobiles_become_eleven_digits() {
        let texts = [
            "13800138000",
            "138 0013 8000",
            "138-0013-8000",
            "+86 13800138000",
            "+8613800138000",
            "008613800138000",
            "8613800138000",
            "86-138-0013-8000",
            "(+86)138-0013-8000",
            "（86）13800138000",
            "１３８００１３８０００",
            "13800138000.0",
            "013800138000",
            "\u{202d}13800138000\u{202c}",
            "138—0013—8000",
        ];
        for text in texts {
            assert_eq!(parsed(text), Some(("13800138000".to_owned(), Kind::Mobile)), "{text}");
        }
    }

    #[test]
    fn landlines_stay_as_written() {
        let texts = [
            ("041-47725065", "041-47725065"),
            ("0755-8888999", "0755-8888999"),
            ("(010) 6275 1234", "010-62751234"),
            ("01062751234", "01062751234"),
            ("+86 10 62751234", "01062751234"),
            ("+86-755-8888-9999", "0755-8888-9999"),
            ("86-10-62751234", "010-62751234"),
            ("010-62751234-801", "010-62751234-801"),
            ("010-62751234转801", "010-62751234-801"),
            ("010-62751234 ext. 801", "010-62751234-801"),
            ("400-810-8888", "400-810-8888"),
            ("8008101234", "8008101234"),
            ("62751234", "62751234"),
            ("6275-123", "6275-123"),
        ];
        for (text, number) in texts {
            assert_eq!(parsed(text), Some((number.to_owned(), Kind::Landline)), "{text}");
        }
    }

    #[test]
    fn foreign_numbers_need_their_plus() {
        assert_eq!(parsed("+1 (650) 253-0000"), Some(("+16502530000".to_owned(), Kind::Other)));
        assert_eq!(parsed("＋852 2123 4567"), Some(("+85221234567".to_owned(), Kind::Other)));
        for text in ["+1234567", "+1234567890123456", "+0123456789", "12125550000"] {
            assert_eq!(parsed(text), None, "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        let texts = [
            "",
            "-",
            "+",
            "1572568518",
            "+86 1572568518",
            "138001380001",
            "12800138000",
            "10086",
            "12345678",
            "abc",
            "无",
            "13800138000转1",
            "1380013800O",
            "1.38E+10",
            "00-62751234",
            "010-6275123-1234567",
            "13800138000 13900139000",
        ];
        for text in texts {
            assert_eq!(parsed(text), None, "{text}");
        }
    }

    #[test]
    fn the_local_part_of_a_landline() {
        let local = |number| local_digits(number);
        assert_eq!(local("041-47725065").as_deref(), Some("47725065"));
        assert_eq!(local("01062751234").as_deref(), Some("62751234"));
        assert_eq!(local("07558888999").as_deref(), Some("8888999"));
        assert_eq!(local("13800138000"), None);
        assert_eq!(local("62751234"), None);
    }
}
