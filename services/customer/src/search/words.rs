//! Words that rows are asked for.

use super::{frequency::Frequencies, sql::Sql, statement::Among};

/// Digests of words that a row is asked for.
#[derive(Clone, Debug)]
pub struct Words {
    /// It has all of these.
    all: Vec<i64>,
    /// And one of each of these.
    one_of: Vec<Vec<i64>>,
}

impl Words {
    pub fn one_of_each(lists: Vec<Vec<i64>>) -> Words {
        let (single, one_of): (Vec<_>, Vec<_>) = lists.into_iter().partition(|list| list.len() == 1);
        Words { all: single.concat(), one_of }
    }

    pub fn is_one(&self) -> bool {
        matches!((self.all.as_slice(), self.one_of.as_slice()), ([_], []))
    }

    /// How often a row's words are gone through to see whether it has them.
    pub fn looks(&self) -> usize {
        1 + self.one_of.len()
    }

    /// The part of customers that have the rarest of them: about as many have them all, where words come together as those of
    /// a name do.
    pub fn share(&self, frequencies: &Frequencies) -> f64 {
        self.shares(frequencies).reduce(f64::min).unwrap_or_default()
    }

    /// The part of customers that have them all, where one says nothing of another.
    pub fn share_apart(&self, frequencies: &Frequencies) -> f64 {
        self.shares(frequencies).product()
    }

    fn shares(&self, frequencies: &Frequencies) -> impl Iterator<Item = f64> {
        let all = self.all.iter().map(|word| frequencies.of(*word));
        all.chain(self.one_of.iter().map(|words| frequencies.of_any(words)))
    }

    /// With one of the words of a scope and of a period, where there are such: together the index finds them without going
    /// through what either has alone.
    pub fn push(mut self, among: Option<&Among<'_>>, sql: &mut Sql) {
        let (scope, period) = match among {
            Some(Among::Words { scope, period, frequencies }) => {
                let is_common = !frequencies.is_rare(self.share(frequencies));
                (*scope, period.as_deref().filter(|_| is_common))
            }
            Some(Among::Names) | None => (None, None),
        };
        for words in [scope, period].into_iter().flatten() {
            match words {
                [only] => self.all.push(*only),
                several => self.one_of.push(several.to_vec()),
            }
        }
        sql.push("(words @> ").bind(self.all);
        for words in self.one_of {
            sql.push(" and words && ").bind(words);
        }
        sql.push(")");
    }
}
