//! Figures that no request tells: how long events have been waiting to be published and sealed, and how many connections
//! are in use.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::{database::Pool, metrics, problem::Failure};

/// As often as they are usually asked for.
const EACH: Duration = Duration::from_secs(15);

/// Tells a service's figures until told to stop. Every process of the service tells the same waits.
pub async fn backlog(service: &'static str, pool: Pool, stop: CancellationToken) {
    let mut turns = tokio::time::interval(EACH);
    while stop.run_until_cancelled(turns.tick()).await.is_some() {
        metrics::connections(service, pool.in_use(), pool.limit());
        if let Err(failure) = waits(service, &pool).await {
            // They stay as they were; whoever calls the service notices anyway.
            tracing::debug!(service, %failure, "nobody looked at what waits");
        }
    }
}

async fn waits(service: &'static str, pool: &Pool) -> Result<(), Failure> {
    metrics::outbox(service, unpublished(pool).await?);
    metrics::unsealed(service, unsealed(pool).await?);
    Ok(())
}

/// Seconds that the event which is published next has waited; 0 when there is none.
async fn unpublished(pool: &Pool) -> Result<f64, Failure> {
    let age = sqlx::query_scalar!(
        r#"select extract(epoch from now() - time)::float8 as "age!" from outbox order by bulk, sequence limit 1"#
    );
    Ok(age.fetch_optional(pool).await?.unwrap_or_default())
}

/// Seconds that the oldest event which stands in no seal has waited; 0 when there is none.
async fn unsealed(pool: &Pool) -> Result<f64, Failure> {
    let age = sqlx::query_scalar!(
        r#"select extract(epoch from now() - time)::float8 as "age!" from event
        where sequence > coalesce((select last_sequence from seal order by number desc limit 1), 0)
        order by sequence limit 1"#
    );
    Ok(age.fetch_optional(pool).await?.unwrap_or_default())
}
