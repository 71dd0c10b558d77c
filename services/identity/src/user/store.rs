//! The statements of people.

use chrono::{DateTime, Utc};
use kit::{
    Failure, Scope,
    database::{Pool, wrote_one},
    page::Page,
};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use super::{User, sound};

/// Name and id of the last person of a page.
pub type Key = (String, Uuid);

/// A person and what proves them.
#[derive(Debug)]
pub struct Account {
    pub user: User,
    /// A PHC string.
    pub password_hash: String,
}

/// Selects people: the one place that names what is read of them. The first argument goes on from `from app_user`.
macro_rules! select {
    ($rest:tt, $($argument:expr),*) => {
        sqlx::query_as!(
            User,
            r#"select id, username, display_name, department_id, post_id, disabled, email, phone, language, time_zone,
                must_change_password, last_sign_in_time, avatar, version, create_time, update_time,
                array(select role from user_role where user_id = app_user.id order by role) as "roles!"
            from app_user "# + $rest,
            $($argument),*
        )
    };
}

/// The person of an id.
pub async fn find(executor: impl PgExecutor<'_>, id: Uuid) -> Result<Option<User>, Failure> {
    Ok(select!("where id = $1", id).fetch_optional(executor).await?)
}

/// The person of an id within a scope.
pub async fn find_within(pool: &Pool, id: Uuid, scope: &Scope) -> Result<Option<User>, Failure> {
    let row =
        select!("where id = $1 and in_scope($2, $3, department_id, id)", id, scope.departments() as _, scope.owner());
    Ok(row.fetch_optional(pool).await?)
}

/// The account of a username, in whatever case.
pub async fn account(pool: &Pool, username: &str) -> Result<Option<Account>, Failure> {
    let user = select!("where lower(username) = lower($1)", username).fetch_optional(pool).await?;
    let Some(user) = user else { return Ok(None) };
    let hash = sqlx::query_scalar!("select password_hash from app_user where id = $1", user.id);
    Ok(hash.fetch_optional(pool).await?.map(|password_hash| Account { user, password_hash }))
}

/// People who are not disabled and have this e-mail address, in whatever case: two at most, which says that it is not one.
pub async fn of_email(pool: &Pool, email: &str) -> Result<Vec<User>, Failure> {
    Ok(select!("where lower(email) = lower($1) and not disabled limit 2", email).fetch_all(pool).await?)
}

/// Which people are asked for.
#[derive(Debug)]
pub struct Wanted<'a> {
    /// Of their name, its sound, or their username.
    pub fragment: &'a str,
    /// In it or below it.
    pub department_id: Option<Uuid>,
    /// Empty: with any.
    pub role: &'a str,
    pub disabled: bool,
}

/// A page of people, by name.
pub async fn list(pool: &Pool, wanted: &Wanted<'_>, scope: &Scope, page: &Page<Key>) -> Result<Vec<User>, Failure> {
    let (name, id) = page.after.clone().unzip();
    let rows = select!(
        r#"where ($1 or not disabled)
            and ($2 = '' or strpos(lower(display_name), lower($2)) > 0 or strpos(lower(username), lower($2)) > 0
                or sound ~ any($3))
            and ($4::uuid is null or department_id in (
                with recursive tree as (
                    select $4::uuid as id
                    union
                    select department.id from department join tree on department.parent_id = tree.id
                )
                select id from tree))
            and ($5 = '' or exists (select from user_role where user_id = app_user.id and role = $5))
            and in_scope($6, $7, department_id, id)
            and ($8::text is null or (display_name collate "zh-Hans-x-icu", id) > ($8, $9))
        order by display_name collate "zh-Hans-x-icu", id
        limit $10"#,
        wanted.disabled,
        wanted.fragment,
        &sound::patterns(wanted.fragment),
        wanted.department_id,
        wanted.role,
        scope.departments() as _,
        scope.owner(),
        name,
        id,
        page.limit()
    );
    Ok(rows.fetch_all(pool).await?)
}

/// The people of these ids or usernames, the disabled ones too.
pub async fn resolve(pool: &Pool, ids: &[Uuid], usernames: &[String]) -> Result<Vec<User>, Failure> {
    let rows = select!(
        "where id = any($1) or lower(username) = any(select lower(name) from unnest($2::text[]) name) order by id",
        ids,
        usernames
    );
    Ok(rows.fetch_all(pool).await?)
}

/// The person, locked.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn lock(connection: &mut PgConnection, id: Uuid) -> Result<User, Failure> {
    select!("where id = $1 for no key update", id).fetch_optional(connection).await?.ok_or(Failure::NotFound)
}

/// The people right in a department, locked.
pub async fn lock_of_department(connection: &mut PgConnection, id: Uuid) -> Result<Vec<User>, Failure> {
    Ok(select!("where department_id = $1 order by id for no key update", id).fetch_all(connection).await?)
}

