//! The RPCs of the service `Contacts`. Contacts are read and locked with their customer, so that whoever changes one
//! sees them all.

use cims_proto::customer::v1::{
    self as proto, ContactChanged, CreateContactRequest, DeleteContactRequest, ListContactsRequest,
    ListContactsResponse, UpdateContactRequest, contacts_server::Contacts,
};
use kit::{
    Failure,
    call::parse_id,
    problem::code::TOO_MANY,
    write::{Begin, Writer, check_version, merged},
};
use prost::Message;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{CONTACT_LIMIT, Contact, Primary, settle_primary, write};
use crate::customer::access;

/// The service `Contacts`.
#[derive(Debug)]
pub struct ContactService {
    writer: Writer,
}

impl ContactService {
    pub fn new(writer: Writer) -> ContactService {
        ContactService { writer }
    }
}

#[tonic::async_trait]
impl Contacts for ContactService {
    async fn list_contacts(
        &self,
        request: Request<ListContactsRequest>,
    ) -> Result<Response<ListContactsResponse>, Status> {
        let (call, request) = kit::open(request)?;
        let id = parse_id("/customerId", &request.customer_id)?;
        let customer = access::read(self.writer.pool(), &call, id, self.writer.clock().now()).await?;
        let contacts = customer.contacts().iter().cloned().map(Into::into).collect();
        Ok(Response::new(ListContactsResponse { contacts }))
    }

    async fn create_contact(&self, request: Request<CreateContactRequest>) -> Result<Response<proto::Contact>, Status> {
        let (call, request) = kit::open(request)?;
        let written = request.contact.unwrap_or_default();
        let customer_id = parse_id("/contact/customerId", &written.customer_id)?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let customer = access::lock(&mut write, &call, customer_id).await?;
        if customer.contacts().len() >= CONTACT_LIMIT {
            return Err(Failure::field("/contact", TOO_MANY, CONTACT_LIMIT).into());
        }
        let mut contact = Contact::new(write.id(), customer_id, write.now());
        let wanted = if written.primary { Primary::Choose(contact.id) } else { Primary::Keep };
        contact.write(written)?;
        let id = contact.id;
        let mut contacts = customer.contacts().to_vec();
        contacts.push(contact);
        settle_primary(&mut contacts, wanted);
        let saved = write::save(&mut write, &customer, contacts).await?;
        write.commit(one(saved, id)?.into()).await
    }

    async fn update_contact(&self, request: Request<UpdateContactRequest>) -> Result<Response<proto::Contact>, Status> {
        let (call, request) = kit::open(request)?;
        let patch = request.contact.unwrap_or_default();
        let customer_id = parse_id("/contact/customerId", &patch.customer_id)?;
        let id = parse_id("/contact/id", &patch.id)?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let customer = access::lock(&mut write, &call, customer_id).await?;
        let mut contacts = customer.contacts().to_vec();
        let contact = contacts.iter_mut().find(|contact| contact.id == id).ok_or(Failure::NotFound)?;
        let (version, before) = (contact.version, proto::Contact::from(contact.clone()));
        let after = merged(&before, &patch, request.update_mask.as_ref())?;
        let wanted = match (before.primary, after.primary) {
            (false, true) => Primary::Choose(id),
            (true, false) => Primary::Resign(id),
            _ => Primary::Keep,
        };
        let original = |payload: &[u8]| ContactChanged::decode(payload).ok()?.after;
        check_version(&mut write, &call, (id, version), (&before, &after), original).await?;
        contact.write(after)?;
        settle_primary(&mut contacts, wanted);
        let saved = write::save(&mut write, &customer, contacts).await?;
        write.commit(one(saved, id)?.into()).await
    }

    async fn delete_contact(&self, request: Request<DeleteContactRequest>) -> Result<Response<proto::Contact>, Status> {
        let (call, request) = kit::open(request)?;
        let customer_id = parse_id("/customerId", &request.customer_id)?;
        let id = parse_id("/id", &request.id)?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let customer = access::lock(&mut write, &call, customer_id).await?;
        let (gone, mut contacts): (Vec<Contact>, Vec<Contact>) =
            customer.contacts().iter().cloned().partition(|contact| contact.id == id);
        let gone = one(gone, id)?;
        let state = proto::Contact::from(gone.clone());
        let original = |payload: &[u8]| ContactChanged::decode(payload).ok()?.after;
        check_version(&mut write, &call, (id, gone.version), (&state, &state), original).await?;
        settle_primary(&mut contacts, Primary::Keep);
        write::save(&mut write, &customer, contacts).await?;
        write.commit(state).await
    }
}

fn one(contacts: Vec<Contact>, id: Uuid) -> Result<Contact, Failure> {
    contacts.into_iter().find(|contact| contact.id == id).ok_or(Failure::NotFound)
}
