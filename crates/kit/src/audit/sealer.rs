//! Sealing what has been written, and telling the head. Needs no broker; one process of a service at a time.

use std::time::Duration;

use cims_proto::audit::v1::{KeepHeadRequest, heads_client::HeadsClient};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{
    entry::Entry,
    head::Head,
    key::AuditKeys,
    seal::{EVENTS, Seal},
    store,
};
use crate::{client::Channel, clock::Clock, database::Pool, problem::Failure};

/// What was written within this time may be changed unseen.
const EACH: Duration = Duration::from_secs(2);
const BATCH: usize = 5_000;
/// Between full batches, so that sealing what was written before there were seals leaves the disk to others.
const PACE: Duration = Duration::from_millis(200);
/// How often to look whether those who were writing have ended.
const LOOK: Duration = Duration::from_millis(50);
/// Longer than a statement may take; after it the turn is given up and the next one looks again.
const WRITERS_LIMIT: Duration = Duration::from_secs(60);

/// Seals one service's events.
#[derive(Debug)]
pub struct Sealer {
    pub service: &'static str,
    pub pool: Pool,
    pub clock: Clock,
    pub keys: AuditKeys,
    /// The service that keeps this one's heads.
    pub keeper: Channel,
}

/// Seals until told to stop. Failures are logged and tried again: writes go on meanwhile.
pub async fn seal(sealer: Sealer, stop: CancellationToken) {
    let mut told = 0;
    let sealing = async {
        let mut turns = tokio::time::interval(EACH);
        turns.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            turns.tick().await;
            if let Err(failure) = sealer.turn(&mut told).await {
                tracing::warn!(service = sealer.service, %failure, "sealing interrupted");
            }
        }
    };
    stop.run_until_cancelled(sealing).await;
}

impl Sealer {
    /// `told`: the number of the newest head that its keeper has.
    async fn turn(&self, told: &mut i64) -> Result<(), Failure> {
        let until = self.settled().await?;
        while self.seal_batch(until).await? {
            tokio::time::sleep(PACE).await;
        }
        match store::newest(&self.pool).await? {
            Some(newest) if newest.number != *told => self.tell(&newest, told).await,
            _ => Ok(()),
        }
    }

    /// A sequence up to which no event can appear any more: a lower one than was seen can belong only to a transaction
    /// that was writing then.
    async fn settled(&self) -> Result<i64, Failure> {
        let newest = store::newest_sequence(&self.pool).await?.unwrap_or(i64::MIN);
        let mut writers = store::writers(&self.pool).await?;
        let begin = Instant::now();
        while !writers.is_empty() {
            if begin.elapsed() > WRITERS_LIMIT {
                return Err(Failure::Unavailable("somebody has been writing events for a minute".to_owned()));
            }
            tokio::time::sleep(LOOK).await;
            let still = store::writers(&self.pool).await?;
            writers.retain(|writer| still.contains(writer));
        }
        Ok(newest)
    }

    /// Appends one seal when there is something to seal; answers whether it was full.
    async fn seal_batch(&self, until: i64) -> Result<bool, Failure> {
        let mut transaction = self.pool.begin().await?;
        if !store::try_lock(&mut transaction, self.service).await? {
            return Ok(false);
        }
        let last = store::last(&mut transaction).await?;
        let after = last.as_ref().map_or(i64::MIN, |last| last.last_sequence);
        let mut rows = store::rows(&mut transaction, after, until, BATCH + 1).await?;
        let is_full = rows.len() > BATCH;
        rows.truncate(BATCH);
        let heads = store::unsealed_heads(&mut transaction).await?;
        // A seal without events says what other services sealed; saying that of one without would never end.
        if rows.is_empty() && heads.iter().all(|head| head.events == 0) {
            return Ok(false);
        }
        let entries: Vec<Entry> = rows.iter().map(Entry::of).collect();
        let seal = Seal {
            number: last.as_ref().map_or(0, |last| last.number) + 1,
            kind: EVENTS.to_owned(),
            time: self.clock.now(),
            last_sequence: rows.last().map_or(after, |row| row.sequence),
            entries: Entry::encode_all(&entries),
            heads: Head::encode_all(&heads),
            lost_number: 0,
            previous: last.map(|last| last.digest).unwrap_or_default(),
            digest: Vec::new(),
            signature: Vec::new(),
        };
        let seal = seal.signed(self.service, &self.keys);
        store::insert(&mut transaction, &seal).await?;
        store::mark_sealed(&mut transaction, &heads).await?;
        transaction.commit().await?;
        // A line that `cims audit verify --heads` takes, should the database lose all that it has of this head.
        let head = seal.head(self.service, 0).to_line();
        tracing::info!(service = self.service, events = entries.len(), head, "events sealed");
        Ok(is_full)
    }

    async fn tell(&self, newest: &Seal, told: &mut i64) -> Result<(), Failure> {
        let events = Entry::decode_all(&newest.entries).map_or(0, |entries| entries.len());
        let head = newest.head(self.service, i32::try_from(events).unwrap_or(i32::MAX));
        let request = KeepHeadRequest { head: Some(head.to_proto()) };
        let known = HeadsClient::new(self.keeper.clone()).keep_head(request).await?.into_inner().head;
        *told = newest.number;
        match known {
            Some(known) if known.number == newest.number && known.digest == newest.digest => {}
            Some(known) => {
                let (service, number, known) = (self.service, newest.number, known.number);
                tracing::error!(
                    service,
                    number,
                    known,
                    "the chain of seals was cut or restored: run cims audit verify"
                );
            }
            None => tracing::error!(service = self.service, "the head was not kept"),
        }
        Ok(())
    }
}
