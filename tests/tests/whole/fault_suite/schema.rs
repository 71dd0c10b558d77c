//! F-12: what a migration does, while serving.

use sqlx::{Connection, Executor, PgConnection};
use tests::{Binary, Driver, agrees, driver::RATE};

use super::{tell, turn};

/// Columns of the next version on what is written all the time, and indexes over it.
const CHANGES: [&str; 6] = [
    "alter table customer.customer add column of_the_next_version text not null default ''",
    "create index concurrently of_the_next_version on customer.customer (remarks, id)",
    "alter table customer.search add column of_the_next_version bigint[] not null default '{}'",
    "alter table interaction.interaction add column of_the_next_version timestamptz",
    "create index concurrently of_the_next_version on interaction.interaction (author_id, id)",
    "alter table tagging.customer_tag_set add column of_the_next_version int not null default 0",
];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes"]
async fn columns_and_indexes_are_added_while_serving() {
    let _turn = turn().await;
    let binary = Binary::start().await;
    let driver = Driver::start(&binary.url()).await;
    let mut admin = PgConnection::connect(&binary.database().url).await.expect("the test's database");
    for change in CHANGES {
        // Statements are prepared by then, and are again under way while it runs.
        driver.passed(2 * RATE as usize).await;
        admin.execute(change).await.unwrap_or_else(|error| panic!("{change}: {error}"));
    }
    driver.passed(2 * RATE as usize).await;
    let ledger = driver.finish().await;
    tell("schema", &ledger);
    ledger.attempts.bear(&[]);
    assert!(ledger.attempts.failed_percent() <= 0.0, "{:?}", ledger.attempts.kinds());
    agrees(&binary, &ledger).await;
}
