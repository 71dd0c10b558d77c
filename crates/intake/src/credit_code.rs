//! Unified social credit codes, GB 32100-2015.

use crate::text;

/// The 31 characters in the order of their values; I, O, S, V and Z are left out.
const CHARACTERS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
const LENGTH: usize = 18;

/// Why a text is no credit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CreditCodeError {
    #[error("not 18 of the characters allowed")]
    Format,
    #[error("the last character does not follow from the others")]
    Checksum,
}

/// The code in upper case and half width, without spaces and dashes.
///
/// Only the form and the check character decide; the region inside is not looked up, as old codes keep theirs.
pub fn parse(text: &str) -> Result<String, CreditCodeError> {
    let mut code = text::key(text).to_uppercase();
    code.retain(|character| character != '-');
    let values: Vec<usize> = code.chars().map_while(value).collect();
    if values.len() != LENGTH || code.len() != LENGTH {
        return Err(CreditCodeError::Format);
    }
    if check_value(&values) != values[LENGTH - 1] {
        return Err(CreditCodeError::Checksum);
    }
    Ok(code)
}

fn value(character: char) -> Option<usize> {
    CHARACTERS.iter().position(|allowed| char::from(*allowed) == character)
}

/// The sum of the first 17 values weighted by powers of 3, taken from 31.
fn check_value(values: &[usize]) -> usize {
    let mut weight = 1;
    let mut sum = 0;
    for value in &values[..LENGTH - 1] {
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    (31 - sum % 31) % 31
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_character_decides() {
        let code = "91350100M000100Y43";
        assert_eq!(parse(code).as_deref(), Ok(code));
        assert_eq!(parse(" 91350100 m000100y43 ").as_deref(), Ok(code));
        assert_eq!(parse("９１３５０１００Ｍ０００１００Ｙ４３").as_deref(), Ok(code));
        assert_eq!(parse("91350100M000100Y44"), Err(CreditCodeError::Checksum));
        assert_eq!(parse("91350100M000010Y43"), Err(CreditCodeError::Checksum));
    }

    #[test]
    fn other_shapes_are_no_codes() {
        for text in ["", "91350100M000100Y4", "91350100M000100Y433", "91350100MO00100Y43", "91350100M000100Y4三"] {
            assert_eq!(parse(text), Err(CreditCodeError::Format), "{text}");
        }
    }
}
