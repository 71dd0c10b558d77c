//! Private PostgreSQL and RabbitMQ: a fresh machine has none, and what happens to answer on this host is not ours.

mod disk;
mod folder;
mod leftover;
pub(crate) mod log;
pub(crate) mod ports;
mod postgres;
mod rabbitmq;
mod run;
mod scratch;

pub use folder::{ServersFolder, temporary};
pub use postgres::{Durability, Postgres};
pub use rabbitmq::RabbitMq;
pub use run::{Arguments, run};
pub use scratch::ScratchPostgres;

use std::path::Path;

use anyhow::{Context, Result};

use crate::console::timed;
use crate::install;

/// Which variables name servers to use in place of private ones; each on its own.
#[derive(Debug, Clone, Copy)]
pub struct Variables {
    /// The variable with the URL of PostgreSQL.
    pub database: &'static str,
    /// The variable with the URL of RabbitMQ.
    pub amqp: &'static str,
}

impl Variables {
    /// Those of a running system.
    pub const SYSTEM: Self = Self { database: "CIMS_DATABASE_URL", amqp: "CIMS_AMQP_URL" };
    /// Those of the tests, which create and drop databases: never the ones of a running system.
    pub const TESTS: Self = Self { database: "CIMS_TEST_DATABASE_URL", amqp: "CIMS_TEST_AMQP_URL" };
}

/// A PostgreSQL and a RabbitMQ to work with; private ones stop when this value is dropped.
#[derive(Debug)]
pub struct Servers {
    /// An administrator's URL of PostgreSQL.
    pub database_url: String,
    /// The URL of RabbitMQ.
    pub amqp_url: String,
    postgres: Option<Postgres>,
    rabbitmq: Option<RabbitMq>,
    _folder: Option<ServersFolder>,
}

impl Servers {
    /// Uses the servers that the variables name and starts private ones in the data folder for the rest.
    pub fn start(data: &Path, durability: Durability, variables: Variables) -> Result<Self> {
        let database_url = given(variables.database);
        let amqp_url = given(variables.amqp);
        let programs = install::servers(database_url.is_none(), amqp_url.is_none())?;
        let private = programs.postgres.is_some() || programs.rabbitmq.is_some();
        let folder = private.then(|| ServersFolder::open(data)).transpose()?;
        let place = |name| folder.as_ref().map(|folder| folder.server(name)).unwrap_or_default();

        let start_postgres = || match &programs.postgres {
            Some(programs) => {
                let folder = place("postgres");
                timed("PostgreSQL ready", || Postgres::start(programs, &folder, durability)).map(Some)
            }
            None => Ok(None),
        };
        let start_rabbitmq = || match &programs.rabbitmq {
            Some(programs) => {
                let folder = place("rabbitmq");
                timed("RabbitMQ ready", || RabbitMq::start(programs, &folder)).map(Some)
            }
            None => Ok(None),
        };
        let (postgres, rabbitmq) = std::thread::scope(|scope| {
            let other = scope.spawn(start_rabbitmq);
            (start_postgres(), other.join())
        });
        let rabbitmq = rabbitmq.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        let postgres = postgres?;

        let database_url = database_url.or_else(|| postgres.as_ref().map(Postgres::url));
        let amqp_url = amqp_url.or_else(|| rabbitmq.as_ref().map(RabbitMq::url));
        Ok(Self {
            database_url: database_url.context("no PostgreSQL")?,
            amqp_url: amqp_url.context("no RabbitMQ")?,
            postgres,
            rabbitmq,
            _folder: folder,
        })
    }

    /// The private PostgreSQL, for tests that stop and kill it.
    pub fn postgres(&mut self) -> Option<&mut Postgres> {
        self.postgres.as_mut()
    }

    /// The private RabbitMQ, for tests that stop and kill it.
    pub fn rabbitmq(&mut self) -> Option<&mut RabbitMq> {
        self.rabbitmq.as_mut()
    }
}

/// The variable's value, unless it is missing or empty.
fn given(variable: &str) -> Option<String> {
    std::env::var(variable).ok().filter(|value| !value.is_empty())
}
