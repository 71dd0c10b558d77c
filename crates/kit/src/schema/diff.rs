//! Comparing two states of a message, and merging a change into one.

use super::{
    sealed,
    table::{FieldTable, MessageTable},
    wire::{self, Malformed, Record},
};

/// Fields that change with every write and so say nothing.
const MECHANICAL: [&str; 2] = ["etag", "update_time"];

/// JSON names of the fields whose values differ, in the order of the proto. An absent state has no fields.
pub fn changed_fields(table: &MessageTable, before: &[u8], after: &[u8]) -> Result<Vec<String>, Malformed> {
    let (before, after) = (wire::sorted(before)?, wire::sorted(after)?);
    let differs = |field: &&FieldTable| match field.rules.secret {
        // Each sealing of the same value looks different.
        true => !sealed::same(text(&before, field), text(&after, field)),
        false => of(&before, field).ne(of(&after, field)),
    };
    let fields = table.fields.iter().filter(|field| !MECHANICAL.contains(&field.name.as_str()));
    Ok(fields.filter(differs).map(|field| field.json.clone()).collect())
}

fn text<'a>(records: &'a [Record<'a>], field: &FieldTable) -> &'a str {
    let last = records.iter().rfind(|record| record.number == field.number);
    last.and_then(|record| record.value.text().ok()).unwrap_or_default()
}

fn of<'a>(records: &'a [Record<'a>], field: &FieldTable) -> impl Iterator<Item = &'a [u8]> {
    records.iter().filter(move |record| record.number == field.number).map(|record| record.raw)
}

/// The current state with the fields named by the mask (proto names) taken from the patch, set or unset.
pub fn merge(table: &MessageTable, current: &[u8], patch: &[u8], paths: &[String]) -> Result<Vec<u8>, Malformed> {
    let named = |number: u32| table.field_by_number(number).is_some_and(|field| paths.contains(&field.name));
    let mut out = Vec::with_capacity(current.len() + patch.len());
    for record in wire::records(current) {
        let record = record?;
        if !named(record.number) {
            out.extend_from_slice(record.raw);
        }
    }
    for record in wire::records(patch) {
        let record = record?;
        if named(record.number) {
            out.extend_from_slice(record.raw);
        }
    }
    Ok(out)
}
