//! Reporting: the figures of the home page, from events alone, within the reader's scope.
//!
//! `events` turns events into `facts`, whose difference keeps the counters; `home` sums them; `rebuild` makes both anew
//! from the services' own events. Why it is built so: docs/decisions/0003-facts-and-counters.md.

mod events;
mod facts;
mod home;
mod rebuild;

pub use rebuild::{Rebuilt, rebuild};

use std::sync::Arc;

use cims_proto::reporting::v1::reports_server::ReportsServer;
use kit::{
    Failure,
    database::Place,
    delivery,
    events::{EventList, Subscription},
    service::Context,
};
use tonic::service::Routes;

/// Schema and migrations.
pub fn place() -> Place {
    Place {
        name: "reporting",
        migrations: vec![kit::database::shared_migrations(), ("_migrations", sqlx::migrate!("./migrations"))],
    }
}

pub const SUBSCRIPTION: Subscription = Subscription {
    consumer: "reporting",
    bindings: &[
        "customer.customer.*.v1",
        "customer.heartbeat.v1",
        "interaction.interaction.*.v1",
        "interaction.heartbeat.v1",
    ],
};

/// Starts the consumer and answers the RPCs' routes.
///
/// # Errors
/// Never; the signature is every service's.
pub fn start(context: &Context) -> Result<Routes, Failure> {
    context.follow(SUBSCRIPTION, Arc::new(events::Follower::new(context.notices.clone())));
    let reports = home::Reports::new(context.pool.clone(), context.clock.clone());
    Ok(Routes::new(ReportsServer::new(reports))
        .add_service(delivery::server(context))
        .add_service(EventList::server(context.pool.clone())))
}
