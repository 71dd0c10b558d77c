//! Sealing second factors anew under the newest key. Recovery codes stay as they are: of them there are digests alone.

use kit::{Failure, database::Pool, secret::Secrets, service::Context, sweep};

use super::{place, store};

/// Goes through all, now and each hour.
///
/// # Errors
/// When the process was given no key.
pub fn start(context: &Context) -> Result<(), Failure> {
    let (secrets, pool, stop) = (context.secrets()?, context.pool.clone(), context.stop.clone());
    context.spawn(async move { sweep::hourly(stop, || renew(&pool, &secrets)).await });
    Ok(())
}

async fn renew(pool: &Pool, secrets: &Secrets) -> Result<(), Failure> {
    let (mut count, mut failed) = (0, 0);
    for factor in store::sealed(pool).await? {
        let place = place(factor.user_id);
        for old in [factor.secret, factor.pending_secret].into_iter().flatten() {
            match secrets.renewed(&place, &old) {
                Ok(None) => {}
                Ok(Some(new)) => {
                    store::reseal(pool, factor.user_id, &old, &new).await?;
                    count += 1;
                }
                // The others are to be had all the same.
                Err(failure) => {
                    tracing::error!(%failure, "a second factor cannot be sealed anew");
                    failed += 1;
                }
            }
        }
    }
    if secrets.count() > 1 || count + failed > 0 {
        tracing::info!(renewed = count, failed, "all second factors but those that failed stand under the newest key");
    }
    Ok(())
}
