//! The statements of passwords.

use kit::{Failure, database::Pool};
use sqlx::PgConnection;
use uuid::Uuid;

/// What a password is checked and changed against.
#[derive(Debug)]
pub struct Owner {
    pub username: String,
    pub display_name: String,
    pub department_id: Option<Uuid>,
    /// A PHC string.
    pub password_hash: String,
}

/// The owner of a password, who is not disabled.
pub async fn owner(pool: &Pool, user_id: Uuid) -> Result<Option<Owner>, Failure> {
    let row = sqlx::query_as!(
        Owner,
        "select username, display_name, department_id, password_hash
        from app_user where id = $1 and not disabled",
        user_id,
    );
    Ok(row.fetch_optional(pool).await?)
}

/// Replaces the hash of a password by that of one that its owner has chosen; how often that was done, none when another one
/// was set since it was read.
pub async fn replace(
    connection: &mut PgConnection,
    user_id: Uuid,
    (before, after): (&str, &str),
) -> Result<Option<i64>, Failure> {
    let replaced = sqlx::query_scalar!(
        "update app_user set password_hash = $3, password_version = password_version + 1
        where id = $1 and password_hash = $2
        returning password_version",
        user_id,
        before,
        after,
    );
    Ok(replaced.fetch_optional(connection).await?)
}
