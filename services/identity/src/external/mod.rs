//! Sign-in by a provider of OpenID Connect: who somebody is there, and how the provider's word becomes a session.

mod account;
mod answer;
mod begun;
mod provider;
mod rpc;
mod setting;
pub mod store;
mod user_rpc;
mod web;

pub use provider::Provider;
pub use rpc::server;
pub use setting::{Label, ProviderSettings, SafeUrl};
pub use user_rpc::{own_server, user_server};

use cims_proto::identity::v1::ExternalIdentityChanged;
use kit::{
    Failure,
    write::{Change, Write},
};
use uuid::Uuid;

use crate::user::User;

const LINKED_OTHERWISE: Failure = Failure::Unauthenticated("EXTERNAL_LINKED_OTHERWISE");

/// Who somebody is at a provider.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Subject {
    pub issuer: String,
    /// As the provider calls the person.
    pub name: String,
}

/// The word of a provider.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Word {
    pub subject: Subject,
    /// Where the browser goes to sign out there, sealed for the person; none where the provider has no such page.
    pub sign_out: Option<Vec<u8>>,
}

/// Where a sign-out stands, for its sealing.
fn sign_out_place(user_id: Uuid) -> String {
    format!("identity.externalSignOut {user_id}")
}

/// An identity changes once after its creation, so the verb says the version.
const LINKED: (&str, i64) = ("linked", 1);
const UNLINKED: (&str, i64) = ("unlinked", 2);

/// Links a person with who they are at the provider, unless they are.
///
/// # Errors
/// When either is linked with another.
pub async fn link(write: &mut Write, subject: &Subject, person: &User) -> Result<(), Failure> {
    match store::holder(write.connection(), subject).await? {
        Some(holder) if holder == person.id => return Ok(()),
        Some(_) => return Err(LINKED_OTHERWISE),
        None => {}
    }
    let (id, now) = (write.id(), write.now());
    if !store::link(write.connection(), (id, person.id), subject, now).await? {
        return Err(LINKED_OTHERWISE);
    }
    record(write, LINKED, id, person).await
}

async fn record(
    write: &mut Write,
    (verb, version): (&'static str, i64),
    id: Uuid,
    person: &User,
) -> Result<(), Failure> {
    let change = Change {
        subject_type: "identity.externalIdentity",
        subject_id: id,
        parent_id: None,
        version,
        verb,
        fields: Vec::new(),
        owner_id: Some(person.id),
        department_id: person.department_id,
        payload: &ExternalIdentityChanged { user_id: person.id.to_string() },
    };
    write.record(change).await
}
