//! Showing a message to somebody who is to learn what it is about, and of nobody in it who that is.

use super::{
    mask::star,
    table::{FieldTable, Kind, MessageTable},
    wire::{self, Malformed},
};

const STARS: &str = "******";

/// The message with stars for what is personal in it, whoever reads it; a singular message whose halves stand apart on the
/// wire becomes one. What this build does not know is left out, for it may be personal.
///
/// # Errors
/// When it is no message of this type.
pub fn veil(table: &MessageTable, message: &[u8]) -> Result<Vec<u8>, Malformed> {
    let mut out = Vec::with_capacity(message.len());
    write(table, message, false, &mut out)?;
    Ok(out)
}

/// `whole`: it stands within something that is personal as a whole.
fn write(table: &MessageTable, message: &[u8], whole: bool, out: &mut Vec<u8>) -> Result<(), Malformed> {
    let records = wire::sorted(message)?;
    for own in records.chunk_by(|one, next| one.number == next.number) {
        let Some(field) = own.first().and_then(|record| table.field_by_number(record.number)) else { continue };
        let personal = whole || is_personal(field);
        match field.message().filter(|inner| inner.well_known.is_none()) {
            Some(inner) => {
                let parts = own.iter().map(|record| record.value.bytes()).collect::<Result<Vec<_>, _>>()?;
                let joined = parts.concat();
                let parts = if field.repeated || field.map { parts } else { vec![joined.as_slice()] };
                for part in parts {
                    let mut veiled = Vec::with_capacity(part.len());
                    write(inner, part, personal, &mut veiled)?;
                    wire::put_bytes(field.number, &veiled, out);
                }
            }
            None if !personal => own.iter().for_each(|record| out.extend_from_slice(record.raw)),
            // Numbers and moments cannot be starred.
            None if !matches!(field.kind, Kind::Text) => {}
            None => {
                for record in own {
                    wire::put_bytes(field.number, starred(field, record.value.text()?).as_bytes(), out);
                }
            }
        }
    }
    Ok(())
}

fn is_personal(field: &FieldTable) -> bool {
    field.rules.personal || field.rules.secret || is_shared_rule(field)
}

/// Phones, e-mails: what every role sees masked at most unless it says otherwise.
fn is_shared_rule(field: &FieldTable) -> bool {
    field.rules.sensitive.as_ref().is_some_and(|name| !name.contains('.'))
}

/// Phones and e-mails keep their ends, as for everybody who sees them masked; of all else nothing is told.
fn starred(field: &FieldTable, text: &str) -> String {
    match text {
        "" => String::new(),
        text if is_shared_rule(field) && !field.rules.secret && field.is_maskable() => star(text),
        _ => STARS.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use cims_proto::customer::v1::{Customer, CustomerChanged, Phone};
    use prost::Message;

    use super::*;
    use crate::schema::{split, table_of, to_json};

    #[test]
    fn nothing_personal_is_left_and_both_halves_are_read() {
        let phones = vec![Phone { number: "13812340000".to_owned(), ..Phone::default() }];
        let customer = Customer {
            name: "测试客户".to_owned(),
            level: "vip".to_owned(),
            email: "li@example.com".to_owned(),
            phones,
            ..Customer::default()
        };
        let change = CustomerChanged { after: Some(customer), ..CustomerChanged::default() };
        let table = table_of::<CustomerChanged>();
        let (public, personal) = split(table, &change.encode_to_vec()).expect("a message");
        let veiled = veil(table, &[public, personal].concat()).expect("a message");
        let mut json = Vec::new();
        to_json(table, &veiled, &mut json).expect("a message");
        let json: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
        let after = &json["after"];
        assert_eq!(after["name"], "******");
        assert_eq!(after["level"], "vip");
        assert_eq!(after["email"], "l*@example.com");
        assert_eq!(after["phones"][0]["number"], "138****0000");
    }

    #[test]
    fn what_is_no_message_is_refused() {
        assert!(veil(table_of::<CustomerChanged>(), b"nonsense").is_err());
    }
}
