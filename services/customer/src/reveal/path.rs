//! Which value is meant by a path: `email`, `phones[0]`, `contacts[<id>].phones[0]`.

use cims_proto::customer::v1::Customer as Record;
use kit::{
    Call, Failure, Violation,
    problem::code,
    schema::{MessageTable, Visibility, is_sealed, json_of, steps, table_of},
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
    for step in steps(path) {
        let (name, place) = step.ok_or_else(unknown)?;
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

/// By its place, or of records by their id.
fn item<'v>(list: &'v Value, named: &str) -> Option<&'v Value> {
    let items = list.as_array()?;
    match named.parse::<usize>() {
        Ok(place) => items.get(place),
        Err(_) => items.iter().find(|item| item["id"] == named),
    }
}
