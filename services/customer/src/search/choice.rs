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
    value::Values,
};

/// Rows that are looked at before the index of words is asked, where nobody knows how common a word is.
const UNKNOWN: i64 = 1_000;
/// Most of the newest rows that are gone through for a page.
const NEWEST: f64 = 20_000.0;
/// What takes no longer, in microseconds, is looked up whole: the statistics tell rare words from one another no more.
const SOON: f64 = 1_600.0;
/// What is asked for besides values may be rare or common: what takes no longer, in microseconds, is looked up whole by these, and
/// the rest is the planner's.
const SURELY: f64 = 10_000.0;
/// Rows to be found for one that is needed, where the statistics know how many have the word.
const MARGIN: f64 = 1.5;
/// The same where they know it less well: words come together, or were found in a better way.
pub const WIDE_MARGIN: f64 = 2.0;
/// Where they were not found after all, so many times as many are looked at next.
const WIDER: f64 = 4.0;
/// Where the newest did not have some values, so many times as many are expected to be gone through as should have to be.
const DOUBT: f64 = 2.0;
/// What a row costs that is looked up, in microseconds.
const LOOKED_UP: f64 = 3.0;
/// What a row costs that has the text's words, where it is looked for among those that have one of others.
const MATCHED: f64 = 0.12;
/// What each of those others costs.
const LISTED: f64 = 0.005;
/// What it takes to ask for the words of a time, whatever they find.
const ASKED: f64 = 300.0;
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

/// What of a page is still to be found in a band.
struct Wanted<'a> {
    after: Option<&'a Place>,
    missed: i32,
    limit: i64,
}

/// What the statistics know of words.
struct Known {
    /// About the part of all customers that have them.
    share: f64,
    /// The part that the index goes through for those.
    listed: f64,
    /// Hardly any of what has them does not count.
    well: bool,
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
            let missed = if number == progress.band { progress.missed } else { 0 };
            let access = self.access(band, &Wanted { after, missed, limit });
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

    fn access(&self, band: Band, wanted: &Wanted<'_>) -> Access<'_> {
        match (band, &self.question.text, &self.question.values) {
            (Band::Way(way), Some(text), _) => self.by_text(way, text, wanted),
            (Band::All, None, Some(values)) if self.frequencies.is_settled() => self.by_values(values, wanted),
            _ => Access::Planned,
        }
    }

    fn by_text(&self, way: Way, text: &Text, wanted: &Wanted<'_>) -> Access<'_> {
        let names = Access::LookedUp(Among::Names);
        let is_by_words = match text.known_by(way) {
            KnownBy::Names => return names,
            KnownBy::Words => true,
            KnownBy::Either => false,
        };
        let Some(share) = text.share(way, self.frequencies) else {
            return match (is_by_words, wanted.missed) {
                (false, _) => names,
                (true, 0) => Access::Newest(UNKNOWN),
                (true, _) => self.looked_up(None),
            };
        };
        let known = Known { share, listed: share, well: text.is_known_well(way) };
        let (by_words, by_names) = (self.by_words(&known), NAMED * share * self.frequencies.rows);
        let (whole, by_whole) =
            if is_by_words || by_words < by_names { (self.looked_up(None), by_words) } else { (names, by_names) };
        if is_by_words && by_whole <= SOON {
            return whole;
        }
        let judging = GONE_THROUGH + WORDS * f64::from(u8::try_from(text.looks_at_words(way)).unwrap_or(u8::MAX));
        self.cheapest(&known, wanted, (whole, by_whole), judging)
    }

    fn by_values(&self, values: &Values, wanted: &Wanted<'_>) -> Access<'_> {
        let words = &values.words;
        let (share, listed) = (words.share_apart(self.frequencies), words.share(self.frequencies));
        let known = Known { share, listed, well: words.is_one() };
        let (whole, by_whole) = (self.looked_up(None), self.by_words(&known));
        if by_whole <= if values.say_all { SOON } else { SURELY } {
            return whole;
        }
        if !values.say_all {
            return Access::Planned;
        }
        // Where the newest do not have them, as after an import of others, those before them may have them neither.
        let judging = GONE_THROUGH * DOUBT.powi(wanted.missed);
        self.cheapest(&known, wanted, (whole, by_whole), judging)
    }

    /// The whole, or a part that should have a page: of those that the index of words finds, or of all. `judging`:
    /// microseconds that a row takes to be gone through.
    fn cheapest<'s>(
        &'s self,
        known: &Known,
        wanted: &Wanted<'_>,
        (whole, by_whole): (Access<'s>, f64),
        judging: f64,
    ) -> Access<'s> {
        let rows = self.frequencies.rows;
        let margin = if known.well { MARGIN } else { WIDE_MARGIN };
        let found = f64::from(i32::try_from(wanted.limit).unwrap_or(i32::MAX)) * margin * WIDER.powi(wanted.missed);
        let until = wanted.after.map_or_else(|| millis(self.question.now) + AHEAD, |place| period::time_of(place.id));
        let window = self.frequencies.window(until, found / (known.share * self.of_scope() * rows));
        let in_all_time = self.by_words(known) + MATCHED * known.listed * rows + LISTED * rows;
        let by_window = window.as_ref().map_or(f64::INFINITY, |window| ASKED + window.share * in_all_time);
        let gone_through = found / known.share;
        let by_newest = if gone_through <= NEWEST { gone_through * judging } else { f64::INFINITY };
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

    /// Microseconds that it takes to look up all that has the words.
    fn by_words(&self, known: &Known) -> f64 {
        let rows = self.frequencies.rows;
        let (having, listed) = (known.share * rows, known.listed * rows);
        match self.scope_words() {
            Some(_) => {
                let of_scope = self.of_scope();
                MATCHED * listed + LISTED * of_scope * rows + LOOKED_UP * having * of_scope
            }
            None if known.listed > known.share => MATCHED * listed + LOOKED_UP * having,
            None => LOOKED_UP * having,
        }
    }

    /// The part of all customers that are within the scope.
    fn of_scope(&self) -> f64 {
        self.within.map_or(1.0, |words| self.frequencies.of_any(words))
    }

    fn scope_words(&self) -> Option<&[i64]> {
        self.within.filter(|words| words.len() <= MOST_SCOPE_WORDS)
    }
}

fn millis(time: DateTime<Utc>) -> u64 {
    u64::try_from(time.timestamp_millis()).unwrap_or_default()
}
