//! The statements of departments.

use kit::{Failure, Scope, database::Pool};

use super::Department;

/// The departments that the scope reaches, by name. There are few, so all come at once.
pub async fn list(pool: &Pool, scope: &Scope) -> Result<Vec<Department>, Failure> {
    let rows = sqlx::query_as!(
        Department,
        r#"select id, parent_id, name from department
        where $1::uuid[] is null or id = any($1)
        order by name collate "zh-Hans-x-icu", id"#,
        scope.departments(),
    );
    Ok(rows.fetch_all(pool).await?)
}
