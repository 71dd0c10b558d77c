//! Values that many customers share, as words: a list by them is looked up like what somebody typed, and not gone through until
//! enough of the newest happen to have them.

use intake::search::digest;
use kit::condition::{Operand, Test, Tree};

use super::{scope, words::Words};
use crate::customer::Customer;

/// A field, by its name in the proto, and its value.
type Field = (&'static str, fn(&Customer) -> &str);

/// Those whose values have words.
const FIELDS: [Field; 5] = [
    ("type", |customer| customer.r#type.name()),
    ("level", |customer| &customer.level),
    ("status", |customer| &customer.status),
    ("industry", |customer| &customer.industry),
    ("source", |customer| &customer.source),
];
const REGION: &str = "region_code";
/// Digits of a province, a city and a district.
const REGION_LENGTHS: [usize; 3] = [2, 4, 6];

/// The words of a customer's values. Of its region it has one for each that this lies in.
pub fn words_of(customer: &Customer) -> impl Iterator<Item = i64> {
    let values = FIELDS.iter().map(|(field, value)| (*field, value(customer)));
    let regions = REGION_LENGTHS.into_iter().filter_map(|length| customer.region_code.get(..length));
    let filled = values.filter(|(_, value)| !value.is_empty());
    filled.chain(regions.map(|region| (REGION, region))).map(|(field, value)| word(field, value))
}

/// What a tree asks for, as far as words say it.
#[derive(Clone, Debug)]
pub struct Values {
    pub words: Words,
    /// It asks for nothing else.
    pub say_all: bool,
}

/// None when nothing that a tree asks for has words.
pub fn asked(tree: &Tree) -> Option<Values> {
    let parts = parts(tree);
    let lists: Vec<Vec<i64>> = parts.iter().filter_map(|part| one_of(part)).collect();
    let say_all = lists.len() == parts.len();
    (!lists.is_empty()).then(|| Values { words: Words::one_of_each(lists), say_all })
}

/// What answers a tree answers all of these.
fn parts(tree: &Tree) -> Vec<&Tree> {
    match tree {
        Tree::All(inner) => inner.iter().flat_map(parts).collect(),
        other => vec![other],
    }
}

/// What answers has one of these.
fn one_of(tree: &Tree) -> Option<Vec<i64>> {
    match tree {
        Tree::Field(field, Test::In(values)) => values.iter().map(|value| asked_word(&field.name, value)).collect(),
        Tree::Any(parts) if !parts.is_empty() => Some(parts.iter().map(one_of).collect::<Option<Vec<_>>>()?.concat()),
        _ => None,
    }
}

fn asked_word(field: &str, value: &Operand) -> Option<i64> {
    match value {
        Operand::Text(code) if field == REGION => {
            let stem = region::stem(code);
            REGION_LENGTHS.contains(&stem.len()).then(|| word(REGION, stem))
        }
        Operand::Text(value) => FIELDS.iter().any(|(name, _)| *name == field).then(|| word(field, value)),
        Operand::Id(owner) if field == "owner_id" => Some(scope::owner_word(*owner)),
        Operand::Id(department) if field == "department_id" => Some(scope::department_word(*department)),
        _ => None,
    }
}

fn word(field: &str, value: &str) -> i64 {
    digest(&format!("{field}:{value}"))
}
