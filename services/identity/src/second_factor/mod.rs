//! The second proof beside the password: codes of a device, and recovery codes for the day on which it is lost.

mod prover;
mod recovery;
mod renew;
mod rpc;
pub mod store;
mod ticket;
mod totp;
mod user_rpc;

pub use prover::FactorProver;
pub use renew::start as renew;
pub use rpc::server;
pub use ticket::Ticket;
pub use user_rpc::server as user_server;

use cims_proto::identity::v1::SecondFactorChanged;
use kit::{
    Failure,
    write::{Change, Write},
};
use uuid::Uuid;

/// Whose second factor changes.
#[derive(Clone, Copy, Debug)]
pub struct Owner {
    pub user_id: Uuid,
    pub department_id: Option<Uuid>,
}

/// Records what happened to a second factor.
async fn record(write: &mut Write, owner: Owner, verb: &'static str) -> Result<(), Failure> {
    let version = store::next_version(write.connection(), owner.user_id).await?;
    let change = Change {
        subject_type: "identity.secondFactor",
        subject_id: owner.user_id,
        parent_id: None,
        version,
        verb,
        fields: Vec::new(),
        owner_id: Some(owner.user_id),
        department_id: owner.department_id,
        payload: &SecondFactorChanged { user_id: owner.user_id.to_string() },
    };
    write.record(change).await
}

/// Where a secret stands, for its sealing.
fn place(user_id: Uuid) -> String {
    format!("identity.secondFactor {user_id}")
}
