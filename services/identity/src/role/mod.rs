//! Roles: what a person may do, how far, and how much of a record's fields they see.
//!
//! The built-in ones are data of the build (`roles.toml`), because the design, the manual and the tests speak of them;
//! administrators copy them. Custom ones are rows of the same shape.

pub mod catalogue;
mod check;
mod merge;
mod reach;
pub mod rpc;
pub mod store;
mod table;
pub mod write;

pub use check::{MANAGE, check_administrator, check_known, managing};
pub use merge::{Merged, Place, grant_at, merge};
pub use reach::{Departments, Depth, Reach};
pub use table::builtin;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use cims_proto::identity::v1::{self as proto, field_rule};
use kit::{Failure, call::etag, clock::time};
use serde::Deserialize;
use uuid::Uuid;

/// Code of the role whose sessions idle for a shorter time.
pub const ADMINISTRATOR: &str = "administrator";
/// Most custom roles: all of them go to every page that chooses one.
pub const LIMIT: i64 = 500;

/// How much of a field is seen, and whether it is written; the later the more.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    Hidden,
    Masked,
    #[serde(rename = "read-only")]
    ReadOnly,
    Clear,
}

impl Visibility {
    /// Every one, the most open first.
    pub const ALL: [Visibility; 4] = [Visibility::Clear, Visibility::ReadOnly, Visibility::Masked, Visibility::Hidden];

    pub fn rule(self) -> field_rule::Rule {
        match self {
            Visibility::Hidden => field_rule::Rule::Hidden,
            Visibility::Masked => field_rule::Rule::Masked,
            Visibility::ReadOnly => field_rule::Rule::ReadOnly,
            Visibility::Clear => field_rule::Rule::Clear,
        }
    }

    pub fn of(rule: field_rule::Rule) -> Option<Visibility> {
        Visibility::ALL.into_iter().find(|visibility| visibility.rule() == rule)
    }
}

/// A role.
#[derive(Clone, Debug)]
pub struct Role {
    /// None of a built-in one.
    pub id: Option<Uuid>,
    /// What `user_role` and the API hold.
    pub code: String,
    pub label_zh: String,
    pub label_en: String,
    pub description: String,
    pub grants: BTreeMap<String, Reach>,
    pub fields: BTreeMap<String, Visibility>,
    pub version: i64,
    /// None of a built-in one.
    pub times: Option<Times>,
}

#[derive(Clone, Copy, Debug)]
pub struct Times {
    pub create: DateTime<Utc>,
    pub update: DateTime<Utc>,
}

impl Role {
    /// A role that grants nothing.
    pub fn empty(code: &str) -> Role {
        Role {
            id: None,
            code: code.to_owned(),
            label_zh: String::new(),
            label_en: String::new(),
            description: String::new(),
            grants: BTreeMap::new(),
            fields: BTreeMap::new(),
            version: 1,
            times: None,
        }
    }

    /// A custom role that grants nothing, not written yet. Its code is made: people know it by its name.
    pub fn new(id: Uuid, now: DateTime<Utc>) -> Role {
        let digits = id.simple().to_string();
        let times = Some(Times { create: now, update: now });
        Role { id: Some(id), times, ..Role::empty(&format!("custom_{}", &digits[16..])) }
    }

    /// Takes over what a person may write. That operations, departments and fields exist is checked beside.
    ///
    /// # Errors
    /// When a department's id is none.
    pub fn write(&mut self, message: &proto::Role) -> Result<(), Failure> {
        self.label(&message.label_zh, &message.label_en);
        self.description = message.description.trim().to_owned();
        self.grants = grants(&message.grants)?;
        self.fields = message
            .field_rules
            .iter()
            .filter_map(|rule| Some((rule.field.clone(), Visibility::of(rule.rule())?)))
            .collect();
        Ok(())
    }

    /// What the role says of a field: by itself, or of a record that it reaches by saying nothing; none when it has no say.
    pub fn visibility(&self, field: &str) -> Option<Visibility> {
        let named = self.fields.get(field).copied();
        named.or_else(|| {
            let object = catalogue::object_of(field)?;
            let reaches = |operation: &String| operation.split_once('.').is_some_and(|(own, _)| own == object);
            self.grants.keys().any(reaches).then_some(Visibility::Clear)
        })
    }

    pub fn label(&mut self, zh: &str, en: &str) {
        self.label_zh = zh.trim().to_owned();
        self.label_en = Some(en.trim()).filter(|en| !en.is_empty()).unwrap_or(&self.label_zh).to_owned();
    }

    pub fn to_proto(&self) -> proto::Role {
        let rule = |(field, visibility): (&String, &Visibility)| proto::FieldRule {
            field: field.clone(),
            rule: visibility.rule().into(),
        };
        proto::Role {
            code: self.code.clone(),
            label_zh: self.label_zh.clone(),
            label_en: self.label_en.clone(),
            description: self.description.clone(),
            grants: self.grants.iter().map(|(operation, reach)| reach.to_proto(operation)).collect(),
            field_rules: self.fields.iter().map(rule).collect(),
            built_in: self.id.is_none(),
            user_count: None,
            etag: if self.id.is_some() { etag(self.version) } else { String::new() },
            create_time: self.times.map(|times| time::to_proto(times.create)),
            update_time: self.times.map(|times| time::to_proto(times.update)),
        }
    }
}

/// Grants by their operation.
pub fn grants(messages: &[proto::Grant]) -> Result<BTreeMap<String, Reach>, Failure> {
    let mut grants = BTreeMap::new();
    for grant in messages {
        if let Some(reach) = Reach::of(grant)? {
            grants.insert(grant.operation.clone(), reach);
        }
    }
    Ok(grants)
}

#[cfg(test)]
mod proof;
#[cfg(test)]
mod tests;
