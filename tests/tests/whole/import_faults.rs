//! Processes killed, the broker killed and connections cut in the middle of an import: it goes on where it was, every row is
//! written once, and every read model is what the customers say.

use std::time::Duration;

use kit::clock::Clock;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use tests::{
    Binary, Person, TestDatabase, World,
    binary::{ALL, APART},
    eventually, shared_broker,
};
use xtask::servers::{RabbitMq, temporary};

/// Rows of a list: a few batches, or a few seconds of them.
const SHORT: usize = 2_000;
const LONG: usize = 6_000;
/// Kills in one import: more of them would find it ended.
const KILLS: usize = 4;

/// F-1 in short, for imports.
#[tokio::test(flavor = "multi_thread")]
async fn an_import_of_a_killed_process_writes_every_row_once() {
    let mut binary = Binary::start().await;
    survives(&mut binary, Lists::of(SHORT), &["all"], 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_goes_on_when_single_roles_are_killed() {
    let mut binary = Binary::start_roles(APART, &shared_broker()).await;
    survives(&mut binary, Lists::of(SHORT), &["customer", "reporting"], 2).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes"]
async fn an_import_of_a_process_killed_twenty_times_writes_every_row_once() {
    let mut binary = Binary::start().await;
    survives(&mut binary, Lists::of(LONG), &["all"], 20).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "many minutes"]
async fn an_import_goes_on_when_each_role_is_killed_twenty_times() {
    for role in APART {
        let mut binary = Binary::start_roles(APART, &shared_broker()).await;
        survives(&mut binary, Lists::of(LONG), &[role], 20).await;
    }
}

/// Kills the roles in turn, so often in all, each at a random moment of a running import.
async fn survives(binary: &mut Binary, mut lists: Lists, roles: &[&str], kills: usize) {
    let mut struck = 0;
    while struck < kills {
        let import = lists.begin(&binary.person("admin").await).await;
        let mut moments = Vec::new();
        for turn in 0..KILLS.min(kills - struck) {
            let rows = turn * lists.rows / (KILLS + 1) + random(lists.rows / (KILLS + 1));
            let now = passed(&binary.person("admin").await, &import, rows).await;
            if now["state"] != "RUNNING" {
                break;
            }
            let pause = Duration::from_millis(random(200) as u64);
            tokio::time::sleep(pause).await;
            let role = roles[(struck + turn) % roles.len()];
            moments.push((role, rows, pause));
            binary.kill_role(role);
            binary.restart().await;
        }
        struck += moments.len();
        println!("killed at {moments:?}");
        ended(binary, &binary.person("admin").await, &import, &lists).await;
    }
    agrees(binary, &lists).await;
}

/// F-2 for imports, on a broker of the test's own.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a minute"]
async fn an_import_goes_on_without_its_broker_and_every_event_follows() {
    let folder = temporary().expect("a folder");
    let programs = xtask::install::servers(false, true).expect("servers").rabbitmq.expect("RabbitMQ");
    let start = || RabbitMq::start(&programs, &folder.path().join("rabbitmq"));
    let mut broker = tokio::task::block_in_place(start).expect("a broker");
    let binary = Binary::start_roles(ALL, &broker.url()).await;
    let mut lists = Lists::of(LONG);
    let admin = binary.person("admin").await;
    for _ in 0..3 {
        let import = lists.begin(&admin).await;
        passed(&admin, &import, random(LONG)).await;
        tokio::task::block_in_place(|| broker.kill());
        ended(&binary, &admin, &import, &lists).await;
        tokio::task::block_in_place(|| broker.start_again()).expect("the broker comes back");
    }
    agrees(&binary, &lists).await;
}

/// F-3 for imports: every connection cut, again and again.
#[tokio::test(flavor = "multi_thread")]
async fn an_import_whose_connections_are_cut_writes_every_row_once() {
    let binary = Binary::start().await;
    let (mut lists, admin) = (Lists::of(SHORT), binary.person("admin").await);
    let import = lists.begin(&admin).await;
    let mut database = PgConnection::connect(&binary.database().url).await.expect("the test's database");
    for turn in 0..3 {
        passed(&admin, &import, turn * SHORT / 4 + random(SHORT / 4)).await;
        let cut = "select count(pg_terminate_backend(pid)) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()";
        let cut: i64 = sqlx::query_scalar(cut).fetch_one(&mut database).await.expect("an administrator may");
        assert!(cut > 0);
    }
    // Signed in before: who signs in now may meet a connection that is gone.
    ended(&binary, &admin, &import, &lists).await;
    agrees(&binary, &lists).await;
}

/// Lists of so many rows, each other customers, and what is to become of them.
struct Lists {
    rows: usize,
    begun: usize,
}

impl Lists {
    fn of(rows: usize) -> Lists {
        Lists { rows, begun: 0 }
    }

    /// Accepted, rejected, duplicates of a list.
    fn key(&self) -> [usize; 3] {
        let each = self.rows / 20;
        [self.rows - 2 * each, each, each]
    }

    /// Of all lists that were begun.
    fn customers(&self) -> i64 {
        i64::try_from(self.begun * self.key()[0]).expect("a count")
    }

    /// Uploads the next list and lets it run.
    async fn begin(&mut self, person: &Person) -> Value {
        let list = self.begun;
        let number = |row: usize| format!("139{:08}", list * self.rows + row);
        let line = |row: usize| match row % 20 {
            7 => format!("坏{list}号{row},王{row},1390013,批次\n"),
            // The row before has the name, too.
            13 => format!("样本{list}号{},王{row},{},批次\n", row - 1, number(row)),
            _ => format!("样本{list}号{row},王{row},{},批次{}\n", number(row), row % 3),
        };
        let text: String = (0..self.rows).map(line).collect();
        let import = person.upload("list.csv", format!("客户名称,联系人,手机,标签\n{text}").into_bytes()).await;
        let counts = ["accepted", "rejected", "duplicates"].map(|name| import[name].clone());
        assert_eq!(counts, self.key().map(|count| json!(count)), "{import}");
        person.post(&format!("{}:run", path(&import)), &json!({})).await.ok();
        self.begun += 1;
        import
    }
}

fn path(import: &Value) -> String {
    format!("/v1/imports/{}", import["id"].as_str().expect("an id"))
}

/// Waits until so many rows are written, or all, for as long as it goes on.
async fn passed(person: &Person, import: &Value, rows: usize) -> Value {
    let mut before = import["progress"].clone();
    loop {
        let now = eventually("the import goes on", || async {
            let answer = person.get(&path(import)).await;
            // While connections are cut, nothing can be said.
            let now = (answer.status == 200).then(|| answer.ok())?;
            (now["progress"] != before || now["state"] == "SUCCEEDED").then_some(now)
        })
        .await;
        if now["state"] == "SUCCEEDED" || now["progress"].as_u64().unwrap_or_default() >= rows as u64 {
            return now;
        }
        before = now["progress"].clone();
    }
}

/// The import has ended with the counts of its check.
async fn ended(binary: &Binary, admin: &Person, import: &Value, lists: &Lists) {
    let now = passed(admin, import, usize::MAX).await;
    for count in ["accepted", "rejected", "duplicates", "total"] {
        assert_eq!(now[count], import[count], "{count}: {now}");
    }
    assert_eq!(now["progress"], import["accepted"], "{now}");
    let mut database = PgConnection::connect(&binary.database().url).await.expect("the test's database");
    let written: (i64, i64, i64, i64, i64) = sqlx::query_as(
        "select count(*), count(distinct name), (select count(*) from customer.contact),
            (select count(*) from customer.event where type = 'customer.customer.created.v1'),
            (select count(distinct customer_id) from customer.import_row) from customer.customer",
    )
    .fetch_one(&mut database)
    .await
    .expect("counts");
    let once = lists.customers();
    assert_eq!(written, (once, once, once, once, once), "customers, names, contacts, events, rows");
}

/// Every read model is what the customers say, a rebuild changes nothing, and nothing was set aside.
async fn agrees(binary: &Binary, lists: &Lists) {
    let once = lists.customers();
    let mut before = [0; 5];
    // However many there are, as long as they go on.
    while before != [once; 5] {
        before = eventually("the read models follow", || async {
            let now = read_models(binary).await?;
            (now != before).then_some(now)
        })
        .await;
    }
    let admin = binary.person("admin").await;
    assert_eq!(admin.get("/v1/reports/home").await.ok()["customerCount"], once);
    assert_eq!(binary.rebuild_reports(), 0, "facts that a rebuild corrects");
    let aside = binary.dead_letters();
    assert!(aside.lines().all(|line| line.ends_with(" 0")), "{aside}");
}

/// How many customers each service has as the customer service has them; none while it cannot be asked.
async fn read_models(binary: &Binary) -> Option<[i64; 5]> {
    let mut database = PgConnection::connect(&binary.database().url).await.ok()?;
    let text = "select array[(select count(*) from reporting.customer_fact),
        (select count(*) from tagging.customer_tag join tagging.tag on tag.id = tag_id where name like '批次_'),
        (select count(*) from customer.search where cardinality(tag_ids) = 1),
        (select count(*) from tagging.directory_customer own join customer.customer c on c.id = own.customer_id
            where own.version = c.version and own.owner_id = c.owner_id),
        (select count(*) from interaction.directory_customer own join customer.customer c on c.id = own.customer_id
            where own.version = c.version and own.owner_id = c.owner_id)]";
    let counts: Vec<i64> = sqlx::query_scalar(text).fetch_one(&mut database).await.ok()?;
    counts.try_into().ok()
}

/// A number below the limit.
fn random(limit: usize) -> usize {
    (Clock::system().id().as_u128() % limit as u128) as usize
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
    rep1.post(&format!("{}:run", path(&import)), &json!({})).await.ok();
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
