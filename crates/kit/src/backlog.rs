//! Figures that no request tells: how long events have been waiting to be published, and how many connections are in use.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::{database::Pool, metrics};

/// As often as they are usually asked for.
const EACH: Duration = Duration::from_secs(15);

/// Tells a service's figures until told to stop. Every process of the service tells the same age.
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

/// Seconds since the oldest unpublished event; 0 when there is none.
async fn oldest(pool: &Pool) -> Result<f64, sqlx::Error> {
    // The first of each kind in the order of the index.
    let age = sqlx::query_scalar!(
        r#"select extract(epoch from now() - min(oldest.time))::float8 as "age"
        from (values (false), (true)) kind (bulk)
        cross join lateral (select time from outbox where outbox.bulk = kind.bulk order by sequence limit 1) oldest"#
    );
    Ok(age.fetch_one(pool).await?.unwrap_or_default())
}
