//! Questions over the fields of a record: the tree of `cims/condition.proto` and the text of an AIP-160 filter become one
//! typed tree, by the descriptors alone. Every misfit is a violation that says where it is and what is allowed.
//!
//! What may be asked of a field follows from its annotations: `filterable` that it may, its kind, format and
//! dictionary how, `sensitive` by whom. A list of messages is asked by the first field of each: tags by their id,
//! phones by their number. A service turns the tree into SQL; see `services/customer/src/search/tree.rs`.

mod filter;
mod operand;
mod order;
mod parse;
mod relative;

use std::ops::Bound;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;
use uuid::Uuid;

pub use order::Order;

use crate::schema::{Dictionaries, FieldRules, FieldTable};

/// Deepest nesting of a tree.
pub const DEPTH_LIMIT: usize = 10;
/// Most conditions of a tree, groups included.
pub const NODE_LIMIT: usize = 200;
/// Most values of one comparison.
pub const LIST_LIMIT: usize = 200;

/// A question.
#[derive(Clone, Debug)]
pub enum Tree {
    All(Vec<Tree>),
    Any(Vec<Tree>),
    Not(Box<Tree>),
    Field(&'static FieldTable, Test),
}

/// What is asked of one field. An empty field answers none but [`Test::Empty`]; what is asked with "not" is the opposite of
/// these, empty fields included.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// One of these; of a list: it has one of them. Never empty.
    In(Vec<Operand>),
    Contains(String),
    StartsWith(String),
    Within(Bound<Operand>, Bound<Operand>),
    Empty,
}

/// A value of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// Of texts, codes and enums.
    Text(String),
    Id(Uuid),
    Number(Decimal),
    Day(NaiveDate),
    Moment(DateTime<Utc>),
    Flag(bool),
}

/// Who asks, and when.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    /// None: sees everything.
    pub rules: Option<&'a FieldRules>,
    pub dictionaries: Option<&'a dyn Dictionaries>,
    pub now: DateTime<Utc>,
    /// Whose days are meant by "today".
    pub zone: Tz,
}
