//! The statements of pictures.

use kit::{Failure, Scope, database::Pool};
use sqlx::PgConnection;
use uuid::Uuid;

/// Puts a person's picture in the place of the one there was.
pub async fn put(connection: &mut PgConnection, user_id: Uuid, image: &[u8]) -> Result<(), Failure> {
    sqlx::query!(
        "insert into avatar (user_id, image) values ($1, $2)
        on conflict (user_id) do update set image = excluded.image",
        user_id,
        image,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn delete(connection: &mut PgConnection, user_id: Uuid) -> Result<(), Failure> {
    sqlx::query!("delete from avatar where user_id = $1", user_id).execute(connection).await?;
    Ok(())
}

/// The picture of a person within the scope, if it is the one of this digest.
pub async fn find(pool: &Pool, user_id: Uuid, digest: &str, scope: &Scope) -> Result<Option<Vec<u8>>, Failure> {
    let image = sqlx::query_scalar!(
        "select image from avatar join app_user on app_user.id = avatar.user_id
        where user_id = $1 and app_user.avatar = $2 and in_scope($3, $4, department_id, user_id)",
        user_id,
        digest,
        scope.departments() as _,
        scope.owner(),
    );
    Ok(image.fetch_optional(pool).await?)
}
