//! What a column can fill.

use serde::{Deserialize, Serialize};

/// A field of the customer, or a part of one that sheets keep in a column of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Field {
    Name,
    Type,
    CreditCode,
    IdNumber,
    /// Phones on which the contact answers.
    Phones,
    /// Phones of the house.
    OfficePhones,
    Email,
    /// A region as a whole: `江苏省南京市玄武区`, `320102`.
    Region,
    Province,
    City,
    District,
    Address,
    Homepage,
    Industry,
    Source,
    Level,
    Status,
    CooperationProducts,
    FirstCooperationDate,
    CumulativeAmount,
    Remarks,
    ContactName,
    ContactSalutation,
    ContactPosition,
    Tags,
    Owner,
    /// When somebody wrote the record down, long before CIMS.
    RecordTime,
}

/// Every field with its path. Where several share one, the first is what the path means alone.
const PATHS: [(Field, &str); 27] = [
    (Field::Name, "name"),
    (Field::Type, "type"),
    (Field::CreditCode, "creditCode"),
    (Field::IdNumber, "idNumber"),
    (Field::Phones, "phones"),
    (Field::OfficePhones, "phones"),
    (Field::Email, "email"),
    (Field::Region, "regionCode"),
    (Field::Province, "regionCode"),
    (Field::City, "regionCode"),
    (Field::District, "regionCode"),
    (Field::Address, "address"),
    (Field::Homepage, "homepage"),
    (Field::Industry, "industry"),
    (Field::Source, "source"),
    (Field::Level, "level"),
    (Field::Status, "status"),
    (Field::CooperationProducts, "cooperationProducts"),
    (Field::FirstCooperationDate, "firstCooperationDate"),
    (Field::CumulativeAmount, "cumulativeAmount"),
    (Field::Remarks, "remarks"),
    (Field::ContactName, "contacts.name"),
    (Field::ContactSalutation, "contacts.salutation"),
    (Field::ContactPosition, "contacts.position"),
    (Field::Tags, "tags"),
    (Field::Owner, "ownerId"),
    (Field::RecordTime, "recordTime"),
];

impl Field {
    /// The JSON path of the customer's field: `phones`, `contacts.name`. `recordTime` has none in a customer.
    pub fn path(self) -> &'static str {
        PATHS.iter().find(|(field, _)| *field == self).map_or("", |(_, path)| path)
    }

    /// The field of a JSON path; `None` for what an import does not fill.
    pub fn from_path(path: &str) -> Option<Self> {
        PATHS.iter().find(|(_, other)| *other == path).map(|(field, _)| *field)
    }

    /// The paths of all fields, each once.
    pub fn paths() -> impl Iterator<Item = &'static str> {
        PATHS.iter().filter(|(field, path)| Self::from_path(path) == Some(*field)).map(|(_, path)| *path)
    }

    /// Several columns may fill it.
    pub(crate) fn is_repeated(self) -> bool {
        matches!(self, Self::Phones | Self::OfficePhones)
    }
}
