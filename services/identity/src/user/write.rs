//! Every change of a person: the row, its version and its event.

use cims_proto::identity::v1::{self as proto, UserChanged};
use kit::{
    Call, Failure,
    problem::code,
    write::{Change, Write, check_version},
};
use prost::Message;
use uuid::Uuid;

use super::{User, store};
use crate::role;

/// Writes a new person.
pub async fn insert(write: &mut Write, user: &User, password_hash: &str) -> Result<(), Failure> {
    check_references(write, user).await?;
    store::insert(write.connection(), user, password_hash).await.map_err(|failure| {
        if store::is_taken(&failure) { Failure::taken("username", &user.username) } else { failure }
    })?;
    record(write, None, user).await
}

/// Writes what has changed of a person. The epoch was raised before.
///
/// # Errors
/// `State` when nobody could manage the organisation any more.
pub async fn update(write: &mut Write, before: &User, mut after: User) -> Result<User, Failure> {
    if (&before.department_id, &before.post_id, &before.roles) != (&after.department_id, &after.post_id, &after.roles) {
        check_references(write, &after).await?;
    }
    after.version = before.version + 1;
    after.update_time = write.now();
    store::update(write.connection(), &after).await?;
    if before.roles != after.roles || before.disabled != after.disabled {
        role::check_administrator(write.connection()).await?;
    }
    record(write, Some(before), &after).await?;
    Ok(after)
}

/// Moves everybody of a department to another, and answers how many they are.
pub async fn move_all(write: &mut Write, from: Uuid, to: Uuid) -> Result<usize, Failure> {
    let people = store::lock_of_department(write.connection(), from).await?;
    for before in &people {
        update(write, before, User { department_id: Some(to), ..before.clone() }).await?;
    }
    Ok(people.len())
}

/// Refuses a write whose `If-Match` names another version.
pub async fn check(write: &mut Write, call: &Call, before: &User, after: &User) -> Result<(), Failure> {
    let original = |payload: &[u8]| UserChanged::decode(payload).ok()?.after;
    check_version(write, call, (before.id, before.version), (&before.to_proto(), &after.to_proto()), original).await
}

async fn check_references(write: &mut Write, user: &User) -> Result<(), Failure> {
    let known = store::known(write.connection(), user).await?;
    if !known.department {
        return Err(Failure::field("/user/departmentId", code::NOT_FOUND, ""));
    }
    if !known.post {
        return Err(Failure::field("/user/postId", code::NOT_FOUND, ""));
    }
    role::check_known(write.connection(), &user.roles).await
}

async fn record(write: &mut Write, before: Option<&User>, after: &User) -> Result<(), Failure> {
    let payload = UserChanged { before: before.map(state), after: Some(state(after)) };
    let states = (payload.before.as_ref(), payload.after.as_ref());
    write.record(Change::between("identity.user", (after.id, after.version), states, &payload)?).await
}

/// A sign-in changes nothing of the person.
fn state(user: &User) -> proto::User {
    proto::User { last_sign_in_time: None, ..user.to_proto() }
}
