//! Parting a message into what may stay for ever and what erasure may delete.

use super::{
    table::{FieldTable, MessageTable},
    wire::{self, Malformed},
};

/// Parts a message into its public and its personal half, either of which may be empty. Both are messages of the same
/// type, and one after the other on the wire they are the whole again, because protobuf merges what comes later:
/// a personal field goes whole into the second half, a singular message is parted itself, a repeated one is not.
pub fn split(table: &MessageTable, message: &[u8]) -> Result<(Vec<u8>, Vec<u8>), Malformed> {
    let (mut public, mut personal) = (Vec::with_capacity(message.len()), Vec::new());
    for record in wire::records(message) {
        let record = record?;
        let field = table.field_by_number(record.number);
        match field {
            Some(field) if field.rules.personal => personal.extend_from_slice(record.raw),
            Some(field) if !field.repeated && field.message().is_some_and(|inner| inner.well_known.is_none()) => {
                let inner =
                    field.message().map_or(Ok(Default::default()), |inner| split(inner, record.value.bytes()?))?;
                wire::put_bytes(field.number, &inner.0, &mut public);
                if !inner.1.is_empty() {
                    wire::put_bytes(field.number, &inner.1, &mut personal);
                }
            }
            _ => public.extend_from_slice(record.raw),
        }
    }
    Ok((public, personal))
}

/// Which fields of an event's payload [`split`] puts into the second half: paths of JSON names, "after.phones".
pub fn personal_fields(table: &MessageTable) -> Vec<String> {
    let paths = |field: &FieldTable| match field.message() {
        _ if field.rules.personal => vec![field.json.clone()],
        Some(inner) if !field.repeated && inner.well_known.is_none() => {
            personal_fields(inner).iter().map(|path| format!("{}.{path}", field.json)).collect()
        }
        _ => Vec::new(),
    };
    table.fields.iter().flat_map(paths).collect()
}

/// The bytes of every occurrence of a message field; one after the other they are the field's merged value.
pub fn parts(number: u32, message: &[u8]) -> Result<Vec<&[u8]>, Malformed> {
    let mut parts = Vec::new();
    for record in wire::records(message) {
        let record = record?;
        if record.number == number {
            parts.push(record.value.bytes()?);
        }
    }
    Ok(parts)
}
