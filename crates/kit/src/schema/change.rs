//! Which messages are payloads of events, and of which.

use prost_reflect::{MessageDescriptor, Value};

/// What `(cims.change)` says of a message.
#[derive(Clone, Debug)]
pub struct ChangeTable {
    /// "customer.customer"
    pub subject: String,
    /// "created", "updated"
    pub verbs: Vec<String>,
    /// Full name of the record within which the changed fields are paths, of a payload without a state of it.
    pub fields_of: Option<String>,
}

impl ChangeTable {
    /// # Panics
    /// When its fields are those of a record that there is not: the protos are then wrong, and no process may start.
    pub(super) fn of(message: &MessageDescriptor) -> Option<ChangeTable> {
        let extension = message.parent_pool().get_extension_by_name("cims.change")?;
        let options = message.options();
        let own = options.has_extension(&extension).then(|| options.get_extension(&extension).into_owned())?;
        let own = own.as_message()?;
        let subject = own.get_field_by_name("subject")?.as_str()?.to_owned();
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let verbs = own.get_field_by_name("verbs")?.as_list()?.iter().filter_map(text).collect();
        let fields_of = own.get_field_by_name("fields_of")?.as_str().map(str::to_owned).filter(|name| !name.is_empty());
        let is_known = |name: &String| message.parent_pool().get_message_by_name(name).is_some();
        assert!(fields_of.as_ref().is_none_or(is_known), "{}: there is no {fields_of:?}", message.full_name());
        Some(ChangeTable { subject, verbs, fields_of })
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
