//! Pools and migrations, built in one place.

mod address;
mod migration;
mod pool;
mod room;

use address::Address;
pub use migration::{Place, Step, StepState, migrate, migrations, shared_migrations};
pub use pool::{Pool, Transaction};
pub use room::compare_room;
use uuid::Uuid;

use crate::{live::Source, problem::Failure};

/// What differs between the pools of CIMS.
#[derive(Clone, Copy, Debug)]
pub struct PoolSettings {
    pub connections: u32,
    pub plans: Plans,
}

/// For which values statements are planned.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Plans {
    /// As PostgreSQL decides: after some executions, once for all.
    #[default]
    Usual,
    /// Each execution for its own values: a rare and a very common one need different plans.
    EachTime,
    /// Once for all, of statements that leave nothing to decide: planning takes longer than what they do.
    Once,
}

impl Default for PoolSettings {
    fn default() -> PoolSettings {
        PoolSettings { connections: 12, plans: Plans::Usual }
    }
}

/// A pool that connects when first used, so that a service starts while its database does not. The addresses, the newest
/// first with line breaks between them, are read anew for every connection. The server ends a transaction that stays idle
/// for 10 s.
///
/// # Errors
/// When an address is none.
pub fn connect(addresses: impl Into<Source>, settings: PoolSettings) -> Result<Pool, Failure> {
    let always = vec![
        ("idle_in_transaction_session_timeout", "10s"),
        ("statement_timeout", "30s"),
        // A rollback after a statement that was dropped in the middle warns that no transaction was open.
        ("client_min_messages", "error"),
        // No statement of ours runs as long as its compilation would.
        ("jit", "off"),
    ];
    let address = Address::new(addresses.into(), always)?;
    Ok(Pool::new(planned(address, settings.plans), settings.connections))
}

/// A second pool on the address of another, for work that wants other settings.
pub fn beside(pool: &Pool, settings: PoolSettings) -> Pool {
    pool.beside(planned(pool.address().clone(), settings.plans), settings.connections)
}

fn planned(address: Address, plans: Plans) -> Address {
    // What an index points to is in memory or on a solid disk.
    let with = |mode| address.with(&[("plan_cache_mode", mode), ("random_page_cost", "1.1")]);
    match plans {
        Plans::Usual => address,
        Plans::EachTime => with("force_custom_plan"),
        Plans::Once => with("force_generic_plan"),
    }
}

/// What a write of a locked row has to do: change it, and nothing else.
///
/// # Errors
/// When it changed none or several: a write without the lock, a defect.
pub fn wrote_one(affected: u64, noun: &str, id: Uuid) -> Result<(), Failure> {
    match affected {
        1 => Ok(()),
        rows => Err(Failure::internal(format!("{rows} rows of {noun} {id} changed under its lock"))),
    }
}

/// The address with a password, which must be letters and digits.
///
/// # Errors
/// When the address names nobody.
pub fn with_password(url: &str, password: &str) -> Result<String, Failure> {
    let parts = url.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.split_once('@')?)));
    let (scheme, (login, rest)) = parts
        .ok_or_else(|| Failure::internal("a database address with a password is postgres://user@host:port/database"))?;
    let user = login.split(':').next().unwrap_or(login);
    Ok(format!("{scheme}://{user}:{password}@{rest}"))
}

/// The service's own address, from the administrator's: the same server and database, the login `cims_<name>`.
///
/// # Errors
/// When the address is none.
pub fn service_url(admin_url: &str, name: &str, password: Option<&str>) -> Result<String, Failure> {
    let (scheme, rest) =
        admin_url.split_once("://").ok_or_else(|| Failure::internal("a database address starts with postgres://"))?;
    let host = rest.split_once('@').map_or(rest, |(_, host)| host);
    let login = match password {
        Some(password) => format!("cims_{name}:{password}"),
        None => format!("cims_{name}"),
    };
    Ok(format!("{scheme}://{login}@{host}"))
}
