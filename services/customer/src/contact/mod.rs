//! Contacts: the people to talk to at a customer.

mod parse;
mod rpc;
pub mod store;
pub mod write;

pub use rpc::ContactService;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use uuid::Uuid;

use crate::phone::Phone;

/// Most contacts of one customer: they are read with it.
pub const CONTACT_LIMIT: usize = 200;

/// A contact; also its form in what the database answers.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Contact {
    pub id: Uuid,
    pub customer_id: Uuid,
    pub name: String,
    pub salutation: String,
    pub position: String,
    pub phones: Vec<Phone>,
    pub email: String,
    pub birthday: Option<NaiveDate>,
    pub is_primary: bool,
    pub version: i64,
    pub create_time: DateTime<Utc>,
    pub update_time: DateTime<Utc>,
}

impl Contact {
    /// A contact not written yet: the caller fills in the rest.
    pub fn new(id: Uuid, customer_id: Uuid, now: DateTime<Utc>) -> Contact {
        Contact {
            id,
            customer_id,
            name: String::new(),
            salutation: String::new(),
            position: String::new(),
            phones: Vec::new(),
            email: String::new(),
            birthday: None,
            is_primary: false,
            version: 1,
            create_time: now,
            update_time: now,
        }
    }
}

/// What a write wants of the primary contact.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Primary {
    /// Leave it as it is.
    Keep,
    /// Make it this one.
    Choose(Uuid),
    /// No longer this one, if there is another.
    Resign(Uuid),
}

/// Makes exactly one of a customer's contacts primary, when there is any: the one wanted, else the one that is, else
/// the oldest.
pub fn settle_primary(contacts: &mut [Contact], wanted: Primary) {
    let preference = |contact: &&Contact| {
        let is_chosen = wanted == Primary::Choose(contact.id);
        let resigns = wanted == Primary::Resign(contact.id);
        // Ids rise with time.
        (!is_chosen, resigns, !contact.is_primary, contact.id)
    };
    let primary = contacts.iter().min_by_key(preference).map(|contact| contact.id);
    for contact in contacts {
        contact.is_primary = primary == Some(contact.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(primary: Option<u128>, wanted: Primary) -> Vec<u128> {
        let mut contacts = [1, 2, 3].map(|id| Contact::new(Uuid::from_u128(id), Uuid::nil(), DateTime::UNIX_EPOCH));
        for contact in &mut contacts {
            contact.is_primary = primary.map(Uuid::from_u128) == Some(contact.id);
        }
        settle_primary(&mut contacts, wanted);
        contacts.iter().filter(|contact| contact.is_primary).map(|contact| contact.id.as_u128()).collect()
    }

    #[test]
    fn exactly_one_is_primary() {
        let id = Uuid::from_u128;
        assert_eq!(settled(None, Primary::Keep), [1]);
        assert_eq!(settled(Some(2), Primary::Keep), [2]);
        assert_eq!(settled(Some(2), Primary::Choose(id(3))), [3]);
        assert_eq!(settled(Some(2), Primary::Resign(id(2))), [1]);
        assert_eq!(settled(Some(1), Primary::Resign(id(1))), [2]);
        assert_eq!(settled(Some(2), Primary::Resign(id(3))), [2]);
        settle_primary(&mut [], Primary::Keep);
    }

    #[test]
    fn the_only_one_cannot_resign() {
        let mut only = [Contact::new(Uuid::nil(), Uuid::nil(), DateTime::UNIX_EPOCH)];
        settle_primary(&mut only, Primary::Resign(Uuid::nil()));
        assert!(only[0].is_primary);
    }
}
