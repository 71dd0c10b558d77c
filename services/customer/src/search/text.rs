//! What somebody has typed (T-04), as predicates over search rows.

use intake::{
    name,
    search::{Arm, Field, digest, number_of_code, query_tokens, sound},
};
use kit::{
    schema::{FieldRules, Visibility, digests as digests_of, is_id_number, word},
    secret::Secrets,
};

use super::{
    frequency::Frequencies,
    sql::{Sql, beginning, containing},
    statement::Among,
    words::Words,
};
use crate::customer::ID_NUMBER;

/// How much the reader sees of the fields by which customers are found. The name everybody sees.
#[derive(Clone, Copy, Debug)]
pub struct Sight {
    /// A customer's and its contacts' together: rows do not tell whose a word is.
    pub phones: Visibility,
    pub emails: Visibility,
    pub contacts: Visibility,
    pub credit_codes: Visibility,
    pub id_numbers: Visibility,
}

impl Sight {
    /// Without rules, everything.
    pub fn of(rules: Option<&FieldRules>) -> Sight {
        let of = |names: &[&str]| {
            let each = names.iter().filter_map(|name| rules.map(|rules| rules.visibility(name)));
            each.max().unwrap_or(Visibility::Clear)
        };
        Sight {
            phones: of(&["phone", "customer.phones", "contact.phones"]),
            emails: of(&["email"]),
            contacts: of(&["contact.name"]),
            credit_codes: of(&["customer.creditCode"]),
            id_numbers: of(&["idNumber"]),
        }
    }
}

/// A text, never empty.
#[derive(Debug)]
pub struct Text {
    /// Normalised.
    fragment: String,
    /// By name or contact's name, phone, e-mail or credit code.
    arms: Vec<Arm>,
    /// Of a single character: whatever begins with it has this.
    initial: Option<Arm>,
    number: Option<i64>,
    /// The words of an ID number, one per key.
    secret: Vec<i64>,
    sounds: Vec<sound::Arm>,
    /// The reader sees the names of contacts.
    contacts: bool,
}

/// The ways to be found, the best first. A customer counts for the first that it has.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Way {
    /// The name is the text.
    Exact,
    /// The name begins with it.
    Begins,
    /// Another name contains it, or another field is it.
    Contains,
    /// A name sounds like it.
    Sounds,
}

/// Indexes that know what is found in a way.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KnownBy {
    /// Of names as they are written.
    Names,
    Words,
    Either,
}

/// The fields that results give as reasons.
pub const REASONS: [&str; 7] = ["name", "contacts.name", "phones", "email", "creditCode", "code", "idNumber"];

impl Text {
    /// None when nothing can be seen in it. Someone who sees phones masked finds them by the whole number only: the last
    /// digits could else be tried out.
    pub fn parse(text: &str, sight: Sight, secrets: Option<&Secrets>) -> Option<Text> {
        let fragment = name::normalise(text);
        if fragment.is_empty() {
            return None;
        }
        let is_fragment = fragment.chars().nth(1).is_some();
        let mut arms = query_tokens(text);
        let initial =
            arms.iter().position(|arm| arm.field == Field::Name && !is_fragment).map(|place| arms.remove(place));
        arms.retain(|arm| match arm.field {
            Field::Name => true,
            Field::Phone => {
                let is_whole = arm.tokens.iter().all(|token| token.starts_with("p:"));
                sight.phones.is_seen() || (is_whole && sight.phones == Visibility::Masked)
            }
            Field::Email => sight.emails != Visibility::Hidden,
            Field::Contact => sight.contacts.is_seen(),
            Field::CreditCode => sight.credit_codes != Visibility::Hidden,
        });
        Some(Text {
            fragment,
            arms,
            initial,
            number: number_of_code(text),
            secret: secrets
                .filter(|_| sight.id_numbers != Visibility::Hidden)
                .map(|secrets| words_of_number(text, secrets))
                .unwrap_or_default(),
            sounds: sound::arms(text),
            contacts: sight.contacts.is_seen(),
        })
    }

    /// The ways in which something can be found, in their order.
    pub fn ways(&self) -> Vec<Way> {
        let mut ways = vec![Way::Exact, Way::Begins];
        if !self.arms.is_empty() || self.number.is_some() || !self.secret.is_empty() {
            ways.push(Way::Contains);
        }
        if !self.sounds.is_empty() {
            ways.push(Way::Sounds);
        }
        ways
    }

    /// Found this way and none before it, of rows that are at hand: without asking for words where a text says it sooner.
    pub fn push_way(&self, way: Way, sql: &mut Sql) {
        match way {
            Way::Exact => self.push_exact(sql),
            Way::Begins => {
                self.push_beginning(sql);
                sql.push(" and not ");
                self.push_exact(sql);
            }
            Way::Contains => {
                self.push_literal(Form::Plain, sql);
                sql.push(" and not ");
                self.push_beginning(sql);
            }
            Way::Sounds => {
                // A row whose words do not fit is done with in a third of the time that the pattern takes.
                self.push_sounds(Line::Any, Form::Indexed, sql);
                sql.push(" and not ");
                self.push_beginning(sql);
                sql.push(" and not ");
                self.push_literal(Form::Plain, sql);
            }
        }
    }

