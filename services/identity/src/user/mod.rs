//! People.

mod rpc;
pub mod store;

pub use rpc::server;

use cims_proto::identity::v1;
use uuid::Uuid;

/// A person with an account.
#[derive(Debug)]
pub struct User {
    pub id: Uuid,
    pub username: String,
    pub display_name: String,
    pub department_id: Option<Uuid>,
    /// Codes, sorted.
    pub roles: Vec<String>,
    /// May no longer sign in; the records of the time before keep the name.
    pub disabled: bool,
}

impl From<User> for v1::User {
    fn from(user: User) -> v1::User {
        v1::User {
            id: user.id.to_string(),
            username: user.username,
            display_name: user.display_name,
            department_id: user.department_id.map(|id| id.to_string()).unwrap_or_default(),
            roles: user.roles,
            disabled: user.disabled,
        }
    }
}
