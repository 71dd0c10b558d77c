//! Figures that no request tells: how long events have been waiting to be published, and how many connections are in use.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::{database::Pool, metrics};

/// As often as they are usually asked for.
const EACH: Duration = Duration::from_secs(15);

/// Tells a service's figures until told to stop. Every process of the service tells the same wait.
pub async fn backlog(service: &'static str, pool: Pool, stop: CancellationToken) {
    let mut turns = tokio::time::interval(EACH);
    while stop.run_until_cancelled(turns.tick()).await.is_some() {
        metrics::connections(service, pool.in_use());
        match oldest(&pool).await {
            Ok(age) => metrics::outbox(service, age),
            // The age stays as it was; whoever calls the service notices anyway.
            Err(error) => tracing::debug!(service, %error, "the outbox was not looked at"),
        }
    }
}

/// Seconds that the event which is published next has waited; 0 when there is none.
async fn oldest(pool: &Pool) -> Result<f64, sqlx::Error> {
    let age = sqlx::query_scalar!(
        r#"select extract(epoch from now() - time)::float8 as "age!" from outbox order by bulk, sequence limit 1"#
    );
    Ok(age.fetch_optional(pool).await?.unwrap_or_default())
}
