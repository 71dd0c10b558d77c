//! Processes killed and connections cut in the middle of an import: it goes on where it was, every row is written once, and every
//! read model is what the customers say. Under other people's writes, more often, and with the broker killed: `fault_suite/imports.rs`.

use serde_json::json;
use sqlx::{Connection, PgConnection};
use tests::{
    Binary, Ledger, Person, TestDatabase, World, agrees,
    binary::{ALL, APART},
    eventually,
    lists::Lists,
    shared_broker,
};

/// Rows of a list: a few batches of its check and of its run, or some more.
const SHORT: usize = 2_000;
const LONG: usize = 6_000;

/// F-1 in short, for imports.
#[tokio::test(flavor = "multi_thread")]
async fn an_import_of_a_killed_process_writes_every_row_once() {
    let mut binary = Binary::start_roles(ALL, &shared_broker()).await;
    survives(&mut binary, ALL, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_goes_on_when_single_roles_are_killed() {
    let mut binary = Binary::start_roles(APART, &shared_broker()).await;
    survives(&mut binary, &["customer", "reporting"], 2).await;
}

/// Kills the roles in turn, so often in all, each at a random moment of an import.
async fn survives(binary: &mut Binary, roles: &[&str], kills: usize) {
    let (mut lists, mut ledger, mut struck) = (Lists::of(SHORT), Ledger::default(), 0);
    while struck < kills {
        let list = lists.upload(&binary.person("admin").await).await;
        for moment in list.moments(kills - struck) {
            if !list.passed(&binary.person("admin").await, moment).await {
                break;
            }
            let role = roles[struck % roles.len()];
            println!("{role} is killed after {moment} steps");
            binary.kill_role(role);
            binary.restart().await;
            struck += 1;
        }
        ledger.customers.extend(list.ended(&binary.person("admin").await).await);
    }
    lists.are_written_once(&binary.database().url).await;
    agrees(binary, &ledger).await;
}

/// What was checked before the kill is checked again.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_whose_check_is_killed_is_checked_to_its_end() {
    let mut binary = Binary::start().await;
    let list = Lists::of(LONG).upload(&binary.person("admin").await).await;
    // A batch of it is checked, and more than one is left.
    list.passed(&binary.person("admin").await, 1).await;
    binary.kill();
    binary.restart().await;
    let admin = binary.person("admin").await;
    assert!(list.is_checking(&admin).await, "the check had ended before the kill: the test tests nothing");
    assert!(list.passed(&admin, list.rows).await, "it is checked");
}

/// F-3 for imports: every connection cut, again and again.
#[tokio::test(flavor = "multi_thread")]
async fn an_import_whose_connections_are_cut_writes_every_row_once() {
    let binary = Binary::start().await;
    let (mut lists, admin) = (Lists::of(SHORT), binary.person("admin").await);
    let list = lists.upload(&admin).await;
    let mut database = PgConnection::connect(&binary.database().url).await.expect("the test's database");
    for moment in list.moments(3) {
        list.passed(&admin, moment).await;
        let cut = "select count(pg_terminate_backend(pid)) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()";
        let cut: i64 = sqlx::query_scalar(cut).fetch_one(&mut database).await.expect("an administrator may");
        assert!(cut > 0);
    }
    // Signed in before: who signs in now may meet a connection that is gone.
    let ledger = Ledger { customers: list.ended(&admin).await, ..Ledger::default() };
    lists.are_written_once(&binary.database().url).await;
    agrees(&binary, &ledger).await;
}

/// An import's events come in a queue of their own: what a person does is seen in other services while they stand still.
#[tokio::test(flavor = "multi_thread")]
async fn a_persons_edit_does_not_wait_behind_an_import() {
    const LIST: usize = 600;
    let world = World::start_on(TestDatabase::create().await, |_| {}).await;
    let (rep1, rep3) = (world.person("rep1").await, world.person("rep3").await);
    let customer = |name: &str, number: &str| json!({ "name": name, "type": "ENTERPRISE", "level": "normal", "phones": [{ "number": number }] });
    let count = async |person: &Person| person.get("/v1/reports/home").await.ok()["customerCount"].as_i64();
    rep1.post("/v1/customers", &customer("先来的厂", "13800138000")).await.ok();
    eventually("rep1 has counters", || async { (count(&rep1).await == Some(1)).then_some(()) }).await;
    // Whoever counts customers of rep1 waits from here on.
    let mut holder = PgConnection::connect(&world.database.url).await.expect("the test's database");
    let mut held = holder.begin().await.expect("a transaction");
    for table in ["day_count", "key_count"] {
        let lock = format!("select count(*) from (select from reporting.{table} where owner_id = $1 for update) own");
        let rows: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(lock))
            .bind(rep1.id.parse::<uuid::Uuid>().expect("an id"))
            .fetch_one(&mut *held)
            .await
            .expect("the rows can be locked");
        assert!(rows > 0, "{table}");
    }
    let text: String = (0..LIST).map(|row| format!("排队样本{row},1390013{row:04}\n")).collect();
    let import = rep1.upload("list.csv", format!("客户名称,手机\n{text}").into_bytes()).await;
    let run = format!("/v1/imports/{}:run", import["id"].as_str().expect("an id"));
    rep1.post(&run, &json!({})).await.ok();
    rep1.import_until(&import, &["SUCCEEDED"]).await;
    let own = rep3.post("/v1/customers", &customer("后来的厂", "13700137000")).await.ok();
    let own = format!("/v1/customers/{}", own["id"].as_str().expect("an id"));
    rep3.patch(&own, &json!({ "level": "important" })).await.ok();
    eventually("the edit is counted", || async {
        let home = rep3.get("/v1/reports/home").await.ok();
        (home["byLevel"] == json!([{ "key": "important", "count": 1 }])).then_some(())
    })
    .await;
    assert_eq!(count(&rep1).await, Some(1), "the import stands still");
    held.rollback().await.expect("the lock ends");
    let all = i64::try_from(LIST).expect("a count") + 1;
    eventually("the import follows", || async { (count(&rep1).await == Some(all)).then_some(()) }).await;
    world.stop().await;
}
