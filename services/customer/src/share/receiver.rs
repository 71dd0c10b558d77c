//! With whom a customer can be shared.

use cims_proto::identity::v1::{FindGrantsRequest, FindGrantsResponse, access_client::AccessClient, grant::Scope};
use kit::{Call, Failure, client::Channel, problem::code};
use uuid::Uuid;

use super::{Access, Share, misfit};
use crate::customer::{
    Customer,
    access::{self, READ, UPDATE},
};

/// What identity says of a person, asked before the write begins and judged within it.
#[derive(Debug)]
pub struct Receiver {
    answer: FindGrantsResponse,
}

impl Receiver {
    /// # Errors
    /// When identity is out of reach.
    pub async fn ask(identity: Channel, user_id: Uuid) -> Result<Receiver, Failure> {
        let operations = [READ, UPDATE].map(str::to_owned).to_vec();
        let request = FindGrantsRequest { user_id: user_id.to_string(), operations };
        let answer = AccessClient::new(identity).find_grants(request).await?.into_inner();
        Ok(Receiver { answer })
    }

    /// Refuses somebody whom the share would give nothing. Who may not know the owner is not told so that it is this one: such a
    /// share does no harm.
    ///
    /// # Errors
    /// `Invalid` at `/share/userId` or `/share/access`.
    pub fn check(&self, call: &Call, share: &Share, customer: &Customer) -> Result<(), Failure> {
        let user = self.answer.user.as_ref().ok_or_else(|| misfit("user_id", code::NOT_FOUND, ""))?;
        let (author, owner) = (call.user()?.user_id, customer.owner_id.filter(|_| access::sees_owners(call)));
        let refused = match () {
            () if share.user_id == author => Some(code::SELF),
            () if Some(share.user_id) == owner => Some(code::OWNER),
            () if user.disabled => Some(code::DISABLED),
            () if !self.takes(READ) => Some(code::NO_SHARES),
            () => None,
        };
        match refused {
            Some(code) => Err(misfit("user_id", code, "")),
            None if share.access == Access::Write && !self.takes(UPDATE) => {
                Err(misfit("access", code::NO_SHARES, "READ"))
            }
            None => Ok(()),
        }
    }

    /// Whether the person's grant of an operation counts shares.
    fn takes(&self, operation: &str) -> bool {
        let grant = self.answer.grants.iter().find(|grant| grant.operation == operation);
        grant.is_some_and(|grant| grant.scope() == Scope::OwnAndShared || grant.and_shared)
    }
}
