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
    text::{Text, Way},
};

/// Rows that are looked at before the index of words is asked, where nobody knows how common a word is.
const UNKNOWN: i64 = 1_000;
/// Most of the newest rows that are gone through for a page.
const NEWEST: f64 = 20_000.0;
/// So many rows are looked up in a millisecond, whatever else there is.
const FEW: f64 = 600.0;
/// Rows to be found for one that is needed: words come together, are missed by a scope, or were found in a better way.
const MARGIN: f64 = 2.0;
/// What a row costs that is looked up, in microseconds.
const LOOKED_UP: f64 = 1.6;
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
    /// Its rows were not among the newest that were gone through.
    is_short: bool,
}

impl Choice<'_> {
    pub fn begin(&self) -> Progress {
        Progress { band: self.page.after.as_ref().map_or(0, |place| place.band), is_short: false }
    }

    /// The parts of one statement, for so many rows: bands up to the first that may have to be asked once more. None at the end.
    pub fn parts(&self, progress: Progress, limit: i64) -> Vec<Part<'_>> {
        let mut parts = Vec::new();
        for (number, band) in self.bands.iter().copied().enumerate().skip(progress.band) {
            let after = self.page.after.as_ref().filter(|place| place.band == number);
            let access = match band {
                Band::Way(way) if !(progress.is_short && number == progress.band) => self.access(way, after, limit),
                Band::Way(_) => self.all(),
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
    pub fn advance(&self, parts: &[Part<'_>], found: &mut Vec<Found>, limit: i64) -> Progress {
        let Some(last) = parts.last() else { return Progress { band: self.bands.len(), is_short: false } };
        let is_of_last = |row: &Found| row.band() == last.number;
        let is_full = i64::try_from(found.len()).unwrap_or(i64::MAX) >= limit;
        // Behind a shared one that comes last there could be one of the scope's that was not looked at.
        let is_certain = is_full && found.last().is_some_and(|row| !(is_of_last(row) && row.shared));
        let is_short = last.access.is_partial() && !is_certain;
        if is_short {
            found.retain(|row| !is_of_last(row));
        }
        Progress { band: if is_short { last.number } else { last.number + 1 }, is_short }
    }

    fn access(&self, way: Way, after: Option<&Place>, limit: i64) -> Access<'_> {
        let Some(text) = self.question.text.as_ref().filter(|_| way.is_by_words()) else { return self.all() };
        let Some(share) = text.share(way, self.frequencies) else { return Access::Newest(UNKNOWN) };
        let of_scope = self.within.map_or(1.0, |words| self.frequencies.of_any(words));
        let looked_up = share * self.scope_words().map_or(1.0, |_| of_scope) * self.frequencies.rows;
        if looked_up <= FEW {
            return self.all();
        }
        let wanted = f64::from(i32::try_from(limit).unwrap_or(i32::MAX)) * MARGIN;
        let until = after.map_or_else(|| millis(self.question.now) + AHEAD, |place| period::time_of(place.id));
        let window = self.frequencies.window(until, wanted / (share * of_scope * self.frequencies.rows));
        let by_window = window.as_ref().map_or(1.0, |window| window.share) * looked_up * LOOKED_UP;
        let gone_through = wanted / share;
        let by_newest = gone_through * self.judging(text, way);
        if by_newest < by_window && gone_through <= NEWEST {
            return Access::Newest(gone_through as i64);
        }
        Access::LookedUp(Among { scope: self.scope_words(), period: window.map(|window| window.words) })
    }

    /// Whatever has the words, within the scope's where they are few.
    fn all(&self) -> Access<'_> {
        Access::LookedUp(Among { scope: self.scope_words(), period: None })
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
