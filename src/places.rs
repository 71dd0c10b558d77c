//! What the services need outside themselves: their places in the database and their queues at the broker.

use kit::{
    Failure,
    database::{self, Place, Step},
    events::Topology,
};

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

fn places() -> Vec<Place> {
    vec![identity::place(), customer::place(), interaction::place(), tagging::place(), reporting::place()]
}

/// Brings every service's schema up to date, as an administrator of the database.
///
/// # Errors
/// When the database is out of reach or refuses.
pub async fn migrate(settings: &Database) -> Result<(), Failure> {
    database::migrate(&settings.admin_url()?, places(), settings.role_password()?.as_deref()).await
}

/// What [`migrate`] has done and would do.
///
/// # Errors
/// When the database is out of reach or refuses.
pub async fn migrations(settings: &Database) -> Result<Vec<Step>, Failure> {
    database::migrations(&settings.admin_url()?, places()).await
}
