//! What a row becomes.

use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::duplicates::Keys;
use crate::{name, phone};

/// A customer to be made of a row. Everything in it passes the rules of entry by hand, but for what [`Flag`] says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Draft {
    /// As written, on one line, without spaces around.
    pub name: String,
    #[serde(rename = "type")]
    pub customer_type: CustomerType,
    pub credit_code: Option<String>,
    /// In upper case; whoever keeps drafts puts it under seal.
    pub id_number: Option<String>,
    /// By which equal ID numbers are known; none before it is given one.
    pub id_number_key: Option<i64>,
    /// Each number once, those of the contact first.
    pub phones: Vec<LabelledPhone>,
    pub email: Option<String>,
    /// GB/T 2260.
    pub region_code: Option<String>,
    pub address: Option<String>,
    pub homepage: Option<String>,
    /// Codes of the dictionaries.
    pub industry: Option<String>,
    pub source: Option<String>,
    pub level: Option<String>,
    pub status: Option<String>,
    pub cooperation_products: Vec<String>,
    pub first_cooperation_date: Option<NaiveDate>,
    /// Yuan, two digits after the point.
    pub cumulative_amount: Option<Decimal>,
    /// With what found no field of its own, a line each: `所属行业：航天`.
    pub remarks: Option<String>,
    pub contact: Option<Contact>,
    /// Names, each once.
    pub tags: Vec<String>,
    /// As [`super::Owners`] was given it; `None`: whoever imports.
    pub owner: Option<String>,
    /// Without a zone; in that of [`super::Context::now`].
    pub record_time: Option<NaiveDateTime>,
    pub flags: Vec<Flag>,
}

/// A phone of the customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelledPhone {
    /// As [`phone::Phone::number`].
    pub number: String,
    pub kind: phone::Kind,
    /// The contact's name on a mobile, else empty.
    pub label: String,
}

/// Somebody to talk to; the first contact of the customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    pub name: String,
    pub salutation: Option<String>,
    pub position: Option<String>,
}

/// `Customer.Type` of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CustomerType {
    Enterprise,
    Individual,
}

/// What somebody should look at; the row is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Flag {
    /// Cooperation began on a day before the record was written.
    FirstCooperationBeforeRecord,
    /// No value of the dictionary; the text stands in the remarks.
    IndustryUnknown,
    SourceUnknown,
    StatusUnknown,
    /// The region, or its narrower part, is not in the tree; the text stands in the remarks.
    RegionUnknown,
    /// Nobody of that name; the text stands in the remarks.
    OwnerUnknown,
    /// Neither the customer nor a contact has a phone, which entry by hand requires.
    PhonesMissing,
    /// The sheet does not say the type and the name does not prove it.
    TypeAssumed,
}

impl Flag {
    /// As in `Customer.flags`: `FIRST_COOPERATION_BEFORE_RECORD`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FirstCooperationBeforeRecord => "FIRST_COOPERATION_BEFORE_RECORD",
            Self::IndustryUnknown => "INDUSTRY_UNKNOWN",
            Self::SourceUnknown => "SOURCE_UNKNOWN",
            Self::StatusUnknown => "STATUS_UNKNOWN",
            Self::RegionUnknown => "REGION_UNKNOWN",
            Self::OwnerUnknown => "OWNER_UNKNOWN",
            Self::PhonesMissing => "PHONES_MISSING",
            Self::TypeAssumed => "TYPE_ASSUMED",
        }
    }
}

impl Draft {
    /// What another customer must not, or should not, share.
    pub fn keys(&self) -> Keys {
        Keys {
            credit_code: self.credit_code.clone(),
            id_number: self.id_number_key,
            name: name::normalise(&self.name),
            phones: self.phones.iter().map(|phone| phone::key(&phone.number)).collect(),
        }
    }
}
