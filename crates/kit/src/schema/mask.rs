//! Hiding from a reader what the reader's field rules hide.

use std::collections::HashMap;

use super::{
    table::{FieldTable, Kind, MessageTable},
    wire::{self, Malformed, Record},
};

/// How much of a sensitive field a reader sees.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub enum Visibility {
    Clear,
    /// `138****0000`: a text whose middle is starred.
    Masked,
    #[default]
    Hidden,
}

/// The reader's rule for each `sensitive` name; one without a rule is hidden.
#[derive(Clone, Debug, Default)]
pub struct FieldRules {
    rules: HashMap<String, Visibility>,
}

impl FieldRules {
    pub fn new(rules: impl IntoIterator<Item = (String, Visibility)>) -> FieldRules {
        FieldRules { rules: rules.into_iter().collect() }
    }

    /// The rule of a `sensitive` name.
    pub fn visibility(&self, sensitive: &str) -> Visibility {
        self.rules.get(sensitive).copied().unwrap_or_default()
    }

    fn of(&self, field: &FieldTable) -> Visibility {
        field.rules.sensitive.as_deref().map_or(Visibility::Clear, |name| self.visibility(name))
    }

    /// Whether a message of this type passes unchanged whatever it holds.
    pub fn all_clear(&self, message: &MessageTable) -> bool {
        !message.sensitive
            || self.rules.values().all(|rule| *rule == Visibility::Clear) && clear_below(self, message, 0)
    }
}

/// Messages do not nest deeper than this; a cycle ends here and counts as not clear.
const DEPTH: usize = 16;

fn clear_below(rules: &FieldRules, message: &MessageTable, depth: usize) -> bool {
    depth < DEPTH
        && message.fields.iter().all(|field| {
            rules.of(field) == Visibility::Clear
                && field.message().is_none_or(|inner| !inner.sensitive || clear_below(rules, inner, depth + 1))
        })
}

/// Writes the message with its sensitive values masked or left out.
pub fn mask(table: &MessageTable, message: &[u8], rules: &FieldRules, out: &mut Vec<u8>) -> Result<(), Malformed> {
    for record in wire::records(message) {
        let record = record?;
        match table.field_by_number(record.number) {
            Some(field) => mask_field(field, &record, rules, out)?,
            None => out.extend_from_slice(record.raw),
        }
    }
    Ok(())
}

fn mask_field(field: &FieldTable, record: &Record<'_>, rules: &FieldRules, out: &mut Vec<u8>) -> Result<(), Malformed> {
    match (rules.of(field), &field.kind) {
        (Visibility::Hidden, _) => {}
        (Visibility::Masked, Kind::Text) => wire::put_bytes(field.number, star(record.value.text()?).as_bytes(), out),
        // Only a text can be starred; a number or message that may not be seen clearly is left out.
        (Visibility::Masked, _) => {}
        (Visibility::Clear, Kind::Message(_)) if field.message().is_some_and(|inner| inner.sensitive) => {
            let mut inner = Vec::new();
            if let Some(table) = field.message() {
                mask(table, record.value.bytes()?, rules, &mut inner)?;
            }
            wire::put_bytes(field.number, &inner, out);
        }
        (Visibility::Clear, _) => out.extend_from_slice(record.raw),
    }
    Ok(())
}

/// Stars the middle: `13812340000` → `138****0000`, `li@example.com` → `l*@example.com`, `0571-88` → `***-**`.
fn star(text: &str) -> String {
    if let Some((name, domain)) = text.split_once('@') {
        let first: String = name.chars().take(1).collect();
        return format!("{first}{}@{domain}", "*".repeat(name.chars().count().saturating_sub(1).max(1)));
    }
    let length = text.chars().count();
    let (head, tail) = if length >= 11 {
        (3, 4)
    } else if length >= 8 {
        (2, 2)
    } else {
        (0, 0)
    };
    text.chars()
        .enumerate()
        .map(|(index, character)| if index < head || index >= length - tail { character } else { '*' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::star;

    #[test]
    fn stars_keep_ends_of_long_texts_only() {
        assert_eq!(star("13812340000"), "138****0000");
        assert_eq!(star("88123456"), "88****56");
        assert_eq!(star("12345"), "*****");
        assert_eq!(star("li@example.com"), "l*@example.com");
        assert_eq!(star(""), "");
    }
}
