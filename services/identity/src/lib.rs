//! Who people are and what they may do: departments, people, roles, sessions, and the regions that every
//! record speaks in.

pub mod role;

mod access;
mod api_key;
mod attempt;
mod demo;
mod department;
mod epoch;
mod operation;
mod password;
mod permission;
mod post;
mod region;
mod second_factor;
mod session;
mod setup;
mod sign_in;
mod user;

pub use demo::seed;

use kit::{Failure, audit, auth::PrivateKey, database::Place, events::EventList, service::Context};
use tonic::service::Routes;

/// This service's place in the database.
pub fn place() -> Place {
    let own = ("_migrations", sqlx::migrate!("./migrations"));
    Place { name: "identity", migrations: vec![kit::database::shared_migrations(), own] }
}

/// Builds the gRPC routes and starts the sweep. `key` signs access tokens.
///
/// # Errors
/// When there is no key for the secrets of persons. The database may come later.
pub async fn start(context: &Context, key: PrivateKey) -> Result<Routes, Failure> {
    context.spawn(session::sweep(context.pool.clone(), context.clock.clone(), context.stop.clone()));
    context.spawn(setup::announce(context.pool.clone(), context.stop.clone()));
    context.spawn(user::sound::fill(context.pool.clone(), context.stop.clone()));
    // One for all who hash: together they are to leave the others a core.
    let hasher = password::Hasher::new();
    let prover = attempt::Prover::new(context, hasher.clone());
    let factors = second_factor::FactorProver { pool: context.pool.clone(), secrets: context.secrets()? };
    let accounts = user::Accounts::new(context.writer.clone(), hasher.clone());
    let routes = Routes::new(session::server(context, key.clone(), prover.clone(), factors.clone()))
        .add_service(session::user_server(context))
        .add_service(second_factor::server(context, prover.clone(), factors))
        .add_service(second_factor::user_server(context))
        .add_service(api_key::server(context, key))
        .add_service(api_key::user_server(context))
        .add_service(password::server(context, hasher.clone(), prover))
        .add_service(sign_in::server(context.pool.clone()))
        .add_service(operation::server(context))
        .add_service(setup::server(context, hasher))
        .add_service(user::server(context.pool.clone(), accounts))
        .add_service(department::rpc::server(context.writer.clone()))
        .add_service(role::rpc::server(context.writer.clone()))
        .add_service(permission::server(context))
        .add_service(region::server())
        .add_service(access::server(context.pool.clone(), context.clock.clone()))
        .add_service(audit::server(context)?)
        .add_service(EventList::server(context.pool.clone()));
    Ok(routes)
}
