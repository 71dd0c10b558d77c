//! How names sound, and what a question may sound like: full pinyin (`jingmei`), first letters (`jm`), both mixed with
//! characters (`jiangs晶美`).
//!
//! A row holds a text that tells each letter of its names with its readings, `晶,jing,;美,mei,;`, the customer's name
//! in the first line and a contact's in each other. Its words are, for every two neighbours, their first letters, `@jm`,
//! and a reading of each, `~jing'mei`. A syllable that is not typed to its end asks for any that begins so: `~jing'ma`,
//! `~jing'mai` … Asking so for a first letter on both sides would do without the former, and takes twenty times as long.

use std::collections::BTreeSet;

use super::{
    readings::readings,
    spelling::{Unit, beginning_with, read},
};
use crate::name;

/// One way to hear a question: the row has one of each of `tokens`, and a line of its text matches `pattern`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arm {
    pub tokens: Vec<Vec<String>>,
    /// A regular expression for a part of a line of [`text`].
    pub pattern: String,
    /// The line begins so.
    pub leads: bool,
    /// The words say it all: whatever has them matches the pattern.
    pub exact: bool,
}

/// Ways to hear one question that are followed up.
const ARMS: usize = 4;

/// What is heard of a name: letters, digits and characters.
fn letters(name: &str) -> Vec<char> {
    name::normalise(name).chars().filter(|character| character.is_alphanumeric()).collect()
}

/// The text of a customer's and its contacts' names.
pub fn text<'t>(names: impl IntoIterator<Item = &'t str>) -> String {
    let line = |name: &str| -> String {
        let sounds = letters(name).into_iter().enumerate().map(|(place, letter)| {
            let readings: String = readings(letter, place == 0).iter().map(|reading| format!("{reading},")).collect();
            format!("{letter},{readings};")
        });
        sounds.collect()
    };
    names.into_iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The words of one name.
pub(super) fn tokens(name: &str) -> BTreeSet<String> {
    let letters = letters(name);
    let sounds: Vec<Vec<&str>> =
        letters.iter().enumerate().map(|(place, letter)| readings(*letter, place == 0)).collect();
    let first = sounds.first().into_iter().flatten().map(|reading| format!("~^{reading}"));
    let pairs = sounds.windows(2).flat_map(|pair| {
        let both = pair[0].iter().flat_map(|own| pair[1].iter().map(move |next| (*own, *next)));
        both.flat_map(|(own, next)| [first_letters(own, next), syllables(own, next)])
    });
    first.chain(pairs).collect()
}

fn first_letters(own: &str, next: &str) -> String {
    format!("@{}{}", &own[..1], &next[..1])
}

fn syllables(own: &str, next: &str) -> String {
    format!("~{own}'{next}")
}

/// One element of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Element<'t> {
    /// A character, by one of its readings.
    Character(char, &'t str),
    Sound(Unit<'t>),
}

/// The ways to hear a question; none without Latin letters in it.
pub fn arms(query: &str) -> Vec<Arm> {
    let letters: String = letters(&query.to_lowercase().replace('ü', "v")).into_iter().collect();
    if !letters.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return Vec::new();
    }
    let mut ways: Vec<Vec<Element<'_>>> = vec![Vec::new()];
    let mut rest = letters.as_str();
    while let Some(letter) = rest.chars().next() {
        let run = rest.find(|other: char| !other.is_ascii_lowercase()).unwrap_or(rest.len());
        let (now, after) = rest.split_at(if run == 0 { letter.len_utf8() } else { run });
        let heard: Vec<Vec<Element<'_>>> = match run {
            // Whether it leads is not known: as a surname it may have one reading more.
            0 => readings(letter, true).into_iter().map(|own| vec![Element::Character(letter, own)]).collect(),
            _ => read(now, after.is_empty())
                .into_iter()
                .map(|way| way.into_iter().map(Element::Sound).collect())
                .collect(),
        };
        ways =
            ways.iter().flat_map(|way| heard.iter().map(|more| [way.as_slice(), more].concat())).take(ARMS).collect();
        rest = after;
    }
    let mut arms: Vec<Arm> = ways.iter().flat_map(|way| arms_of(way)).collect();
    arms.dedup();
    arms.truncate(ARMS);
    arms
}

