//! How many customers have a word and when they came, as the database's statistics say.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use kit::{Failure, Scope, database::Pool, service::Context};

use super::{
    period::{Spread, Window},
    scope, store,
};

/// Statistics change slowly: the database gathers them anew when a fiftieth of the rows has changed.
const REFRESH: Duration = Duration::from_secs(300);
/// Until there are any, and every row has its words.
const FIRST_TRY: Duration = Duration::from_secs(10);

/// The statistics of words at a moment.
#[derive(Clone, Debug, Default)]
pub struct Frequencies {
    /// Customers in all.
    pub rows: f64,
    shares: HashMap<i64, f32>,
    /// Of a word that is not among the counted ones: as PostgreSQL's planner has it, half of the least of these.
    rare: f32,
    spread: Spread,
    /// Every row has the words of the present rules: nothing is missed by asking for one.
    is_complete: bool,
}

impl Frequencies {
    /// `shares` of the digests of words.
    pub fn new(rows: f64, shares: HashMap<i64, f32>, spread: Spread, is_complete: bool) -> Frequencies {
        let rare = shares.values().copied().reduce(f32::min).unwrap_or_default() / 2.0;
        Frequencies { rows, shares, rare, spread, is_complete }
    }

    /// The words of which a row within the scope has one; none when rows may lack theirs, or the scope has no bounds.
    pub fn words_within(&self, scope: &Scope) -> Option<Vec<i64>> {
        scope::words_within(scope).filter(|_| self.is_complete)
    }

    /// Those that came last before a moment, in milliseconds: at least this part of all customers. None when looking for them
    /// among all takes no longer, or rows may lack their words.
    pub fn window(&self, until: u64, share: f64) -> Option<Window> {
        self.spread.window(until, share).filter(|_| self.is_complete)
    }

    /// Not so until the database has gathered statistics.
    pub fn is_known(&self) -> bool {
        self.rows > 0.0 && !self.shares.is_empty()
    }

    /// Every row can be found by its words, and how many have each is known.
    pub fn is_settled(&self) -> bool {
        self.is_known() && self.is_complete
    }

    /// The part of customers that have the word.
    pub fn of(&self, digest: i64) -> f64 {
        f64::from(*self.shares.get(&digest).unwrap_or(&self.rare))
    }

    /// Too few to be told from one another have words of this part of customers.
    pub fn is_rare(&self, share: f64) -> bool {
        share <= f64::from(self.rare)
    }

    /// The part of customers that have one of the words, at most.
    pub fn of_any(&self, digests: &[i64]) -> f64 {
        digests.iter().map(|digest| self.of(*digest)).sum::<f64>().min(1.0)
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
            tokio::time::sleep(if self.now().is_settled() { REFRESH } else { FIRST_TRY }).await;
        }
    }

    async fn refresh(&self, pool: &Pool) -> Result<(), Failure> {
        let frequencies = Arc::new(store::frequencies(pool).await?);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = frequencies;
        Ok(())
    }
}
