//! The statements of counting what was revealed.

use chrono::NaiveDate;
use kit::Failure;
use sqlx::PgConnection;
use uuid::Uuid;

/// Counts one more of a person's day; false, and nothing counted, when there were as many as the limit.
pub async fn count(connection: &mut PgConnection, user_id: Uuid, day: NaiveDate, limit: i32) -> Result<bool, Failure> {
    sqlx::query!("delete from reveal_count where user_id = $1 and day < $2", user_id, day)
        .execute(&mut *connection)
        .await?;
    let counted = sqlx::query!(
        "insert into reveal_count as own (user_id, day, count) select $1, $2, 1 where $3 > 0
        on conflict (user_id, day) do update set count = own.count + 1 where own.count < $3",
        user_id,
        day,
        limit,
    );
    Ok(counted.execute(connection).await?.rows_affected() == 1)
}
