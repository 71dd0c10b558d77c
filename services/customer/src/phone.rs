//! Phones as customers and contacts keep them.

use cims_proto::customer::v1::{self as proto, phone};
use intake::phone::Kind;
use kit::{
    Violation,
    problem::code::{FORMAT, REPEATED},
};
use serde::{Deserialize, Serialize};

/// A phone of a customer or a contact; also its form in JSON columns.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Phone {
    /// As [`intake::phone::parse`] gives it.
    pub number: String,
    pub kind: Kind,
    #[serde(default)]
    pub label: String,
}

/// What fits, whatever the reader's language.
const ALLOWED: &str = "13800138000, 010-62751234, +85221234567";

/// The phones that a person has written. What is no phone, or stands there twice, is added to the violations with its
/// place below `parent` ("/customer").
pub fn parse_all(written: Vec<proto::Phone>, parent: &str, violations: &mut Vec<Violation>) -> Vec<Phone> {
    let mut phones: Vec<Phone> = Vec::with_capacity(written.len());
    for (index, written) in written.into_iter().enumerate() {
        let mut refuse = |code| {
            let violation = Violation::new(format!("{parent}/phones/{index}/number"), code).allowed(ALLOWED);
            violations.push(Violation { field: "cims.customer.v1.Phone.number".to_owned(), ..violation });
        };
        match intake::phone::parse(&written.number) {
            Ok(parsed) if phones.iter().any(|phone| phone.number == parsed.number) => refuse(REPEATED),
            Ok(parsed) => phones.push(Phone {
                kind: kind_of(written.kind()).unwrap_or(parsed.kind),
                number: parsed.number,
                label: written.label,
            }),
            Err(_) => refuse(FORMAT),
        }
    }
    phones
}

fn kind_of(kind: phone::Kind) -> Option<Kind> {
    match kind {
        phone::Kind::Mobile => Some(Kind::Mobile),
        phone::Kind::Landline => Some(Kind::Landline),
        phone::Kind::Other => Some(Kind::Other),
        phone::Kind::Unspecified => None,
    }
}

impl From<Phone> for proto::Phone {
    fn from(phone: Phone) -> proto::Phone {
        let kind = match phone.kind {
            Kind::Mobile => phone::Kind::Mobile,
            Kind::Landline => phone::Kind::Landline,
            Kind::Other => phone::Kind::Other,
        };
        proto::Phone { number: phone.number, kind: kind.into(), label: phone.label }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_normalised_and_misfits_named() {
        let written = |number: &str| proto::Phone { number: number.to_owned(), ..Default::default() };
        let mut violations = Vec::new();
        let list = ["+86 138 0013 8000", "12", "13800138000", "010-62751234"].map(written).to_vec();
        let phones = parse_all(list, "/customer", &mut violations);
        let numbers: Vec<&str> = phones.iter().map(|phone| phone.number.as_str()).collect();
        assert_eq!(numbers, ["13800138000", "010-62751234"]);
        assert_eq!(phones[1].kind, Kind::Landline);
        let found: Vec<_> = violations.iter().map(|found| (found.pointer.as_str(), found.code)).collect();
        assert_eq!(found, [("/customer/phones/1/number", FORMAT), ("/customer/phones/2/number", REPEATED)]);
    }
}
