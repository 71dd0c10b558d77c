//! JSON written by a client, turned into wire bytes; what does not fit is named by a JSON pointer.

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::DateTime;
use prost::Message;
use serde_json::Value as Json;

use super::{
    table::{EnumTable, FieldTable, Kind, MessageTable, WellKnown},
    wire,
};
use crate::problem::{Violation, code};

/// Writes the message that a JSON value means. Every misfit is added to `violations`, with its pointer; fields that only
/// the server writes are skipped, so that a client may send back what it read.
pub fn from_json(table: &MessageTable, json: &Json, pointer: &str, violations: &mut Vec<Violation>) -> Vec<u8> {
    let mut out = Vec::new();
    if let Some(well_known) = table.well_known {
        match well_known_from_json(well_known, json) {
            Ok(bytes) => out = bytes,
            Err(allowed) => violations.push(Violation::new(pointer, code::WRONG_TYPE).allowed(allowed)),
        }
        return out;
    }
    let Json::Object(members) = json else {
        violations.push(Violation::new(pointer, code::WRONG_TYPE).allowed("object"));
        return out;
    };
    for (name, value) in members {
        let here = format!("{pointer}/{name}");
        match table.field_by_json(name) {
            Some(field) if field.rules.output_only => {}
            Some(field) => field_from_json(field, value, &here, &mut out, violations),
            None => {
                let allowed = table.fields.iter().filter(|field| !field.rules.output_only);
                let allowed = allowed.map(|field| field.json.as_str()).collect::<Vec<_>>().join(", ");
                violations.push(Violation::new(here, code::UNKNOWN_FIELD).allowed(allowed));
            }
        }
    }
    out
}

fn field_from_json(field: &FieldTable, json: &Json, pointer: &str, out: &mut Vec<u8>, violations: &mut Vec<Violation>) {
    if json.is_null() {
        violations.push(Violation::of(field, pointer, code::NULL));
    } else if field.map {
        map_from_json(field, json, pointer, out, violations);
    } else if field.repeated {
        match json {
            Json::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    value_from_json(field, item, &format!("{pointer}/{index}"), true, out, violations);
                }
            }
            _ => violations.push(Violation::of(field, pointer, code::WRONG_TYPE).allowed("array")),
        }
    } else {
        value_from_json(field, json, pointer, field.presence, out, violations);
    }
}

fn map_from_json(field: &FieldTable, json: &Json, pointer: &str, out: &mut Vec<u8>, violations: &mut Vec<Violation>) {
    let (Json::Object(members), Some(entry)) = (json, field.message()) else {
        violations.push(Violation::of(field, pointer, code::WRONG_TYPE).allowed("object"));
        return;
    };
    for (name, value) in members {
        let mut bytes = Vec::new();
        wire::put_bytes(1, name.as_bytes(), &mut bytes);
        if let Some(value_field) = entry.field("value") {
            value_from_json(value_field, value, &format!("{pointer}/{name}"), true, &mut bytes, violations);
        }
        wire::put_bytes(field.number, &bytes, out);
    }
}

/// Writes one value; a default is written only when `explicit`, as encoders do.
fn value_from_json(
    field: &FieldTable,
    json: &Json,
    pointer: &str,
    explicit: bool,
    out: &mut Vec<u8>,
    violations: &mut Vec<Violation>,
) {
    let mut misfit =
        |allowed: String| violations.push(Violation::of(field, pointer, code::WRONG_TYPE).allowed(allowed));
    match &field.kind {
        Kind::Message(_) => {
            let Some(table) = field.message() else { return };
            let bytes = from_json(table, json, pointer, violations);
            wire::put_bytes(field.number, &bytes, out);
        }
        Kind::Text => match json.as_str() {
            Some("") if !explicit => {}
            Some(text) => wire::put_bytes(field.number, text.as_bytes(), out),
            None => misfit("string".to_owned()),
        },
        Kind::Bytes => match json.as_str().and_then(|text| STANDARD.decode(text).ok()) {
            Some(bytes) => wire::put_bytes(field.number, &bytes, out),
            None => misfit("base64".to_owned()),
        },
        Kind::Bool => match json.as_bool().or_else(|| json.as_str().and_then(|text| text.parse().ok())) {
            Some(false) if !explicit => {}
            Some(flag) => wire::put_varint(field.number, u64::from(flag), out),
            None => misfit("true, false".to_owned()),
        },
        Kind::Enum(values) => match enum_number(values, json) {
            Some(0) if !explicit => {}
            Some(number) => wire::put_varint(field.number, number as u64, out),
            None => {
                let allowed = values.allowed().collect::<Vec<_>>().join(", ");
                violations.push(Violation::of(field, pointer, code::NOT_ALLOWED).allowed(allowed));
            }
        },
        Kind::Double => match json.as_f64() {
            Some(number) => wire::put_fixed64(field.number, number.to_bits(), out),
            None => misfit("number".to_owned()),
        },
        Kind::Float => match json.as_f64() {
            Some(number) => wire::put_fixed32(field.number, (number as f32).to_bits(), out),
            None => misfit("number".to_owned()),
        },
        Kind::Int32 | Kind::Int64 | Kind::Uint32 | Kind::Uint64 => match integer(&field.kind, json) {
            Some(0) if !explicit => {}
            Some(number) => wire::put_varint(field.number, number as u64, out),
            None => misfit("integer".to_owned()),
        },
    }
}

