//! `cims events dead requeue` and `drop`: what becomes of dead letters, with a line in the log of operations.

use kit::{
    Failure,
    database::{self, PoolSettings},
    delivery,
    events::{DeadLetters, Wake},
    write::Writer,
};

use crate::{role::Role, settings::Settings};

/// Sends those of a consumer's dead letters that have these ids to it again, all when none is named, and answers how many
/// there were.
///
/// # Errors
/// When the broker or the database of the consumer's service is out of reach: nothing is sent that the log does not have.
pub async fn requeue_dead_letters(
    settings: &Settings,
    letters: &DeadLetters,
    consumer: &str,
    ids: &[String],
) -> Result<usize, Failure> {
    let writer = writer(settings, consumer)?;
    let sent = delivery::requeue_letters(&writer, letters, consumer, ids).await;
    writer.pool().close().await;
    sent
}

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
    let writer = writer(settings, consumer)?;
    let dropped = delivery::drop_letters(&writer, letters, consumer, ids, reason).await;
    writer.pool().close().await;
    dropped
}

/// Writes where the consumer's service does.
fn writer(settings: &Settings, consumer: &str) -> Result<Writer, Failure> {
    let role = Role::SERVICES.into_iter().find(|role| role.name() == consumer);
    let role = role.ok_or_else(|| Failure::internal(format!("no service {consumer:?}")))?;
    let pool = PoolSettings { connections: 1, ..PoolSettings::default() };
    let pool = database::connect(settings.database.url(role)?, pool)?;
    Ok(Writer::new(pool, settings.clock.clone(), Wake::default()))
}
