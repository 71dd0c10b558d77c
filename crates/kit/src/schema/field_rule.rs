//! Which field rules there are: one for each field of a record, and one for each name that the `sensitive` annotation gives to
//! fields of several messages.

use std::collections::HashMap;

use prost_reflect::MessageDescriptor;

use super::{
    mask::Visibility,
    rules::Format,
    table::{FieldTable, Kind, MessageTable},
};

/// What `(cims.record)` says of a message.
#[derive(Clone, Debug)]
pub struct RecordTable {
    /// First part of the rules' names: "customer".
    pub name: String,
    /// Whose operations reach it.
    pub object: String,
    pub zh: String,
    pub en: String,
}

impl RecordTable {
    pub(super) fn of(message: &MessageDescriptor) -> Option<RecordTable> {
        let extension = message.parent_pool().get_extension_by_name("cims.record")?;
        let options = message.options();
        let own = options.has_extension(&extension).then(|| options.get_extension(&extension).into_owned())?;
        let text = |name: &str| {
            let value = own.as_message().and_then(|own| own.get_field_by_name(name));
            value.and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
        };
        Some(RecordTable { name: text("name"), object: text("object"), zh: text("zh"), en: text("en") })
    }
}

/// A field rule that a role may set.
#[derive(Debug)]
pub struct FieldRuleTable {
    /// "customer.remarks", or "phone" of several messages.
    pub name: String,
    /// None of a name that several messages have.
    pub record: Option<RecordTable>,
    /// Labels of the field; the annotation's name says those of a shared one elsewhere.
    pub zh: String,
    pub en: String,
    /// The rules that fit, the most open first.
    pub choices: Vec<Visibility>,
    /// Of a secret, which is written without being seen.
    pub secret: bool,
}

impl FieldRuleTable {
    /// What holds where no role says anything.
    pub fn default(&self) -> Visibility {
        if self.record.is_some() { Visibility::Clear } else { Visibility::Hidden }
    }
}

impl FieldTable {
    /// The name of its field rule; none of what everybody sees and writes who has the record.
    pub fn field_rule(&self) -> Option<&'static str> {
        self.field_rule.map(|index| super::schema().field_rules()[index].name.as_str())
    }

    /// A starred value still says something and breaks nothing: not so of dates, codes and numbers.
    pub fn is_maskable(&self) -> bool {
        matches!(self.kind, Kind::Text)
            && matches!(self.rules.format, None | Some(Format::Email | Format::Url | Format::IdNumber))
            && self.rules.dictionary.is_none()
            && self.rules.pattern.is_none()
    }

    fn choices(&self) -> Vec<Visibility> {
        let mut choices = vec![Visibility::Clear];
        if self.rules.writable() || self.rules.written_apart {
            choices.push(Visibility::ReadOnly);
        }
        if self.is_maskable() && !self.rules.always_seen {
            choices.push(Visibility::Masked);
        }
        if !self.rules.always_seen {
            choices.push(Visibility::Hidden);
        }
        choices
    }
}

/// Gives each field its rule and each message those below it.
///
/// # Panics
/// When a field borrows the rule of a record's field that there is not: the protos are then wrong, and no process may start.
pub(super) fn assign(messages: &mut [MessageTable]) -> Vec<FieldRuleTable> {
    let is_record: Vec<bool> = messages.iter().map(|message| message.record.is_some()).collect();
    let mut rules = Vec::new();
    let mut by_name = HashMap::new();
    for message in messages.iter_mut() {
        let Some(record) = message.record.clone() else { continue };
        for field in message.fields.iter_mut().filter(|field| field.rules.sensitive.is_none()) {
            if is_fixed(field, &is_record) {
                continue;
            }
            let name = format!("{}.{}", record.name, field.json);
            by_name.insert(name.clone(), rules.len());
            field.field_rule = Some(rules.len());
            let (zh, en) = (field.rules.zh.clone(), field.rules.en.clone());
            rules.push(FieldRuleTable {
                name,
                record: Some(record.clone()),
                zh,
                en,
                choices: field.choices(),
                secret: field.rules.secret,
            });
        }
    }
    for field in messages.iter_mut().flat_map(|message| &mut message.fields) {
        let Some(name) = field.rules.sensitive.clone() else { continue };
        let index = *by_name.entry(name.clone()).or_insert_with(|| {
            assert!(!name.contains('.'), "{}: no record has the field {name}", field.full_name);
            let choices = vec![Visibility::Clear, Visibility::ReadOnly, Visibility::Masked, Visibility::Hidden];
            rules.push(FieldRuleTable {
                name,
                record: None,
                zh: String::new(),
                en: String::new(),
                choices,
                secret: field.rules.secret,
            });
            rules.len() - 1
        });
        field.field_rule = Some(index);
    }
    spread(messages);
    rules
}

/// What a record cannot do without: what names it, its version, and what lists and scopes go by. Records that hang on it have
/// rules of their own.
fn is_fixed(field: &FieldTable, is_record: &[bool]) -> bool {
    let rules = &field.rules;
    let holds_records = matches!(field.kind, Kind::Message(index) if is_record[index]);
    rules.identifier
        || rules.immutable
        || field.name == "etag"
        || (rules.always_seen && !rules.writable())
        || holds_records
}

/// Spreads the rules from the fields that have them to every message that contains one, at any depth.
fn spread(messages: &mut [MessageTable]) {
    loop {
        let mut changed = false;
        for index in 0..messages.len() {
            let mut own = messages[index].ruled_by.clone();
            let mut secret = messages[index].holds_secret;
            for field in &messages[index].fields {
                own.extend(field.field_rule);
                secret |= field.rules.secret;
                if let Kind::Message(inner) = field.kind {
                    own.extend(&messages[inner].ruled_by);
                    secret |= messages[inner].holds_secret;
                }
            }
            changed |= own.len() > messages[index].ruled_by.len() || secret != messages[index].holds_secret;
            messages[index].holds_secret = secret;
            messages[index].ruled_by = own;
        }
        if !changed {
            return;
        }
    }
}
