//! Every change of a role: its row, its version and its event.

use cims_proto::identity::v1::RoleChanged;
use kit::{
    Call, Failure,
    write::{Change, Write, check_version},
};
use prost::Message;

use super::{Role, Times, check_administrator, store};
use crate::user;

/// Writes a new role.
pub async fn insert(write: &mut Write, role: &Role) -> Result<(), Failure> {
    store::insert(write.connection(), role).await.map_err(|failure| refused(failure, role))?;
    record(write, None, Some(role)).await
}

/// Writes what has changed of a role. The epoch was raised before.
///
/// # Errors
/// `State` when nobody could manage the organisation any more.
pub async fn update(write: &mut Write, before: &Role, mut after: Role) -> Result<Role, Failure> {
    after.version = before.version + 1;
    after.times = before.times.map(|times| Times { update: write.now(), ..times });
    store::update(write.connection(), &after).await.map_err(|failure| refused(failure, &after))?;
    check_administrator(write.connection()).await?;
    record(write, Some(before), Some(&after)).await?;
    Ok(after)
}

/// Deletes a role and takes it from all who have it. The epoch was raised before.
///
/// # Errors
/// `State` when nobody could manage the organisation any more.
pub async fn delete(write: &mut Write, role: &Role) -> Result<(), Failure> {
    for before in user::store::lock_with_role(write.connection(), &role.code).await? {
        let mut after = before.clone();
        after.roles.retain(|own| *own != role.code);
        user::write::update(write, &before, after).await?;
    }
    store::delete(write.connection(), role).await?;
    record(write, Some(role), None).await
}

/// Refuses a write whose `If-Match` names another version.
pub async fn check(write: &mut Write, call: &Call, before: &Role, after: &Role) -> Result<(), Failure> {
    let original = |payload: &[u8]| RoleChanged::decode(payload).ok()?.after;
    let id = before.id.unwrap_or_default();
    check_version(write, call, (id, before.version), (&before.to_proto(), &after.to_proto()), original).await
}

fn refused(failure: Failure, role: &Role) -> Failure {
    if store::is_taken(&failure) { Failure::taken("name", &role.label_zh) } else { failure }
}

async fn record(write: &mut Write, before: Option<&Role>, after: Option<&Role>) -> Result<(), Failure> {
    let Some(role) = after.or(before) else { return Ok(()) };
    let payload = RoleChanged { before: before.map(Role::to_proto), after: after.map(Role::to_proto) };
    let states = (payload.before.as_ref(), payload.after.as_ref());
    let subject = (role.id.unwrap_or_default(), role.version);
    write.record(Change::between("identity.role", subject, states, &payload)?).await
}
