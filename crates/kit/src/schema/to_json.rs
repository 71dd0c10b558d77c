//! Canonical proto JSON straight from wire bytes. Fields without presence are written even when empty, so that a
//! client finds every count and list; unset fields with presence are left out.

use std::io::Write;

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Datelike, SecondsFormat, Timelike, Utc};

use super::{
    table::{FieldTable, Kind, MessageTable, WellKnown},
    wire::{self, Malformed, Record, Value},
};

/// Appends the JSON of a message.
pub fn to_json(table: &MessageTable, message: &[u8], out: &mut Vec<u8>) -> Result<(), Malformed> {
    if let Some(well_known) = table.well_known {
        return well_known_to_json(well_known, message, out);
    }
    let records = wire::sorted(message)?;
    let mut rest = records.as_slice();
    out.push(b'{');
    let mut first = true;
    for field in &table.fields {
        let before = rest.iter().take_while(|record| record.number < field.number).count();
        rest = &rest[before..];
        let count = rest.iter().take_while(|record| record.number == field.number).count();
        let (own, after) = rest.split_at(count);
        rest = after;
        if own.is_empty() && field.presence {
            continue;
        }
        // The first without its comma.
        let start = usize::from(std::mem::take(&mut first));
        out.extend_from_slice(&field.member.as_bytes()[start..]);
        write_field(field, own, out)?;
    }
    out.push(b'}');
    Ok(())
}

/// The JSON value of one field of a message, by its JSON name; none when it is unset.
pub fn field_to_json(table: &MessageTable, message: &[u8], json: &str) -> Result<Option<serde_json::Value>, Malformed> {
    let Some(field) = table.field_by_json(json) else { return Ok(None) };
    let own: Vec<_> = wire::sorted(message)?.into_iter().filter(|record| record.number == field.number).collect();
    if own.is_empty() {
        return Ok(None);
    }
    let mut out = Vec::new();
    write_field(field, &own, &mut out)?;
    serde_json::from_slice(&out).map(Some).map_err(|_| Malformed)
}

