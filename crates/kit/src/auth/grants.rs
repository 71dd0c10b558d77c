//! What a person may do, as identity says.

use std::{collections::HashMap, sync::Arc};

use cims_proto::identity::v1::{self as proto, field_rule, grant};
use uuid::Uuid;

use super::{Scope, lease::Lease};
use crate::{
    problem::Failure,
    schema::{FieldRules, Visibility},
};

/// What a person may do.
#[derive(Debug)]
pub struct Grants {
    pub user_id: Uuid,
    /// The session by which the person calls, for ending it.
    pub session_id: Option<Uuid>,
    pub department_id: Option<Uuid>,
    pub field_rules: FieldRules,
    /// The code with which all but `unrestricted` methods are refused until the person has done something.
    pub restriction: Option<String>,
    /// They call by an API key.
    pub program: bool,
    pub(super) active: bool,
    operations: HashMap<String, Scope>,
    lease: Option<Arc<Lease>>,
}

impl Grants {
    /// # Errors
    /// When identity answers ids that are none.
    pub fn of(message: proto::Grants) -> Result<Grants, Failure> {
        let department_id = match message.department_id.as_str() {
            "" => None,
            text => Some(text.parse().map_err(Failure::internal)?),
        };
        let user_id = message.user_id.parse().map_err(Failure::internal)?;
        let place = Place { user_id, tree: ids(&message.department_tree)?, own: ids(&message.own_departments)? };
        let mut operations = HashMap::with_capacity(message.grants.len());
        for grant in message.grants {
            if let Some(scope) = place.scope(&grant)? {
                operations.insert(grant.operation, scope);
            }
        }
        Ok(Grants {
            user_id,
            session_id: None,
            department_id,
            restriction: Some(message.restriction).filter(|code| !code.is_empty()),
            program: message.program,
            active: message.active,
            field_rules: FieldRules::from(message.field_rules.as_slice()),
            operations,
            lease: None,
        })
    }

    /// The same, by a session, for as long as the lease says.
    pub(super) fn leased(self, session_id: Uuid, lease: Arc<Lease>) -> Grants {
        Grants { session_id: Some(session_id), lease: Some(lease), ..self }
    }

    /// The scope of an operation ("customer.read"), none when it is not granted.
    pub fn scope(&self, operation: &str) -> Option<Scope> {
        self.operations.get(operation).cloned()
    }

    /// # Errors
    /// `Unavailable` when identity has been out of reach for so long that only reads go on.
    pub fn check_write(&self) -> Result<(), Failure> {
        self.lease.as_ref().map_or(Ok(()), |lease| lease.check_write())
    }
}

impl From<field_rule::Rule> for Visibility {
    /// What is not known of a newer version hides.
    fn from(rule: field_rule::Rule) -> Visibility {
        match rule {
            field_rule::Rule::Clear => Visibility::Clear,
            field_rule::Rule::ReadOnly => Visibility::ReadOnly,
            field_rule::Rule::Masked => Visibility::Masked,
            field_rule::Rule::Hidden | field_rule::Rule::Unspecified => Visibility::Hidden,
        }
    }
}

impl From<Visibility> for field_rule::Rule {
    fn from(visibility: Visibility) -> field_rule::Rule {
        match visibility {
            Visibility::Clear => field_rule::Rule::Clear,
            Visibility::ReadOnly => field_rule::Rule::ReadOnly,
            Visibility::Masked => field_rule::Rule::Masked,
            Visibility::Hidden => field_rule::Rule::Hidden,
        }
    }
}

impl From<&[proto::FieldRule]> for FieldRules {
    fn from(rules: &[proto::FieldRule]) -> FieldRules {
        FieldRules::new(rules.iter().map(|rule| (rule.field.clone(), rule.rule().into())))
    }
}

impl From<&FieldRules> for Vec<proto::FieldRule> {
    /// For a job that acts by these rules later.
    fn from(rules: &FieldRules) -> Vec<proto::FieldRule> {
        let rule = |(field, visibility): (&str, Visibility)| proto::FieldRule {
            field: field.to_owned(),
            rule: field_rule::Rule::from(visibility).into(),
        };
        rules.stated().map(rule).collect()
    }
}

/// Where a person stands, from which the scopes of their grants follow.
struct Place {
    user_id: Uuid,
    tree: Arc<[Uuid]>,
    own: Arc<[Uuid]>,
}

impl Place {
    fn scope(&self, grant: &proto::Grant) -> Result<Option<Scope>, Failure> {
        let departments = match grant.scope() {
            grant::Scope::Tree => Some(self.tree.clone()),
            grant::Scope::Department => Some(self.own.clone()),
            grant::Scope::Chosen => Some(ids(&grant.department_ids)?),
            _ => None,
        };
        Ok(Some(match (departments, grant.scope()) {
            (Some(departments), _) if grant.and_shared => Scope::EitherOrShared(departments, self.user_id),
            (Some(departments), _) if grant.and_own => Scope::Either(departments, self.user_id),
            (Some(departments), _) => Scope::Departments(departments),
            (None, grant::Scope::All) => Scope::Everything,
            (None, grant::Scope::OwnAndShared) => Scope::OwnAndShared(self.user_id),
            (None, grant::Scope::Own) => Scope::Own(self.user_id),
            (None, _) => return Ok(None),
        }))
    }
}

fn ids(texts: &[String]) -> Result<Arc<[Uuid]>, Failure> {
    texts.iter().map(|id| id.parse().map_err(Failure::internal)).collect()
}
