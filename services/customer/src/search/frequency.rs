//! How many customers have a word, as the database's statistics say.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use kit::{Failure, database::Pool, service::Context};

use super::store;

/// Statistics change slowly: the database gathers them anew when a fiftieth of the rows has changed.
const REFRESH: Duration = Duration::from_secs(300);
/// Until there are any.
const FIRST_TRY: Duration = Duration::from_secs(10);

/// The statistics of words at a moment.
#[derive(Clone, Debug, Default)]
pub struct Frequencies {
    /// Customers in all.
    pub rows: f64,
    shares: HashMap<i64, f32>,
    /// Of a word that is not among the counted ones, at most.
    least: f32,
}

impl Frequencies {
    /// `shares` of the digests of words.
    pub fn new(rows: f64, shares: HashMap<i64, f32>) -> Frequencies {
        let least = shares.values().copied().reduce(f32::min).unwrap_or_default();
        Frequencies { rows, shares, least }
    }

    /// Not so until the database has gathered statistics.
    pub fn is_known(&self) -> bool {
        self.rows > 0.0 && !self.shares.is_empty()
    }

    /// The part of customers that have the word.
    pub fn of(&self, digest: i64) -> f64 {
        f64::from(*self.shares.get(&digest).unwrap_or(&self.least))
    }
}

/// The newest [`Frequencies`].
#[derive(Clone, Debug, Default)]
pub struct Statistics(Arc<RwLock<Arc<Frequencies>>>);

impl Statistics {
    /// Follows the database until the process stops.
    pub fn start(context: &Context) -> Statistics {
        let (statistics, pool, stop) = (Statistics::default(), context.pool.clone(), context.stop.clone());
        let follower = statistics.clone();
        context.spawn(async move {
            stop.run_until_cancelled(follower.follow(&pool)).await;
        });
        statistics
    }

    pub fn now(&self) -> Arc<Frequencies> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn follow(&self, pool: &Pool) {
        loop {
            if let Err(failure) = self.refresh(pool).await {
                tracing::debug!(%failure, "the statistics of words are not refreshed");
            }
            tokio::time::sleep(if self.now().is_known() { REFRESH } else { FIRST_TRY }).await;
        }
    }

    async fn refresh(&self, pool: &Pool) -> Result<(), Failure> {
        let frequencies = Arc::new(store::frequencies(pool).await?);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = frequencies;
        Ok(())
    }
}