    /// Which indexes know what is found this way.
    pub fn known_by(&self, way: Way) -> KnownBy {
        match way {
            Way::Exact => KnownBy::Names,
            Way::Begins if self.initial.is_none() => KnownBy::Names,
            Way::Begins => KnownBy::Either,
            Way::Contains | Way::Sounds => KnownBy::Words,
        }
    }

    /// What an index knows of whatever is found this way; [`Text::push_way`] has to decide what of it is.
    pub fn push_known(&self, way: Way, among: &Among<'_>, sql: &mut Sql) {
        sql.push("(");
        match (way, &self.initial, among) {
            (Way::Exact, ..) => self.push_exact(sql),
            (Way::Begins, Some(initial), Among::Words { .. }) => words(initial).push(Some(among), sql),
            // Whatever begins so stands between it and it with the last character that there is; no pattern says so to a plan
            // that is made before the pattern is known.
            (Way::Begins, ..) => {
                sql.push("name_key ~>=~ ").bind(self.fragment.clone());
                sql.push(" and name_key ~<~ ").bind(format!("{}{}", self.fragment, char::MAX));
            }
            (Way::Contains, ..) => {
                sql.any(&self.arms, |arm, sql| words(arm).push(Some(among), sql)).push(" or ");
                self.push_number(sql);
                sql.push(" or ");
                self.push_secret(sql);
            }
            (Way::Sounds, ..) => {
                sql.any(&self.sounds, |arm, sql| words_of_sound(arm).push(Some(among), sql));
            }
        }
        sql.push(")");
    }

    /// About which part of all customers have the words of this way; none when it is not known.
    pub fn share(&self, way: Way, frequencies: &Frequencies) -> Option<f64> {
        let share: f64 = match way {
            Way::Sounds => self.sounds.iter().map(|arm| words_of_sound(arm).share(frequencies)).sum(),
            Way::Begins => self.initial.iter().map(|arm| words(arm).share(frequencies)).sum(),
            Way::Contains | Way::Exact => self.arms.iter().map(|arm| words(arm).share(frequencies)).sum(),
        };
        frequencies.is_known().then_some(share.min(1.0))
    }

    /// What is found this way has one word, and hardly any of it is found in a better way.
    pub fn is_known_well(&self, way: Way) -> bool {
        match way {
            Way::Sounds => matches!(self.sounds.as_slice(), [arm] if words_of_sound(arm).is_one()),
            Way::Begins => self.initial.is_some(),
            Way::Contains | Way::Exact => false,
        }
    }

    /// How often a row's words are gone through to judge whether it is found this way.
    pub fn looks_at_words(&self, way: Way) -> usize {
        match way {
            Way::Sounds => self.sounds.iter().map(|arm| words_of_sound(arm).looks()).sum(),
            Way::Contains if !self.is_fragment() => self.arms.len(),
            Way::Contains => self.arms.iter().filter(|arm| !matches!(arm.field, Field::Name | Field::Contact)).count(),
            Way::Exact | Way::Begins => 0,
        }
    }

    /// Found in any way.
    pub fn push_any(&self, sql: &mut Sql) {
        sql.push("(");
        self.push_beginning(sql);
        sql.push(" or ");
        self.push_literal(Form::Indexed, sql);
        sql.push(" or ");
        self.push_sounds(Line::Any, Form::Indexed, sql);
        sql.push(")");
    }

    /// Which fields are the reason, a truth value for each of [`REASONS`].
    pub fn push_reasons(&self, sql: &mut Sql) {
        sql.push("array[");
        self.push_beginning(sql);
        sql.push(" or ");
        self.push_arms(Field::Name, sql);
        sql.push(" or ");
        self.push_sounds(Line::Name, Form::Plain, sql);
        sql.push(", ");
        self.push_arms(Field::Contact, sql);
        sql.push(" or ");
        if self.contacts {
            self.push_sounds(Line::Contacts, Form::Plain, sql);
        } else {
            sql.push("false");
        }
        for field in [Field::Phone, Field::Email, Field::CreditCode] {
            sql.push(", ");
            self.push_arms(field, sql);
        }
        sql.push(", ");
        self.push_number(sql);
        sql.push(", ");
        self.push_secret(sql);
        sql.push("]");
    }

    /// Of one character it is the first that counts, and of contacts any line's.
    fn is_fragment(&self) -> bool {
        self.fragment.chars().nth(1).is_some()
    }

