//! Contact and phones of a row.

use super::draft::{Contact, Flag, LabelledPhone};
use super::error::ErrorCode;
use super::field::Field;
use super::limits;
use super::values::Values;
use crate::phone;

/// Without a name there is nobody to keep; what else is said of them goes into the remarks.
pub(super) fn contact(values: &mut Values<'_>) -> Option<Contact> {
    let salutation = values.short_text(Field::ContactSalutation, limits::CONTACT_SALUTATION);
    let position = values.short_text(Field::ContactPosition, limits::CONTACT_POSITION);
    let Some(name) = values.short_text(Field::ContactName, limits::CONTACT_NAME) else {
        for (field, text) in [(Field::ContactSalutation, salutation), (Field::ContactPosition, position)] {
            if let Some(text) = text {
                values.keep_in_remarks(field, &text);
            }
        }
        return None;
    };
    Some(Contact { name, salutation, position })
}

/// Several in a cell are all kept, each number once. A mobile of the contact's column bears the contact's name.
pub(super) fn phones(values: &mut Values<'_>, contact: Option<&Contact>) -> Vec<LabelledPhone> {
    let mut phones: Vec<LabelledPhone> = Vec::new();
    let label: String = contact.map_or("", |contact| &contact.name).chars().take(limits::PHONE_LABEL).collect();
    for field in [Field::Phones, Field::OfficePhones] {
        for (column, cell) in values.cells(field) {
            let text = cell.text();
            for written in phone::split(&text) {
                let Ok(phone) = phone::parse(written) else {
                    values.error_in(column, ErrorCode::Format, "13800138000, 010-62751234");
                    break;
                };
                let is_own = field == Field::Phones && phone.kind == phone::Kind::Mobile;
                let label = if is_own { label.clone() } else { String::new() };
                if !phones.iter().any(|known| phone::key(&known.number) == phone.key()) {
                    phones.push(LabelledPhone { number: phone.number, kind: phone.kind, label });
                }
            }
        }
    }
    if phones.len() > limits::PHONES {
        values.error(Field::Phones, ErrorCode::TooLong, &limits::PHONES.to_string());
    }
    if phones.is_empty() {
        values.flag(Flag::PhonesMissing);
    }
    phones
}
