//! Tagging: tags, and on which customers they stand.

mod customer_tag;
mod events;
mod tag;
mod tag_group;

use std::sync::Arc;

use cims_proto::tagging::v1::tags_server::TagsServer;
use kit::{
    Failure,
    database::Place,
    delivery,
    events::{EventList, Subscription},
    service::Context,
};
use tonic::service::Routes;

/// This service's place in the database.
pub fn place() -> Place {
    let own = ("_migrations", sqlx::migrate!("./migrations"));
    Place { name: "tagging", migrations: vec![kit::database::shared_migrations(), directory::migrations(), own] }
}

pub const SUBSCRIPTION: Subscription = Subscription { consumer: "tagging", bindings: &directory::BINDINGS };

/// Builds the gRPC routes and follows the customers' events.
///
/// # Errors
/// When the process was wired without the customer service.
pub fn start(context: &Context) -> Result<Routes, Failure> {
    context.follow(SUBSCRIPTION, Arc::new(events::Follower::new(context.clock.clone(), context.wake.clone())));
    let customer_tags = customer_tag::rpc::CustomerTags::start(context)?;
    let service = tag::rpc::TagService::new(context.writer.clone(), customer_tags);
    Ok(Routes::new(TagsServer::new(service))
        .add_service(delivery::server(context))
        .add_service(EventList::server(context.pool.clone())))
}