    fn push_exact(&self, sql: &mut Sql) {
        sql.push("(name_key = ").bind(self.fragment.clone()).push(")");
    }

    fn push_beginning(&self, sql: &mut Sql) {
        sql.push("(name_key like ").bind(beginning(&self.fragment)).push(")");
    }

    /// In any way but by sound.
    fn push_literal(&self, form: Form, sql: &mut Sql) {
        sql.push("(");
        sql.any(&self.arms, |arm, sql| self.push_arm(arm, form, sql)).push(" or ");
        self.push_number(sql);
        sql.push(" or ");
        self.push_secret(sql);
        sql.push(")");
    }

    fn push_arms(&self, field: Field, sql: &mut Sql) {
        let arms: Vec<&Arm> = self.arms.iter().filter(|arm| arm.field == field).collect();
        sql.any(&arms, |arm, sql| self.push_arm(arm, Form::Plain, sql));
    }

    fn push_arm(&self, arm: &Arm, form: Form, sql: &mut Sql) {
        let column = match arm.field {
            Field::Name if self.is_fragment() => Some("name_key"),
            Field::Contact if self.is_fragment() => Some("contact_key"),
            _ => None,
        };
        sql.push("(");
        match column {
            Some(column) => {
                if form == Form::Indexed {
                    words(arm).push(None, sql);
                    sql.push(" and ");
                }
                sql.push(column).push(" like ").bind(containing(&self.fragment));
            }
            None => words(arm).push(None, sql),
        }
        sql.push(")");
    }

    fn push_number(&self, sql: &mut Sql) {
        match self.number {
            Some(number) => sql.push("(number = ").bind(number).push(")"),
            None => sql.push("false"),
        };
    }

    fn push_secret(&self, sql: &mut Sql) {
        match self.secret.as_slice() {
            [] => sql.push("false"),
            words => sql.push("(words && ").bind(words.to_vec()).push(")"),
        };
    }

    fn push_sounds(&self, line: Line, form: Form, sql: &mut Sql) {
        let line = if self.contacts { line } else { Line::Name };
        sql.any(&self.sounds, |arm, sql| {
            let by_words = arm.exact && line == Line::Any;
            sql.push("(");
            if by_words || form == Form::Indexed {
                words_of_sound(arm).push(None, sql);
            }
            if !by_words && form == Form::Indexed {
                sql.push(" and ");
            }
            if !by_words {
                sql.push("sound ~ ").bind(line.pattern(arm));
            }
            sql.push(")");
        });
    }
}

/// The words of a whole ID number: a row has those of the keys that there were when it was written.
fn words_of_number(text: &str, secrets: &Secrets) -> Vec<i64> {
    let number = intake::text::key(text);
    let digests = if is_id_number(&number) { digests_of(secrets, ID_NUMBER, &number) } else { Vec::new() };
    digests.iter().filter_map(|digest| word(digest)).collect()
}

/// The words of an arm: a row has all of them.
fn words(arm: &Arm) -> Words {
    Words::one_of_each(arm.tokens.iter().map(|token| vec![digest(token)]).collect())
}

/// The same of sounds: a row has one of each.
fn words_of_sound(arm: &sound::Arm) -> Words {
    let digests = |any: &Vec<String>| any.iter().map(|token| digest(token)).collect();
    Words::one_of_each(arm.tokens.iter().map(digests).collect())
}

/// How a predicate is to be asked.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Form {
    /// So that an index can answer it.
    Indexed,
    /// As is quickest for a row that is at hand: going through its words takes twice as long as a look at its name.
    Plain,
}

/// Lines of the text of sounds.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Line {
    Any,
    Name,
    Contacts,
}

impl Line {
    /// The arm's pattern within these lines.
    fn pattern(self, arm: &sound::Arm) -> String {
        let before = match (self, arm.leads) {
            (Line::Any, false) => "",
            (Line::Any, true) => "(^|\n)",
            (Line::Name, false) => "^[^\n]*",
            (Line::Name, true) => "^",
            (Line::Contacts, false) => "\n.*",
            (Line::Contacts, true) => "\n",
        };
        format!("{before}{}", arm.pattern)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phone_words(text: &str, phones: Visibility) -> Vec<String> {
        let text = Text::parse(text, Sight { phones, ..Sight::of(None) }, None).expect("something can be seen");
        text.arms.into_iter().filter(|arm| arm.field == Field::Phone).flat_map(|arm| arm.tokens).collect()
    }

    #[test]
    fn masked_phones_are_found_whole_only() {
        assert_eq!(phone_words("8000", Visibility::Clear), ["p4:8000"]);
        assert!(phone_words("8000", Visibility::Masked).is_empty());
        assert_eq!(phone_words("138 0013 8000", Visibility::Masked), ["p:13800138000"]);
        assert!(phone_words("138 0013 8000", Visibility::Hidden).is_empty());
    }
}
