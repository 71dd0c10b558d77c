//! F-3: PostgreSQL restarted, killed, and every connection cut, on a server of the test's own.

use std::time::Instant;

use sqlx::{Connection, PgConnection};
use tests::{Binary, Driver, Fault, TestDatabase, agrees, binary::ALL, driver::RATE, shared_broker};
use tokio::task::block_in_place;
use xtask::servers::{Durability, Postgres, temporary};

use super::{kills, pause, tell, turn};

const CUT: &str = "select count(pg_terminate_backend(pid)) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()";

#[derive(Clone, Copy, Debug)]
enum Strike {
    Restart,
    Kill,
    Cut,
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes"]
async fn without_the_database_calls_are_refused_at_once_and_served_again_within_five_seconds() {
    let _turn = turn().await;
    let folder = temporary().expect("a folder");
    let programs = xtask::install::servers(true, false).expect("servers").postgres.expect("PostgreSQL");
    // What is acknowledged must outlive the server: no scratch settings.
    let start = || Postgres::start(&programs, &folder.path().join("postgres"), Durability::Durable);
    let mut postgres = block_in_place(start).expect("a database server");
    let binary = Binary::start_with(ALL, &shared_broker(), TestDatabase::filled(postgres.url()).await).await;
    let driver = Driver::start(&binary.url()).await;
    let mut faults = Vec::new();
    for _ in 0..kills() {
        for strike in [Strike::Restart, Strike::Kill, Strike::Cut] {
            driver.passed(RATE as usize).await;
            pause().await;
            let begun = Instant::now();
            match strike {
                Strike::Restart => block_in_place(|| postgres.stop()),
                Strike::Kill => block_in_place(|| postgres.kill()),
                Strike::Cut => cut(&postgres.url()).await,
            }
            if !matches!(strike, Strike::Cut) {
                // Long enough to be refused, on a server that starts within a moment.
                pause().await;
                block_in_place(|| postgres.start_again()).expect("the database server comes back");
            }
            println!("{strike:?}: {:?}", begun.elapsed());
            faults.push(Fault { begun, ended: Instant::now() });
        }
    }
    driver.passed(RATE as usize).await;
    let ledger = driver.finish().await;
    tell("database", &ledger);
    ledger.attempts.bear(&faults);
    agrees(&binary, &ledger).await;
}

async fn cut(url: &str) {
    let mut database = PgConnection::connect(url).await.expect("the test's database");
    let cut: i64 = sqlx::query_scalar(CUT).fetch_one(&mut database).await.expect("an administrator may");
    assert!(cut > 0, "there was nothing to cut");
}
