//! SQL of uploaded files, which are kept in pieces.

use kit::{Failure, database::Pool};
use sqlx::PgConnection;
use uuid::Uuid;

/// Keeps a sealed piece of the file.
pub async fn add_piece(connection: &mut PgConnection, id: Uuid, number: i32, content: &[u8]) -> Result<(), Failure> {
    sqlx::query!(
        "insert into import_piece (import_id, number, content, sealed) values ($1, $2, $3, true)",
        id,
        number,
        content,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A piece as it is kept.
#[derive(Debug)]
pub struct Piece {
    pub content: Vec<u8>,
    /// Not so of a file that was uploaded before pieces were sealed.
    pub sealed: bool,
}

/// Forgets a file that has served.
pub async fn forget_file(connection: &mut PgConnection, id: Uuid) -> Result<(), Failure> {
    sqlx::query!("delete from import_piece where import_id = $1", id).execute(connection).await?;
    Ok(())
}

/// A piece of the file, from 0; none behind the last.
pub async fn piece(pool: &Pool, id: Uuid, number: i32) -> Result<Option<Piece>, Failure> {
    let piece = sqlx::query_as!(
        Piece,
        "select content, sealed from import_piece where import_id = $1 and number = $2",
        id,
        number,
    );
    Ok(piece.fetch_optional(pool).await?)
}
