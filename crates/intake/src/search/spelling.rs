//! What letters that somebody has typed can stand for: syllables, or only their first letters.

use std::{collections::BTreeSet, ops::Bound, sync::LazyLock};

use super::readings::syllables;

/// One sound of a question.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Unit<'t> {
    Syllable(&'t str),
    /// The first letters of a syllable: one, or where the question ends any number.
    Beginning(&'t str),
}

/// Every syllable that some character has, sorted.
static SYLLABLES: LazyLock<BTreeSet<&'static str>> =
    LazyLock::new(|| ('\u{4e00}'..='\u{9fff}').flat_map(syllables).collect());

/// The syllables that begin so, and the letter itself, as Latin letters of names stand for themselves.
pub fn beginning_with(beginning: &str) -> Vec<&str> {
    let syllables = syllables_from(beginning).take_while(|syllable| syllable.starts_with(beginning));
    let mut found: Vec<&str> = syllables.collect();
    if beginning.len() == 1 && !found.contains(&beginning) {
        found.push(beginning);
    }
    found
}

fn syllables_from(text: &str) -> impl Iterator<Item = &'static str> + use<'_> {
    SYLLABLES.range::<str, _>((Bound::Included(text), Bound::Unbounded)).copied()
}

/// Ways to read a run of letters that are followed up; more would find next to nothing but chance.
const WAYS: usize = 3;
/// Longest run of letters that may be first letters alone although syllables can be seen in it: "ca" is 擦 and 长安.
const INITIALS: usize = 4;
/// A syllable says more than a first letter.
const PRICE_OF_BEGINNING: usize = 3;

/// The ways to read a run of lower-case letters, the likeliest first. `ends`: nothing follows it in the question, so
/// that the last syllable may not be typed to its end.
pub fn read(letters: &str, ends: bool) -> Vec<Vec<Unit<'_>>> {
    let mut ways = segment(letters, ends);
    let inner_beginnings = |way: &[Unit<'_>]| {
        let checked = if ends { way.len().saturating_sub(1) } else { way.len() };
        way[..checked].iter().any(|unit| matches!(unit, Unit::Beginning(_)))
    };
    if ways.iter().any(|way| !inner_beginnings(way)) {
        ways.retain(|way| !inner_beginnings(way));
    }
    let initials: Vec<Unit<'_>> = (0..letters.len()).map(|place| Unit::Beginning(&letters[place..=place])).collect();
    if (2..=INITIALS).contains(&letters.len()) && initials.iter().all(is_sounded) && !ways.contains(&initials) {
        ways.push(initials);
    }
    ways
}

/// The cheapest ways up to each place, one after the other.
fn segment(letters: &str, ends: bool) -> Vec<Vec<Unit<'_>>> {
    let mut best: Vec<Vec<(usize, Vec<Unit<'_>>)>> = vec![Vec::new(); letters.len() + 1];
    best[0].push((0, Vec::new()));
    for end in 1..=letters.len() {
        let mut found = Vec::new();
        for start in end.saturating_sub(LONGEST)..end {
            let Some((price, unit)) = unit(&letters[start..end], ends && end == letters.len()) else { continue };
            for (before, way) in &best[start] {
                found.push((before + price, [way.as_slice(), &[unit]].concat()));
            }
        }
        found.sort_by_key(|(price, _)| *price);
        found.truncate(WAYS);
        best[end] = found;
    }
    best.pop().unwrap_or_default().into_iter().map(|(_, way)| way).collect()
}

/// Letters of the longest syllable, "zhuang".
const LONGEST: usize = 6;

fn unit(letters: &str, last: bool) -> Option<(usize, Unit<'_>)> {
    let beginning = Unit::Beginning(letters);
    if SYLLABLES.contains(letters) {
        // Typed on, "zhan" may become "zhang".
        return Some((1, if last { beginning } else { Unit::Syllable(letters) }));
    }
    match letters.len() == 1 || last {
        true if is_sounded(&beginning) => Some((if last { 2 } else { PRICE_OF_BEGINNING }, beginning)),
        _ => None,
    }
}

/// Whether a syllable begins so.
fn is_sounded(unit: &Unit<'_>) -> bool {
    match unit {
        Unit::Syllable(_) => true,
        Unit::Beginning(letters) => syllables_from(letters).next().is_some_and(|next| next.starts_with(letters)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "jing mei-": a dash where the syllable may go on.
    fn told(letters: &str, ends: bool) -> Vec<String> {
        let unit = |unit: &Unit<'_>| match unit {
            Unit::Syllable(letters) => (*letters).to_owned(),
            Unit::Beginning(letters) => format!("{letters}-"),
        };
        read(letters, ends).iter().map(|way| way.iter().map(unit).collect::<Vec<_>>().join(" ")).collect()
    }

    #[test]
    fn syllables_are_seen_before_first_letters() {
        assert_eq!(told("jingmei", true)[0], "jing mei-");
        assert_eq!(told("jm", true), ["j- m-"]);
        assert_eq!(told("jsjm", true), ["j- s- j- m-"]);
        assert_eq!(told("jiangs", false)[0], "jiang s-");
        assert_eq!(told("xian", true)[..2], ["xian-", "xi an-"]);
        assert!(told("ca", true).contains(&"c- a-".to_owned()));
        assert!(told("uv", true).is_empty() && told("zhangi", true).is_empty());
    }
}
