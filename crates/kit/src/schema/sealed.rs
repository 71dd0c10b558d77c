//! Secrets within messages. A field annotated `secret` holds its value in clear between a client and [`crate::layer`] alone:
//! behind it, in handlers, rows, kept answers, events and messages, it holds a sealed text.
//!
//! `sealed:` kind `:` digests `:` envelope. The kind is the field's full name, and the place to which the envelope is bound;
//! the digests are one per key of [`Secrets`], the newest first; all hexadecimal.

use super::{
    table::{FieldTable, MessageTable},
    wire,
};
use crate::{problem::Failure, secret::Secrets};

const MARK: &str = "sealed";
/// Of each digest: enough to tell all people apart.
const DIGEST: usize = 16;
/// What stands for a secret in histories and conflicts, whoever reads them; so no key is needed there.
const STARS: &str = "******";

/// The message with its secrets sealed.
///
/// # Errors
/// When it is no message of this type.
pub fn seal(table: &MessageTable, message: &[u8], secrets: &Secrets) -> Result<Vec<u8>, Failure> {
    replace(table, message, &|field, text| {
        let value = text.to_uppercase();
        let digests = digests(secrets, &field.full_name, &value).join(",");
        let envelope = secrets.seal(&field.full_name, value.as_bytes())?;
        Ok(format!("{MARK}:{}:{digests}:{}", field.full_name, hex::encode(envelope)))
    })
}

/// The message with its secrets in clear. A text that was never sealed, as the answer to a reveal may hold, stays.
///
/// # Errors
/// When a key is missing, or what was sealed is damaged.
pub fn open(table: &MessageTable, message: &[u8], secrets: &Secrets) -> Result<Vec<u8>, Failure> {
    replace(table, message, &|_, text| {
        let Some((kind, _, envelope)) = parts(text) else { return Ok(text.to_owned()) };
        let envelope = hex::decode(envelope).map_err(Failure::internal)?;
        String::from_utf8(secrets.open(kind, &envelope)?).map_err(Failure::internal)
    })
}

/// The message with stars for its secrets.
///
/// # Errors
/// When it is no message of this type.
pub fn conceal(table: &MessageTable, message: &[u8]) -> Result<Vec<u8>, Failure> {
    replace(table, message, &|_, _| Ok(STARS.to_owned()))
}

/// The digests of a value, one per key, the newest first.
pub fn digests(secrets: &Secrets, kind: &str, value: &str) -> Vec<String> {
    let digests = secrets.digests(kind, value.to_uppercase().as_bytes());
    digests.iter().map(|digest| hex::encode(&digest[..DIGEST])).collect()
}

/// Whether two sealed texts hold the same value: each sealing looks different.
pub fn same(one: &str, other: &str) -> bool {
    match (parts(one), parts(other)) {
        (Some((kind, one, _)), Some((other_kind, other, _))) => {
            kind == other_kind && one.split(',').any(|digest| other.split(',').any(|other| digest == other))
        }
        _ => one == other,
    }
}

/// The numbers by which a sealed text is found, one per digest.
pub fn words(sealed: &str) -> Vec<i64> {
    parts(sealed).map(|(_, digests, _)| digests.split(',').filter_map(word).collect()).unwrap_or_default()
}

/// The number of one digest.
pub fn word(digest: &str) -> Option<i64> {
    digest.get(..16).and_then(|start| u64::from_str_radix(start, 16).ok()).map(u64::cast_signed)
}

fn parts(sealed: &str) -> Option<(&str, &str, &str)> {
    let mut parts = sealed.strip_prefix(MARK)?.strip_prefix(':')?.split(':');
    Some((parts.next()?, parts.next()?, parts.next()?))
}

fn replace(
    table: &MessageTable,
    message: &[u8],
    change: &dyn Fn(&FieldTable, &str) -> Result<String, Failure>,
) -> Result<Vec<u8>, Failure> {
    if !table.holds_secret {
        return Ok(message.to_vec());
    }
    let mut out = Vec::with_capacity(message.len());
    for record in wire::records(message) {
        let record = record?;
        match table.field_by_number(record.number) {
            Some(field) if field.rules.secret => {
                let text = record.value.text()?;
                let text = if text.is_empty() { String::new() } else { change(field, text)? };
                wire::put_bytes(field.number, text.as_bytes(), &mut out);
            }
            Some(field) => match field.message().filter(|inner| inner.holds_secret) {
                Some(inner) => wire::put_bytes(field.number, &replace(inner, record.value.bytes()?, change)?, &mut out),
                None => out.extend_from_slice(record.raw),
            },
            None => out.extend_from_slice(record.raw),
        }
    }
    Ok(out)
}
