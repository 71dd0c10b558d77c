//! Why a person may do something to a record, or may not (I-06).

use std::{collections::HashMap, sync::Arc};

use cims_proto::{
    identity::v1::{
        self as proto, ExplainPermissionRequest, ExplainPermissionResponse, Resource,
        explain_permission_response::Decision,
    },
    resource::v1::{LocateResourceRequest, Located, ShareEffect, resources_client::ResourcesClient},
};
use kit::{Failure, Scope, auth::Grants, client::Channel, database::Pool, problem::code};
use tonic::Code;

use super::{sources, store};
use crate::{
    department::Tree,
    role::{self, Merged, Place, catalogue, grant_at, merge},
    user::User,
};

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub struct Asker {
    /// The asker sees records whoever may read them.
    pub sees_all: bool,
}

#[derive(Clone, Debug)]
pub struct Explainer {
    pub pool: Pool,
    /// Every service by its name; a record's type begins with it.
    pub peers: Arc<HashMap<&'static str, Channel>>,
}

impl Explainer {
    pub async fn explain(
        &self,
        asker: Asker,
        user: &User,
        request: &ExplainPermissionRequest,
    ) -> Result<ExplainPermissionResponse, Failure> {
        let operation = request.operation.as_str();
        if catalogue::scopes(operation).is_none() {
            return Err(Failure::field("/operation", code::NOT_FOUND, ""));
        }
        let located = match &request.resource {
            Some(resource) => Some(self.locate(resource, user, operation).await?),
            None => None,
        };
        let roles = role::store::of(&self.pool, &user.roles).await?;
        let merged = merge(roles.iter().map(AsRef::as_ref));
        let tree = store::tree_for(&self.pool, &merged).await?;
        let place = store::place(&self.pool, user.id).await?;
        let grants = grants(user, &merged, &place, &tree)?;
        let mut answer = ExplainPermissionResponse {
            grant: merged.grants.get(operation).map(|reach| grant_at(operation, reach, &place, &tree)),
            sources: sources(&roles, operation),
            granting_roles: self.granting(operation, user).await?,
            field_rules: merged.field_rules(),
            ..Default::default()
        };
        let visible = located.filter(|record| record.found && (asker.sees_all || is_seen(&grants, request, record)));
        let decision = match (user.disabled, grants.scope(operation), &request.resource, &visible) {
            (true, ..) => Decision::Disabled,
            (_, _, Some(_), None) => Decision::NotFound,
            (_, None, ..) => Decision::NotGranted,
            (_, Some(scope), Some(_), Some(record)) if !reaches_for(operation, &scope, record) => Decision::OutOfScope,
            _ => Decision::Allowed,
        };
        answer.set_decision(decision);
        if let Some(record) = visible {
            // Where the scope reaches the record by itself, no share is needed.
            let by_share = |scope: &Scope| scope.shared_with().is_some() && !reaches(scope, &record, false);
            if grants.scope(operation).is_some_and(|scope| by_share(&scope)) {
                (answer.share, answer.share_end_time) = (record.share, record.share_end_time);
            }
            answer.owner_id = record.owner_id;
            answer.department_id = record.department_id;
            answer.deleted = record.deleted;
        }
        Ok(answer)
    }

    /// Asks the service that owns the record. One that does not know the type, or serves none, has no such record.
    async fn locate(&self, resource: &Resource, user: &User, operation: &str) -> Result<Located, Failure> {
        let service = resource.r#type.split('.').next().unwrap_or_default();
        let Some(channel) = self.peers.get(service) else {
            return Err(Failure::field("/resource/type", code::NOT_FOUND, ""));
        };
        let request = LocateResourceRequest {
            r#type: resource.r#type.clone(),
            id: resource.id.clone(),
            person_id: user.id.to_string(),
            operation: operation.to_owned(),
        };
        match ResourcesClient::new(channel.clone()).locate_resource(request).await {
            Ok(answer) => Ok(answer.into_inner()),
            Err(status) if status.code() == Code::Unimplemented => Ok(Located::default()),
            Err(status) => Err(status.into()),
        }
    }

    /// Roles that the person does not have and that would give the operation.
    async fn granting(&self, operation: &str, user: &User) -> Result<Vec<String>, Failure> {
        let custom = role::store::list(&self.pool).await?;
        let giving = role::builtin().iter().chain(&custom).filter(|role| role.grants.contains_key(operation));
        Ok(giving.map(|role| role.code.clone()).filter(|code| !user.roles.contains(code)).collect())
    }
}

/// The person's grants exactly as every service gets them.
fn grants(user: &User, merged: &Merged, place: &Place, tree: &Tree) -> Result<Grants, Failure> {
    let told = merged.told_at(place, tree);
    Grants::of(proto::Grants { user_id: user.id.to_string(), active: !user.disabled, ..told })
}

/// Whether the person may read the record; else nothing is said of it, not even that it is there.
fn is_seen(grants: &Grants, request: &ExplainPermissionRequest, record: &Located) -> bool {
    let kind = request.resource.as_ref().and_then(|resource| resource.r#type.split('.').next()).unwrap_or_default();
    let read = if record.deleted { format!("{kind}.read-bin") } else { format!("{kind}.read") };
    let shared = matches!(record.share(), ShareEffect::Given | ShareEffect::ReadOnly);
    grants.scope(&read).is_some_and(|scope| reaches(&scope, record, shared))
}

fn reaches(scope: &Scope, record: &Located, shared: bool) -> bool {
    scope.contains(record.owner_id.parse().ok(), record.department_id.parse().ok(), shared)
}

/// The same for an operation. Of a contact record one changes what one wrote oneself.
fn reaches_for(operation: &str, scope: &Scope, record: &Located) -> bool {
    match scope {
        Scope::Own(person) if operation == "interaction.update" => record.author_id == person.to_string(),
        Scope::Either(departments, person) if operation == "interaction.update" => {
            record.author_id == person.to_string() || reaches(&Scope::Departments(departments.clone()), record, false)
        }
        scope => reaches(scope, record, record.share() == ShareEffect::Given),
    }
}
