//! Interaction: contact records and the follow-ups that they plan.
//!
//! Every write of a customer's records first locks the customer's row in `directory_customer`, and so does the consumer
//! that follows the customer's owner: records, their copies of the owner and the summary therefore never disagree. Only an owner
//! asked for while the directory lags comes to the copies by the event.

mod customer;
mod events;
mod follow_up;
mod interaction;
mod resource;

use std::{borrow::Cow, sync::Arc};

use chrono::TimeDelta;
use cims_proto::{
    interaction::v1::interactions_server::InteractionsServer, resource::v1::resources_server::ResourcesServer,
};
use kit::{
    Failure,
    config::{Fallback, Variable},
    database::{self, Place, Plans, PoolSettings},
    delivery,
    events::{EventList, Subscription},
    service::Context,
};
use tonic::service::Routes;

/// This service's place in the database.
pub fn place() -> Place {
    let own = ("_migrations", sqlx::migrate!("./migrations"));
    Place { name: "interaction", migrations: vec![database::shared_migrations(), directory::migrations(), own] }
}

pub const SUBSCRIPTION: Subscription = Subscription { consumer: "interaction", bindings: &directory::BINDINGS };

pub const EDIT_HOURS: Variable = Variable {
    name: Cow::Borrowed("CIMS_INTERACTION_EDIT_HOURS"),
    default: Fallback::Value("24"),
    allowed: "hours, 0 to 65535",
    meaning: "hours from its creation in which a contact record may be changed. The web UI offers it for 24 hours whatever stands here",
    is_secret: false,
};

/// Connections for lists, which want plans for their values.
const LIST_CONNECTIONS: u32 = 8;

/// Builds the gRPC routes and follows the customers' events.
///
/// # Errors
/// When `CIMS_INTERACTION_EDIT_HOURS` is no number of hours.
pub fn start(context: &Context) -> Result<Routes, Failure> {
    let hours: u16 = EDIT_HOURS.read().map_err(Failure::internal)?;
    context.follow(SUBSCRIPTION, Arc::new(events::Follower));
    let edit_window = TimeDelta::hours(hours.into());
    let settings = PoolSettings { connections: LIST_CONNECTIONS, plans: Plans::EachTime };
    let lists = database::beside(&context.pool, settings);
    let (writer, customers) = (context.writer.clone(), context.peer("customer")?);
    let service = interaction::rpc::InteractionService::new(writer, lists, customers, edit_window);
    Ok(Routes::new(InteractionsServer::new(service))
        .add_service(ResourcesServer::new(resource::ResourceService::new(context.pool.clone(), context.clock.clone())))
        .add_service(delivery::server(context))
        .add_service(EventList::server(context.pool.clone())))
}
