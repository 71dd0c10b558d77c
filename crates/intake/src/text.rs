//! Text as typed or pasted, made fit to keep or to compare.

use unicode_normalization::UnicodeNormalization;

/// For reading: full-width and half-width forms become one (NFKC), marks and control characters go, ends are trimmed.
pub fn fold(text: &str) -> String {
    let folded: String = text
        .nfkc()
        .filter(|character| !is_mark(*character))
        .filter(|character| !character.is_control() || character.is_whitespace())
        .collect();
    folded.trim().to_owned()
}

/// A key that does not tell apart case, width and white space.
pub fn key(text: &str) -> String {
    text.nfkc()
        .flat_map(char::to_lowercase)
        .filter(|character| !character.is_whitespace() && !character.is_control())
        .filter(|character| !is_mark(*character))
        .collect()
}

/// One line to keep: line breaks and tabs become spaces, other control characters and invisible marks go,
/// ends are trimmed. The rest stays as it stands.
pub fn line(text: &str) -> String {
    let cleaned: String = text
        .chars()
        .map(|character| if matches!(character, '\n' | '\r' | '\t') { ' ' } else { character })
        .filter(|character| !character.is_control() && !is_mark(*character))
        .collect();
    cleaned.trim().to_owned()
}

/// Several lines to keep: line breaks become `\n`, other control characters go, ends are trimmed.
pub fn paragraph(text: &str) -> String {
    let cleaned: String = text
        .replace("\r\n", "\n")
        .chars()
        .map(|character| if character == '\r' { '\n' } else { character })
        .filter(|character| matches!(character, '\n' | '\t') || !character.is_control())
        .collect();
    cleaned.trim().to_owned()
}

/// Characters that show nothing and come along when text is copied: zero-width ones, marks of direction, the byte order mark.
fn is_mark(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_can_be_seen() {
        assert_eq!(line("\u{feff} 王𠮷\t先生\r\n👍\0 "), "王𠮷 先生  👍");
        assert_eq!(paragraph("客户要求\r\n周五前回复\u{7}\n"), "客户要求\n周五前回复");
        assert_eq!(key(" ＡＢＣ　（中国）"), "abc(中国)");
    }
}
