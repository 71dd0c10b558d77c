//! A caller's grants, asked of identity and kept for a few seconds.

use std::{collections::HashMap, sync::Arc, time::Duration};

use cims_proto::identity::v1::{GetGrantsRequest, access_client::AccessClient, field_rule, grant};
use moka::future::Cache;
use uuid::Uuid;

use super::Scope;
use crate::{
    client::Channel,
    problem::Failure,
    schema::{FieldRules, Visibility},
};

/// What a person may do, as identity says.
#[derive(Debug)]
pub struct Grants {
    pub user_id: Uuid,
    /// The session by which the person calls, for ending it.
    pub session_id: Option<Uuid>,
    pub department_id: Option<Uuid>,
    /// Own department and those below.
    pub department_tree: Arc<[Uuid]>,
    pub field_rules: FieldRules,
    /// The code with which all but `unrestricted` methods are refused until the person has done something.
    pub restriction: Option<String>,
    /// They call by an API key.
    pub program: bool,
    active: bool,
    operations: HashMap<String, grant::Scope>,
}

impl Grants {
    /// # Errors
    /// When identity answers ids that are none.
    pub fn of(message: cims_proto::identity::v1::Grants) -> Result<Grants, Failure> {
        let department_id = match message.department_id.as_str() {
            "" => None,
            text => Some(text.parse().map_err(Failure::internal)?),
        };
        let tree = message.department_tree.iter().map(|id| id.parse()).collect::<Result<Vec<Uuid>, _>>();
        let operations = message.grants.iter().map(|grant| (grant.operation.clone(), grant.scope())).collect();
        let rules = message.field_rules.iter().map(|rule| {
            let visibility = match rule.rule() {
                field_rule::Rule::Clear => Visibility::Clear,
                field_rule::Rule::Masked => Visibility::Masked,
                field_rule::Rule::Hidden | field_rule::Rule::Unspecified => Visibility::Hidden,
            };
            (rule.field.clone(), visibility)
        });
        Ok(Grants {
            user_id: message.user_id.parse().map_err(Failure::internal)?,
            session_id: None,
            department_id,
            department_tree: tree.map_err(Failure::internal)?.into(),
            restriction: Some(message.restriction).filter(|code| !code.is_empty()),
            program: message.program,
            active: message.active,
            field_rules: FieldRules::new(rules),
            operations,
        })
    }

    /// The scope of an operation ("customer.read"), none when it is not granted.
    pub fn scope(&self, operation: &str) -> Option<Scope> {
        self.operations.get(operation).and_then(|scope| Scope::of(*scope, self))
    }
}

/// A change of grants, a disabled person and an ended session take effect within this time.
const KEPT: Duration = Duration::from_secs(5);

/// Grants by person and session.
#[derive(Clone, Debug)]
pub struct GrantsCache {
    identity: Channel,
    kept: Cache<(Uuid, Uuid), Arc<Grants>>,
}

impl GrantsCache {
    pub fn new(identity: Channel) -> GrantsCache {
        GrantsCache { identity, kept: Cache::builder().max_capacity(20_000).time_to_live(KEPT).build() }
    }

    /// # Errors
    /// `Unauthenticated` when the person is disabled or the session has ended; `Unavailable` when identity is out of
    /// reach.
    pub async fn get(&self, user_id: Uuid, session_id: Uuid) -> Result<Arc<Grants>, Failure> {
        let key = (user_id, session_id);
        let grants = match self.kept.get(&key).await {
            Some(kept) if kept.restriction.is_none() => kept,
            // Whoever has just done what was asked of them is not to wait until it is noticed.
            Some(_) => {
                let fresh = self.ask(user_id, session_id).await?;
                self.kept.insert(key, fresh.clone()).await;
                fresh
            }
            // Of those who ask at once, one asks identity.
            None => {
                self.kept.try_get_with(key, self.ask(user_id, session_id)).await.map_err(|error| match &*error {
                    Failure::Unavailable(text) => Failure::Unavailable(text.clone()),
                    other => Failure::internal(other),
                })?
            }
        };
        if grants.active { Ok(grants) } else { Err(Failure::Unauthenticated("SESSION_ENDED")) }
    }

    async fn ask(&self, user_id: Uuid, session_id: Uuid) -> Result<Arc<Grants>, Failure> {
        let request = GetGrantsRequest { user_id: user_id.to_string(), session_id: session_id.to_string() };
        let answer = AccessClient::new(self.identity.clone()).get_grants(request).await;
        let message = answer.map_err(|status| match status.code() {
            tonic::Code::Unavailable | tonic::Code::DeadlineExceeded | tonic::Code::Cancelled => {
                Failure::Unavailable(format!("identity: {}", status.message()))
            }
            _ => Failure::internal(status),
        })?;
        Ok(Arc::new(Grants { session_id: Some(session_id), ..Grants::of(message.into_inner())? }))
    }
}
