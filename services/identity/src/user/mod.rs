//! People.

mod account;
mod rpc;
pub mod sound;
pub mod store;
pub mod write;

pub use account::Accounts;
pub use rpc::server;

use chrono::{DateTime, Utc};
use cims_proto::identity::v1 as proto;
use kit::{
    Failure,
    call::{etag, parse_id},
    clock::time,
};
use uuid::Uuid;

/// A person with an account.
#[derive(Clone, Debug)]
pub struct User {
    pub id: Uuid,
    pub username: String,
    pub display_name: String,
    pub department_id: Option<Uuid>,
    pub post_id: Option<Uuid>,
    /// Codes, sorted.
    pub roles: Vec<String>,
    /// May no longer sign in; the records of the time before keep the name.
    pub disabled: bool,
    pub email: String,
    pub phone: String,
    /// "zh-CN" or "en"; empty: what the browser asks for.
    pub language: String,
    pub time_zone: String,
    /// The password was given by somebody else.
    pub must_change_password: bool,
    pub last_sign_in_time: Option<DateTime<Utc>>,
    /// Digest of the picture; empty: none.
    pub avatar: String,
    pub version: i64,
    pub create_time: DateTime<Utc>,
    pub update_time: DateTime<Utc>,
}

impl User {
    /// A person without anything yet, not written.
    pub fn new(id: Uuid, username: &str, now: DateTime<Utc>) -> User {
        User {
            id,
            username: username.to_owned(),
            display_name: String::new(),
            department_id: None,
            post_id: None,
            roles: Vec::new(),
            disabled: false,
            email: String::new(),
            phone: String::new(),
            language: String::new(),
            time_zone: String::new(),
            must_change_password: true,
            last_sign_in_time: None,
            avatar: String::new(),
            version: 1,
            create_time: now,
            update_time: now,
        }
    }

    /// Takes over what an administrator may write.
    ///
    /// # Errors
    /// When an id is none.
    pub fn write(&mut self, message: proto::User) -> Result<(), Failure> {
        self.department_id = optional("/user/departmentId", &message.department_id)?;
        self.post_id = optional("/user/postId", &message.post_id)?;
        self.roles = message.roles;
        self.roles.sort_unstable();
        self.write_profile(proto::Profile {
            display_name: message.display_name,
            email: message.email,
            phone: message.phone,
            language: message.language,
            time_zone: message.time_zone,
        });
        Ok(())
    }

    /// Takes over what people write of themselves.
    pub fn write_profile(&mut self, profile: proto::Profile) {
        self.display_name = profile.display_name.trim().to_owned();
        self.email = profile.email;
        self.phone = profile.phone.trim().to_owned();
        self.language = profile.language;
        self.time_zone = profile.time_zone;
    }

    pub fn profile(&self) -> proto::Profile {
        proto::Profile {
            display_name: self.display_name.clone(),
            email: self.email.clone(),
            phone: self.phone.clone(),
            language: self.language.clone(),
            time_zone: self.time_zone.clone(),
        }
    }

    pub fn to_proto(&self) -> proto::User {
        proto::User {
            email: self.email.clone(),
            phone: self.phone.clone(),
            language: self.language.clone(),
            time_zone: self.time_zone.clone(),
            last_sign_in_time: self.last_sign_in_time.map(time::to_proto),
            must_change_password: self.must_change_password,
            etag: etag(self.version),
            create_time: Some(time::to_proto(self.create_time)),
            update_time: Some(time::to_proto(self.update_time)),
            ..self.to_brief()
        }
    }

    /// What every colleague may know.
    pub fn to_brief(&self) -> proto::User {
        proto::User {
            id: self.id.to_string(),
            username: self.username.clone(),
            display_name: self.display_name.clone(),
            department_id: self.department_id.map(|id| id.to_string()).unwrap_or_default(),
            post_id: self.post_id.map(|id| id.to_string()).unwrap_or_default(),
            roles: self.roles.clone(),
            disabled: self.disabled,
            avatar: self.avatar.clone(),
            ..Default::default()
        }
    }
}

impl From<User> for proto::User {
    fn from(user: User) -> proto::User {
        user.to_proto()
    }
}

fn optional(pointer: &str, text: &str) -> Result<Option<Uuid>, Failure> {
    if text.is_empty() { Ok(None) } else { parse_id(pointer, text).map(Some) }
}
