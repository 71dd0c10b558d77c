//! How the rows of a page are come by: looked up, or found among the newest.
//!
//! How common the words are decides it. The planner guesses that from words apart: that 科技 is nearly always followed by
//! 有限 it cannot know, and takes 250 ms for what takes 2 ms the other way. So the choice is made here: what few have is
//! looked up, of what many have a page is found among the newest, and where it was not, all of it is looked up.
//!
//! How the numbers follow from what a row costs: docs/decisions/0006-search-scope.md.

use chrono::{DateTime, Utc};
use kit::{Scope, page::Page};

use super::{
    frequency::Frequencies,
    period,
    statement::{Access, Among, Band, Found, Part, Place, Question, Stretch},
    text::{KnownBy, Text, Way},
};

/// Rows that are looked at before the index of words is asked, where nobody knows how common a word is.
const UNKNOWN: i64 = 1_000;
/// Most of the newest rows that are gone through for a page.
const NEWEST: f64 = 20_000.0;
/// What takes no longer, in microseconds, is looked up whole: the statistics tell rare words from one another no more.
const SOON: f64 = 1_600.0;
/// Rows to be found for one that is needed, where the statistics know how many have the word.
const MARGIN: f64 = 1.5;
/// The same where they know it less well: words come together, or were found in a better way.
const WIDE_MARGIN: f64 = 2.0;
/// Where they were not found after all, so many times as many are looked at next.
const WIDER: f64 = 4.0;
/// What a row costs that is looked up, in microseconds.
const LOOKED_UP: f64 = 3.0;
/// What a row costs that has the text's words, where it is looked for among those that have one of others.
const MATCHED: f64 = 0.12;
/// What each of those others costs.
const LISTED: f64 = 0.005;
/// What a name costs that the index of names goes through.
const NAMED: f64 = 0.25;
/// What a row costs that is gone through with a look at its names.
const GONE_THROUGH: f64 = 0.8;
/// And for each time that its words are gone through.
const WORDS: f64 = 1.2;
/// More words of a scope take longer to go through, for each row that has the text's, than the row itself.
const MOST_SCOPE_WORDS: usize = 4;
/// Clocks of other hosts may be ahead by so many milliseconds.
const AHEAD: u64 = 60_000;

/// What decides how a page is come by.
pub struct Choice<'a> {
    pub question: &'a Question,
    pub bands: &'a [Band],
    pub scope: &'a Scope,
    /// The words of which a row within the scope has one.
    pub within: Option<&'a [i64]>,
    pub frequencies: &'a Frequencies,
    pub page: &'a Page<Place>,
}

/// How far a page has come.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// The band to go on with.
    band: usize,
    /// So often its rows were not among the newest that were looked at.
    missed: i32,
}