/// Names in any case: `due=overdue` in a query means OVERDUE.
fn enum_number(values: &EnumTable, json: &Json) -> Option<i32> {
    let text = json.as_str()?;
    values.values.iter().find(|(_, name)| name.eq_ignore_ascii_case(text)).map(|(number, _)| *number)
}

/// Numbers or, as queries and 64-bit values have them, texts of numbers.
fn integer(kind: &Kind, json: &Json) -> Option<i64> {
    let number = json.as_i64().or_else(|| json.as_str().and_then(|text| text.parse().ok()))?;
    let fits = match kind {
        Kind::Int32 => i32::try_from(number).is_ok(),
        Kind::Uint32 => u32::try_from(number).is_ok(),
        Kind::Uint64 => number >= 0,
        _ => true,
    };
    fits.then_some(number)
}

/// The bytes, or what is allowed.
fn well_known_from_json(well_known: WellKnown, json: &Json) -> Result<Vec<u8>, &'static str> {
    match well_known {
        WellKnown::Timestamp => {
            const ALLOWED: &str = "2026-01-31T08:00:00Z";
            let time = DateTime::parse_from_rfc3339(json.as_str().ok_or(ALLOWED)?).map_err(|_| ALLOWED)?;
            Ok(crate::clock::time::to_proto(time.to_utc()).encode_to_vec())
        }
        WellKnown::FieldMask => {
            let text = json.as_str().ok_or("name,otherName")?;
            let paths = text.split(',').map(str::trim).filter(|path| !path.is_empty()).map(snake).collect();
            Ok(prost_types::FieldMask { paths }.encode_to_vec())
        }
        WellKnown::Value => Ok(any(json).encode_to_vec()),
        WellKnown::Struct => match any(json).kind {
            Some(prost_types::value::Kind::StructValue(fields)) => Ok(fields.encode_to_vec()),
            _ => Err("object"),
        },
        WellKnown::ListValue => match any(json).kind {
            Some(prost_types::value::Kind::ListValue(list)) => Ok(list.encode_to_vec()),
            _ => Err("array"),
        },
    }
}

/// JSON as google.protobuf.Value.
pub fn any(json: &Json) -> prost_types::Value {
    use prost_types::value::Kind;
    let kind = match json {
        Json::Null => Kind::NullValue(0),
        Json::Bool(flag) => Kind::BoolValue(*flag),
        Json::Number(number) => Kind::NumberValue(number.as_f64().unwrap_or_default()),
        Json::String(text) => Kind::StringValue(text.clone()),
        Json::Array(items) => Kind::ListValue(prost_types::ListValue { values: items.iter().map(any).collect() }),
        Json::Object(members) => Kind::StructValue(prost_types::Struct {
            fields: members.iter().map(|(name, value)| (name.clone(), any(value))).collect(),
        }),
    };
    prost_types::Value { kind: Some(kind) }
}

/// "creditCode" → "credit_code"
fn snake(camel: &str) -> String {
    let mut out = String::with_capacity(camel.len() + 4);
    for character in camel.chars() {
        if character.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(character.to_ascii_lowercase());
    }
    out
}
