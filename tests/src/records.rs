//! The records that a call may name.

use crate::organisation::Organisation;

/// A customer with all that hangs on it.
#[derive(Clone, Debug)]
pub struct Records {
    pub customer: String,
    pub contact: String,
    /// With somebody else than the customer's owner.
    pub share: String,
    pub interaction: String,
    pub import: String,
    pub tag: String,
    pub tag_group: String,
    /// Of jobs that have ended.
    pub customer_job: String,
    pub tag_job: String,
    /// Of what somebody owns who owns nothing; ended, too.
    pub handover: String,
    /// Somebody to give customers to.
    pub colleague: String,
    pub organisation: Organisation,
    /// A living one, and a key, of the caller or of the person whom the path names.
    pub session: String,
    pub api_key: String,
}

impl Records {
    /// Ids of records that there are not.
    pub fn none() -> Records {
        let id = || "0190a0a0-0000-7000-8000-000000000000".to_owned();
        Records {
            customer: id(),
            contact: id(),
            share: id(),
            interaction: id(),
            import: id(),
            tag: id(),
            tag_group: id(),
            customer_job: id(),
            tag_job: id(),
            handover: id(),
            colleague: id(),
            organisation: Organisation {
                department: id(),
                post: id(),
                user: id(),
                role: "none".to_owned(),
                entry: "none".to_owned(),
            },
            session: id(),
            api_key: id(),
        }
    }

    /// The id that a path's variable takes.
    pub fn of(&self, collection: &str, variable: &str) -> &str {
        match collection {
            "customers" | "followUps" => &self.customer,
            "contacts" => &self.contact,
            "shares" => &self.share,
            "interactions" => &self.interaction,
            "imports" => &self.import,
            "tags" => &self.tag,
            "tagGroups" => &self.tag_group,
            "customerJobs" => &self.customer_job,
            "tagJobs" => &self.tag_job,
            "handovers" => &self.handover,
            "departments" => &self.organisation.department,
            "posts" => &self.organisation.post,
            "users" => &self.organisation.user,
            "roles" => &self.organisation.role,
            "dictionaries" => "level",
            // The service that is asked.
            "deliveries" => "customer",
            "items" => &self.organisation.entry,
            // Under no digest there is a picture.
            "avatars" => "none",
            "sessions" => &self.session,
            "apiKeys" => &self.api_key,
            _ => panic!("{{{variable}}} of {collection}: what record is that?"),
        }
    }
}
