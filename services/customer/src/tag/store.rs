//! SQL of the tag replica.

use cims_proto::tagging::v1::Tag;
use kit::Failure;
use sqlx::PgConnection;
use uuid::Uuid;

/// Takes over a tag's state as of a version; a deleted one keeps its row, so that older events come too late.
///
/// # Errors
/// When the database refuses.
pub async fn put(connection: &mut PgConnection, id: Uuid, tag: Option<&Tag>, version: i64) -> Result<(), Failure> {
    let gone = Tag::default();
    let state = tag.unwrap_or(&gone);
    sqlx::query!(
        r#"insert into tag (id, name, "group", color, deleted, version) values ($1, $2, $3, $4, $5, $6)
        on conflict (id) do update
            set name = excluded.name, "group" = excluded."group", color = excluded.color, deleted = excluded.deleted,
                version = excluded.version
            where tag.version < excluded.version"#,
        id,
        state.name,
        state.group,
        state.color,
        tag.is_none(),
        version,
    )
    .execute(connection)
    .await?;
    Ok(())
}
