//! How the rows of a page are come by: looked up, or found among the newest.
//!
//! How common the words are decides it. The planner guesses that from words apart: that 科技 is nearly always followed by
//! 有限 it cannot know, and takes 250 ms for what takes 2 ms the other way. So the choice is made here: what few have is
//! looked up, what many have is found among the newest, and where it was not, it is looked up after all.
//!
//! How the numbers follow from what a row costs: docs/decisions/0006-search-scope.md.

use kit::{Scope, page::Page};

use super::{
    frequency::Frequencies,
    statement::{Access, Band, Found, Part, Place, Question, Stretch},
    text::{Text, Way},
};

/// Rows that are looked at before the index of words is asked, where nobody knows how common a word is.
const UNKNOWN: i64 = 1_000;
/// Most of the newest rows that are gone through for a page.
const NEWEST: f64 = 20_000.0;
/// So many rows are looked up in a millisecond or two, whatever else there is.
const FEW: f64 = 300.0;
/// Rows gone through for one that is expected to be needed: words come together, or are missed by a scope.
const MARGIN: f64 = 3.0;

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
    pub band: usize,
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
            let access = self.access(band, progress.is_short && number == progress.band, limit);
            parts.push(Part { number, stretch: Stretch { scope: self.scope, band, after }, access });
            if !matches!(access, Access::LookedUp(_)) {
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
        let is_short = matches!(last.access, Access::Newest(_)) && !is_certain;
        if is_short {
            found.retain(|row| !is_of_last(row));
        }
        Progress { band: if is_short { last.number } else { last.number + 1 }, is_short }
    }

    fn access(&self, band: Band, is_short: bool, limit: i64) -> Access<'_> {
        let (Band::Way(way), Some(text)) = (band, &self.question.text) else { return Access::Planned };
        let newest = if is_short { None } else { self.newest(text, way, limit) };
        newest.map_or(Access::LookedUp(self.within), Access::Newest)
    }

    /// Among how many of the newest rows so many are to be found; none when looking them up takes no longer.
    fn newest(&self, text: &Text, way: Way, limit: i64) -> Option<i64> {
        if !way.is_by_words() {
            return None;
        }
        let Some(share) = text.share(way, self.frequencies) else { return Some(UNKNOWN) };
        let of_scope = self.within.map_or(1.0, |words| self.frequencies.of_any(words));
        let looked_up = share * of_scope * self.frequencies.rows;
        let gone_through = f64::from(i32::try_from(limit).unwrap_or(i32::MAX)) / share;
        (looked_up > FEW && looked_up > gone_through).then_some((gone_through * MARGIN).min(NEWEST) as i64)
    }
}
