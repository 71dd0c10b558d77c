//! What is left of a value for somebody who sees its fields under rules.

use kit::schema::{FieldTable, MessageTable, Visibility, schema, star};
use serde_json::{Map, Value};

use super::model::Model;

/// A reader, by the model.
#[derive(Clone, Copy)]
pub struct Sight<'a> {
    pub model: &'a Model,
    pub person: &'a str,
}

impl Sight<'_> {
    pub fn of(&self, field: &FieldTable) -> Visibility {
        field.field_rule().map_or(Visibility::Clear, |name| self.by(name))
    }

    /// How much is seen under the rule of a name.
    pub fn by(&self, name: &str) -> Visibility {
        let rule = schema().field_rules().iter().find(|known| known.name == name).expect("a field rule");
        self.model.sees(self.person, rule)
    }

    /// A message, given as somebody reads it who sees everything.
    pub fn message(&self, table: &MessageTable, whole: &Value) -> Value {
        let members = whole.as_object().into_iter().flatten().map(|(name, value)| match table.field_by_json(name) {
            Some(field) => (name.clone(), self.value(field, value)),
            None => (name.clone(), value.clone()),
        });
        Value::Object(members.collect::<Map<_, _>>())
    }

    /// The value of a field; null when it is hidden.
    pub fn value(&self, field: &FieldTable, whole: &Value) -> Value {
        match (self.of(field), whole) {
            (Visibility::Hidden, _) | (_, Value::Null) => Value::Null,
            (_, Value::Array(items)) => items.iter().map(|item| self.value(field, item)).collect(),
            (Visibility::Masked, Value::String(text)) => star(text).into(),
            (_, value) => match field.message().filter(|inner| inner.well_known.is_none()) {
                Some(inner) => self.message(inner, value),
                None => value.clone(),
            },
        }
    }
}

/// Without what reads as a field that nobody filled.
pub fn stripped(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(stripped).collect(),
        Value::Object(members) => {
            let left = members.iter().map(|(name, value)| (name.clone(), stripped(value)));
            Value::Object(left.filter(|(_, value)| !is_nothing(value)).collect())
        }
        value => value.clone(),
    }
}

fn is_nothing(value: &Value) -> bool {
    let empty = value.as_str().is_some_and(|text| text.is_empty() || text.ends_with("_UNSPECIFIED"));
    empty || value.is_null() || *value == Value::Bool(false) || value.as_array().is_some_and(Vec::is_empty)
}
