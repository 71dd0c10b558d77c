//! The statement of what waits to be published.

use crate::{database::Pool, problem::Failure};

/// How many events wait, and how many seconds the oldest has waited.
pub async fn outbox(pool: &Pool) -> Result<(i64, f64), Failure> {
    let outbox = sqlx::query!(
        r#"select count(*) as "waiting!", coalesce(extract(epoch from now() - min(time)), 0)::float8 as "age!" from outbox"#
    );
    let outbox = outbox.fetch_one(pool).await?;
    Ok((outbox.waiting, outbox.age))
}
