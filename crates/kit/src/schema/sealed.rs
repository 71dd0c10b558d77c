//! Secrets within messages. A field annotated `secret` holds its value in clear between a client and [`crate::layer`] alone:
//! behind it, in handlers, rows, kept answers, events and messages, it holds a sealed text.
//!
//! `sealed:` kind `:` digests `:` envelope. The kind is the field's full name, and the place to which the envelope is bound;
//! the digests are one per key of [`Secrets`], the newest first; all hexadecimal.

use memchr::memmem;

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
    replace(table, message, &|field, text| sealed_text(&field.full_name, text, secrets))
}

/// The sealed text of one value of a field, named in full.
///
/// # Errors
/// When the value is larger than a message can be.
pub fn sealed_text(kind: &str, value: &str, secrets: &Secrets) -> Result<String, Failure> {
    let value = value.to_uppercase();
    let envelope = secrets.seal(kind, value.as_bytes())?;
    Ok(written(kind, &digests(secrets, kind, &value), &envelope))
}

/// The sealed text under the newest key, with the digests of the keys there are now; none when it is so already.
///
/// # Errors
/// When it is no sealed text, its key is missing, or what was sealed is damaged.
pub fn renewed(sealed: &str, secrets: &Secrets) -> Result<Option<String>, Failure> {
    let (kind, old_digests, envelope) = parts(sealed).ok_or_else(|| Failure::internal("a secret is not sealed"))?;
    let old_envelope = hex::decode(envelope).map_err(Failure::internal)?;
    let new_envelope = secrets.renewed(kind, &old_envelope)?;
    if new_envelope.is_none() && old_digests.split(',').count() == secrets.count() {
        return Ok(None);
    }
    let value = String::from_utf8(secrets.open(kind, &old_envelope)?).map_err(Failure::internal)?;
    let envelope = new_envelope.unwrap_or(old_envelope);
    Ok(Some(written(kind, &digests(secrets, kind, &value), &envelope)))
}

/// The message with its secrets in clear; none when nothing in it is sealed. A text that was never sealed, as the answer to a
/// reveal may hold, stays.
///
/// # Errors
/// When a key is missing, or what was sealed is damaged.
pub fn open(table: &MessageTable, message: &[u8], secrets: &Secrets) -> Result<Option<Vec<u8>>, Failure> {
    // Few records have a secret, and looking for the mark takes a tenth of going through a list.
    if memmem::find(message, MARK.as_bytes()).is_none() {
        return Ok(None);
    }
    let opened = replace(table, message, &|_, text| {
        let Some((kind, _, envelope)) = parts(text) else { return Ok(text.to_owned()) };
        let envelope = hex::decode(envelope).map_err(Failure::internal)?;
        String::from_utf8(secrets.open(kind, &envelope)?).map_err(Failure::internal)
    });
    opened.map(Some)
}

/// Whether a text looks like a sealed one. What a person has typed elsewhere is no secret, whatever it looks like.
pub fn is_sealed(text: &str) -> bool {
    parts(text).is_some()
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

fn written(kind: &str, digests: &[String], envelope: &[u8]) -> String {
    format!("{MARK}:{kind}:{}:{}", digests.join(","), hex::encode(envelope))
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

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: &str = "cims.customer.v1.Customer.id_number";
    const NUMBER: &str = "11010519491231002x";

    fn keys(texts: &[&str]) -> Secrets {
        Secrets::parse(&texts.join(",")).expect("keys")
    }

    #[test]
    fn equal_values_are_known_by_their_digests_alone() {
        let secrets = keys(&[&Secrets::random_text()]);
        let sealed = sealed_text(KIND, NUMBER, &secrets).expect("sealed");
        let again = sealed_text(KIND, &NUMBER.to_uppercase(), &secrets).expect("sealed");
        assert_ne!(sealed, again);
        assert!(same(&sealed, &again) && is_sealed(&sealed));
        assert!(!same(&sealed, "") && !same("", &sealed) && same("", ""));
        assert!(!same(&sealed, &sealed_text(KIND, "440524188001010014", &secrets).expect("sealed")));
        assert_eq!(words(&sealed), words(&again));
        assert!(!sealed.contains("110105"));
    }

    #[test]
    fn a_renewed_text_needs_the_old_key_no_more() {
        let (old_key, new_key) = (Secrets::random_text(), Secrets::random_text());
        let (old, both, new) = (keys(&[&old_key]), keys(&[&new_key, &old_key]), keys(&[&new_key]));
        let sealed = sealed_text(KIND, NUMBER, &old).expect("sealed");
        let renewed_text = renewed(&sealed, &both).expect("opened").expect("another text");
        assert!(same(&sealed, &renewed_text), "while both keys are there, either finds it");
        assert_eq!(renewed(&renewed_text, &both).expect("opened"), None);
        let last = renewed(&renewed_text, &new).expect("opened").expect("without the old digest");
        assert_eq!(words(&last), words(&sealed_text(KIND, NUMBER, &new).expect("sealed")));
        assert_eq!(renewed(&last, &new).expect("opened"), None);
        assert!(renewed(&sealed, &new).is_err());
    }
}
