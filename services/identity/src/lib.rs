//! Who people are and what they may do: departments, people, roles, sessions, and the regions that every
//! record speaks in.

pub mod role;

mod access;
mod api_key;
mod attempt;
mod avatar;
mod demo;
mod department;
mod epoch;
mod external;
mod handover;
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
pub use external::{Label, ProviderSettings, SafeUrl};

use kit::{Failure, audit, auth::PrivateKeys, database::Place, delivery, events::EventList, service::Context};
use tonic::service::Routes;

/// This service's place in the database.
pub fn place() -> Place {
    let own = ("_migrations", sqlx::migrate!("./migrations"));
    Place { name: "identity", migrations: vec![kit::database::shared_migrations(), own] }
}

/// Builds the gRPC routes and starts the sweep. the newest of `keys` signs access tokens; `provider` is the one of OpenID Connect, where
/// people sign in by one.
///
/// # Errors
/// When there is no key for the secrets of persons. The database and the provider may come later.
pub fn start(context: &Context, keys: PrivateKeys, provider: Option<ProviderSettings>) -> Result<Routes, Failure> {
    context.spawn(session::sweep(context.pool.clone(), context.clock.clone(), context.stop.clone()));
    context.once(setup::announce);
    context.once(user::sound::fill);
    second_factor::renew(context)?;
    // One for all who hash: together they are to leave the others a core.
    let hasher = password::Hasher::new();
    let prover = attempt::Prover::new(context, hasher.clone());
    let secrets = context.secrets()?;
    let factors = second_factor::FactorProver { pool: context.pool.clone(), secrets: secrets.clone() };
    let participants = handover::Participants::new(context.peers.clone());
    let accounts = user::Accounts::new(context.writer.clone(), hasher.clone(), participants.clone());
    let opener = session::Opener::new(context, keys.clone());
    let provider = provider.map(|settings| external::Provider::new(settings, context.clock.clone())).transpose()?;
    let by_provider = provider.is_some();
    let routes = Routes::new(session::server(context, prover.clone(), factors.clone(), opener.clone()))
        .add_service(session::user_server(context))
        .add_service(external::server(context, provider, prover.clone(), factors.clone(), opener))
        .add_service(external::own_server(context, secrets.clone()))
        .add_service(external::user_server(context, secrets))
        .add_service(second_factor::server(context, prover.clone(), factors))
        .add_service(second_factor::user_server(context))
        .add_service(api_key::server(context, keys))
        .add_service(api_key::user_server(context))
        .add_service(password::server(context, hasher.clone(), prover))
        .add_service(sign_in::server(context.pool.clone()))
        .add_service(operation::server(context))
        .add_service(setup::server(context, hasher))
        .add_service(user::server(context.pool.clone(), accounts, by_provider))
        .add_service(avatar::server(context))
        .add_service(handover::server(context, participants))
        .add_service(department::rpc::server(context.writer.clone()))
        .add_service(role::rpc::server(context.writer.clone()))
        .add_service(permission::server(context))
        .add_service(region::server())
        .add_service(access::server(context.pool.clone(), context.clock.clone()))
        .add_service(audit::server(context)?)
        .add_service(delivery::server(context))
        .add_service(EventList::server(context.pool.clone()));
    Ok(routes)
}
