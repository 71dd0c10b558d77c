//! `cims events dead drop`: throwing dead letters away, with a line in the log of operations.

use kit::{
    Failure,
    database::{self, PoolSettings},
    delivery,
    events::{DeadLetters, Wake},
    write::Writer,
};

use crate::{role::Role, settings::Settings};

/// Drops those of a consumer's dead letters that have these ids, and answers how many there were.
///
/// # Errors
/// When the broker or the database of the consumer's service is out of reach: nothing is dropped that the log does not have.
pub async fn drop_dead_letters(
    settings: &Settings,
    letters: &DeadLetters,
    consumer: &str,
    ids: &[String],
    reason: &str,
) -> Result<usize, Failure> {
    let role = Role::SERVICES.into_iter().find(|role| role.name() == consumer);
    let role = role.ok_or_else(|| Failure::internal(format!("no service {consumer:?}")))?;
    let pool = PoolSettings { connections: 1, ..PoolSettings::default() };
    let pool = database::connect(settings.database.url(role)?, pool)?;
    let writer = Writer::new(pool.clone(), settings.clock.clone(), Wake::default());
    let dropped = delivery::drop_letters(&writer, letters, consumer, ids, reason).await;
    pool.close().await;
    dropped
}
