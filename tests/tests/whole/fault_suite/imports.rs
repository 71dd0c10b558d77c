//! F-1 and F-2 during imports: kill -9 of `cims all`, of each role and of the broker at random moments of a check or a run, while
//! people write.

use std::time::Instant;

use tests::{
    Binary, Driver, Fault, Ledger, TestDatabase, agrees,
    binary::{ALL, APART},
    driver::RATE,
    lists::Lists,
    shared_broker,
};
use tokio::task::block_in_place;

use super::{kills, own_broker, pause, tell, turn};

/// Rows of a list: some batches of its check and of its run.
const ROWS: usize = 6_000;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "many minutes"]
async fn an_import_goes_on_when_its_process_is_killed_and_writes_every_row_once() {
    let _turn = turn().await;
    import_under_kills(ALL).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "many minutes"]
async fn an_import_goes_on_when_a_role_is_killed_and_writes_every_row_once() {
    let _turn = turn().await;
    import_under_kills(APART).await;
}

async fn import_under_kills(roles: &'static [&'static str]) {
    let mut binary = Binary::start_roles(roles, &shared_broker()).await;
    let (mut lists, mut all) = (Lists::of(ROWS), Ledger::default());
    for role in roles.iter().copied() {
        let driver = Driver::start(&binary.url()).await;
        let mut faults = Vec::new();
        while faults.len() < kills() {
            let list = lists.upload(&binary.person("admin").await).await;
            for moment in list.moments(kills() - faults.len()) {
                if !list.passed(&binary.person("admin").await, moment).await {
                    break;
                }
                pause().await;
                let begun = Instant::now();
                binary.kill_role(role);
                faults.push(Fault { begun, ended: Instant::now() });
                println!("{role} is killed after {moment} steps");
                binary.restart().await;
            }
            all.customers.extend(list.ended(&binary.person("admin").await).await);
        }
        let ledger = driver.finish().await;
        tell(role, &ledger);
        ledger.attempts.bear(&faults);
        all.add(ledger);
        lists.are_written_once(&binary.database().url).await;
        agrees(&binary, &all).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "many minutes"]
async fn an_import_goes_on_when_the_broker_is_killed_and_every_event_follows() {
    let _turn = turn().await;
    let (_folder, mut broker) = own_broker();
    let binary = Binary::start_with(ALL, &broker.url(), TestDatabase::create().await).await;
    let driver = Driver::start(&binary.url()).await;
    let (mut lists, mut all, mut struck) = (Lists::of(ROWS), Ledger::default(), 0);
    while struck < kills() {
        let admin = binary.person("admin").await;
        let list = lists.upload(&admin).await;
        for moment in list.moments(kills() - struck) {
            if !list.passed(&admin, moment).await {
                break;
            }
            pause().await;
            println!("the broker is killed after {moment} steps");
            block_in_place(|| broker.kill());
            driver.passed(RATE as usize).await;
            block_in_place(|| broker.start_again()).expect("the broker comes back");
            struck += 1;
        }
        all.customers.extend(list.ended(&admin).await);
    }
    let ledger = driver.finish().await;
    tell("broker", &ledger);
    ledger.attempts.bear(&[]);
    assert!(ledger.attempts.failed_percent() <= 0.0, "writes do not notice: {:?}", ledger.attempts.kinds());
    all.add(ledger);
    lists.are_written_once(&binary.database().url).await;
    agrees(&binary, &all).await;
}
