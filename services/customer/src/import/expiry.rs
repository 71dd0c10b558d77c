//! What an import's rows say of people is kept for a month after its end; what it said of them all stays.

use chrono::{DateTime, TimeDelta, Utc};
use kit::{Failure, Scope, database::Pool, service::Context, sweep, write::Writer};

use super::{Import, State, store};

/// How long rows are kept.
const KEPT: TimeDelta = TimeDelta::days(30);

impl Import {
    /// When its rows go; none while work goes on.
    pub fn expire_time(&self) -> Option<DateTime<Utc>> {
        (!self.state.is_work()).then(|| self.finish_time.unwrap_or(self.create_time) + KEPT)
    }

    /// # Errors
    /// `IMPORT_EXPIRED` when its rows are gone, or about to go.
    pub fn refuse_expired(&self, now: DateTime<Utc>) -> Result<(), Failure> {
        match self.expire_time() {
            Some(time) if time <= now => Err(Failure::state("IMPORT_EXPIRED")),
            _ => Ok(()),
        }
    }
}

/// Forgets rows until the process stops.
pub fn start(context: &Context) {
    let (pool, writer, stop) = (context.pool.clone(), context.writer.clone(), context.stop.clone());
    context.spawn(async move { sweep::hourly(stop, || forget(&pool, &writer)).await });
}

async fn forget(pool: &Pool, writer: &Writer) -> Result<(), Failure> {
    let before = writer.clock().now() - KEPT;
    while let Some(import) = store::waiting_since(pool, before).await? {
        cancel(writer, import).await?;
    }
    while store::forget_rows(pool, before).await? > 0 {}
    Ok(())
}

/// Ends an import that nobody has run, as of its beginning: its rows go now.
async fn cancel(writer: &Writer, import: Import) -> Result<(), Failure> {
    let mut write = writer.begin_job(None, import.trace_parent).await?;
    let before = store::lock(write.connection(), import.id, &Scope::Everything).await?;
    let Some(before) = before.filter(|before| before.state == State::Ready) else { return Ok(()) };
    let mut after = Import { state: State::Cancelled, finish_time: Some(before.create_time), ..before.clone() };
    store::update(&mut write, &before, &mut after).await?;
    write.commit_job().await
}