fn arms_of(way: &[Element<'_>]) -> Vec<Arm> {
    let pattern: String = way.iter().map(Element::pattern).collect();
    let leading = |syllable: &str| Arm {
        tokens: vec![vec![format!("~^{syllable}")]],
        pattern: pattern.clone(),
        leads: true,
        exact: true,
    };
    match way {
        // One first letter would be a seventh of all names.
        [] | [Element::Character(..)] => Vec::new(),
        [Element::Sound(Unit::Beginning(letters))] if letters.len() == 1 => Vec::new(),
        [Element::Sound(Unit::Beginning(letters))] => beginning_with(letters).into_iter().map(leading).collect(),
        [Element::Sound(Unit::Syllable(syllable))] => vec![leading(syllable)],
        _ => {
            let tokens: BTreeSet<Vec<String>> = way.windows(2).map(|pair| words(pair[0], pair[1])).collect();
            // A character that is written has to be that one.
            let exact = match way {
                [Element::Sound(Unit::Syllable(_)), Element::Sound(_)] => true,
                [Element::Sound(_), Element::Sound(Unit::Beginning(last))] => last.len() == 1,
                _ => false,
            };
            vec![Arm { tokens: tokens.into_iter().collect(), pattern, leads: false, exact }]
        }
    }
}

/// The rarest words of which two neighbours have one for certain.
fn words(left: Element<'_>, right: Element<'_>) -> Vec<String> {
    match (left, right) {
        (Element::Sound(Unit::Beginning(own)), next) => vec![first_letters(own, next.sound())],
        (Element::Sound(Unit::Syllable(own)) | Element::Character(_, own), Element::Sound(Unit::Beginning(next))) => {
            beginning_with(next).into_iter().map(|next| syllables(own, next)).collect()
        }
        (Element::Sound(Unit::Syllable(own)) | Element::Character(_, own), next) => vec![syllables(own, next.sound())],
    }
}

impl<'t> Element<'t> {
    /// At least the first letter.
    fn sound(self) -> &'t str {
        match self {
            Element::Character(_, letters) | Element::Sound(Unit::Syllable(letters) | Unit::Beginning(letters)) => {
                letters
            }
        }
    }

    /// Matches its letter within [`text`].
    fn pattern(&self) -> String {
        match self {
            Element::Character(letter, _) => format!("{letter},[^;]*;"),
            Element::Sound(Unit::Syllable(syllable)) => format!("[^;],([a-z]+,)*{syllable},[a-z,]*;"),
            Element::Sound(Unit::Beginning(letters)) => format!("[^;],([a-z]+,)*{letters}[a-z,]*;"),
        }
    }
}

#[cfg(test)]
mod tests {
    use regex_lite::Regex;

    use super::*;

    /// The rule that the SQL of a search follows.
    fn is_found(query: &str, name: &str) -> bool {
        let (tokens, text) = (tokens(name), text([name]));
        arms(query).iter().any(|arm| {
            let pattern = format!("{}{}", if arm.leads { "^" } else { "" }, arm.pattern);
            arm.tokens.iter().all(|any| any.iter().any(|token| tokens.contains(token)))
                && Regex::new(&pattern).expect("a pattern").is_match(&text)
        })
    }

    #[test]
    fn names_are_found_by_pinyin_and_first_letters() {
        let name = "江苏晶美（中国）有限公司";
        for query in ["jingmei", "jingm", "jm", "jsjm", "jiangsujingmei", "JingMei zhongguo", "jiang", "mzg"] {
            assert!(is_found(query, name), "{query}");
        }
        for query in ["jiangs晶美", "晶m", "j美", "江sujm", "美zhong国"] {
            assert!(is_found(query, name), "{query}");
        }
        for query in ["meijing", "mj", "jmj", "jingsu", "su晶m江", "j", "晶美", "mei", "xyz"] {
            assert!(!is_found(query, name), "{query}");
        }
    }

    #[test]
    fn characters_of_several_readings_are_found_by_each() {
        for query in ["chongqingyinhang", "zhongqing", "cqyh", "cqyx"] {
            assert!(is_found(query, "重庆银行"), "{query}");
        }
        assert!(is_found("shanxiong", "单雄") && is_found("qiuying", "仇英") && is_found("zengg", "曾国"));
        assert!(is_found("lvdi", "绿地") && is_found("lüdi", "绿地"));
        assert!(is_found("ruijie", "\u{20bb7}锐捷") && is_found("ak", "A科") && is_found("3mzg", "3M中国"));
    }
}
