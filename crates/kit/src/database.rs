//! Pools and migrations, built in one place.

mod pool;

use std::str::FromStr;

pub use pool::{Pool, Transaction};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, migrate::Migrator, postgres::PgConnectOptions};

use crate::problem::Failure;

/// What differs between the pools of CIMS.
#[derive(Clone, Copy, Debug)]
pub struct PoolSettings {
    pub connections: u32,
    /// Plan every execution for its own values: a rare and a very common word need different plans.
    pub custom_plans: bool,
}

impl Default for PoolSettings {
    fn default() -> PoolSettings {
        PoolSettings { connections: 12, custom_plans: false }
    }
}

/// A pool that connects when first used, so that a service starts while its database does not.
/// The server ends a transaction that stays idle for 10 s.
///
/// # Errors
/// When the address is none.
pub fn connect(url: &str, settings: PoolSettings) -> Result<Pool, Failure> {
    let options = PgConnectOptions::from_str(url).map_err(Failure::internal)?;
    let options = options.options([
        ("idle_in_transaction_session_timeout", "10s"),
        ("statement_timeout", "30s"),
        // A rollback after a statement that was dropped in the middle warns that no transaction was open.
        ("client_min_messages", "error"),
        // No statement of ours runs as long as its compilation would.
        ("jit", "off"),
    ]);
    Ok(open(options, settings))
}

/// A second pool on the address of another, for work that wants other settings.
pub fn beside(pool: &Pool, settings: PoolSettings) -> Pool {
    open(pool.options().clone(), settings)
}

fn open(options: PgConnectOptions, settings: PoolSettings) -> Pool {
    let options = match settings.custom_plans {
        // What an index points to is in memory or on a solid disk.
        true => options.options([("plan_cache_mode", "force_custom_plan"), ("random_page_cost", "1.1")]),
        false => options,
    };
    Pool::new(options, settings.connections)
}

/// One service's place in the database: a schema and a login of its own, and the migrations that fill it, in order.
#[derive(Debug)]
pub struct Place {
    /// Name of the schema; the login is `cims_<name>`.
    pub name: &'static str,
    /// Pairs of a table that records what has run, and what is to run.
    pub migrations: Vec<(&'static str, Migrator)>,
}

/// The migrations of the tables that every service has.
pub fn shared_migrations() -> (&'static str, Migrator) {
    ("_kit_migrations", sqlx::migrate!("./migrations"))
}

/// Number of the advisory lock of whoever migrates.
const MIGRATION_LOCK: i64 = 0x0063_696d_735f_6d69;

/// Creates the places' logins and schemas and brings them up to date, after whoever does the same. `url` is an
/// administrator's: services have no right to any of this. With a password the logins get it; without, they keep what
/// they have.
///
/// # Errors
/// When the database refuses, or a migration that has run was changed since.
pub async fn migrate(url: &str, places: Vec<Place>, password: Option<&str>) -> Result<(), Failure> {
    let alone = lock_migrations(url).await?;
    for place in places {
        migrate_place(url, place, password).await?;
    }
    alone.close().await?;
    Ok(())
}

/// Holds the lock for as long as the answer lives. Logins belong to the server and locks to one of its databases: those
/// who migrate different ones meet in the one that every server has. Where an administrator may not connect to it, at
/// least those of one database wait for each other.
async fn lock_migrations(url: &str) -> Result<PgConnection, Failure> {
    let own = PgConnectOptions::from_str(url).map_err(Failure::internal)?;
    let mut connection = match PgConnection::connect_with(&own.clone().database("postgres")).await {
        Ok(connection) => connection,
        Err(error) => {
            tracing::warn!(%error, "migrations of other databases of this server are not waited for");
            PgConnection::connect_with(&own).await?
        }
    };
    sqlx::query!(r#"select count(pg_advisory_lock($1)) as "locked!""#, MIGRATION_LOCK)
        .fetch_one(&mut connection)
        .await?;
    Ok(connection)
}

async fn migrate_place(url: &str, place: Place, password: Option<&str>) -> Result<(), Failure> {
    let mut connection = PgConnection::connect(url).await?;
    let name = place.name;
    // Names are the compiled-in ones of our services, so they may stand in the text of a statement.
    let mut run = async |statement: String| connection.execute(AssertSqlSafe(statement)).await;
    run(format!("do $$ begin create role cims_{name} login; exception when duplicate_object then null; end $$"))
        .await?;
    if let Some(password) = password {
        let quoted = password.replace('\'', "''");
        run(format!("alter role cims_{name} password '{quoted}'")).await?;
    }
    run(format!("alter role cims_{name} set search_path = {name}")).await?;
    run(format!("create schema if not exists {name}")).await?;
    run(format!("grant usage on schema {name} to cims_{name}")).await?;
    run(format!("set search_path = {name}")).await?;
    for (table, mut migrator) in place.migrations {
        migrator.dangerous_set_table_name(table).run(&mut connection).await.map_err(Failure::internal)?;
    }
    let mut run = async |statement: String| connection.execute(AssertSqlSafe(statement)).await;
    run(format!("grant select, insert, update, delete on all tables in schema {name} to cims_{name}")).await?;
    run(format!("grant usage on all sequences in schema {name} to cims_{name}")).await?;
    // Events and their seals are for ever: what the service itself may not change, a defect in it cannot.
    run(format!(
        "do $$ declare part regclass; begin
            for part in select 'event'::regclass union select inhrelid::regclass from pg_inherits where inhparent = 'event'::regclass loop
                execute format('revoke update, delete, truncate on %s from cims_{name}', part);
            end loop;
            revoke update, delete, truncate on seal from cims_{name};
        end $$"
    ))
    .await?;
    connection.close().await?;
    Ok(())
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
