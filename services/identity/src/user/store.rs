//! The statements of people.

use kit::{Failure, Scope, database::Pool, page::Page};
use uuid::Uuid;

use super::User;

/// Name and id of the last person of a page.
pub type Key = (String, Uuid);

/// A person and what proves them.
#[derive(Debug)]
pub struct Account {
    pub user: User,
    /// A PHC string.
    pub password_hash: String,
}

/// The person of an id.
pub async fn find(pool: &Pool, id: Uuid) -> Result<Option<User>, Failure> {
    let row = sqlx::query_as!(
        User,
        r#"select id, username, display_name, department_id, disabled,
            array(select role from user_role where user_id = app_user.id order by role) as "roles!"
        from app_user where id = $1"#,
        id,
    );
    Ok(row.fetch_optional(pool).await?)
}

/// The account of a username, in whatever case.
pub async fn account(pool: &Pool, username: &str) -> Result<Option<Account>, Failure> {
    let row = sqlx::query!(
        r#"select id, username, display_name, department_id, disabled, password_hash,
            array(select role from user_role where user_id = app_user.id order by role) as "roles!"
        from app_user where lower(username) = lower($1)"#,
        username,
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| Account {
        user: User {
            id: row.id,
            username: row.username,
            display_name: row.display_name,
            department_id: row.department_id,
            roles: row.roles,
            disabled: row.disabled,
        },
        password_hash: row.password_hash,
    }))
}

/// A page of the people whose name or username has the fragment, without the disabled ones, by name.
pub async fn list(pool: &Pool, fragment: &str, scope: &Scope, page: &Page<Key>) -> Result<Vec<User>, Failure> {
    let (name, id) = page.after.clone().unzip();
    let rows = sqlx::query_as!(
        User,
        r#"select id, username, display_name, department_id, disabled,
            array(select role from user_role where user_id = app_user.id order by role) as "roles!"
        from app_user
        where not disabled
            and ($1 = '' or strpos(lower(display_name), lower($1)) > 0 or strpos(lower(username), lower($1)) > 0)
            and ($2::uuid[] is null or department_id = any($2)) and ($3::uuid is null or id = $3)
            and ($4::text is null or (display_name collate "zh-Hans-x-icu", id) > ($4, $5))
        order by display_name collate "zh-Hans-x-icu", id
        limit $6"#,
        fragment,
        scope.departments(),
        scope.owner(),
        name,
        id,
        page.limit(),
    );
    Ok(rows.fetch_all(pool).await?)
}

/// The people of these ids or usernames, the disabled ones too.
pub async fn resolve(pool: &Pool, ids: &[Uuid], usernames: &[String]) -> Result<Vec<User>, Failure> {
    let rows = sqlx::query_as!(
        User,
        r#"select id, username, display_name, department_id, disabled,
            array(select role from user_role where user_id = app_user.id order by role) as "roles!"
        from app_user
        where id = any($1) or lower(username) = any(select lower(name) from unnest($2::text[]) name)
        order by id"#,
        ids,
        usernames,
    );
    Ok(rows.fetch_all(pool).await?)
}
