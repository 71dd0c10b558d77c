//! A database per test, cloned from one that is migrated and seeded once.

use std::{env, str::FromStr};

use cims::{Settings, migrate};
use kit::{clock::Clock, database::PoolSettings};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, postgres::PgConnectOptions};

use crate::world::PASSWORD;

/// A database that is dropped with the server's folder, not by the test: dropping would wait for connections.
#[derive(Clone, Debug)]
pub struct TestDatabase {
    /// The administrator's address.
    pub url: String,
}

/// Serialises the making of the template among test binaries.
const TEMPLATE_LOCK: i64 = 0x6369_6d73;

fn server() -> String {
    env::var("CIMS_TEST_DATABASE_URL").expect("run the tests by `cargo xtask test`: it starts what they need")
}

fn with_database(url: &str, database: &str) -> String {
    let (server, query) = url.split_once('?').map_or((url, None), |(server, query)| (server, Some(query)));
    let (server, _) = server.rsplit_once('/').expect("the address of a server names a database");
    query.map_or_else(|| format!("{server}/{database}"), |query| format!("{server}/{database}?{query}"))
}

impl TestDatabase {
    /// A new database with demo people and no customers.
    pub async fn create() -> TestDatabase {
        let server = server();
        let options = PgConnectOptions::from_str(&server).expect("CIMS_TEST_DATABASE_URL is a database's address");
        let mut admin = PgConnection::connect_with(&options).await.expect("the test server answers");
        let template = template(&mut admin, &server).await;
        let name = named(&mut admin, &format!("template {template} strategy file_copy")).await;
        TestDatabase { url: with_database(&server, &name) }
    }

    /// The database at an administrator's address, on a server of the test's own, with demo people and no customers.
    pub async fn filled(url: String) -> TestDatabase {
        fill(&url).await;
        TestDatabase { url }
    }

    /// A copy of this one, to which nobody is connected.
    pub async fn copy(&self) -> TestDatabase {
        let server = server();
        let mut admin = PgConnection::connect(&server).await.expect("the test server answers");
        let (_, own) = self.url.split('?').next().and_then(|url| url.rsplit_once('/')).expect("a database's address");
        let name = named(&mut admin, &format!("template {own} strategy file_copy")).await;
        TestDatabase { url: with_database(&server, &name) }
    }

    /// A new database with nothing in it.
    pub async fn empty() -> TestDatabase {
        let server = server();
        let mut admin = PgConnection::connect(&server).await.expect("the test server answers");
        TestDatabase { url: with_database(&server, &named(&mut admin, "").await) }
    }

    /// A new database in which there is nobody.
    pub async fn without_people() -> TestDatabase {
        let server = server();
        let mut admin = PgConnection::connect(&server).await.expect("the test server answers");
        // Made first, because both change the logins of the services.
        template(&mut admin, &server).await;
        let url = with_database(&server, &named(&mut admin, "").await);
        migrate(&Settings::database_at(&url)).await.expect("the migrations run");
        TestDatabase { url }
    }
}

async fn named(admin: &mut PgConnection, clause: &str) -> String {
    let name = format!("cims_test_{}", Clock::system().id().simple());
    admin.execute(AssertSqlSafe(format!("create database {name} {clause}"))).await.expect("a database can be made");
    name
}

/// The template's name; made by the first who asks.
async fn template(admin: &mut PgConnection, server: &str) -> String {
    // One per build of the tests: another build may have other migrations.
    let name = format!("cims_template_{}", env!("CARGO_PKG_VERSION").replace('.', "_"));
    sqlx::query("select pg_advisory_lock($1)")
        .bind(TEMPLATE_LOCK)
        .execute(&mut *admin)
        .await
        .expect("the lock is free in the end");
    let made: bool = sqlx::query_scalar("select exists (select from pg_database where datname = $1 and datistemplate)")
        .bind(&name)
        .fetch_one(&mut *admin)
        .await
        .expect("the catalogue answers");
    if !made {
        admin
            .execute(AssertSqlSafe(format!("drop database if exists {name}")))
            .await
            .expect("no half template is left");
        admin.execute(AssertSqlSafe(format!("create database {name}"))).await.expect("a template can be made");
        fill(&with_database(server, &name)).await;
        admin
            .execute(AssertSqlSafe(format!("alter database {name} is_template true")))
            .await
            .expect("it is a template");
    }
    sqlx::query("select pg_advisory_unlock($1)").bind(TEMPLATE_LOCK).execute(admin).await.expect("the lock was ours");
    name
}

async fn fill(url: &str) {
    let database = Settings::database_at(url);
    migrate(&database).await.expect("the migrations run");
    let identity = database.url(cims::Role::Identity).expect("an address");
    let pool = kit::database::connect(identity, PoolSettings::default()).expect("an address");
    identity::seed(&pool, &Clock::system(), PASSWORD).await.expect("the demo people are filled in");
    pool.close().await;
}
