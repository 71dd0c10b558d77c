//! Forgetting what is kept for a time only: answers by their idempotency keys, which events were applied, and jobs.

use crate::database::Pool;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

const EACH: Duration = Duration::from_secs(3_600);

/// Sweeps a service's schema each hour until told to stop. Two processes that sweep at once do no harm.
pub async fn sweep(pool: Pool, stop: CancellationToken) {
    let mut hours = tokio::time::interval(EACH);
    while stop.run_until_cancelled(hours.tick()).await.is_some() {
        if let Err(error) = once(&pool).await {
            tracing::warn!(%error, "nothing was swept");
        }
    }
}

async fn once(pool: &Pool) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from idempotency where time < now() - interval '24 hours'").execute(pool).await?;
    sqlx::query!("delete from inbox where time < now() - interval '7 days'").execute(pool).await?;
    sqlx::query!("delete from job where finish_time < now() - interval '30 days'").execute(pool).await?;
    Ok(())
}
