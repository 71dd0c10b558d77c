//! Who calls, and what they may do. The token says who; identity's grants say what; each service decides.

mod grants;
mod kept;
mod keys;
mod lease;
mod scope;
mod token;

pub use grants::Grants;
pub use kept::GrantsCache;
pub use keys::{PrivateKey, PrivateKeys, PublicKey, PublicKeys, ServiceSecret, ServiceSecrets};
pub use scope::Scope;
pub use token::{ACCESS_TOKEN_LIFE, Principal, ServiceTokens, Verifier, sign_access_token};

use std::sync::Arc;

use uuid::Uuid;

use crate::problem::Failure;

/// The caller of an RPC, as the layer found it.
#[derive(Clone, Debug)]
pub enum Caller {
    /// Of a method that is open to everybody.
    Anonymous,
    /// Another service, by name.
    Service(String),
    User(Arc<Grants>),
}

impl Caller {
    /// The person, if it is one.
    pub fn user_id(&self) -> Option<Uuid> {
        match self {
            Caller::User(grants) => Some(grants.user_id),
            Caller::Anonymous | Caller::Service(_) => None,
        }
    }

    /// # Errors
    /// `Unavailable` when it is a person and identity has been out of reach for so long that only reads go on.
    pub fn check_write(&self) -> Result<(), Failure> {
        match self {
            Caller::User(grants) => grants.check_write(),
            Caller::Anonymous | Caller::Service(_) => Ok(()),
        }
    }
}
