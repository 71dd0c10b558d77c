//! Every change of a department: its row, its version and its event.

use cims_proto::identity::v1::DepartmentChanged;
use kit::{
    Failure,
    write::{Change, Write},
};

use super::{Department, store};

/// Writes a new department.
pub async fn insert(write: &mut Write, department: &Department) -> Result<(), Failure> {
    store::insert(write.connection(), department).await.map_err(|failure| refused(failure, department))?;
    record(write, "created", None, department).await
}

/// Writes what has changed of a department; "deleted" retires it.
pub async fn update(
    write: &mut Write,
    verb: &'static str,
    before: &Department,
    mut after: Department,
) -> Result<Department, Failure> {
    after.version = before.version + 1;
    after.update_time = write.now();
    store::update(write.connection(), &after).await.map_err(|failure| refused(failure, &after))?;
    record(write, verb, Some(before), &after).await?;
    Ok(after)
}

fn refused(failure: Failure, department: &Department) -> Failure {
    if store::is_taken(&failure) { Failure::taken("name", &department.name) } else { failure }
}

async fn record(
    write: &mut Write,
    verb: &'static str,
    before: Option<&Department>,
    after: &Department,
) -> Result<(), Failure> {
    let payload = DepartmentChanged { before: before.map(Department::to_proto), after: Some(after.to_proto()) };
    let states = (payload.before.as_ref(), payload.after.as_ref());
    let change = Change::between("identity.department", (after.id, after.version), states, &payload)?;
    write.record(Change { verb, ..change }).await
}
