//! Refusing what a request writes into fields that its author may only read or not even see, and what it asks by them.

use super::{
    mask::FieldRules,
    table::{FieldTable, Kind, MessageTable},
    validate::{mask_paths, resource},
    wire::{self, Malformed, Record},
};
use crate::problem::{Violation, code};

/// The fields that a request writes and its author may not: those that the update mask names, or those with a value, and what the
/// request itself is about.
pub fn unwritable(table: &MessageTable, message: &[u8], rules: &FieldRules) -> Result<Vec<Violation>, Malformed> {
    let mut found = Vec::new();
    if rules.all_writable(table) {
        return Ok(found);
    }
    if let (Some(mask), Some((field, inner))) = (table.field("update_mask"), resource(table)) {
        let records = wire::sorted(message)?;
        for path in mask_paths(mask, &records)? {
            let named = inner.field(&path);
            if let Some(own) = named.filter(|own| !rules.may_replace(own)) {
                let pointer = format!("/{}/{}", field.json, own.json);
                found.push(Violation::of(own, pointer, code::FIELD_NOT_WRITABLE));
            }
        }
        return Ok(found);
    }
    values(table, message, rules, "", &mut found)?;
    // What has a rule in the request itself is written also where it is left out: no tags are a set of tags.
    for field in table.fields.iter().filter(|field| field.rules.sensitive.is_some() && !rules.writes(field)) {
        let pointer = format!("/{}", field.json);
        if found.iter().all(|known| known.pointer != pointer) {
            found.push(Violation::of(field, pointer, code::FIELD_NOT_WRITABLE));
        }
    }
    Ok(found)
}

/// The fields of a reading request by which its author may not ask: what they stand for is not seen.
pub fn unaskable(table: &MessageTable, message: &[u8], rules: &FieldRules) -> Result<Vec<Violation>, Malformed> {
    let mut found = Vec::new();
    if rules.all_clear(table) {
        return Ok(found);
    }
    for record in wire::records(message) {
        let record = record?;
        if let Some(field) = table.field_by_number(record.number).filter(|field| !rules.of(field).is_seen()) {
            found.push(Violation::of(field, format!("/{}", field.json), code::NOT_VISIBLE));
        }
    }
    Ok(found)
}

fn values(
    table: &MessageTable,
    message: &[u8],
    rules: &FieldRules,
    pointer: &str,
    found: &mut Vec<Violation>,
) -> Result<(), Malformed> {
    let mut place = 0;
    let mut last = 0;
    for record in wire::sorted(message)? {
        let Some(field) = table.field_by_number(record.number).filter(|field| !field.rules.output_only) else {
            continue;
        };
        place = if record.number == last { place + 1 } else { 0 };
        last = record.number;
        let here = format!("{pointer}/{}", field.json);
        if !rules.writes(field) {
            if place == 0 && holds(field, &record)? {
                found.push(Violation::of(field, here, code::FIELD_NOT_WRITABLE));
            }
        } else if let Some(inner) = field.message().filter(|inner| !rules.all_writable(inner)) {
            let here = if field.repeated { format!("{here}/{place}") } else { here };
            values(inner, record.value.bytes()?, rules, &here, found)?;
        }
    }
    Ok(())
}

/// An empty text and a zero are no value.
fn holds(field: &FieldTable, record: &Record<'_>) -> Result<bool, Malformed> {
    Ok(match field.kind {
        Kind::Message(_) => true,
        Kind::Text | Kind::Bytes => !record.value.bytes()?.is_empty(),
        _ if field.repeated || field.presence => true,
        Kind::Double | Kind::Float => true,
        _ => record.value.varint()? != 0,
    })
}
