//! What can be granted: from `operations.toml` objects, their operations and how far each may reach; from the descriptors
//! the fields that a role may hide, mask or keep from being written.

use std::sync::LazyLock;

use cims_proto::identity::v1::{self as proto, field_rule, grant::Scope};
use kit::schema::{FieldRuleTable, schema};
use serde::Deserialize;

/// How far an operation may reach.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum Scopes {
    /// Records have an owner and a department.
    Record,
    /// The same, and a share of one gives the operation.
    Shared,
    /// All or nothing.
    All,
}

impl Scopes {
    /// The widest first.
    pub fn allowed(self) -> &'static [Scope] {
        match self {
            Scopes::Record => &[Scope::All, Scope::Chosen, Scope::Tree, Scope::Department, Scope::Own],
            Scopes::Shared => {
                &[Scope::All, Scope::Chosen, Scope::Tree, Scope::Department, Scope::OwnAndShared, Scope::Own]
            }
            Scopes::All => &[Scope::All],
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Operation {
    code: String,
    zh: String,
    en: String,
    scopes: Scopes,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Object {
    code: String,
    zh: String,
    en: String,
    operations: Vec<Operation>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Field {
    code: String,
    zh: String,
    en: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    #[serde(rename = "object")]
    objects: Vec<Object>,
    #[serde(rename = "field")]
    fields: Vec<Field>,
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    toml::from_str(include_str!("../../operations.toml")).expect("operations.toml is part of the build, and tested")
});

/// How far an operation ("customer.read") may reach; none when there is no such operation.
pub fn scopes(operation: &str) -> Option<Scopes> {
    let (object, code) = operation.split_once('.')?;
    let object = CATALOGUE.objects.iter().find(|own| own.code == object)?;
    object.operations.iter().find(|own| own.code == code).map(|own| own.scopes)
}

/// Every operation.
pub fn operations() -> impl Iterator<Item = String> {
    CATALOGUE
        .objects
        .iter()
        .flat_map(|object| object.operations.iter().map(|operation| format!("{}.{}", object.code, operation.code)))
}

/// The rules that a role may set for a field, the most open first; none when there is no such field.
pub fn rules(field: &str) -> Option<Vec<field_rule::Rule>> {
    let open = || {
        vec![field_rule::Rule::Clear, field_rule::Rule::ReadOnly, field_rule::Rule::Masked, field_rule::Rule::Hidden]
    };
    let shared = || shared().any(|own| own == field).then(open);
    record_field(field).map(choices).or_else(shared)
}

/// Whose operations reach the record that a field is of; none of a field that several records have.
pub fn object_of(field: &str) -> Option<&'static str> {
    record_field(field)?.record.as_ref().map(|record| record.object.as_str())
}

/// The fields that several records have, hidden where no role shows them.
pub fn shared() -> impl Iterator<Item = &'static str> {
    CATALOGUE.fields.iter().map(|field| field.code.as_str())
}

fn record_fields() -> impl Iterator<Item = &'static FieldRuleTable> {
    schema().field_rules().iter().filter(|field| field.record.is_some())
}

fn record_field(name: &str) -> Option<&'static FieldRuleTable> {
    record_fields().find(|field| field.name == name)
}

fn choices(field: &FieldRuleTable) -> Vec<field_rule::Rule> {
    field.choices.iter().map(|choice| (*choice).into()).collect()
}

pub fn to_proto() -> proto::ListOperationsResponse {
    let objects = CATALOGUE.objects.iter().map(|object| proto::OperationObject {
        code: object.code.clone(),
        label_zh: object.zh.clone(),
        label_en: object.en.clone(),
        operations: object.operations.iter().map(|operation| operation.to_proto(&object.code)).collect(),
    });
    let fields = CATALOGUE.fields.iter().map(|field| proto::SensitiveField {
        code: field.code.clone(),
        label_zh: field.zh.clone(),
        label_en: field.en.clone(),
        rules: rules(&field.code).unwrap_or_default().into_iter().map(Into::into).collect(),
        ..Default::default()
    });
    proto::ListOperationsResponse {
        objects: objects.collect(),
        fields: fields.chain(record_fields().map(record_field_to_proto)).collect(),
    }
}

fn record_field_to_proto(field: &FieldRuleTable) -> proto::SensitiveField {
    let record = |text: fn(&kit::schema::RecordTable) -> &String| field.record.as_ref().map(text).cloned();
    proto::SensitiveField {
        code: field.name.clone(),
        label_zh: field.zh.clone(),
        label_en: field.en.clone(),
        rules: choices(field).into_iter().map(Into::into).collect(),
        record: record(|own| &own.name).unwrap_or_default(),
        record_label_zh: record(|own| &own.zh).unwrap_or_default(),
        record_label_en: record(|own| &own.en).unwrap_or_default(),
    }
}

impl Operation {
    fn to_proto(&self, object: &str) -> proto::Operation {
        proto::Operation {
            code: format!("{object}.{}", self.code),
            label_zh: self.zh.clone(),
            label_en: self.en.clone(),
            scopes: self.scopes.allowed().iter().map(|scope| (*scope).into()).collect(),
        }
    }
}
