//! Whether what customers show of tags and contact records lags behind the services that own these.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use kit::{Failure, database::Pool, service::Context};

/// A lag is told after seconds, so it is looked for as often; asked at each read, it would be a statement more.
const EACH: Duration = Duration::from_secs(1);

/// What was found last.
#[derive(Clone, Debug, Default)]
pub struct Lag(Arc<AtomicBool>);

impl Lag {
    /// Looks until the process stops.
    pub fn start(context: &Context) -> Lag {
        let (lag, pool, stop) = (Lag::default(), context.pool.clone(), context.stop.clone());
        let follower = lag.clone();
        context.spawn(async move {
            stop.run_until_cancelled(follower.follow(&pool)).await;
        });
        lag
    }

    pub fn is_there(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    async fn follow(&self, pool: &Pool) {
        let mut turns = tokio::time::interval(EACH);
        turns.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            turns.tick().await;
            match lags(pool).await {
                Ok(lags) => self.0.store(lags, Ordering::Relaxed),
                // Without the database nobody reads.
                Err(failure) => tracing::debug!(%failure, "it is not known how far the replicas are"),
            }
        }
    }
}

async fn lags(pool: &Pool) -> Result<bool, Failure> {
    let lags = sqlx::query_scalar!(r#"select not (is_current('interaction') and is_current('tagging')) as "lags!""#);
    Ok(lags.fetch_one(pool).await?)
}
