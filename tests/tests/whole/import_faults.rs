//! kill -9 in the middle of an import: it goes on where it was, and every row is written once.

use std::time::Duration;

use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use tests::{Binary, Person, eventually};

const ROWS: usize = 6_000;

#[tokio::test(flavor = "multi_thread")]
async fn an_import_killed_three_times_writes_every_row_once() {
    killed_under_import(3).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes"]
async fn an_import_killed_twenty_times_writes_every_row_once() {
    killed_under_import(20).await;
}

async fn killed_under_import(kills: u32) {
    let mut binary = Binary::start().await;
    let text: String = (0..ROWS).map(|row| format!("被杀导入{row},王{row},1897654{row:04}\n")).collect();
    let rep1 = binary.person("rep1").await;
    let import = rep1.upload("list.csv", format!("客户名称,联系人,手机\n{text}").into_bytes()).await;
    assert_eq!(import["accepted"], ROWS, "{import}");
    let path = format!("/v1/imports/{}", import["id"].as_str().expect("an id"));
    rep1.post(&format!("{path}:run"), &json!({})).await.ok();
    for kill in 0..kills {
        // Each at another part of the way, and at another moment of a batch.
        let share = ROWS as u64 * u64::from(kill + 1) / u64::from(kills + 2);
        let rep1 = binary.person("rep1").await;
        passed(&rep1, &path, share).await;
        tokio::time::sleep(Duration::from_millis(u64::from(kill) * 37 % 200)).await;
        binary.kill();
        binary.restart().await;
    }
    let rep1 = binary.person("rep1").await;
    let import = rep1.import_until(&import, &["SUCCEEDED", "FAILED"]).await;
    assert_eq!((&import["state"], &import["accepted"]), (&json!("SUCCEEDED"), &json!(ROWS)), "{import}");
    assert_eq!((&import["progress"], &import["duplicates"]), (&json!(ROWS), &json!(0)), "{import}");
    let mut database = PgConnection::connect(&binary.database().url).await.expect("the test's database");
    let written: (i64, i64, i64, i64) = sqlx::query_as(
        "select count(*), count(distinct name), (select count(*) from customer.contact),
            (select count(*) from customer.event where type = 'customer.customer.created.v1') from customer.customer",
    )
    .fetch_one(&mut database)
    .await
    .expect("counts");
    let rows = i64::try_from(ROWS).expect("a count");
    assert_eq!(written, (rows, rows, rows, rows), "customers, names, contacts, events");
}

/// Waits until so many rows are written, or all.
async fn passed(person: &Person, path: &str, rows: u64) -> Value {
    eventually("the import goes on", || async {
        let import = person.get(path).await.ok();
        let done = import["state"] == "SUCCEEDED" || import["progress"].as_u64().unwrap_or_default() >= rows;
        done.then_some(import)
    })
    .await
}
