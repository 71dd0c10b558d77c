//! Between a contact's message and what is kept of it.

use cims_proto::customer::v1 as proto;
use intake::{name, text};
use kit::{Failure, Violation, call::etag, clock::time, problem::code::REQUIRED};

use super::Contact;
use crate::phone;

impl Contact {
    /// Takes over all that a person may write, but for `primary`. The request layer has checked lengths and formats.
    ///
    /// # Errors
    /// `Invalid` with every misfit, placed below `/contact`.
    pub fn write(&mut self, written: proto::Contact) -> Result<(), Failure> {
        let mut violations = Vec::new();
        self.name = text::line(&written.name);
        // A name of marks that show nothing is none.
        if name::normalise(&self.name).is_empty() {
            let field = "cims.customer.v1.Contact.name".to_owned();
            violations.push(Violation { field, ..Violation::new("/contact/name", REQUIRED) });
        }
        self.salutation = written.salutation;
        self.position = written.position;
        self.phones = phone::parse_all(written.phones, "/contact", &mut violations);
        self.email = written.email;
        self.birthday = written.birthday.parse().ok();
        if violations.is_empty() { Ok(()) } else { Err(Failure::Invalid(violations)) }
    }
}

impl From<Contact> for proto::Contact {
    fn from(contact: Contact) -> proto::Contact {
        proto::Contact {
            id: contact.id.to_string(),
            customer_id: contact.customer_id.to_string(),
            name: contact.name,
            salutation: contact.salutation,
            position: contact.position,
            phones: contact.phones.into_iter().map(Into::into).collect(),
            email: contact.email,
            birthday: contact.birthday.map(|day| day.to_string()).unwrap_or_default(),
            primary: contact.is_primary,
            etag: etag(contact.version),
            create_time: Some(time::to_proto(contact.create_time)),
            update_time: Some(time::to_proto(contact.update_time)),
        }
    }
}
