//! How names sound, and what a question may sound like: full pinyin (`jingmei`), first letters (`jm`), both mixed with
//! characters (`jiangs晶美`).
//!
//! A row holds a text that tells each letter of its names with its readings, `晶,jing,;美,mei,;`, the customer's name
//! in the first line and a contact's in each other. Its words are, for every two neighbours, a reading of the one and the
//! first letter of the other: `~jingm`. One word so serves syllables and first letters alike (`jm` asks for all
//! that begin with j, followed by m), and is rare enough that few rows are left for the pattern to decide.

use std::collections::BTreeSet;

use super::{
    readings::readings,
    spelling::{Unit, beginning_with, read},
};
use crate::name;

/// One way to hear a question: the row has all of `tokens` and one of each of `any`, and its text matches `pattern`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arm {
    pub tokens: Vec<String>,
    pub any: Vec<Vec<String>>,
    /// A regular expression for a part of a line of [`text`].
    pub pattern: String,
    /// The line begins so.
    pub leads: bool,
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
        let initials: BTreeSet<&str> = pair[1].iter().map(|reading| &reading[..1]).collect();
        pair[0].iter().flat_map(move |reading| initials.clone().into_iter().map(move |next| format!("~{reading}{next}")))
    });
    first.chain(pairs).collect()
}

/// One element of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Element<'t> {
    Letter(char),
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
        let length = rest.find(|other: char| !other.is_ascii_lowercase()).unwrap_or(rest.len());
        let (run, after) = rest.split_at(if length == 0 { letter.len_utf8() } else { length });
        let heard: Vec<Vec<Element<'_>>> = match length {
            0 => vec![vec![Element::Letter(letter)]],
            _ => read(run, after.is_empty()).into_iter().map(|way| way.into_iter().map(Element::Sound).collect()).collect(),
        };
        ways = ways.iter().flat_map(|way| heard.iter().map(|more| [way.as_slice(), more].concat())).take(ARMS).collect();
        rest = after;
    }
    ways.iter().filter_map(|way| arm(way)).collect()
}

fn arm(way: &[Element<'_>]) -> Option<Arm> {
    let mut arm = Arm { tokens: Vec::new(), any: Vec::new(), pattern: String::new(), leads: way.len() == 1 };
    let mut put = |words: BTreeSet<String>| match words.len() {
        0 => {}
        1 => arm.tokens.extend(words),
        _ => arm.any.push(words.into_iter().collect()),
    };
    match way {
        // One first letter would be a seventh of all names.
        [Element::Sound(Unit::Beginning(letters))] if letters.len() == 1 => return None,
        [only] => put(only.sounds().iter().map(|sound| format!("~^{sound}")).collect()),
        _ => way.windows(2).for_each(|pair| put(words(pair[0], pair[1]))),
    }
    arm.pattern = way.iter().map(Element::pattern).collect();
    (!arm.tokens.is_empty() || !arm.any.is_empty()).then_some(arm)
}

/// The words of two neighbours, of which a row has one at least.
fn words(left: Element<'_>, right: Element<'_>) -> BTreeSet<String> {
    let (left, right) = (left.sounds(), right.sounds());
    let initials: BTreeSet<&str> = right.iter().map(|sound| &sound[..1]).collect();
    left.iter().flat_map(|own| initials.iter().map(move |next| format!("~{own}{next}"))).collect()
}

impl<'t> Element<'t> {
    /// The syllables that it may be.
    fn sounds(self) -> Vec<&'t str> {
        match self {
            // Whether it leads is not known: as a surname it has one reading more.
            Element::Letter(letter) => readings(letter, true),
            Element::Sound(Unit::Syllable(syllable)) => vec![syllable],
            Element::Sound(Unit::Beginning(letters)) => beginning_with(letters),
        }
    }

    /// Matches its letter within [`text`].
    fn pattern(&self) -> String {
        match self {
            Element::Letter(letter) => format!("{letter},[^;]*;"),
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
            arm.tokens.iter().all(|token| tokens.contains(token))
                && arm.any.iter().all(|words| words.iter().any(|token| tokens.contains(token)))
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
