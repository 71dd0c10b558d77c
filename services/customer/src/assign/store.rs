//! SQL of assigning.

use kit::{Failure, Scope};
use sqlx::PgConnection;
use uuid::Uuid;

/// Locks those of the customers that the scope reaches and that are not in the bin, until the transaction ends. In the
/// order of their ids, so that two who lock the same ones wait for each other in turn.
pub async fn lock(connection: &mut PgConnection, ids: &[Uuid], scope: &Scope) -> Result<Vec<Uuid>, Failure> {
    let locked = sqlx::query_scalar!(
        "select id from customer
        where id = any($1) and delete_time is null and in_scope($2, $3, department_id, owner_id)
        order by id for update",
        ids,
        scope.departments() as _,
        scope.owner(),
    );
    Ok(locked.fetch_all(connection).await?)
}
