//! Which value is meant: `email`, `phones[0]`, `contacts[<id>].phones[0]`.

use cims_proto::customer::v1::Customer as Record;
use kit::{
    Call, Failure, Violation,
    problem::code,
    schema::{FieldTable, MessageTable, Visibility, is_sealed, json_of, table_of},
};
use serde_json::Value;

use super::unknown;
use crate::customer::Customer;

/// The text that stands there, a secret sealed, of a field that the caller sees masked at least.
///
/// # Errors
/// `Invalid` at `/field`.
pub fn value(call: &Call, customer: &Customer, path: &str) -> Result<String, Failure> {
    let record = json_of(&customer.clone().into_proto());
    let (mut value, mut table): (&Value, Option<&'static MessageTable>) = (&record, Some(table_of::<Record>()));
    let mut is_secret = false;
    for part in parts(path) {
        let (name, place) = parse(part).ok_or_else(unknown)?;
        let field = table.and_then(|table| table.field_by_json(name)).ok_or_else(unknown)?;
        if call.field_rules().is_some_and(|rules| rules.of(field) == Visibility::Hidden) {
            return Err(Failure::Invalid(vec![Violation::of(field, "/field", code::NOT_VISIBLE)]));
        }
        value = &value[name];
        if let Some(place) = place {
            value = item(value, place).ok_or_else(unknown)?;
        }
        is_secret = field.rules.secret;
        table = field.message();
    }
    // What was typed elsewhere is no secret, and nothing that the answer may open.
    let text = value.as_str().filter(|text| !text.is_empty() && (is_secret || !is_sealed(text)));
    text.map(str::to_owned).ok_or_else(unknown)
}

/// Whether the caller may know that there is what a path leads to.
pub fn is_told(call: &Call, path: &str) -> bool {
    let Some(rules) = call.field_rules() else { return true };
    let mut table: Option<&'static MessageTable> = Some(table_of::<Record>());
    parts(path).filter_map(parse).all(|(name, _)| {
        let field = table.and_then(|table| table.field_by_json(name));
        table = field.and_then(FieldTable::message);
        field.is_none_or(|field| rules.of(field) != Visibility::Hidden)
    })
}

/// The number of a phone need not be said.
fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('.').chain(path.ends_with(']').then_some("number"))
}

/// `phones[0]`: the name and what stands in brackets.
fn parse(part: &str) -> Option<(&str, Option<&str>)> {
    match part.split_once('[') {
        None => Some((part, None)),
        Some((name, rest)) => Some((name, Some(rest.strip_suffix(']')?))),
    }
}

/// By its place, or of records by their id.
fn item<'v>(list: &'v Value, named: &str) -> Option<&'v Value> {
    let items = list.as_array()?;
    match named.parse::<usize>() {
        Ok(place) => items.get(place),
        Err(_) => items.iter().find(|item| item["id"] == named),
    }
}
