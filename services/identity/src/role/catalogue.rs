//! What can be granted, from `operations.toml`: objects, their operations and how far each may reach, and the fields
//! that are not for everybody's eyes.

use std::sync::LazyLock;

use cims_proto::identity::v1::{self as proto, grant::Scope};
use serde::Deserialize;

use super::Visibility;

/// How far an operation may reach.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum Scopes {
    /// Records have an owner and a department.
    Record,
    /// All or nothing.
    All,
}

impl Scopes {
    /// The widest first.
    pub fn allowed(self) -> &'static [Scope] {
        match self {
            Scopes::Record => {
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

/// Every sensitive field.
pub fn fields() -> impl Iterator<Item = &'static str> {
    CATALOGUE.fields.iter().map(|field| field.code.as_str())
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
        rules: Visibility::ALL.iter().map(|visibility| visibility.rule().into()).collect(),
    });
    proto::ListOperationsResponse { objects: objects.collect(), fields: fields.collect() }
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
