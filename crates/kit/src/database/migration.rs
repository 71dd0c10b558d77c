//! The services' schemas: what fills them, what has been done of it, and what is still to do.

use std::{collections::BTreeMap, str::FromStr};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, migrate::Migrator, postgres::PgConnectOptions};

use crate::problem::Failure;

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
        // What a newer binary has done is not ours to judge: going back is the older binary on the newer schema.
        migrator.dangerous_set_table_name(table);
        migrator.set_ignore_missing(true);
        migrator.run(&mut connection).await.map_err(Failure::internal)?;
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

/// One file of migrations.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Step {
    /// Of the service's schema.
    pub schema: &'static str,
    pub version: i64,
    pub description: String,
    pub state: StepState,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum StepState {
    Applied,
    Pending,
    /// It ran as another text: whoever made this binary changed a file that had been delivered.
    Changed,
    /// This binary knows nothing of it: the database is ahead.
    Unknown,
}

/// Every step of the places, in their order; nothing is changed. `url` is an administrator's.
///
/// # Errors
/// When the database refuses.
pub async fn migrations(url: &str, places: Vec<Place>) -> Result<Vec<Step>, Failure> {
    let mut connection = PgConnection::connect(url).await?;
    let mut steps = Vec::new();
    for place in places {
        for (table, migrator) in &place.migrations {
            let mut applied = applied(&mut connection, place.name, table).await?;
            for step in migrator.iter() {
                let state = match applied.remove(&step.version) {
                    None => StepState::Pending,
                    Some(done) if done.checksum == *step.checksum => StepState::Applied,
                    Some(_) => StepState::Changed,
                };
                let description = step.description.to_string();
                steps.push(Step { schema: place.name, version: step.version, description, state });
            }
            steps.extend(applied.into_iter().map(|(version, done)| Step {
                schema: place.name,
                version,
                description: done.description,
                state: StepState::Unknown,
            }));
        }
    }
    connection.close().await?;
    Ok(steps)
}

#[derive(sqlx::FromRow)]
struct Done {
    version: i64,
    description: String,
    checksum: Vec<u8>,
}

/// What ran to its end, by version. None where nothing ever ran.
async fn applied(connection: &mut PgConnection, schema: &str, table: &str) -> Result<BTreeMap<i64, Done>, Failure> {
    let there = sqlx::query_scalar!(r#"select to_regclass($1) is not null as "there!""#, format!("{schema}.{table}"));
    if !there.fetch_one(&mut *connection).await? {
        return Ok(BTreeMap::new());
    }
    // Both names are the compiled-in ones of our services.
    let text = format!("select version, description, checksum from {schema}.{table} where success");
    let done: Vec<Done> = sqlx::query_as(AssertSqlSafe(text)).fetch_all(connection).await?;
    Ok(done.into_iter().map(|done| (done.version, done)).collect())
}