impl Choice<'_> {
    pub fn begin(&self) -> Progress {
        Progress { band: self.page.after.as_ref().map_or(0, |place| place.band), missed: 0 }
    }

    /// The parts of one statement, for so many rows: bands up to the first that may have to be asked once more. None at the end.
    pub fn parts(&self, progress: Progress, limit: i64) -> Vec<Part<'_>> {
        let mut parts = Vec::new();
        for (number, band) in self.bands.iter().copied().enumerate().skip(progress.band) {
            let after = self.page.after.as_ref().filter(|place| place.band == number);
            let access = match band {
                Band::Way(way) => {
                    let missed = if number == progress.band { progress.missed } else { 0 };
                    self.access(way, after, missed, limit)
                }
                Band::All | Band::Sorted(_) | Band::Unsorted(_) => Access::Planned,
            };
            let is_last = access.is_partial() || matches!(access, Access::Planned);
            parts.push(Part { number, stretch: Stretch { scope: self.scope, band, after }, access });
            if is_last {
                break;
            }
        }
        parts
    }

    /// Where to go on when a statement of these parts found these rows, of which those that do not count are taken out.
    pub fn advance(&self, before: Progress, parts: &[Part<'_>], found: &mut Vec<Found>, limit: i64) -> Progress {
        let Some(last) = parts.last() else { return Progress { band: self.bands.len(), missed: 0 } };
        let is_of_last = |row: &Found| row.band() == last.number;
        let is_full = i64::try_from(found.len()).unwrap_or(i64::MAX) >= limit;
        // Behind a shared one that comes last there could be one of the scope's that was not looked at.
        let is_certain = is_full && found.last().is_some_and(|row| !(is_of_last(row) && row.shared));
        let is_short = last.access.is_partial() && !is_certain;
        if !is_short {
            return Progress { band: last.number + 1, missed: 0 };
        }
        found.retain(|row| !is_of_last(row));
        Progress { band: last.number, missed: if last.number == before.band { before.missed + 1 } else { 1 } }
    }

    fn access(&self, way: Way, after: Option<&Place>, missed: i32, limit: i64) -> Access<'_> {
        let names = Access::LookedUp(Among::Names);
        let Some(text) = &self.question.text else { return names };
        let is_by_words = match text.known_by(way) {
            KnownBy::Names => return names,
            KnownBy::Words => true,
            KnownBy::Either => false,
        };
        let Some(share) = text.share(way, self.frequencies) else {
            return match (is_by_words, missed) {
                (false, _) => names,
                (true, 0) => Access::Newest(UNKNOWN),
                (true, _) => self.looked_up(None),
            };
        };
        let (by_words, by_names) = (self.by_words(share), NAMED * share * self.frequencies.rows);
        let (whole, by_whole) =
            if is_by_words || by_words < by_names { (self.looked_up(None), by_words) } else { (names, by_names) };
        if is_by_words && by_whole <= SOON {
            return whole;
        }
        let (rows, of_scope) = (self.frequencies.rows, self.of_scope());
        let margin = if text.is_known_well(way) { MARGIN } else { WIDE_MARGIN };
        let wanted = f64::from(i32::try_from(limit).unwrap_or(i32::MAX)) * margin * WIDER.powi(missed);
        let until = after.map_or_else(|| millis(self.question.now) + AHEAD, |place| period::time_of(place.id));
        let window = self.frequencies.window(until, wanted / (share * of_scope * rows));
        let in_all_time = by_words + MATCHED * share * rows + LISTED * rows;
        let by_window = window.as_ref().map_or(f64::INFINITY, |window| window.share * in_all_time);
        let gone_through = wanted / share;
        let by_newest = if gone_through <= NEWEST { gone_through * self.judging(text, way) } else { f64::INFINITY };
        match window {
            _ if by_newest < by_window.min(by_whole) => Access::Newest(gone_through as i64),
            Some(window) if by_window < by_whole => self.looked_up(Some(window.words)),
            _ => whole,
        }
    }

    /// By the index of words, within the scope's where they are few.
    fn looked_up(&self, period: Option<Vec<i64>>) -> Access<'_> {
        Access::LookedUp(Among::Words { scope: self.scope_words(), period, frequencies: self.frequencies })
    }

    /// Microseconds that it takes to look up all that has the words of a part of all customers.
    fn by_words(&self, share: f64) -> f64 {
        let having = share * self.frequencies.rows;
        match self.scope_words() {
            Some(_) => {
                let of_scope = self.of_scope();
                MATCHED * having + LISTED * of_scope * self.frequencies.rows + LOOKED_UP * having * of_scope
            }
            None => LOOKED_UP * having,
        }
    }

    /// The part of all customers that are within the scope.
    fn of_scope(&self) -> f64 {
        self.within.map_or(1.0, |words| self.frequencies.of_any(words))
    }

    /// Microseconds that a row takes to be gone through.
    fn judging(&self, text: &Text, way: Way) -> f64 {
        GONE_THROUGH + WORDS * f64::from(u8::try_from(text.looks_at_words(way)).unwrap_or(u8::MAX))
    }

    fn scope_words(&self) -> Option<&[i64]> {
        self.within.filter(|words| words.len() <= MOST_SCOPE_WORDS)
    }
}

fn millis(time: DateTime<Utc>) -> u64 {
    u64::try_from(time.timestamp_millis()).unwrap_or_default()
}
