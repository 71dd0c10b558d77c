//! Dictionaries: the values a field may hold, and what people write for them (I-08).

use std::collections::HashMap;

use serde::Deserialize;

use crate::text;

/// One value of a dictionary, as `services/customer/dictionaries.toml` and `GET /v1/dictionaries` give it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Item {
    /// What records hold: lower snake case.
    pub code: String,
    /// Labels in Chinese and English.
    pub zh: String,
    pub en: String,
    /// What else may stand in a cell for it.
    #[serde(default)]
    pub aliases: Vec<String>,
}

/// A dictionary made ready for look-ups.
#[derive(Debug, Clone, Default)]
pub struct Dictionary {
    codes: Vec<String>,
    /// Folded code, labels and aliases, with the place of their code. The first item to claim a word keeps it.
    words: HashMap<String, usize>,
}

impl Dictionary {
    /// Items in the order in which people see them; leave out the retired ones.
    pub fn new(items: impl IntoIterator<Item = Item>) -> Self {
        let mut dictionary = Self::default();
        for item in items {
            let place = dictionary.codes.len();
            let words = [&item.code, &item.zh, &item.en].into_iter().chain(&item.aliases);
            for word in words {
                dictionary.words.entry(text::key(word)).or_insert(place);
            }
            dictionary.codes.push(item.code);
        }
        dictionary
    }

    /// Every code, in order.
    pub fn codes(&self) -> &[String] {
        &self.codes
    }

    /// The code whose code, label or alias this is, without regard to case, width and spaces.
    pub fn find(&self, written: &str) -> Option<&str> {
        self.words.get(&text::key(written)).map(|place| self.codes[*place].as_str())
    }

    /// Like [`Dictionary::find`], or else the one code of which a word begins with what is written, or the
    /// other way round: 制造 for 制造业, 房地产开发 for 房地产. At least two characters must be shared, and all
    /// such words must mean the same code.
    pub fn find_near(&self, written: &str) -> Option<&str> {
        if let Some(code) = self.find(written) {
            return Some(code);
        }
        let written = text::key(written);
        let is_near = |word: &str| {
            let shorter = if word.len() < written.len() { word } else { &written };
            let is_beginning = word.starts_with(&written) || written.starts_with(word);
            is_beginning && shorter.chars().count() >= 2
        };
        let mut near = self.words.iter().filter(|(word, _)| is_near(word)).map(|(_, place)| *place);
        let place = near.next()?;
        near.all(|other| other == place).then(|| self.codes[place].as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn industry() -> Dictionary {
        let item = |code: &str, zh: &str, aliases: &[&str]| Item {
            code: code.to_owned(),
            zh: zh.to_owned(),
            en: code.to_owned(),
            aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        };
        Dictionary::new([
            item("manufacturing", "制造业", &["工业"]),
            item("wholesale", "批发业", &["批发和零售业"]),
            item("retail", "零售业", &[]),
            item("real_estate", "房地产", &[]),
        ])
    }

    #[test]
    fn codes_labels_and_aliases_are_found() {
        let industry = industry();
        for written in ["制造业", " 制造 业", "工业", "Manufacturing"] {
            assert_eq!(industry.find(written), Some("manufacturing"), "{written}");
        }
        assert_eq!(industry.find("制造"), None);
        assert_eq!(industry.find(""), None);
    }

    #[test]
    fn a_near_miss_is_found_when_it_means_one_code() {
        let industry = industry();
        assert_eq!(industry.find_near("制造"), Some("manufacturing"));
        assert_eq!(industry.find_near("房地产开发"), Some("real_estate"));
        for written in ["制", "业", "", "航天", "批"] {
            assert_eq!(industry.find_near(written), None, "{written}");
        }
    }
}