/// The people who have a role, locked.
pub async fn lock_with_role(connection: &mut PgConnection, role: &str) -> Result<Vec<User>, Failure> {
    let people =
        select!("where id in (select user_id from user_role where role = $1) order by id for no key update", role);
    Ok(people.fetch_all(connection).await?)
}

/// # Errors
/// When the database refuses: see [`is_taken`].
pub async fn insert(connection: &mut PgConnection, user: &User, password_hash: &str) -> Result<(), Failure> {
    sqlx::query!(
        "insert into app_user (id, username, display_name, department_id, post_id, password_hash, disabled, email, phone,
            language, time_zone, must_change_password, version, create_time, update_time, sound)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        user.id,
        user.username,
        user.display_name,
        user.department_id,
        user.post_id,
        password_hash,
        user.disabled,
        user.email,
        user.phone,
        user.language,
        user.time_zone,
        user.must_change_password,
        user.version,
        user.create_time,
        user.update_time,
        sound::of(&user.display_name),
    )
    .execute(&mut *connection)
    .await?;
    put_roles(connection, user).await
}

/// Writes the person, whose version is the next one.
///
/// # Errors
/// When the database refuses, or another version stands there: a write without the lock.
pub async fn update(connection: &mut PgConnection, user: &User) -> Result<(), Failure> {
    let updated = sqlx::query!(
        "update app_user set display_name = $3, department_id = $4, post_id = $5, disabled = $6, email = $7, phone = $8,
            language = $9, time_zone = $10, must_change_password = $11, sound = $12, avatar = $14, version = $2,
            update_time = $13
        where id = $1 and version = $2::bigint - 1",
        user.id,
        user.version,
        user.display_name,
        user.department_id,
        user.post_id,
        user.disabled,
        user.email,
        user.phone,
        user.language,
        user.time_zone,
        user.must_change_password,
        sound::of(&user.display_name),
        user.update_time,
        user.avatar,
    )
    .execute(&mut *connection)
    .await?;
    wrote_one(updated.rows_affected(), "user", user.id)?;
    put_roles(connection, user).await
}

async fn put_roles(connection: &mut PgConnection, user: &User) -> Result<(), Failure> {
    sqlx::query!("delete from user_role where user_id = $1 and role <> all($2)", user.id, &user.roles)
        .execute(&mut *connection)
        .await?;
    sqlx::query!(
        "insert into user_role (user_id, role) select $1, role from unnest($2::text[]) role on conflict do nothing",
        user.id,
        &user.roles,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn set_password(connection: &mut PgConnection, id: Uuid, password_hash: &str) -> Result<(), Failure> {
    sqlx::query!("update app_user set password_hash = $2 where id = $1", id, password_hash).execute(connection).await?;
    Ok(())
}

/// Notes a sign-in; false when the person was disabled, or the password that was shown replaced, meanwhile. It is no
/// change of the person: the version stays.
pub async fn sign_in(
    connection: &mut PgConnection,
    id: Uuid,
    shown: Option<&str>,
    now: DateTime<Utc>,
) -> Result<bool, Failure> {
    let noted = sqlx::query!(
        "update app_user set last_sign_in_time = $2
        where id = $1 and not disabled and ($3::text is null or password_hash = $3)",
        id,
        now,
        shown,
    );
    Ok(noted.execute(connection).await?.rows_affected() == 1)
}

/// Whether a write failed because somebody else has the username.
pub fn is_taken(failure: &Failure) -> bool {
    failure.violates("app_user_username_unique")
}

/// Whether a department that takes people, and a post, are there.
#[derive(Debug)]
pub struct Known {
    pub department: bool,
    pub post: bool,
}

/// Looks for a person's department and post, which stay until the transaction ends. What is not asked for is there.
pub async fn known(connection: &mut PgConnection, user: &User) -> Result<Known, Failure> {
    let department = sqlx::query_scalar!(
        "select id from department where id = $1 and retire_time is null for key share",
        user.department_id,
    );
    let department = department.fetch_optional(&mut *connection).await?;
    let post = sqlx::query_scalar!("select id from post where id = $1 for key share", user.post_id);
    let post = post.fetch_optional(connection).await?;
    Ok(Known { department: department == user.department_id, post: post == user.post_id })
}

/// People whose name's sound is not written yet.
pub async fn unheard(pool: &Pool, limit: i64) -> Result<Vec<(Uuid, String)>, Failure> {
    let rows = sqlx::query!("select id, display_name from app_user where sound is null limit $1", limit);
    Ok(rows.fetch_all(pool).await?.into_iter().map(|row| (row.id, row.display_name)).collect())
}

pub async fn put_sounds(pool: &Pool, ids: &[Uuid], sounds: &[String]) -> Result<(), Failure> {
    sqlx::query!(
        "update app_user set sound = heard.sound from unnest($1::uuid[], $2::text[]) heard (id, sound)
        where app_user.id = heard.id and app_user.sound is null",
        ids,
        sounds,
    )
    .execute(pool)
    .await?;
    Ok(())
}
