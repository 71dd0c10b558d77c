//! What a row is checked against.

use std::collections::HashMap;

use chrono::NaiveDateTime;

use crate::dictionary::Dictionary;
use crate::text;

/// What a row is checked against.
#[derive(Debug, Clone, Copy)]
pub struct Context<'c> {
    pub dictionaries: &'c Dictionaries,
    pub owners: &'c Owners,
    /// The present on the clocks where the sheet was written: its times carry no zone.
    pub now: NaiveDateTime,
    /// Whether a text is the number of an identity card.
    pub is_id_number: fn(&str) -> bool,
}

/// The dictionaries of a customer.
#[derive(Debug, Clone, Default)]
pub struct Dictionaries {
    pub industry: Dictionary,
    pub source: Dictionary,
    pub level: Dictionary,
    pub status: Dictionary,
}

/// The people who can own a customer, by what a cell may call them.
#[derive(Debug, Clone, Default)]
pub struct Owners(HashMap<String, Option<String>>);

impl Owners {
    /// `written` (a username, a full name) means `owner`, an id or whatever [`super::Draft::owner`] is to hold.
    /// What means two people means nobody.
    pub fn insert(&mut self, written: &str, owner: &str) {
        self.0
            .entry(text::key(written))
            .and_modify(|known| {
                if known.as_deref() != Some(owner) {
                    *known = None;
                }
            })
            .or_insert_with(|| Some(owner.to_owned()));
    }

    pub(super) fn find(&self, written: &str) -> Option<&str> {
        self.0.get(&text::key(written))?.as_deref()
    }
}
