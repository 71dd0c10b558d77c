//! Sealing anew what stands under an old key, behind everything else: a value's own key gets an envelope of the newest key, and
//! it is found by the digests of the keys that there are. Nothing else of a customer changes, its version neither.

mod store;

use std::sync::atomic::{AtomicBool, Ordering};

use kit::{
    Failure,
    database::Pool,
    schema::{renewed, words},
    secret::Secrets,
    service::Context,
    sweep,
};
use uuid::Uuid;

use self::store::{Holder, Row};
use crate::{
    customer,
    import::secret,
    search::{self, Entry},
};

/// Rows in one look.
const BATCH: i64 = 500;

/// Goes through all that is sealed, now and, while there are old keys, each hour: a process that has not got the newest key
/// yet may still write.
///
/// # Errors
/// When the process was given no key.
pub fn start(context: &Context) -> Result<(), Failure> {
    let (secrets, pool, stop) = (context.secrets()?, context.pool.clone(), context.stop.clone());
    context.spawn(async move {
        let done = AtomicBool::new(false);
        let once = || async {
            if done.load(Ordering::Relaxed) {
                return Ok(());
            }
            renew(&pool, &secrets).await?;
            done.store(secrets.count() == 1, Ordering::Relaxed);
            Ok(())
        };
        sweep::hourly(stop, once).await;
    });
    Ok(())
}

async fn renew(pool: &Pool, secrets: &Secrets) -> Result<(), Failure> {
    let (mut count, mut failed) = (0, 0);
    let mut tally = |done: Result<bool, Failure>| match done {
        Ok(done) => count += u64::from(done),
        Err(failure) => {
            tracing::error!(%failure, "a secret cannot be sealed anew");
            failed += 1;
        }
    };
    let mut after = Uuid::nil();
    loop {
        let holders = store::holders(pool, after, BATCH).await?;
        let Some(last) = holders.last() else { break };
        after = last.id;
        for holder in holders {
            tally(customer(pool, holder, secrets).await);
        }
    }
    let mut after = (Uuid::nil(), 0);
    loop {
        let rows = store::rows(pool, after, BATCH).await?;
        let Some(last) = rows.last() else { break };
        after = (last.import_id, last.row);
        for row in rows {
            tally(import_row(pool, row, secrets).await);
        }
    }
    if secrets.count() > 1 || count + failed > 0 {
        tracing::info!(renewed = count, failed, "all secrets but those that failed stand under the newest key");
    }
    Ok(())
}

/// Whether there was something to do.
async fn customer(pool: &Pool, holder: Holder, secrets: &Secrets) -> Result<bool, Failure> {
    if renewed(&holder.id_number, secrets)?.is_none() {
        return Ok(false);
    }
    let mut transaction = pool.begin().await?;
    // Whoever edits the customer waits, or has done so: it is read behind the lock.
    store::lock(&mut transaction, holder.id).await?;
    let Some(mut customer) = customer::store::find(&mut *transaction, holder.id).await? else { return Ok(false) };
    if customer.id_number.is_empty() {
        return Ok(false);
    }
    let Some(id_number) = renewed(&customer.id_number, secrets)? else { return Ok(false) };
    customer.id_number = id_number;
    store::put(&mut transaction, &customer).await?;
    search::store::put(&mut transaction, customer.id, &Entry::of(&customer, customer.contacts())).await?;
    transaction.commit().await?;
    Ok(true)
}

/// The same of a row of an import.
async fn import_row(pool: &Pool, mut row: Row, secrets: &Secrets) -> Result<bool, Failure> {
    let cells = secrets.renewed(&secret::place(row.import_id), &row.secret)?;
    let draft = row.id_number.as_deref().map(|sealed| renewed(sealed, secrets)).transpose()?.flatten();
    if cells.is_none() && draft.is_none() {
        return Ok(false);
    }
    let old = std::mem::take(&mut row.secret);
    row.secret = cells.unwrap_or_else(|| old.clone());
    let key = |sealed: Option<&String>| sealed.and_then(|sealed| words(sealed).pop());
    let old_key = key(row.id_number.as_ref());
    row.id_number = draft.or(row.id_number);
    let new_key = key(row.id_number.as_ref());
    store::put_row(pool, &row, &old, (old_key, new_key)).await
}
