//! The statements of the epoch.

use kit::{Failure, database::Pool};
use sqlx::PgConnection;

/// Begins another state of the organisation. Whoever changes people, roles or departments, or ends sessions, does this
/// before anything else in their transaction: they come one after the other then, and none waits for another in a circle.
///
/// # Errors
/// When the database refuses.
pub async fn raise(connection: &mut PgConnection) -> Result<(), Failure> {
    let raised = sqlx::query!("update grant_epoch set epoch = epoch + 1").execute(connection).await?;
    match raised.rows_affected() {
        1 => Ok(()),
        rows => Err(Failure::internal(format!("the epoch has {rows} rows, not 1"))),
    }
}

/// # Errors
/// When the database is out of reach.
pub async fn current(pool: &Pool) -> Result<i64, Failure> {
    Ok(sqlx::query_scalar!("select epoch from grant_epoch").fetch_one(pool).await?)
}
