//! What an import reads of its own rows, in counts: as often for each, however many there are.

use std::ops::Range;

use serde_json::json;
use sqlx::{Connection, Executor, PgConnection};
use tests::{Binary, Person, eventually};

const FEW: usize = 40;
/// A few batches.
const ROWS: usize = 2_000;
/// Once to be written and once to be marked as written, and half as much again.
const READS: i64 = 3;

#[tokio::test(flavor = "multi_thread")]
async fn a_row_is_read_as_often_in_a_long_import_as_in_a_short_one() {
    let mut binary = Binary::start().await;
    let admin = binary.person("admin").await;
    let mut database = PgConnection::connect(&binary.database().url).await.expect("the test's database");
    import(&admin, 0..FEW).await;
    // From here on the statistics know of imports, but not of the next: of one that is young plans expect a row.
    database.execute("analyze customer.import_row").await.expect("an administrator may");
    import(&admin, FEW..FEW + ROWS).await;
    // Sessions that have ended have told what they read.
    binary.kill();
    eventually("every session has ended", || async {
        let mut other = PgConnection::connect(&binary.database().url).await.ok()?;
        let sessions = "select count(*) from pg_stat_activity
            where datname = current_database() and backend_type = 'client backend' and usename like 'cims_%'";
        let sessions: i64 = sqlx::query_scalar(sessions).fetch_one(&mut other).await.ok()?;
        (sessions == 0).then_some(())
    })
    .await;
    let read = "select idx_tup_fetch + seq_tup_read from pg_stat_user_tables
        where schemaname = 'customer' and relname = 'import_row'";
    let read: i64 = sqlx::query_scalar(read).fetch_one(&mut database).await.expect("statistics");
    let rows = i64::try_from(FEW + ROWS).expect("a count");
    assert!((rows..=READS * rows).contains(&read), "{rows} rows were read {read} times");
}

async fn import(person: &Person, rows: Range<usize>) {
    let text: String = rows.map(|row| format!("读数样本{row},139{row:08}\n")).collect();
    let import = person.upload("list.csv", format!("客户名称,手机\n{text}").into_bytes()).await;
    let run = format!("/v1/imports/{}:run", import["id"].as_str().expect("an id"));
    person.post(&run, &json!({})).await.ok();
    person.import_until(&import, &["SUCCEEDED"]).await;
}
