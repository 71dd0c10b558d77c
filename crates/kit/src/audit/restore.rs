//! Saying that a database was restored from a backup.

use super::{
    head::Head,
    key::AuditKeys,
    seal::{RESTORED, Seal},
    store,
    verify::Chain,
};
use crate::{clock::Clock, problem::Failure};

/// Appends a seal which says that what was sealed later than the chain now reaches was lost by a restore. `keeper` is the
/// chain of the service that keeps this one's heads; `noted` a head that was written down elsewhere. Answers how
/// many seals were lost.
///
/// # Errors
/// When the database refuses.
pub async fn mark_restored(
    chain: &Chain,
    keeper: &Chain,
    noted: Option<&Head>,
    keys: &AuditKeys,
    clock: &Clock,
) -> Result<i64, Failure> {
    let kept = store::head_of(&keeper.pool, chain.service).await?;
    let mut transaction = chain.pool.begin().await?;
    store::lock(&mut transaction, chain.service).await?;
    let last = store::last(&mut transaction).await?;
    let number = last.as_ref().map_or(0, |last| last.number);
    let known = kept.iter().chain(noted).filter(|head| head.is_signed(keys)).map(|head| head.number);
    let lost_number = known.fold(number, i64::max);
    let seal = Seal {
        number: number + 1,
        kind: RESTORED.to_owned(),
        time: clock.now(),
        last_sequence: last.as_ref().map_or(i64::MIN, |last| last.last_sequence),
        entries: Vec::new(),
        heads: Vec::new(),
        lost_number,
        previous: last.map(|last| last.digest).unwrap_or_default(),
        digest: Vec::new(),
        signature: Vec::new(),
    };
    let seal = seal.signed(chain.service, keys);
    store::insert(&mut transaction, &seal).await?;
    transaction.commit().await?;
    // Its keeper is to have it in a seal of its own soon, as one with events.
    let head = seal.head(chain.service, 1);
    store::replace_head(&keeper.pool, &head).await?;
    Ok(lost_number - number)
}
