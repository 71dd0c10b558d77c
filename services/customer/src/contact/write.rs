//! Every write of contacts: their rows, their events and the customer's search row, in the caller's transaction.

use cims_proto::customer::v1::{self as proto, ContactChanged};
use kit::{
    Failure,
    write::{Change, Write},
};

use super::{Contact, store};
use crate::{
    customer::Customer,
    search::{self, Entry},
};

/// Writes a new contact of a customer and its event. The caller sees to the search row and to who is primary.
///
/// # Errors
/// When the database refuses.
pub async fn create(write: &mut Write, customer: &Customer, contact: &Contact) -> Result<(), Failure> {
    store::insert(write.connection(), contact).await?;
    record(write, customer, (None, Some(contact))).await
}

/// Writes the first contacts of new customers and their events, in a few statements however many there are.
///
/// # Errors
/// When the database refuses.
pub async fn create_all(write: &mut Write, contacts: &[(&Customer, &Contact)]) -> Result<(), Failure> {
    if contacts.is_empty() {
        return Ok(());
    }
    let rows: Vec<&Contact> = contacts.iter().map(|(_, contact)| *contact).collect();
    store::insert_all(write.connection(), &rows).await?;
    let payload = |contact: &Contact| ContactChanged { before: None, after: Some(contact.clone().into()) };
    let payloads: Vec<ContactChanged> = rows.iter().map(|contact| payload(contact)).collect();
    let mut changes = Vec::with_capacity(contacts.len());
    for ((customer, contact), payload) in contacts.iter().zip(&payloads) {
        changes.push(change(customer, contact, payload)?);
    }
    write.record_all(&changes).await
}

/// Writes what differs between a locked customer's contacts and what they are to be, each difference with its event,
/// and answers them with their versions.
///
/// # Errors
/// When the database refuses.
pub async fn save(write: &mut Write, customer: &Customer, mut contacts: Vec<Contact>) -> Result<Vec<Contact>, Failure> {
    let before = customer.contacts();
    for gone in before.iter().filter(|old| !contacts.iter().any(|new| new.id == old.id)) {
        store::delete(write.connection(), gone).await?;
        record(write, customer, (Some(gone), None)).await?;
    }
    // Who is primary no more goes first: two at once are refused by the index.
    contacts.sort_by_key(|contact| (contact.is_primary, contact.id));
    for contact in &mut contacts {
        match before.iter().find(|old| old.id == contact.id) {
            None => create(write, customer, contact).await?,
            Some(old) if old == contact => {}
            Some(old) => {
                contact.version += 1;
                contact.update_time = write.now();
                store::update(write.connection(), contact).await?;
                record(write, customer, (Some(old), Some(contact))).await?;
            }
        }
    }
    let entry = Entry::of(customer, &contacts);
    if entry != Entry::of(customer, before) {
        search::store::put(write.connection(), customer.id, &entry).await?;
    }
    Ok(contacts)
}

/// Records a change between two states, one of which may be absent.
async fn record(
    write: &mut Write,
    customer: &Customer,
    (before, after): (Option<&Contact>, Option<&Contact>),
) -> Result<(), Failure> {
    let Some(contact) = after.or(before) else { return Ok(()) };
    let state = |contact: Option<&Contact>| contact.cloned().map(proto::Contact::from);
    let payload = ContactChanged { before: state(before), after: state(after) };
    write.record(change(customer, contact, &payload)?).await
}

/// `contact` is its last state.
fn change<'a>(
    customer: &Customer,
    contact: &Contact,
    payload: &'a ContactChanged,
) -> Result<Change<'a, ContactChanged>, Failure> {
    let states = (payload.before.as_ref(), payload.after.as_ref());
    Ok(Change {
        parent_id: Some(customer.id),
        owner_id: customer.owner_id,
        department_id: customer.department_id,
        ..Change::between("customer.contact", (contact.id, contact.version), states, payload)?
    })
}
