//! What the services need outside themselves: their places in the database and their queues at the broker.

use kit::{Failure, database, events::Topology};

use crate::settings::Database;

/// Every service's subscription. Whoever publishes declares them all, so that none misses an event before its first start.
pub fn topology() -> Topology {
    Topology {
        subscriptions: vec![
            customer::SUBSCRIPTION,
            interaction::SUBSCRIPTION,
            tagging::SUBSCRIPTION,
            reporting::SUBSCRIPTION,
        ],
    }
}

/// Brings every service's schema up to date, as an administrator of the database.
///
/// # Errors
/// When the database is out of reach or refuses.
pub async fn migrate(settings: &Database) -> Result<(), Failure> {
    let places = vec![identity::place(), customer::place(), interaction::place(), tagging::place(), reporting::place()];
    database::migrate(&settings.admin_url()?, places, settings.role_password()).await
}