fn write_field(field: &FieldTable, own: &[Record<'_>], out: &mut Vec<u8>) -> Result<(), Malformed> {
    if field.map {
        return write_map(field, own, out);
    }
    if field.repeated {
        return write_list(field, own, out);
    }
    match own.last() {
        Some(record) => write_value(field, record.value, out),
        None => write_default(field, out),
    }
}

fn write_list(field: &FieldTable, own: &[Record<'_>], out: &mut Vec<u8>) -> Result<(), Malformed> {
    out.push(b'[');
    let mut first = true;
    let mut item = |value: Value<'_>, out: &mut Vec<u8>| {
        if !std::mem::take(&mut first) {
            out.push(b',');
        }
        write_value(field, value, out)
    };
    for record in own {
        match (&field.kind, record.value) {
            (Kind::Text | Kind::Bytes | Kind::Message(_), value) => item(value, out)?,
            (_, Value::Bytes(packed)) => unpack(field, packed, |value| item(value, out))?,
            (_, value) => item(value, out)?,
        }
    }
    out.push(b']');
    Ok(())
}

fn unpack(
    field: &FieldTable,
    mut packed: &[u8],
    mut item: impl FnMut(Value<'_>) -> Result<(), Malformed>,
) -> Result<(), Malformed> {
    while !packed.is_empty() {
        let value = match field.kind {
            Kind::Double => {
                let (head, tail) = packed.split_first_chunk().ok_or(Malformed)?;
                packed = tail;
                Value::Fixed64(u64::from_le_bytes(*head))
            }
            Kind::Float => {
                let (head, tail) = packed.split_first_chunk().ok_or(Malformed)?;
                packed = tail;
                Value::Fixed32(u32::from_le_bytes(*head))
            }
            _ => Value::Varint(prost::encoding::decode_varint(&mut packed).map_err(|_| Malformed)?),
        };
        item(value)?;
    }
    Ok(())
}

/// Maps of this API have text as key.
fn write_map(field: &FieldTable, own: &[Record<'_>], out: &mut Vec<u8>) -> Result<(), Malformed> {
    let entry = field.message().ok_or(Malformed)?;
    let [key_field, value_field] = entry.fields.as_slice() else { return Err(Malformed) };
    out.push(b'{');
    for (index, record) in own.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        let records = wire::sorted(record.value.bytes()?)?;
        let of = |field: &FieldTable| records.iter().rfind(|record| record.number == field.number);
        write_text(of(key_field).map_or(Ok(""), |record| record.value.text())?, out)?;
        out.push(b':');
        match of(value_field) {
            Some(record) => write_value(value_field, record.value, out)?,
            None => write_default(value_field, out)?,
        }
    }
    out.push(b'}');
    Ok(())
}

fn write_default(field: &FieldTable, out: &mut Vec<u8>) -> Result<(), Malformed> {
    match &field.kind {
        Kind::Message(_) => {
            let table = field.message().ok_or(Malformed)?;
            return to_json(table, &[], out);
        }
        Kind::Text | Kind::Bytes => out.extend_from_slice(b"\"\""),
        Kind::Int64 | Kind::Uint64 => out.extend_from_slice(b"\"0\""),
        Kind::Bool => out.extend_from_slice(b"false"),
        Kind::Enum(values) => return write_text(values.name(0).unwrap_or_default(), out),
        _ => out.push(b'0'),
    }
    Ok(())
}

fn write_value(field: &FieldTable, value: Value<'_>, out: &mut Vec<u8>) -> Result<(), Malformed> {
    match &field.kind {
        Kind::Text => return write_text(value.text()?, out),
        Kind::Message(_) => {
            let table = field.message().ok_or(Malformed)?;
            return to_json(table, value.bytes()?, out);
        }
        Kind::Enum(values) => {
            let number = value.varint()? as i32;
            return match values.name(number) {
                Some(name) => write_text(name, out),
                // A value of a newer version: the number is all that is known of it.
                None => write_display(number, out),
            };
        }
        Kind::Bool => out.extend_from_slice(if value.varint()? == 0 { b"false" } else { b"true" }),
        Kind::Int32 => return write_display(value.varint()? as i32, out),
        Kind::Uint32 => return write_display(value.varint()? as u32, out),
        Kind::Int64 => return write_quoted(value.varint()? as i64, out),
        Kind::Uint64 => return write_quoted(value.varint()?, out),
        Kind::Double => match value {
            Value::Fixed64(bits) => return write_number(f64::from_bits(bits), out),
            _ => return Err(Malformed),
        },
        Kind::Float => match value {
            Value::Fixed32(bits) => return write_number(f64::from(f32::from_bits(bits)), out),
            _ => return Err(Malformed),
        },
        Kind::Bytes => {
            out.push(b'"');
            out.extend_from_slice(STANDARD.encode(value.bytes()?).as_bytes());
            out.push(b'"');
        }
    }
    Ok(())
}

fn write_text(text: &str, out: &mut Vec<u8>) -> Result<(), Malformed> {
    serde_json::to_writer(out, text).map_err(|_| Malformed)
}

fn write_display(number: impl std::fmt::Display, out: &mut Vec<u8>) -> Result<(), Malformed> {
    write!(out, "{number}").map_err(|_| Malformed)
}

fn write_quoted(number: impl std::fmt::Display, out: &mut Vec<u8>) -> Result<(), Malformed> {
    write!(out, "\"{number}\"").map_err(|_| Malformed)
}

fn write_number(number: f64, out: &mut Vec<u8>) -> Result<(), Malformed> {
    // Whole numbers without a point, as JSON written by hand has them.
    if number.fract() == 0.0 && number.abs() < 9e15 {
        return write_display(number as i64, out);
    }
    serde_json::to_writer(out, &number).map_err(|_| Malformed)
}

fn well_known_to_json(well_known: WellKnown, message: &[u8], out: &mut Vec<u8>) -> Result<(), Malformed> {
    match well_known {
        WellKnown::Timestamp => {
            let decoded: prost_types::Timestamp = prost::Message::decode(message).map_err(|_| Malformed)?;
            let time = crate::clock::time::from_proto(&decoded).ok_or(Malformed)?;
            out.push(b'"');
            write_time(time, out);
            out.push(b'"');
            Ok(())
        }
        WellKnown::FieldMask => {
            let mask: prost_types::FieldMask = prost::Message::decode(message).map_err(|_| Malformed)?;
            let paths: Vec<String> = mask.paths.iter().map(|path| camel(path)).collect();
            write_text(&paths.join(","), out)
        }
        WellKnown::Value => {
            let value: prost_types::Value = prost::Message::decode(message).map_err(|_| Malformed)?;
            write_any(&value, out)
        }
        WellKnown::Struct => {
            let fields: prost_types::Struct = prost::Message::decode(message).map_err(|_| Malformed)?;
            write_struct(&fields, out)
        }
        WellKnown::ListValue => {
            let list: prost_types::ListValue = prost::Message::decode(message).map_err(|_| Malformed)?;
            write_values(&list, out)
        }
    }
}

/// RFC 3339 as chrono writes it, in a tenth of the time: a list has several in each row.
fn write_time(time: DateTime<Utc>, out: &mut Vec<u8>) {
    let Some(year) = u32::try_from(time.year()).ok().filter(|year| *year < 10_000) else {
        return out.extend_from_slice(time.to_rfc3339_opts(SecondsFormat::AutoSi, true).as_bytes());
    };
    let mut text = *b"0000-00-00T00:00:00";
    let parts = [(year, 0..4), (time.month(), 5..7), (time.day(), 8..10)];
    let clock = [(time.hour(), 11..13), (time.minute(), 14..16), (time.second(), 17..19)];
    for (number, place) in parts.into_iter().chain(clock) {
        write_digits(number, &mut text[place]);
    }
    out.extend_from_slice(&text);
    let nanos = time.nanosecond();
    let mut fraction = *b".000000000";
    write_digits(nanos, &mut fraction[1..]);
    out.extend_from_slice(match nanos {
        0 => &[],
        _ if nanos.is_multiple_of(1_000_000) => &fraction[..4],
        _ if nanos.is_multiple_of(1_000) => &fraction[..7],
        _ => &fraction,
    });
    out.push(b'Z');
}

/// The number's last digits, as many as there is room for.
fn write_digits(mut number: u32, room: &mut [u8]) {
    for digit in room.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

fn write_any(value: &prost_types::Value, out: &mut Vec<u8>) -> Result<(), Malformed> {
    use prost_types::value::Kind;
    match &value.kind {
        None | Some(Kind::NullValue(_)) => out.extend_from_slice(b"null"),
        Some(Kind::NumberValue(number)) => write_number(*number, out)?,
        Some(Kind::StringValue(text)) => write_text(text, out)?,
        Some(Kind::BoolValue(flag)) => write_display(flag, out)?,
        Some(Kind::StructValue(fields)) => write_struct(fields, out)?,
        Some(Kind::ListValue(list)) => write_values(list, out)?,
    }
    Ok(())
}

fn write_struct(fields: &prost_types::Struct, out: &mut Vec<u8>) -> Result<(), Malformed> {
    out.push(b'{');
    for (index, (name, value)) in fields.fields.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_text(name, out)?;
        out.push(b':');
        write_any(value, out)?;
    }
    out.push(b'}');
    Ok(())
}

fn write_values(list: &prost_types::ListValue, out: &mut Vec<u8>) -> Result<(), Malformed> {
    out.push(b'[');
    for (index, value) in list.values.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_any(value, out)?;
    }
    out.push(b']');
    Ok(())
}

/// "credit_code" → "creditCode"
fn camel(snake: &str) -> String {
    let mut upper = false;
    let mut out = String::with_capacity(snake.len());
    for character in snake.chars() {
        if character == '_' {
            upper = true;
        } else {
            out.push(if upper { character.to_ascii_uppercase() } else { character });
            upper = false;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_chrono_writes_them() {
        for (seconds, nanos) in
            [(0, 0), (1_798_761_599, 120_000_000), (951_826_153, 45_000), (-1, 1), (253_402_300_799, 0)]
        {
            let time = DateTime::from_timestamp(seconds, nanos).expect("a time");
            let mut written = Vec::new();
            write_time(time, &mut written);
            assert_eq!(String::from_utf8_lossy(&written), time.to_rfc3339_opts(SecondsFormat::AutoSi, true));
        }
    }
}
