//! The statement of the log of operations.

use kit::{Failure, database::Pool};
use uuid::Uuid;

/// Everybody of these departments, disabled or not: what they did stays.
pub async fn people_of(pool: &Pool, departments: &[Uuid]) -> Result<Vec<Uuid>, Failure> {
    let people = sqlx::query_scalar!("select id from app_user where department_id = any($1)", departments);
    Ok(people.fetch_all(pool).await?)
}
