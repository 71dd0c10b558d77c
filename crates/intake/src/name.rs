//! Names of customers and contacts.

use crate::text;

/// The key of soft duplicates: width folded (NFKC), white space and invisible marks removed, every kind of
/// bracket round, lower case. `江苏晶美（中国） 有限公司` and `江苏晶美(中国)有限公司` give the same. Empty when
/// nothing can be seen.
pub fn normalise(name: &str) -> String {
    text::key(name)
        .chars()
        .map(|character| match character {
            '[' | '{' | '【' | '〔' | '〖' => '(',
            ']' | '}' | '】' | '〕' | '〗' => ')',
            '•' | '・' | '‧' => '·',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_width_and_case_do_not_tell_names_apart() {
        let key = "江苏晶美(中国)有限公司";
        for name in ["江苏晶美（中国）有限公司", " 江苏晶美 (中国)　有限公司", "江苏晶美【中国】有限公司"]
        {
            assert_eq!(normalise(name), key);
        }
        assert_eq!(normalise("ＡＣＭＥ  Trading"), "acmetrading");
        assert_eq!(normalise(" \u{3000}\u{200b}"), "");
    }
}
