//! Customers: what one is, and what may be written into it.

pub mod access;
mod directory;
pub mod duplicate;
mod parse;
mod proto;
mod rpc;
pub mod store;
pub mod write;

pub use directory::DirectoryService;
pub use rpc::CustomerService;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use sqlx::types::Json;
use uuid::Uuid;

use crate::{contact::Contact, phone::Phone, tag::Tag};

#[derive(Clone, Copy, Debug, Eq, PartialEq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Type {
    Enterprise,
    Individual,
}

impl Type {
    /// As the API and the database have it.
    pub fn name(self) -> &'static str {
        match self {
            Type::Enterprise => "ENTERPRISE",
            Type::Individual => "INDIVIDUAL",
        }
    }
}

/// The status of a customer whose author says nothing of it: a code of the dictionary.
pub const DEFAULT_STATUS: &str = "potential";
/// ISO 4217.
pub const DEFAULT_CURRENCY: &str = "CNY";

/// What an ID number is called where it is sealed: its field's name.
pub const ID_NUMBER: &str = "cims.customer.v1.Customer.id_number";

/// A customer as it is kept. A text that nobody has filled in is empty.
#[derive(Clone, Debug)]
pub struct Customer {
    pub id: Uuid,
    /// Assigned by the database; see [`Customer::code`].
    pub number: i64,
    pub name: String,
    pub r#type: Type,
    pub credit_code: Option<String>,
    /// Sealed.
    pub id_number: String,
    pub phones: Json<Vec<Phone>>,
    pub email: String,
    pub region_code: String,
    pub address: String,
    pub homepage: String,
    pub industry: String,
    pub source: String,
    pub level: String,
    pub status: String,
    pub cooperation_products: Vec<String>,
    pub first_cooperation_date: Option<NaiveDate>,
    /// Two digits after the point.
    pub cumulative_amount: Option<Decimal>,
    pub currency: String,
    pub remarks: String,
    /// Codes of what an import or a rule found odd.
    pub flags: Vec<String>,
    pub owner_id: Option<Uuid>,
    pub department_id: Option<Uuid>,
    pub last_contact_time: Option<DateTime<Utc>>,
    pub next_contact_time: Option<DateTime<Utc>>,
    pub version: i64,
    pub create_time: DateTime<Utc>,
    pub update_time: DateTime<Utc>,
    /// When it went to the bin.
    pub delete_time: Option<DateTime<Utc>>,
    /// The primary one first, then by age; none where they were not asked for, as in lists.
    pub contacts: Option<Json<Vec<Contact>>>,
    /// By group and name; none when it has none.
    pub tags: Option<Json<Vec<Tag>>>,
}

impl Customer {
    /// A customer of its owner, not written yet: the caller fills in the rest.
    pub fn new(id: Uuid, owner_id: Option<Uuid>, department_id: Option<Uuid>, now: DateTime<Utc>) -> Customer {
        Customer {
            id,
            number: 0,
            name: String::new(),
            r#type: Type::Enterprise,
            credit_code: None,
            id_number: String::new(),
            phones: Json(Vec::new()),
            email: String::new(),
            region_code: String::new(),
            address: String::new(),
            homepage: String::new(),
            industry: String::new(),
            source: String::new(),
            level: String::new(),
            status: DEFAULT_STATUS.to_owned(),
            cooperation_products: Vec::new(),
            first_cooperation_date: None,
            cumulative_amount: None,
            currency: DEFAULT_CURRENCY.to_owned(),
            remarks: String::new(),
            flags: Vec::new(),
            owner_id,
            department_id,
            last_contact_time: None,
            next_contact_time: None,
            version: 1,
            create_time: now,
            update_time: now,
            delete_time: None,
            contacts: None,
            tags: None,
        }
    }

    /// The number that people say on the phone: "C-000123".
    pub fn code(&self) -> String {
        format!("C-{:06}", self.number)
    }

    pub fn is_binned(&self) -> bool {
        self.delete_time.is_some()
    }

    pub fn contacts(&self) -> &[Contact] {
        self.contacts.as_ref().map_or(&[], |contacts| contacts.as_slice())
    }

    /// See [`duplicate::keys`].
    pub fn duplicate_keys(&self) -> Vec<i64> {
        let mut keys = duplicate::keys(&self.name, self.phones.iter().map(|phone| phone.number.as_str()));
        keys.extend(kit::schema::words(&self.id_number));
        keys.sort_unstable();
        keys
    }
}
