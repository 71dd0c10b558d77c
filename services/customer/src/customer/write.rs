//! Every write of a customer: its row, its search row and its event, in the caller's transaction.

use cims_proto::customer::v1::{self as proto, CustomerChanged};
use kit::{
    Failure,
    write::{Change, Write, changed},
};
use sqlx::types::Json;

use super::{Customer, store};
use crate::{
    contact::{self, Contact},
    search::{self, Entry},
};

/// Writes a new customer with its contacts, whose `customer_id` is its own and of whom one is primary, and answers it
/// with its number. `import_tags` are names that an import asks tagging to put on.
///
/// Takes the advisory locks of the duplicate keys; see [`super::duplicate::refuse_twins`].
///
/// # Errors
/// `Duplicate` (hard, without matches) when another customer has the credit code; the transaction is then lost.
pub async fn create(
    write: &mut Write,
    mut customer: Customer,
    contacts: Vec<Contact>,
    import_tags: Vec<String>,
) -> Result<Customer, Failure> {
    let entry = Entry::of(&customer, &contacts);
    customer.number = store::insert(write.connection(), &customer, &entry).await?;
    let after = customer.state();
    let fields = changed(&proto::Customer::default(), &after)?;
    let payload = CustomerChanged { before: None, after: Some(after), import_tags };
    record(write, &customer, "created", fields, payload).await?;
    for contact in &contacts {
        contact::write::create(write, &customer, contact).await?;
    }
    customer.contacts = (!contacts.is_empty()).then_some(Json(contacts));
    Ok(customer)
}

/// A customer of an import, not written yet.
#[derive(Debug)]
pub struct NewCustomer {
    pub customer: Customer,
    pub contact: Option<Contact>,
    /// Names that tagging is asked to put on.
    pub import_tags: Vec<String>,
}

/// Writes new customers with their contacts, in a few statements however many there are. The caller holds the locks of
/// their duplicate keys and has looked for their credit codes.
///
/// # Errors
/// As [`create`].
pub async fn create_all(write: &mut Write, all: Vec<NewCustomer>) -> Result<(), Failure> {
    if all.is_empty() {
        return Ok(());
    }
    let (mut rows, mut contacts, mut payloads) = (Vec::new(), Vec::new(), Vec::new());
    for new in all {
        let entry = Entry::of(&new.customer, new.contact.as_slice());
        rows.push((new.customer, entry));
        contacts.push(new.contact);
        payloads.push(CustomerChanged { before: None, after: None, import_tags: new.import_tags });
    }
    let numbers = store::insert_all(write.connection(), &rows).await?;
    for ((customer, _), payload) in rows.iter_mut().zip(&mut payloads) {
        customer.number = numbers.get(&customer.id).copied().unwrap_or_default();
        payload.after = Some(customer.state());
    }
    let absent = proto::Customer::default();
    let mut changes = Vec::with_capacity(rows.len());
    for ((customer, _), payload) in rows.iter().zip(&payloads) {
        let fields = changed(&absent, payload.after.as_ref().unwrap_or(&absent))?;
        changes.push(change(customer, "created", fields, payload));
    }
    write.record_all(&changes).await?;
    let contacts: Vec<(&Customer, &Contact)> =
        rows.iter().zip(&contacts).filter_map(|((customer, _), contact)| Some((customer, contact.as_ref()?))).collect();
    contact::write::create_all(write, &contacts).await
}

/// Writes what was changed in a locked customer, under its next version. `verb` is that of the event.
///
/// # Errors
/// As [`create`].
pub async fn update(
    write: &mut Write,
    verb: &'static str,
    before: &Customer,
    after: &mut Customer,
) -> Result<(), Failure> {
    after.version = before.version + 1;
    after.update_time = write.now();
    store::update(write.connection(), before, after).await?;
    search::store::put(write.connection(), after.id, &Entry::of(after, before.contacts())).await?;
    let (before, state) = (before.state(), after.state());
    let fields = changed(&before, &state)?;
    let payload = CustomerChanged { before: Some(before), after: Some(state), import_tags: Vec::new() };
    record(write, after, verb, fields, payload).await
}

async fn record(
    write: &mut Write,
    customer: &Customer,
    verb: &'static str,
    fields: Vec<String>,
    payload: CustomerChanged,
) -> Result<(), Failure> {
    write.record(change(customer, verb, fields, &payload)).await
}

fn change<'a>(
    customer: &Customer,
    verb: &'static str,
    fields: Vec<String>,
    payload: &'a CustomerChanged,
) -> Change<'a, CustomerChanged> {
    Change {
        subject_type: "customer.customer",
        subject_id: customer.id,
        parent_id: None,
        version: customer.version,
        verb,
        fields,
        owner_id: customer.owner_id,
        department_id: customer.department_id,
        payload,
    }
}
