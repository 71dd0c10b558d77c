//! Forgetting what is kept for a time only.

use std::{future::Future, time::Duration};

use tokio_util::sync::CancellationToken;

use crate::{database::Pool, problem::Failure};

const HOUR: Duration = Duration::from_secs(3_600);

/// Sweeps what each service's schema has: answers by their idempotency keys, which events were applied, and jobs.
pub async fn sweep(pool: Pool, stop: CancellationToken) {
    hourly(stop, || once(&pool)).await;
}

/// Does a sweep now and each hour until told to stop. Two processes that sweep at once must do no harm.
pub async fn hourly<F: Future<Output = Result<(), Failure>>>(stop: CancellationToken, once: impl Fn() -> F) {
    each(HOUR, stop, once).await;
}

/// The same at another pace.
pub async fn each<F: Future<Output = Result<(), Failure>>>(
    period: Duration,
    stop: CancellationToken,
    once: impl Fn() -> F,
) {
    let sweeping = async {
        let mut turns = tokio::time::interval(period);
        loop {
            turns.tick().await;
            if let Err(failure) = once().await {
                tracing::warn!(%failure, "nothing was swept");
            }
        }
    };
    stop.run_until_cancelled(sweeping).await;
}

async fn once(pool: &Pool) -> Result<(), Failure> {
    sqlx::query!("delete from idempotency where time < now() - interval '24 hours'").execute(pool).await?;
    sqlx::query!("delete from inbox where time < now() - interval '7 days'").execute(pool).await?;
    sqlx::query!("delete from job where finish_time < now() - interval '30 days'").execute(pool).await?;
    Ok(())
}
