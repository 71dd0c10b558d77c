//! What a process knows of its service's dictionaries, so that checking a code asks no database.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use cims_proto::dictionary::v1::{Dictionary, DictionaryItem};

use super::{Seed, list, seed};
use crate::{clock::Clock, database::Pool, problem::Failure, schema::Dictionaries, service::Context};

/// A change in another process is seen within this time; people are promised 5 seconds.
const REFRESH: Duration = Duration::from_secs(2);
/// Until the first success, because the database may start a moment later.
const FIRST_TRY: Duration = Duration::from_millis(100);

/// The dictionaries as the database last said. Empty until it said anything: then no code is refused.
#[derive(Debug, Default)]
pub struct DictionaryReplica {
    snapshot: RwLock<Arc<Vec<Dictionary>>>,
}

impl DictionaryReplica {
    /// Fills the dictionaries that are empty, and follows them until the process stops.
    pub fn start(context: &Context, seeds: Vec<Seed>) -> Arc<DictionaryReplica> {
        let replica = Arc::new(DictionaryReplica::default());
        let (follower, stop) = (replica.clone(), context.stop.clone());
        let (pool, clock) = (context.pool.clone(), context.clock.clone());
        context.spawn(async move {
            stop.run_until_cancelled(follower.follow(&pool, &clock, &seeds)).await;
        });
        replica
    }

    async fn follow(&self, pool: &Pool, clock: &Clock, seeds: &[Seed]) {
        let (mut known, mut reachable) = (false, true);
        loop {
            let asked = if known { list(pool).await } else { first(pool, clock, seeds).await };
            // Logged when it begins, not each time.
            if let Err(failure) = &asked
                && reachable
            {
                tracing::warn!(%failure, "dictionaries are not refreshed");
            }
            reachable = asked.is_ok();
            if let Ok(dictionaries) = asked {
                *self.snapshot.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(dictionaries);
                known = true;
            }
            tokio::time::sleep(if known { REFRESH } else { FIRST_TRY }).await;
        }
    }

    fn codes_of(&self, dictionary: &str, wanted: impl Fn(&DictionaryItem) -> bool) -> Option<Vec<String>> {
        let snapshot = self.snapshot.read().unwrap_or_else(PoisonError::into_inner).clone();
        let own = snapshot.iter().find(|own| own.code == dictionary)?;
        Some(own.items.iter().filter(|item| wanted(item)).map(|item| item.code.clone()).collect())
    }
}

async fn first(pool: &Pool, clock: &Clock, seeds: &[Seed]) -> Result<Vec<Dictionary>, Failure> {
    seed::fill(pool, clock, seeds).await?;
    list(pool).await
}

impl Dictionaries for DictionaryReplica {
    fn codes(&self, dictionary: &str) -> Option<Vec<String>> {
        self.codes_of(dictionary, |item| !item.retired)
    }

    fn known(&self, dictionary: &str) -> Option<Vec<String>> {
        self.codes_of(dictionary, |_| true)
    }
}
