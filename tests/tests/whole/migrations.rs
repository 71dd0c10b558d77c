//! Migrations as operators see them, and a database that is one of them ahead of the binary (F-8).

use std::{env, process::Command};

use serde_json::json;
use sqlx::{Connection, Executor, PgConnection};
use tests::{TestDatabase, World};

/// Whether `cims migrate …` succeeded, and what it printed.
fn migrate(database: &TestDatabase, word: &str) -> (bool, String) {
    let program = env::var("CIMS_BINARY").expect("run the tests by `cargo xtask test`: it builds the binary");
    let mut command = Command::new(program);
    let told = command.args(["migrate", word]).env("CIMS_DATABASE_URL", &database.url).output().expect("it starts");
    (told.status.success(), String::from_utf8_lossy(&told.stdout).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_see_what_is_to_run_and_what_ran() {
    // The template first, because both change the logins of the services.
    TestDatabase::create().await;
    let database = TestDatabase::empty().await;
    for _ in 0..2 {
        let (planned, told) = migrate(&database, "plan");
        assert!(planned && told.contains("identity     0001 ") && told.contains("customer     0001 "), "{told}");
        let (current, told) = migrate(&database, "status");
        assert!(!current && told.contains("customer     0 applied"), "planning runs nothing: {told}");
    }
    let (applied, told) = migrate(&database, "apply");
    assert!(applied, "{told}");
    let (current, told) = migrate(&database, "status");
    assert!(current && told.lines().all(|line| line.contains(" 0 to run, 0 of a newer version")), "{told}");
    assert_eq!(migrate(&database, "plan"), (true, "0 to run\n".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_one_migration_ahead_is_served() {
    let database = TestDatabase::create().await;
    let mut admin = PgConnection::connect(&database.url).await.expect("the test server answers");
    for statement in [
        "alter table customer.customer add column of_the_next_version text not null default ''",
        "insert into customer._migrations (version, description, success, checksum, execution_time)
            values (9999, 'of the next version', true, '\\x00', 0)",
    ] {
        admin.execute(statement).await.expect("what the next version would do");
    }
    let (current, told) = migrate(&database, "status");
    assert!(current && told.contains("1 of a newer version"), "{told}");
    let (applied, told) = migrate(&database, "apply");
    assert!(applied, "the older binary leaves it: {told}");

    let world = World::start_on(database, |_| {}).await;
    let rep1 = world.person("rep1").await;
    let phones = json!([{ "number": "13800138000" }]);
    let body = json!({ "name": "晶美（中国）有限公司", "type": "ENTERPRISE", "phones": phones });
    let made = rep1.post("/v1/customers", &body).await.ok();
    let one = format!("/v1/customers/{}", made["id"].as_str().expect("an id"));
    rep1.patch(&one, &json!({ "remarks": "照旧" })).await.ok();
    assert_eq!(rep1.get(&one).await.ok()["remarks"], "照旧");

    admin
        .execute("update customer._migrations set checksum = '\\x00' where version = 1")
        .await
        .expect("as if a delivered file had been changed");
    let (current, told) = migrate(&world.database, "status");
    assert!(!current && told.contains("ran as another text"), "{told}");
    world.stop().await;
}
