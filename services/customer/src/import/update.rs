//! What a row changes in a customer that was there.

use intake::{
    import::{CustomerType, Draft, Flag},
    name,
};
use sqlx::types::Json;

use super::DuplicatePolicy;
use crate::{
    contact::CONTACT_LIMIT,
    customer::{Customer, Type},
    phone::Phone,
};

/// A new customer as the draft says; the rest stays as it is.
pub fn fill(customer: &mut Customer, draft: Draft) {
    customer.r#type = type_of(&draft);
    customer.flags = draft.flags.iter().map(|flag| flag.as_str().to_owned()).collect();
    take(customer, draft, true);
}

/// The customer after a row: with what it had empty, or with all that the row says.
pub fn updated(before: &Customer, draft: Draft, policy: DuplicatePolicy) -> Customer {
    let mut after = before.clone();
    let wins = policy == DuplicatePolicy::Overwrite;
    // A type that was only guessed says nothing.
    if wins && !draft.flags.contains(&Flag::TypeAssumed) {
        after.r#type = type_of(&draft);
    }
    take(&mut after, draft, wins);
    after
}

/// Whether the row's contact is to be added: somebody who is not there yet.
pub fn adds_contact(customer: &Customer, draft: &Draft, policy: DuplicatePolicy) -> bool {
    let Some(contact) = &draft.contact else { return false };
    let contacts = customer.contacts();
    let is_there = contacts.iter().any(|own| name::normalise(&own.name) == name::normalise(&contact.name));
    match policy {
        DuplicatePolicy::Overwrite => !is_there && contacts.len() < CONTACT_LIMIT,
        DuplicatePolicy::UpdateEmpty | DuplicatePolicy::Skip => contacts.is_empty(),
    }
}

fn type_of(draft: &Draft) -> Type {
    match draft.customer_type {
        CustomerType::Enterprise => Type::Enterprise,
        CustomerType::Individual => Type::Individual,
    }
}

/// Takes over what the draft has: everything when it wins, else what is empty.
fn take(customer: &mut Customer, draft: Draft, wins: bool) {
    let text = |own: &mut String, new: Option<String>| {
        if let Some(new) = new.filter(|_| wins || own.is_empty()) {
            *own = new;
        }
    };
    text(&mut customer.name, Some(draft.name));
    let changes_number = draft.id_number.as_ref().is_some_and(|new| !kit::schema::same(&customer.id_number, new));
    text(&mut customer.id_number, draft.id_number.filter(|_| changes_number));
    text(&mut customer.email, draft.email);
    text(&mut customer.region_code, draft.region_code);
    text(&mut customer.address, draft.address);
    text(&mut customer.homepage, draft.homepage);
    text(&mut customer.industry, draft.industry);
    text(&mut customer.source, draft.source);
    text(&mut customer.level, draft.level);
    text(&mut customer.status, draft.status);
    text(&mut customer.remarks, draft.remarks);
    option(&mut customer.credit_code, draft.credit_code, wins);
    option(&mut customer.first_cooperation_date, draft.first_cooperation_date, wins);
    option(&mut customer.cumulative_amount, draft.cumulative_amount, wins);
    if !draft.cooperation_products.is_empty() && (wins || customer.cooperation_products.is_empty()) {
        customer.cooperation_products = draft.cooperation_products;
    }
    if !draft.phones.is_empty() && (wins || customer.phones.is_empty()) {
        let phones =
            draft.phones.into_iter().map(|phone| Phone { number: phone.number, kind: phone.kind, label: phone.label });
        customer.phones = Json(phones.collect());
    }
}

fn option<T>(own: &mut Option<T>, new: Option<T>, wins: bool) {
    if new.is_some() && (wins || own.is_none()) {
        *own = new;
    }
}
