//! Contacts, which are the customer service's.

use cims_proto::{
    customer::v1::{ResolveContactsRequest, directory_client::DirectoryClient},
    interaction::v1::Interaction,
};
use kit::{Failure, Violation, client::Channel, problem::code, schema::table_of};
use uuid::Uuid;

/// Refuses a contact that is none of the customer's. Ask before a write begins; an empty id is nobody.
///
/// # Errors
/// `Invalid` at `/interaction/contactId`; when the customer service is out of reach.
pub async fn check_contact(customers: Channel, customer_id: Uuid, contact_id: &str) -> Result<(), Failure> {
    if contact_id.is_empty() {
        return Ok(());
    }
    let request = ResolveContactsRequest { customer_id: customer_id.to_string(), ids: vec![contact_id.to_owned()] };
    let known = DirectoryClient::new(customers).resolve_contacts(request).await?.into_inner().ids;
    if !known.is_empty() {
        return Ok(());
    }
    let pointer = "/interaction/contactId";
    let violation = match table_of::<Interaction>().field("contact_id") {
        Some(field) => Violation::of(field, pointer, code::NOT_FOUND),
        None => Violation::new(pointer, code::NOT_FOUND),
    };
    Err(Failure::Invalid(vec![violation]))
}
