//! When a customer came, as words: looking up what somebody typed then finds only the newest of many.
//!
//! Ids begin with their time. A row has one word for the stretch of time that it came in, of each of several lengths, so that a
//! few words name all that came since a moment, whether a million came in ten minutes or in ten years.

use intake::search::digest;
use uuid::Uuid;

/// Lengths of stretches, as bits of milliseconds: 33 s, 4 minutes, 35 minutes, 5 hours, 37 hours, 12 days.
const LENGTHS: [u32; 6] = [15, 18, 21, 24, 27, 30];
/// Words that name what came since a moment, at most.
const MOST: usize = 17;
/// The last stretch may go on behind the moment that it ends at, by one part in so many: nothing came there, or little.
const BEHIND: u64 = 8;

/// The words of a row of this id.
pub fn words_of(customer_id: Uuid) -> impl Iterator<Item = i64> {
    let time = time_of(customer_id);
    LENGTHS.into_iter().map(move |length| word(length, time >> length))
}

/// How the ids of all customers lie in time, as the database's statistics say.
#[derive(Clone, Debug, Default)]
pub struct Spread {
    /// Between two neighbours came as many customers as between any other two.
    bounds: Vec<u64>,
}

/// The newest customers of a page.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    /// Each of them has one of these.
    pub words: Vec<i64>,
    /// The part of all customers that they are, but for those that came since the statistics were gathered.
    pub share: f64,
}

impl Spread {
    /// `bounds` in ascending order.
    pub fn new(bounds: &[Uuid]) -> Spread {
        Spread { bounds: bounds.iter().copied().map(time_of).collect() }
    }

    /// Those that came last before a moment, in milliseconds: at least this part of all customers. None when that is nearly all
    /// of them, or nobody knows.
    pub fn window(&self, until: u64, share: f64) -> Option<Window> {
        let end = self.share_before(until)?;
        let since = self.time_at(end - share)?;
        // As close to the moment as so many words allow.
        let stretches = LENGTHS.into_iter().find_map(|shortest| stretches(since, until, shortest))?;
        let begin = stretches.first().map(|(length, number)| number << length)?;
        let share = end - self.share_before(begin)?;
        let words = stretches.into_iter().map(|(length, number)| word(length, number)).collect();
        (share < NEARLY_ALL * end).then_some(Window { words, share })
    }

    /// Which part of all came before a moment.
    fn share_before(&self, time: u64) -> Option<f64> {
        let parts = self.bounds.len().checked_sub(1).filter(|parts| *parts > 0)?;
        let behind = self.bounds.partition_point(|bound| *bound < time);
        let within = match (behind.checked_sub(1).map(|index| self.bounds[index]), self.bounds.get(behind)) {
            (Some(from), Some(to)) => (behind - 1) as f64 + (time - from) as f64 / (to - from) as f64,
            (Some(_), None) => parts as f64,
            (None, _) => 0.0,
        };
        Some(within / parts as f64)
    }

    /// The moment before which a part of all came; none before the first.
    fn time_at(&self, share: f64) -> Option<u64> {
        let parts = self.bounds.len().checked_sub(1).filter(|_| share > 0.0)?;
        let place = share * parts as f64;
        let (from, to) = (self.bounds.get(place as usize)?, self.bounds.get(place as usize + 1));
        Some(from + to.map_or(0, |to| ((to - from) as f64 * place.fract()) as u64))
    }
}

/// Looking so many up by their time takes no less than looking up all.
const NEARLY_ALL: f64 = 0.5;

/// The milliseconds that an id of version 7 begins with.
pub fn time_of(id: Uuid) -> u64 {
    let (high, _) = id.as_u64_pair();
    high >> 16
}

/// What lies between two moments as stretches that follow on one another, each by its length and number: long ones where these
/// fit, none shorter than the shortest. None when that takes too many.
fn stretches(since: u64, until: u64, shortest: u32) -> Option<Vec<(u32, u64)>> {
    let (mut begin, room) = (since >> shortest << shortest, until.saturating_sub(since) / BEHIND);
    let mut found = Vec::with_capacity(MOST);
    while begin <= until {
        let fits = |length: &u32| {
            let end = begin + (1 << length);
            begin.trailing_zeros() >= *length && (end <= until || end - until <= room)
        };
        let length = LENGTHS.into_iter().rev().filter(|length| *length > shortest).find(fits).unwrap_or(shortest);
        found.push((length, begin >> length));
        begin += 1 << length;
        if found.len() > MOST {
            return None;
        }
    }
    Some(found)
}

fn word(length: u32, number: u64) -> i64 {
    digest(&format!("t:{length}:{number}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id_at(time: u64) -> Uuid {
        Uuid::from_u64_pair(time << 16 | 0x7000, 0x8000_0000_0000_0000)
    }

    fn evenly(count: u64, every: u64) -> Spread {
        Spread::new(&(0..=count).map(|place| id_at(1_800_000_000_000 + place * every)).collect::<Vec<_>>())
    }

    #[test]
    fn a_window_names_all_that_came_last_and_little_else() {
        // Within 100 s, an hour, a year.
        for every in [1_000, 36_000, 315_360_000] {
            let (spread, until) = (evenly(100, every), 1_800_000_000_000 + 100 * every);
            let window = spread.window(until, 0.05).expect("there is more");
            let most = 0.06 + f64::from(1 << LENGTHS[0]) / (100 * every) as f64;
            assert!((0.05..most).contains(&window.share), "{every}: {}", window.share);
            assert!(window.words.len() <= MOST, "{every}: {}", window.words.len());
            for place in 95..=100 {
                let id = id_at(1_800_000_000_000 + place * every);
                assert!(words_of(id).any(|word| window.words.contains(&word)), "{every}: {place}");
            }
        }
    }

    #[test]
    fn nearly_all_is_no_window() {
        assert_eq!(evenly(100, 315_360_000).window(1_900_000_000_000, 0.6), None);
        assert_eq!(Spread::default().window(1_900_000_000_000, 0.1), None);
    }
}
