//! Giving the rows that exist the words of new rules, behind everything else.

use std::time::Duration;

use kit::{Failure, database::Pool, service::Context};

use super::{Entry, store};
use crate::customer;

/// Rises when [`Entry::of`] makes other words of the same customer: every row is then written anew.
pub(super) const RULES: i32 = 4;
/// Customers locked at once: a person's edit waits no longer than it takes to write so many rows.
const BATCH: i64 = 100;
/// After a failure, as when the database was restarted.
const PAUSE: Duration = Duration::from_secs(5);

/// Runs until every row has its words, or the process stops; it goes on where a killed process ended.
pub fn start(context: &Context) {
    let (pool, stop) = (context.pool.clone(), context.stop.clone());
    context.spawn(async move {
        let rebuilding = async {
            while let Err(failure) = run(&pool).await {
                tracing::warn!(%failure, "search rows are not rebuilt");
                tokio::time::sleep(PAUSE).await;
            }
        };
        stop.run_until_cancelled(rebuilding).await;
    });
}

async fn run(pool: &Pool) -> Result<(), Failure> {
    store::announce(pool, RULES).await?;
    while batch(pool).await? {}
    Ok(())
}

/// Whether there may be more to do.
async fn batch(pool: &Pool) -> Result<bool, Failure> {
    let mut transaction = pool.begin().await?;
    let Some(progress) = store::hold(&mut transaction, RULES).await? else { return Ok(false) };
    let ids = store::lock_next(&mut transaction, progress.reached, BATCH).await?;
    for customer in customer::store::find_with_contacts(&mut *transaction, &ids).await? {
        store::put(&mut transaction, customer.id, &Entry::of(&customer, customer.contacts())).await?;
    }
    store::advance(&mut transaction, RULES, ids.last().copied()).await?;
    transaction.commit().await?;
    Ok(!ids.is_empty())
}
