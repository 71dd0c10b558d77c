//! Several phones in one cell.

use super::parse;

const SEPARATORS: [char; 14] = ['、', '/', '／', ';', '；', ',', '，', '|', '｜', '\n', '\r', '\t', '或', '和'];

/// Words of one phone: `+86 ( 0755 ) 8888 9999 ext 801`. A long text must not cost the square of its length.
const MOST_WORDS: usize = 8;

/// The phones of a cell, as written: `13800138000、010-62751234`, `138 0013 8000 139 0013 9000`.
///
/// White space both parts phones and groups digits; what reads as one phone stays one. A piece that is no phone is
/// given back too, so that [`parse`] can refuse it. Empty when nothing is there.
pub fn split(text: &str) -> Vec<&str> {
    text.split(SEPARATORS).map(str::trim).filter(|piece| !piece.is_empty()).flat_map(at_spaces).collect()
}

/// Words are taken together until they make a phone. Should some be left over, the piece stays whole.
fn at_spaces(piece: &str) -> Vec<&str> {
    if !piece.contains(char::is_whitespace) || parse(piece).is_ok() {
        return vec![piece];
    }
    let mut phones = Vec::new();
    let mut rest = piece;
    while !rest.is_empty() {
        let Some(end) = word_ends(rest).find(|end| parse(&rest[..*end]).is_ok()) else {
            return vec![piece];
        };
        phones.push(&rest[..end]);
        rest = rest[end..].trim_start();
    }
    phones
}

fn word_ends(text: &str) -> impl Iterator<Item = usize> {
    let spaces = text.char_indices().filter(|(_, character)| character.is_whitespace());
    spaces.map(|(at, _)| at).chain([text.len()]).take(MOST_WORDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_and_spaces_part_phones() {
        let two = ["13800138000", "13900139000"];
        for between in ["、", "/", ";", "，", " ", "\n", " / ", "　"] {
            assert_eq!(split(&two.join(between)), two, "{between:?}");
        }
        assert_eq!(split("138 0013 8000 139 0013 9000"), ["138 0013 8000", "139 0013 9000"]);
        assert_eq!(split("0755 8888 9999 13800138000"), ["0755 8888 9999", "13800138000"]);
        assert_eq!(split("010 62751234"), ["010 62751234"]);
    }

    #[test]
    fn what_is_no_phone_is_not_lost() {
        assert_eq!(split("13800138000 张三"), ["13800138000 张三"]);
        assert_eq!(split("无、13800138000"), ["无", "13800138000"]);
        assert!(split(" 、 ").is_empty());
    }
}
