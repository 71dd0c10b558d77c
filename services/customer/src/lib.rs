//! Customers and their contacts: the records, who may see them, duplicates, and quick search.

mod assign;
pub mod contact;
pub mod customer;
pub mod dictionary;
mod events;
mod handover;
mod import;
mod lag;
pub mod phone;
mod renew;
mod resource;
mod reveal;
pub mod search;
mod share;
pub mod tag;

use std::{path::PathBuf, sync::Arc};

use cims_proto::{
    customer::v1::{
        contacts_server::ContactsServer, customers_server::CustomersServer, directory_server::DirectoryServer,
        imports_server::ImportsServer,
    },
    dictionary::v1::dictionaries_server::DictionariesServer,
    resource::v1::resources_server::ResourcesServer,
};
use kit::{
    Failure, audit,
    database::{self, Place, Plans, PoolSettings},
    delivery,
    dictionaries::DictionaryService,
    events::EventList,
    service::Context,
};
use tonic::service::Routes;

pub use events::SUBSCRIPTION;
pub use reveal::REVEALS_PER_DAY;

use crate::{
    assign::Assigning,
    contact::ContactService,
    customer::{CustomerService, DirectoryService},
    dictionary::CustomerUsage,
    events::Follower,
    handover::HandoverService,
    import::{ImportService, Jobs},
    lag::Lag,
    resource::ResourceService,
    reveal::Revealing,
    search::Searcher,
    share::ShareService,
};

/// This service's schema.
pub fn place() -> Place {
    let migrations = vec![database::shared_migrations(), ("_migrations", sqlx::migrate!("./migrations"))];
    Place { name: "customer", migrations }
}

/// Follows the events that concern customers, and answers the routes. `program` is the `cims` that reads uploaded files
/// as a process of its own.
///
/// # Errors
/// When the process was wired without identity or a key of secrets, or `CIMS_REVEALS_PER_DAY` is no number.
pub fn start(context: &Context, program: PathBuf) -> Result<Routes, Failure> {
    let (pool, writer) = (&context.pool, &context.writer);
    // Conditions want a plan for their values; for all else planning each execution costs more than executing it.
    let search = PoolSettings { connections: search::CONNECTIONS, plans: Plans::EachTime };
    let search_pool = database::beside(pool, search);
    context.follow(SUBSCRIPTION, Arc::new(Follower::new(pool.clone(), context.notices.clone())));
    search::rebuild(context);
    import::start_forgetting(context);
    renew::start(context)?;
    share::expiry::start(context);
    let assigning = Assigning::start(context, search_pool.clone())?;
    let directory = DirectoryService::new(pool.clone(), search_pool.clone(), context.clock.clone());
    let lag = Lag::start(context);
    let searcher = Searcher::start(context, search_pool, lag.clone())?;
    let revealing = Revealing::new(writer.clone(), REVEALS_PER_DAY.read().map_err(Failure::internal)?);
    let customers = CustomerService::new(writer.clone(), searcher, assigning, revealing, lag);
    Ok(Routes::new(CustomersServer::new(customers))
        .add_service(ContactsServer::new(ContactService::new(writer.clone())))
        .add_service(ShareService::server(context)?)
        .add_service(ImportsServer::new(ImportService::new(Jobs::start(context, program)?)))
        .add_service(DirectoryServer::new(directory))
        .add_service(DictionariesServer::new(DictionaryService::new(writer.clone(), CustomerUsage)))
        .add_service(HandoverService::server(context)?)
        .add_service(ResourcesServer::new(ResourceService::new(pool.clone(), context.clock.clone())))
        .add_service(audit::server(context)?)
        .add_service(delivery::server(context))
        .add_service(EventList::server(pool.clone())))
}
