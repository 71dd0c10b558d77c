//! What this service does with events: it follows who owns which customer and with whom it is shared.

use kit::{
    Failure,
    events::{Consumer, Event},
};
use sqlx::PgConnection;

use crate::customer;

#[derive(Debug)]
pub struct Follower;

impl Consumer for Follower {
    async fn apply(&self, connection: &mut PgConnection, event: &Event) -> Result<(), Failure> {
        self.apply_batch(connection, &[event]).await
    }

    /// The directory first, which locks the customers, then the copies on their records, all at once: an import's
    /// customers have none.
    async fn apply_batch(&self, connection: &mut PgConnection, events: &[&Event]) -> Result<(), Failure> {
        let customers = directory::apply(connection, events).await?;
        customer::store::spread(connection, &customers).await
    }
}
