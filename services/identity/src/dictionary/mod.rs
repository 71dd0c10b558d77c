//! The dictionaries whose codes records hold, and the regions. Those of `dictionaries.toml` are data of the build, until
//! administrators keep them in the database (I-08).

mod rpc;

pub use rpc::server;

use std::sync::LazyLock;

use cims_proto::identity::v1;
use serde::Deserialize;

/// A dictionary: a field's allowed values.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dictionary {
    /// "level"
    pub code: String,
    /// In the order in which people see them.
    #[serde(rename = "item")]
    pub items: Vec<Item>,
}

/// One value of a dictionary.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// What records hold.
    pub code: String,
    pub zh: String,
    pub en: String,
    pub order: i32,
    /// What else an import may find in a cell for it.
    pub aliases: Vec<String>,
    /// Records may still have it; no record newly gets it.
    #[serde(default)]
    pub retired: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "dictionary")]
    dictionaries: Vec<Dictionary>,
}

static BUILTIN: LazyLock<Vec<Dictionary>> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("../../dictionaries.toml"))
        .expect("dictionaries.toml is part of the build, and tested");
    let mut dictionaries = file.dictionaries;
    for dictionary in &mut dictionaries {
        dictionary.items.sort_by_key(|item| item.order);
    }
    dictionaries
});

/// The dictionaries of this build.
pub fn builtin() -> &'static [Dictionary] {
    &BUILTIN
}

impl From<&Dictionary> for v1::Dictionary {
    fn from(dictionary: &Dictionary) -> v1::Dictionary {
        v1::Dictionary { code: dictionary.code.clone(), items: dictionary.items.iter().map(Into::into).collect() }
    }
}

impl From<&Item> for v1::DictionaryItem {
    fn from(item: &Item) -> v1::DictionaryItem {
        v1::DictionaryItem {
            code: item.code.clone(),
            label_zh: item.zh.clone(),
            label_en: item.en.clone(),
            order: item.order,
            retired: item.retired,
            aliases: item.aliases.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use kit::schema::{MessageTable, schema};

    use super::*;

    #[test]
    fn codes_are_unique_and_in_lower_snake_case() {
        for dictionary in builtin() {
            let mut seen = HashSet::new();
            for item in &dictionary.items {
                let plain =
                    item.code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
                assert!(plain && seen.insert(&item.code), "{}.{}", dictionary.code, item.code);
            }
        }
    }

    #[test]
    fn every_dictionary_that_a_request_names_exists() {
        fn check(message: &MessageTable, depth: u8) {
            for field in &message.fields {
                let named = field.rules.dictionary.as_ref();
                assert!(named.is_none_or(|code| builtin().iter().any(|own| own.code == *code)), "{}", field.full_name);
                if let Some(inner) = field.message().filter(|_| depth < 4) {
                    check(inner, depth + 1);
                }
            }
        }
        for method in schema().methods() {
            check(method.request(), 0);
        }
    }
}
