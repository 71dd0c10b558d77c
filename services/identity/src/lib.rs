//! Who people are and what they may do: departments, people, roles, sessions, and the dictionaries and regions that
//! every record speaks in.

pub mod dictionary;
pub mod role;

mod access;
mod attempt;
mod demo;
mod department;
mod epoch;
mod password;
mod permission;
mod post;
mod session;
mod user;

pub use demo::seed;

use kit::{Failure, auth::PrivateKey, database::Place, events::EventList, service::Context};
use tonic::service::Routes;

use crate::password::Hasher;

/// This service's place in the database.
pub fn place() -> Place {
    let own = ("_migrations", sqlx::migrate!("./migrations"));
    Place { name: "identity", migrations: vec![kit::database::shared_migrations(), own] }
}

/// Builds the gRPC routes and starts the sweep. `key` signs access tokens.
///
/// # Errors
/// Never yet: the database may come later.
pub async fn start(context: &Context, key: PrivateKey) -> Result<Routes, Failure> {
    context.spawn(session::sweep(context.pool.clone(), context.clock.clone(), context.stop.clone()));
    context.spawn(user::sound::fill(context.pool.clone(), context.stop.clone()));
    let hasher = Hasher::new();
    let accounts = user::Accounts::new(context.writer.clone(), hasher.clone());
    let routes = Routes::new(session::server(context, key, hasher))
        .add_service(user::server(context.pool.clone(), accounts))
        .add_service(department::rpc::server(context.writer.clone()))
        .add_service(role::rpc::server(context.writer.clone()))
        .add_service(permission::server(context))
        .add_service(dictionary::server())
        .add_service(access::server(context.pool.clone(), context.clock.clone()))
        .add_service(EventList::server(context.pool.clone()));
    Ok(routes)
}
