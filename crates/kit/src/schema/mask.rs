//! Hiding from a reader what the reader's field rules hide.

use super::{
    schema,
    table::{FieldTable, Kind, MessageTable},
    wire::{self, Malformed, Record},
};

/// How much of a field a reader sees, the least restricted first. Only what is clear can be written too.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub enum Visibility {
    Clear,
    /// Seen, not written.
    ReadOnly,
    /// `138****0000`: a text whose middle is starred.
    Masked,
    #[default]
    Hidden,
}

impl Visibility {
    /// The whole value is seen.
    pub fn is_seen(self) -> bool {
        self <= Visibility::ReadOnly
    }

    pub fn is_writable(self) -> bool {
        self == Visibility::Clear
    }
}

/// A person's rule of every field, and which messages they touch: whoever sees everything pays nothing.
#[derive(Clone, Debug)]
pub struct FieldRules {
    /// By the rule's place in the schema.
    rules: Vec<Visibility>,
    /// By the message's place: a field in it or below is not seen whole.
    masks: Vec<bool>,
    /// The same: a field in it or below is not written.
    locks: Vec<bool>,
}

impl Default for FieldRules {
    fn default() -> FieldRules {
        FieldRules::new([])
    }
}

impl FieldRules {
    /// The rules by their names; those that are not named are as [`super::FieldRuleTable::default`] says. An unknown name
    /// says nothing.
    pub fn new(named: impl IntoIterator<Item = (String, Visibility)>) -> FieldRules {
        let known = schema().field_rules();
        let mut rules: Vec<Visibility> = known.iter().map(|rule| rule.default()).collect();
        for (name, visibility) in named {
            if let Some(place) = known.iter().position(|rule| rule.name == name) {
                rules[place] = visibility;
            }
        }
        let any = |lacks: &dyn Fn(usize) -> bool| -> Vec<bool> {
            let touched = |message: &MessageTable| message.ruled_by.iter().any(|place| lacks(*place));
            schema().messages().iter().map(touched).collect()
        };
        let masks = any(&|place| !rules[place].is_seen());
        let locks = any(&|place| !writes(rules[place], known[place].secret));
        FieldRules { rules, masks, locks }
    }

    /// The rule of a name.
    pub fn visibility(&self, name: &str) -> Visibility {
        let place = schema().field_rules().iter().position(|rule| rule.name == name);
        place.map_or(Visibility::Hidden, |place| self.rules[place])
    }

    /// The rules that are not as their default says, by their names: [`FieldRules::new`] makes the same of them.
    pub fn stated(&self) -> impl Iterator<Item = (&'static str, Visibility)> {
        let named = schema().field_rules().iter().zip(&self.rules);
        named.filter(|(known, rule)| **rule != known.default()).map(|(known, rule)| (known.name.as_str(), *rule))
    }

    /// How much is seen of a field itself, whatever it holds. What cannot be starred is hidden.
    pub fn of(&self, field: &FieldTable) -> Visibility {
        match field.field_rule.map_or(Visibility::Clear, |place| self.rules[place]) {
            Visibility::Masked if !field.is_maskable() => Visibility::Hidden,
            rule => rule,
        }
    }

    /// Whether the field may be given another value: nothing in its old one is out of the person's hands.
    pub fn may_replace(&self, field: &FieldTable) -> bool {
        self.writes(field) && field.message().is_none_or(|inner| self.all_writable(inner))
    }

    /// Whether the field itself may be written.
    pub fn writes(&self, field: &FieldTable) -> bool {
        writes(self.of(field), field.rules.secret)
    }

    /// Whether a message of this type passes unchanged whatever it holds.
    pub fn all_clear(&self, message: &MessageTable) -> bool {
        !self.masks[message.index]
    }

    /// Whether a message of this type may be written whatever it holds.
    pub fn all_writable(&self, message: &MessageTable) -> bool {
        !self.locks[message.index]
    }
}

/// A secret is written anew without being seen: hardly anybody sees one in clear.
fn writes(rule: Visibility, secret: bool) -> bool {
    rule.is_writable() || (secret && rule == Visibility::Masked)
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
        (Visibility::Masked, _) => wire::put_bytes(field.number, star(record.value.text()?).as_bytes(), out),
        (_, Kind::Message(_)) if field.message().is_some_and(|inner| !rules.all_clear(inner)) => {
            let mut inner = Vec::with_capacity(record.raw.len());
            if let Some(table) = field.message() {
                mask(table, record.value.bytes()?, rules, &mut inner)?;
            }
            wire::put_bytes(field.number, &inner, out);
        }
        _ => out.extend_from_slice(record.raw),
    }
    Ok(())
}

/// Stars the middle: `13812340000` → `138****0000`, `li@example.com` → `l*@example.com`, `0571-88` → `***-**`.
pub fn star(text: &str) -> String {
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
