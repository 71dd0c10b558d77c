//! Shares whose last day is over give nothing from that moment on, whatever happens here: their end is told, to the history
//! and to who keeps a replica.

use std::time::Duration;

use kit::{Failure, database::Pool, service::Context, sweep, write::Writer};

use super::{Share, store, write};
use crate::customer;

const EACH: Duration = Duration::from_secs(10);

/// Tells ends until the process stops.
pub fn start(context: &Context) {
    let (pool, writer, stop) = (context.pool.clone(), context.writer.clone(), context.stop.clone());
    context.spawn(async move { sweep::each(EACH, stop, || tell(&pool, &writer)).await });
}

async fn tell(pool: &Pool, writer: &Writer) -> Result<(), Failure> {
    while let Some(share) = store::due(pool, writer.clock().now()).await? {
        end(writer, &share).await?;
    }
    Ok(())
}

/// Ends a share, unless somebody else has changed it by now.
async fn end(writer: &Writer, due: &Share) -> Result<(), Failure> {
    let mut write = writer.begin_job(None, String::new()).await?;
    store::lock_customer(write.connection(), due.customer_id).await?;
    let customer = customer::store::find(write.connection(), due.customer_id).await?.ok_or(Failure::NotFound)?;
    let before = store::find(write.connection(), due.customer_id, due.id).await?;
    let Some(before) = before.filter(|before| before.version == due.version) else { return Ok(()) };
    let mut after = Share { ended: true, ..before.clone() };
    write::save(&mut write, &customer, Some(&before), &mut after).await?;
    write.commit_job().await
}
