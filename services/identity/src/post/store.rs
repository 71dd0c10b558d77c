//! The statements of posts.

use kit::{
    Failure,
    database::{Pool, wrote_one},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::Post;

/// Every post, in its order.
pub async fn list(pool: &Pool) -> Result<Vec<Post>, Failure> {
    let posts = sqlx::query_as!(
        Post,
        r#"select id, name, "order", version, create_time, update_time from post
        order by "order", name collate "zh-Hans-x-icu", id"#,
    );
    Ok(posts.fetch_all(pool).await?)
}

pub async fn count(connection: &mut PgConnection) -> Result<i64, Failure> {
    let count = sqlx::query_scalar!(r#"select count(*) as "count!" from post"#);
    Ok(count.fetch_one(connection).await?)
}

/// The post, locked.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn lock(connection: &mut PgConnection, id: Uuid) -> Result<Post, Failure> {
    let post = sqlx::query_as!(
        Post,
        r#"select id, name, "order", version, create_time, update_time from post where id = $1 for update"#,
        id,
    );
    post.fetch_optional(connection).await?.ok_or(Failure::NotFound)
}

/// # Errors
/// When the database refuses: see [`is_taken`].
pub async fn insert(connection: &mut PgConnection, post: &Post) -> Result<(), Failure> {
    sqlx::query!(
        r#"insert into post (id, name, "order", version, create_time, update_time) values ($1, $2, $3, $4, $5, $6)"#,
        post.id,
        post.name,
        post.order,
        post.version,
        post.create_time,
        post.update_time,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes the post, whose version is the next one.
///
/// # Errors
/// When the database refuses (see [`is_taken`]), or another version stands there: a write without the lock.
pub async fn update(connection: &mut PgConnection, post: &Post) -> Result<(), Failure> {
    let updated = sqlx::query!(
        r#"update post set name = $3, "order" = $4, version = $2, update_time = $5
        where id = $1 and version = $2::bigint - 1"#,
        post.id,
        post.version,
        post.name,
        post.order,
        post.update_time,
    )
    .execute(connection)
    .await?;
    wrote_one(updated.rows_affected(), "post", post.id)
}

/// # Errors
/// When the database refuses: see [`is_held`].
pub async fn delete(connection: &mut PgConnection, post: &Post) -> Result<(), Failure> {
    let deleted = sqlx::query!("delete from post where id = $1 and version = $2", post.id, post.version);
    wrote_one(deleted.execute(connection).await?.rows_affected(), "post", post.id)
}

/// Whether a write failed because another post has the name.
pub fn is_taken(failure: &Failure) -> bool {
    failure.violates("post_name_unique")
}

/// Whether a deletion failed because somebody holds the post.
pub fn is_held(failure: &Failure) -> bool {
    failure.violates("app_user_post_id_fkey")
}
