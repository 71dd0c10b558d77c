//! The shapes of phone numbers.

use super::{Kind, Phone};
use crate::text;

const DASHES: [char; 9] = ['‐', '‑', '‒', '–', '—', '―', '−', 'ー', '_'];
/// What people write before an extension; folded, so in lower case and half width.
const EXTENSION_WORDS: [&str; 7] = ["转接", "转", "分机号", "分机", "ext.", "ext", "#"];
const LONGEST_EXTENSION: usize = 6;

/// A phone with all its spaces and words is shorter.
const LONGEST_TEXT_BYTES: usize = 200;

pub(super) fn parse(text: &str) -> Option<Phone> {
    if text.len() > LONGEST_TEXT_BYTES {
        return None;
    }
    let plain = plain(text);
    let (number, extension) = cut_extension(&plain)?;
    if let Some(digits) = number.strip_prefix('+').filter(|digits| !digits.starts_with("86")) {
        return foreign(digits).filter(|_| extension.is_none());
    }
    let (number, has_country) = cut_country(number);
    if let Some(number) = mobile(number) {
        let phone = Phone { number, kind: Kind::Mobile };
        return extension.is_none().then_some(phone);
    }
    let mut number = landline(number, has_country)?;
    if let Some(extension) = extension {
        number.push('-');
        number.push_str(extension);
    }
    Some(Phone { number, kind: Kind::Landline })
}

/// Half width, no spaces, one kind of dash; a bracket parts like a dash.
fn plain(text: &str) -> String {
    let folded = text::key(text);
    let plain: String = folded
        .chars()
        .filter(|character| *character != '(')
        .map(|character| if character == ')' || DASHES.contains(&character) { '-' } else { character })
        .collect();
    let plain = plain.trim_matches('-');
    match plain.split_once('.') {
        Some((digits, zeros)) if is_digits(digits) && zeros.bytes().all(|byte| byte == b'0') => digits.to_owned(),
        _ => plain.to_owned(),
    }
}

/// The number, and the digits after a word for extension. `None` when something else follows such a word.
fn cut_extension(text: &str) -> Option<(&str, Option<&str>)> {
    for word in EXTENSION_WORDS {
        if let Some((number, extension)) = text.split_once(word) {
            let extension = extension.trim_matches([':', '-']);
            return is_extension(extension).then_some((number.trim_matches('-'), Some(extension)));
        }
    }
    Some((text, None))
}

/// The number without the code of China, and whether it was there. A bare 86 counts before a mobile or a dash only,
/// as a local number may begin so.
fn cut_country(number: &str) -> (&str, bool) {
    for code in ["+86", "0086", "86-"] {
        if let Some(rest) = number.strip_prefix(code) {
            return (rest.trim_start_matches('-'), true);
        }
    }
    match number.strip_prefix("86") {
        Some(rest) if mobile(rest).is_some() => (rest, true),
        _ => (number, false),
    }
}

fn foreign(number: &str) -> Option<Phone> {
    let digits = joined(number)?;
    let fits = (8..=15).contains(&digits.len()) && !digits.starts_with('0');
    fits.then(|| Phone { number: format!("+{digits}"), kind: Kind::Other })
}

/// `1[3-9]` and nine digits. A zero in front, dialled from afar in older days, is dropped when nothing parts it.
fn mobile(number: &str) -> Option<String> {
    let digits = joined(number)?;
    let mobile = if number.starts_with("01") && is_digits(number) { &digits[1..] } else { &digits };
    let is_mobile = mobile.len() == 11 && mobile.starts_with('1') && ('3'..='9').contains(&mobile.chars().nth(1)?);
    is_mobile.then(|| mobile.to_owned())
}

/// The number as written, when all of it, or all but a last group as extension, is a landline.
fn landline(number: &str, has_country: bool) -> Option<String> {
    let mut number = number.to_owned();
    let is_abroad_form = has_country && !number.starts_with(['0', '4', '8']);
    if is_abroad_form {
        if number.starts_with('1') && !number.starts_with("10") {
            // A mobile with a digit too few would pass for a landline with a zero in front.
            return None;
        }
        number.insert(0, '0');
    }
    joined(&number)?;
    let groups: Vec<&str> = number.split('-').filter(|group| !group.is_empty()).collect();
    let (last, others) = groups.split_last()?;
    let is_whole = is_landline(&groups.concat());
    let has_extension = is_extension(last) && is_landline(&others.concat());
    (is_whole || has_extension).then(|| groups.join("-"))
}

/// Area code and number, 400 or 800 and seven digits, or a number alone.
fn is_landline(digits: &str) -> bool {
    let starts = |allowed: std::ops::RangeInclusive<u8>, at: usize| {
        digits.as_bytes().get(at).is_some_and(|digit| allowed.contains(digit))
    };
    match digits.len() {
        7 | 8 => starts(b'2'..=b'9', 0),
        10 if digits.starts_with("400") || digits.starts_with("800") => true,
        10..=12 => digits.starts_with('0') && starts(b'1'..=b'9', 1),
        _ => false,
    }
}

/// The digits between single dashes; `None` when anything else is there.
fn joined(number: &str) -> Option<String> {
    let digits = number.replace('-', "");
    is_digits(&digits).then_some(digits)
}

fn is_extension(text: &str) -> bool {
    is_digits(text) && text.len() <= LONGEST_EXTENSION
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
