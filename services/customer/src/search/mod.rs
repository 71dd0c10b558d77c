//! Quick search (T-04): a fragment of a name or a contact's name, or a phone.
//!
//! What a question means, and the words by which a customer is found, says [`intake::search`]; here is how the database
//! answers it. Found are, in this order: those of exactly this name, those whose name begins so, all others; the newest
//! first within each.

mod answer;
mod matching;
pub mod store;

pub use answer::answer;
pub use matching::{Matching, matching};

use intake::{
    name,
    search::{Arm, Field, query_tokens, tokens},
};
use kit::Scope;
use uuid::Uuid;

use crate::{contact::Contact, customer::Customer};

/// By what a customer is found, and by whom: its search row.
#[derive(Debug, Eq, PartialEq)]
pub struct Entry {
    pub owner_id: Option<Uuid>,
    pub department_id: Option<Uuid>,
    /// In the bin: not found.
    pub deleted: bool,
    pub name_key: String,
    /// Every contact's name, one a line: a normalised name has no line breaks.
    pub contact_key: String,
    pub tokens: Vec<String>,
}

impl Entry {
    pub fn of(customer: &Customer, contacts: &[Contact]) -> Entry {
        let names = contacts.iter().map(|contact| contact.name.as_str());
        let phones = customer.phones.iter().chain(contacts.iter().flat_map(|contact| &contact.phones));
        let keys: Vec<String> = names.clone().map(name::normalise).collect();
        Entry {
            owner_id: customer.owner_id,
            department_id: customer.department_id,
            deleted: customer.is_binned(),
            name_key: name::normalise(&customer.name),
            contact_key: keys.join("\n"),
            tokens: tokens(&customer.name, names, phones.map(|phone| phone.number.as_str())),
        }
    }
}

/// A scope as the statements take it: each part that is there narrows it.
#[derive(Debug, Default)]
struct Reach {
    owner: Option<Uuid>,
    /// The only department, apart from `departments`, as only equality with one value goes by an index in its order.
    department: Option<Uuid>,
    departments: Option<Vec<Uuid>>,
}

impl Reach {
    fn of(scope: &Scope) -> Reach {
        match scope.departments() {
            Some([only]) => Reach { department: Some(*only), ..Reach::default() },
            departments => {
                Reach { owner: scope.owner(), department: None, departments: departments.map(<[Uuid]>::to_vec) }
            }
        }
    }
}

/// What is asked for, as the parameters of the statements in [`store`].
#[derive(Debug, Default)]
struct Question {
    /// The fragment, normalised; never empty.
    name: String,
    /// Pattern of the names that begin with it.
    beginning: String,
    /// None for a single character: whatever has it as its first begins with it.
    name_tokens: Option<Vec<String>>,
    /// Pattern that decides between rows that have all tokens.
    name_pattern: String,
    contact_tokens: Option<Vec<String>>,
    contact_pattern: String,
    phone_tokens: Option<Vec<String>>,
    reach: Reach,
}

impl Question {
    /// The question of a text; none when nothing can be seen in it. Someone who may not see phones in clear finds them
    /// by the whole number only: the last digits of a masked one could else be tried out.
    fn parse(text: &str, scope: &Scope, phones_are_clear: bool) -> Option<Question> {
        let name = name::normalise(text);
        if name.is_empty() {
            return None;
        }
        let beginning = format!("{}%", escaped(&name));
        let is_fragment = name.chars().nth(1).is_some();
        let mut question = Question { name, beginning, reach: Reach::of(scope), ..Question::default() };
        for arm in query_tokens(text) {
            let pattern = pattern(&arm);
            match arm.field {
                Field::Name => {
                    (question.name_tokens, question.name_pattern) = (is_fragment.then_some(arm.tokens), pattern);
                }
                Field::Contact => (question.contact_tokens, question.contact_pattern) = (Some(arm.tokens), pattern),
                Field::Phone => {
                    let is_whole = arm.tokens.iter().all(|token| token.starts_with("p:"));
                    question.phone_tokens = (phones_are_clear || is_whole).then_some(arm.tokens);
                }
            }
        }
        Some(question)
    }
}

/// The arm's recheck as a pattern for `like`.
fn pattern(arm: &Arm) -> String {
    arm.recheck.as_deref().map_or_else(|| "%".to_owned(), |fragment| format!("%{}%", escaped(fragment)))
}

/// A text that stands for itself in a pattern of `like`.
fn escaped(text: &str) -> String {
    text.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(text: &str, phones_are_clear: bool) -> Option<Question> {
        Question::parse(text, &Scope::Everything, phones_are_clear)
    }

    #[test]
    fn masked_phones_are_found_whole_only() {
        let phone = |text, clear| question(text, clear).and_then(|question| question.phone_tokens);
        assert_eq!(phone("8000", true), Some(vec!["p4:8000".to_owned()]));
        assert_eq!(phone("8000", false), None);
        assert_eq!(phone("138 0013 8000", false), Some(vec!["p:13800138000".to_owned()]));
    }

    #[test]
    fn signs_of_patterns_stand_for_themselves() {
        assert!(question(" \u{200b}", true).is_none());
        let found = question("100%_\\", true).expect("something can be seen");
        assert_eq!((found.beginning.as_str(), found.name_pattern.as_str()), (r"100\%\_\\%", r"%100\%\_\\%"));
        assert!(question("江", true).is_some_and(|question| question.name_tokens.is_none()));
    }
}
