//! By what a customer is found: the part of its search row that is not a copy of its own columns.

use intake::{
    name, phone,
    search::{Words, digest, sound, tokens},
};

use super::{period, scope, value};
use crate::{contact::Contact, customer::Customer};

/// What is made of a customer's names, phones, codes, owner, time and values. All else in the row is copied by SQL.
#[derive(Debug, Eq, PartialEq)]
pub struct Entry {
    pub name_key: String,
    /// Every contact's name, one a line: a normalised name has no line breaks.
    pub contact_key: String,
    /// Digits of the customer's own phones, one a line.
    pub phones: String,
    pub sound: String,
    /// Digests of its words, sorted.
    pub words: Vec<i64>,
}

impl Entry {
    pub fn of(customer: &Customer, contacts: &[Contact]) -> Entry {
        let own_phones = || customer.phones.iter().map(|phone| phone.number.as_str());
        let names: Vec<&str> = contacts.iter().map(|contact| contact.name.as_str()).collect();
        let contact_phones = contacts.iter().flat_map(|contact| &contact.phones).map(|phone| phone.number.as_str());
        let emails = contacts.iter().map(|contact| contact.email.as_str());
        let words = Words {
            name: &customer.name,
            contacts: names.clone(),
            phones: own_phones().chain(contact_phones).collect(),
            emails: emails.chain([customer.email.as_str()]).collect(),
            credit_code: customer.credit_code.as_deref(),
        };
        let mut digests: Vec<i64> = tokens(&words).iter().map(|word| digest(word)).collect();
        digests.extend(kit::schema::words(&customer.id_number));
        digests.extend(scope::words_of(customer.owner_id, customer.department_id));
        digests.extend(period::words_of(customer.id));
        digests.extend(value::words_of(customer));
        digests.sort_unstable();
        let lines = |lines: Vec<String>| lines.join("\n");
        Entry {
            name_key: name::normalise(&customer.name),
            contact_key: lines(names.iter().map(|name| name::normalise(name)).collect()),
            phones: lines(own_phones().map(phone::key).collect()),
            sound: sound::text([customer.name.as_str()].into_iter().chain(names)),
            words: digests,
        }
    }
}
