//! From what is kept to the message of the API.

use cims_proto::customer::v1::{self as proto, customer};
use kit::{call::etag, clock::time};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{Customer, Type};

impl Customer {
    /// The message, contacts and tags included as far as they were read.
    pub fn into_proto(self) -> proto::Customer {
        let code = self.code();
        let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
        proto::Customer {
            id: self.id.to_string(),
            code,
            name: self.name,
            r#type: match self.r#type {
                Type::Enterprise => customer::Type::Enterprise.into(),
                Type::Individual => customer::Type::Individual.into(),
            },
            credit_code: self.credit_code.unwrap_or_default(),
            phones: self.phones.0.into_iter().map(Into::into).collect(),
            email: self.email,
            region_code: self.region_code,
            address: self.address,
            homepage: self.homepage,
            industry: self.industry,
            source: self.source,
            level: self.level,
            status: self.status,
            cooperation_products: self.cooperation_products,
            first_cooperation_date: self.first_cooperation_date.map(|day| day.to_string()).unwrap_or_default(),
            cumulative_amount: self.cumulative_amount.map(amount).unwrap_or_default(),
            currency: self.currency,
            remarks: self.remarks,
            contacts: self
                .contacts
                .map(|contacts| contacts.0.into_iter().map(Into::into).collect())
                .unwrap_or_default(),
            tags: self.tags.map(|tags| tags.0.into_iter().map(Into::into).collect()).unwrap_or_default(),
            owner_id: id(self.owner_id),
            department_id: id(self.department_id),
            last_contact_time: self.last_contact_time.map(time::to_proto),
            next_contact_time: self.next_contact_time.map(time::to_proto),
            flags: self.flags,
            etag: etag(self.version),
            create_time: Some(time::to_proto(self.create_time)),
            update_time: Some(time::to_proto(self.update_time)),
            delete_time: self.delete_time.map(time::to_proto),
            id_number: self.id_number,
            may_be_stale: None,
        }
    }

    /// The customer's own state, as its events carry it: contacts have events of their own, tags are tagging's.
    pub fn state(&self) -> proto::Customer {
        Customer { contacts: None, tags: None, ..self.clone() }.into_proto()
    }
}

fn amount(mut amount: Decimal) -> String {
    amount.rescale(2);
    amount.to_string()
}
