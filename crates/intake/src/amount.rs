//! Amounts of money.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::text;

/// The text is no amount from 0 to 9999999999999.99 yuan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an amount")]
pub struct AmountError;

/// Marks of the yuan before the number, and after it once the multiplier is gone.
const PREFIXES: [&str; 4] = ["人民币", "rmb", "cny", "¥"];
const SUFFIXES: [&str; 6] = ["人民币", "rmb", "cny", "元整", "元", "圆"];
/// Longer ones first.
const MULTIPLIERS: [(&str, i64); 8] = [
    ("千万", 10_000_000),
    ("百万", 1_000_000),
    ("十万", 100_000),
    ("亿", 100_000_000),
    ("万", 10_000),
    ("w", 10_000),
    ("千", 1_000),
    ("百", 100),
];

/// Yuan with exactly two digits after the point: `¥1,234.50`, `12万`, `1.5亿元`, `717605.36`.
///
/// What lies beyond the second digit is rounded, halves away from zero: sheets hold `741133.2999999999`.
/// Other currencies, negative amounts, and commas that do not part thousands are errors.
pub fn parse(text: &str) -> Result<Decimal, AmountError> {
    parse_scaled(text, 1)
}

/// Like [`parse`], for a column whose header says `万元`: a bare number counts that many times; one that
/// brings its own 万 does not.
pub fn parse_scaled(text: &str, scale: i64) -> Result<Decimal, AmountError> {
    let folded = text::key(text);
    let mut rest = folded.as_str();
    for prefix in PREFIXES {
        rest = rest.strip_prefix(prefix).unwrap_or(rest);
    }
    for suffix in SUFFIXES {
        rest = rest.strip_suffix(suffix).unwrap_or(rest);
    }
    let (digits, multiplier) = MULTIPLIERS
        .iter()
        .find_map(|(unit, factor)| Some((rest.strip_suffix(unit)?, *factor)))
        .unwrap_or((rest, scale));
    in_range(number(digits)?.checked_mul(multiplier.into()).ok_or(AmountError)?)
}

/// A number of a sheet, `scale` as in [`parse_scaled`].
pub fn from_number(number: f64, scale: i64) -> Result<Decimal, AmountError> {
    parse_scaled(&number.to_string(), scale)
}

/// Largest amount that a record holds; `Format.MONEY` of proto/cims/annotations.proto.
fn in_range(amount: Decimal) -> Result<Decimal, AmountError> {
    let largest = Decimal::new(999_999_999_999_999, 2);
    let mut amount = amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    if amount.is_sign_negative() && !amount.is_zero() || amount > largest {
        return Err(AmountError);
    }
    amount.rescale(2);
    Ok(amount)
}

fn number(digits: &str) -> Result<Decimal, AmountError> {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let is_grouped = groups.all(|group| group.len() == 3 && are_digits(group));
    let is_first_short = first.len() <= 3 || !whole.contains(',');
    if !are_digits(first) || !is_grouped || !is_first_short || !are_digits(fraction) {
        return Err(AmountError);
    }
    let plain = format!("{}.{}", whole.replace(',', ""), &fraction[..fraction.len().min(12)]);
    plain.parse().map_err(|_| AmountError)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_writing_gives_two_digits() {
        let written = [
            ("¥1,234.50", "1234.50"),
            ("￥92,550.5元", "92550.50"),
            ("12万", "120000.00"),
            ("１２．５万元", "125000.00"),
            ("1.5亿", "150000000.00"),
            ("人民币 3千万", "30000000.00"),
            ("717605.36", "717605.36"),
            ("741133.2999999999", "741133.30"),
            ("0", "0.00"),
            ("9999999999999.99", "9999999999999.99"),
        ];
        for (text, amount) in written {
            assert_eq!(parse(text).map(|amount| amount.to_string()).as_deref(), Ok(amount), "{text}");
        }
        assert_eq!(from_number(520_649.7, 1).map(|amount| amount.to_string()).as_deref(), Ok("520649.70"));
        assert_eq!(from_number(12.0, 10_000), parse("12万"));
        assert_eq!(parse_scaled("12万", 10_000), parse("12万"));
    }

    #[test]
    fn what_could_mean_something_else_is_no_amount() {
        for text in [
            "",
            "万",
            "-5",
            "1.234,50",
            "12,34",
            "1,2345",
            "$5",
            "5美元",
            "1.2.3",
            "约5万",
            "10000000000000",
            "NaN",
            "inf",
            "1e5",
        ] {
            assert_eq!(parse(text), Err(AmountError), "{text}");
        }
        assert_eq!(from_number(f64::NAN, 1), Err(AmountError));
        assert_eq!(from_number(1e300, 1), Err(AmountError));
    }
}
