//! Which messages are payloads of events, and of which.

use prost_reflect::{MessageDescriptor, Value};

/// What `(cims.change)` says of a message.
#[derive(Clone, Debug)]
pub struct ChangeTable {
    /// "customer.customer"
    pub subject: String,
    /// "created", "updated"
    pub verbs: Vec<String>,
}

impl ChangeTable {
    pub(super) fn of(message: &MessageDescriptor) -> Option<ChangeTable> {
        let extension = message.parent_pool().get_extension_by_name("cims.change")?;
        let options = message.options();
        let own = options.has_extension(&extension).then(|| options.get_extension(&extension).into_owned())?;
        let own = own.as_message()?;
        let subject = own.get_field_by_name("subject")?.as_str()?.to_owned();
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let verbs = own.get_field_by_name("verbs")?.as_list()?.iter().filter_map(text).collect();
        Some(ChangeTable { subject, verbs })
    }

    /// The types of its events, which are their routing keys too: "customer.customer.updated.v1".
    pub fn types(&self) -> impl Iterator<Item = String> {
        self.verbs.iter().map(|verb| event_type(&self.subject, verb))
    }
}

/// The type of an event.
pub fn event_type(subject: &str, verb: &str) -> String {
    format!("{subject}.{verb}.v1")
}
