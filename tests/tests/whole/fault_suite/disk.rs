//! F-7: the disk of the database's tables is full, and has room again. It is a small one that the test's own server has mounted; the
//! server's log stands on another, as a full one of that ends the server, which is F-3.

use std::time::Instant;

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tests::{
    Binary, Driver, Fault, TestDatabase, agrees, binary::ALL, driver::RATE, eventually, ledger::Outcome, shared_broker,
};
use tokio::task::block_in_place;
use xtask::servers::{Postgres, temporary};

use super::{kills, pause, tell, turn};

/// Several times what the tables take.
const DISK_BYTES: u64 = 128 << 20;
/// Writes that are refused before there is room again.
const REFUSED: usize = 50;
/// A megabyte.
const MORE: &str = "insert into public.ballast select repeat(md5(random()::text), 60) from generate_series(1, 500)";
/// What people read meanwhile, of every service.
const READ: [&str; 5] =
    ["/v1/customers?pageSize=1", "/v1/interactions?pageSize=1", "/v1/tags", "/v1/reports/home", "/v1/me"];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes"]
async fn without_room_on_the_databases_disk_writes_are_refused_and_reads_go_on() {
    let _turn = turn().await;
    let folder = temporary().expect("a folder");
    let programs = xtask::install::servers(true, false).expect("servers").postgres.expect("PostgreSQL");
    let start = || Postgres::start_with_disk(&programs, &folder.path().join("postgres"), DISK_BYTES);
    let Some(postgres) = block_in_place(start).expect("a database server") else {
        println!("SKIPPED: this machine lets nobody mount a disk");
        return;
    };
    let database = TestDatabase::filled(postgres.url()).await;
    let mut admin = PgConnection::connect(&database.url).await.expect("the test's database");
    let place = format!("create tablespace small location '{}'", postgres.disk().display());
    admin.execute(AssertSqlSafe(place)).await.expect("a place for tables");
    // Its owners may make what a rebuild makes, there too.
    admin.execute("grant create on tablespace small to public").await.expect("everybody may use it");
    for kind in ["table", "index"] {
        let statement = format!("alter {kind} all in tablespace pg_default set tablespace small");
        admin.execute(AssertSqlSafe(statement)).await.expect("they are moved");
    }
    let binary = Binary::start_with(ALL, &shared_broker(), database).await;
    let driver = Driver::start(&binary.url()).await;
    let reader = binary.person("rep1").await;
    let mut faults = Vec::new();
    for _ in 0..kills() {
        driver.passed(RATE as usize).await;
        pause().await;
        let begun = Instant::now();
        fill(&mut admin).await;
        let refused = || {
            let attempts = driver.attempts().0;
            let is_refused = |outcome| matches!(outcome, Outcome::Refused(503));
            attempts.iter().filter(|attempt| attempt.begun >= begun && is_refused(attempt.outcome)).count()
        };
        eventually("writes are refused", || async { (refused() >= REFUSED).then_some(()) }).await;
        for path in READ {
            reader.get(path).await.ok();
        }
        admin.execute("drop table public.ballast").await.expect("there is room again");
        faults.push(Fault { begun, ended: Instant::now() });
    }
    driver.passed(RATE as usize).await;
    let ledger = driver.finish().await;
    tell("full disk", &ledger);
    ledger.attempts.bear(&faults);
    agrees(&binary, &ledger).await;
}

/// Fills the disk until the server says that there is no room.
async fn fill(admin: &mut PgConnection) {
    admin.execute("create table public.ballast (filler text) tablespace small").await.expect("a table");
    let refusal = loop {
        if let Err(error) = admin.execute(MORE).await {
            break error;
        }
    };
    let code = refusal.as_database_error().and_then(|error| error.code().map(|code| code.into_owned()));
    assert_eq!(code.as_deref(), Some("53100"), "{refusal}");
}
