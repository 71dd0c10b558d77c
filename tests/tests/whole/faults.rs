//! Clients that leave, a process that is killed, clients that stay mute: nothing acknowledged is lost, nothing hangs.

use std::{
    collections::HashSet,
    io::Write,
    net::TcpStream,
    sync::{Arc, Mutex},
    time::Duration,
};

use reqwest::Method;
use serde_json::json;
use sqlx::{Connection, PgConnection};
use tests::{Binary, Person, TestDatabase, World, eventually, proxy::Proxy};

/// F-11, with a thousand; `cargo xtask test --faults` runs ten thousand.
#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_clients_that_leave_lose_no_acknowledged_write() {
    clients_that_leave(1_000).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes"]
async fn ten_thousand_clients_that_leave_lose_no_acknowledged_write() {
    clients_that_leave(10_000).await;
}

async fn clients_that_leave(count: usize) {
    const AT_ONCE: usize = 16;
    let database = TestDatabase::create().await;
    let (proxy, through) = Proxy::before(&database.url).await;
    let world = World::start_on(database, |settings| settings.database = cims::Settings::database_at(&through)).await;
    let rep1 = world.person("rep1").await;
    proxy.slow(Duration::from_millis(1));
    let body = |turn: usize| json!({ "name": format!("离开样本{turn}"), "type": "ENTERPRISE", "phones": [{ "number": format!("130{turn:08}") }] });
    // How long a write takes here, with as many at once.
    let start = std::time::Instant::now();
    let first = (count..count + AT_ONCE).map(|turn| {
        let (rep1, body) = (rep1.clone(), body(turn));
        tokio::spawn(async move { rep1.post("/v1/customers", &body).await.ok() })
    });
    for write in first.collect::<Vec<_>>() {
        write.await.expect("it is written");
    }
    let longest_us = u64::try_from(start.elapsed().as_micros()).expect("a moment") * 2;
    let acknowledged = Arc::new(Mutex::new(HashSet::new()));
    let workers = (0..AT_ONCE).map(|worker| {
        let (rep1, acknowledged) = (rep1.clone(), acknowledged.clone());
        tokio::spawn(async move {
            for turn in (worker..count).step_by(AT_ONCE) {
                let body = body(turn);
                // From long before the first statement to after the commit, by a step that meets every moment.
                let patience = Duration::from_micros((turn as u64 * 7_919) % longest_us);
                let write = rep1.post("/v1/customers", &body);
                if let Ok(answer) = tokio::time::timeout(patience, write).await
                    && answer.status == 201
                {
                    let id = answer.ok()["id"].as_str().expect("an id").to_owned();
                    acknowledged.lock().expect("no worker panics").insert(id);
                }
            }
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.expect("no worker panics");
    }
    proxy.slow(Duration::ZERO);
    let ids: Vec<uuid::Uuid> =
        acknowledged.lock().expect("no worker panics").iter().map(|id| id.parse().expect("an id")).collect();
    assert!(ids.len() > count / 20, "only {} of {count} were acknowledged: the test tests nothing", ids.len());
    let mut database = PgConnection::connect(&world.database.url).await.expect("the test's database");
    let there: i64 = sqlx::query_scalar("select count(*) from customer.customer where id = any($1)")
        .bind(&ids)
        .fetch_one(&mut database)
        .await
        .expect("a count");
    assert_eq!(there, i64::try_from(ids.len()).expect("a count"), "an acknowledged write is missing");
    eventually("no session is left within a transaction", || async {
        let mut database = PgConnection::connect(&world.database.url).await.ok()?;
        let idle: i64 = sqlx::query_scalar("select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'").fetch_one(&mut database).await.ok()?;
        (idle == 0).then_some(())
    })
    .await;
    world.stop().await;
}

/// F-11 at its root: a `begin` that is dropped midway must not leave its transaction open on the connection, where the
/// next write would be acknowledged and never committed.
#[tokio::test(flavor = "multi_thread")]
async fn a_begin_dropped_midway_swallows_no_write() {
    let database = TestDatabase::create().await;
    let (proxy, through) = Proxy::before(&database.url).await;
    let mut direct = PgConnection::connect(&database.url).await.expect("the test's database");
    sqlx::raw_sql("create table public.written (turn int primary key)").execute(&mut direct).await.expect("a table");
    let settings = kit::database::PoolSettings { connections: 4, ..Default::default() };
    let pool = kit::database::connect(through.as_str(), settings).expect("an address");
    proxy.slow(Duration::from_millis(1));
    let mut acknowledged = Vec::new();
    for turn in 0..500_i32 {
        let patience = Duration::from_micros(u64::from(turn.unsigned_abs()) * 37 % 6_000);
        drop(tokio::time::timeout(patience, pool.begin()).await);
        let write = sqlx::query("insert into public.written (turn) values ($1)").bind(turn);
        if write.execute(&pool).await.is_ok() {
            acknowledged.push(turn);
        }
    }
    let there: i64 = sqlx::query_scalar("select count(*) from public.written where turn = any($1)")
        .bind(&acknowledged)
        .fetch_one(&mut direct)
        .await
        .expect("a count");
    assert_eq!(there, i64::try_from(acknowledged.len()).expect("a count"), "an acknowledged write is missing");
    assert!(acknowledged.len() > 400, "only {} were acknowledged: the test tests nothing", acknowledged.len());
}

/// F-7 in short: what a database says that has no room, memory, connection or quota left passes. A real full disk:
/// `fault_suite/disk.rs`.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_without_room_refuses_writes_for_now_and_is_read() {
    let world = World::start().await;
    let rep1 = world.person("rep1").await;
    let mut database = PgConnection::connect(&world.database.url).await.expect("the test's database");
    for (turn, code) in ["53100", "53200", "53300", "53400"].into_iter().enumerate() {
        let refuse = format!(
            "create or replace function customer.without_room() returns trigger language plpgsql
                as $$ begin raise exception 'there is no room' using errcode = '{code}'; end $$;
            create trigger without_room before insert on customer.search
                for each statement execute function customer.without_room()"
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(refuse)).execute(&mut database).await.expect("an administrator may");
        let body = json!({ "name": format!("满盘样本{turn}"), "type": "ENTERPRISE", "phones": [{ "number": format!("1361234{turn:04}") }] });
        let write = || {
            let request = rep1.request(Method::POST, "/v1/customers");
            request.header("idempotency-key", format!("full-{turn}")).json(&body)
        };
        let refused = write().send().await.expect("the gateway answers");
        assert!(refused.headers().contains_key("retry-after"), "{code}: {refused:?}");
        assert_eq!(refused.status(), 503, "{code}");
        let listed = rep1.get("/v1/customers").await.ok();
        assert_eq!(listed["customers"].as_array().map(Vec::len), Some(turn), "{code}: {listed}");
        sqlx::raw_sql("drop trigger without_room on customer.search").execute(&mut database).await.expect("as above");
        let made = rep1.send(write()).await.ok();
        assert_eq!(made["id"], rep1.send(write()).await.ok()["id"], "{code}");
    }
    world.stop().await;
}

/// F-1 in short: killed at three moments under writes.
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_process_has_every_acknowledged_write_once() {
    killed_under_writes(3).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes"]
async fn a_process_killed_twenty_times_has_every_acknowledged_write_once() {
    killed_under_writes(20).await;
}

async fn killed_under_writes(kills: usize) {
    const PER_ROUND: usize = 60;
    let mut binary = Binary::start().await;
    let mut names = Vec::new();
    for round in 0..kills {
        let rep1 = binary.person("rep1").await;
        let writes = (0..PER_ROUND).map(|turn| tokio::spawn(write(rep1.clone(), round * PER_ROUND + turn)));
        let writes: Vec<_> = writes.collect();
        // Each round ends at another moment of the burst.
        tokio::time::sleep(Duration::from_millis(40 + 53 * round as u64 % 400)).await;
        binary.kill();
        for write in writes {
            let _ = write.await;
        }
        binary.restart().await;
        // What was not answered goes again under its key: one effect.
        let rep1 = binary.person("rep1").await;
        for turn in round * PER_ROUND..(round + 1) * PER_ROUND {
            names.push(write(rep1.clone(), turn).await.expect("it is up again"));
        }
    }
    let mut database = PgConnection::connect(&binary.database().url).await.expect("the test's database");
    let (rows, distinct): (i64, i64) = sqlx::query_as("select count(*), count(distinct name) from customer.customer")
        .fetch_one(&mut database)
        .await
        .expect("a count");
    assert_eq!((rows, distinct), (names.len() as i64, names.len() as i64), "each write once");
    let admin = binary.person("admin").await;
    let log = binary.log();
    // Digits that no rounded duration has: 5.1890000000000001 ms is nobody's phone.
    let told = log.lines().find(|line| line.contains("被杀样本") || line.contains("1897654"));
    assert_eq!(told, None, "the log holds no personal data");
    eventually("the figures follow", || async {
        (admin.get("/v1/reports/home").await.ok()["customerCount"] == names.len()).then_some(())
    })
    .await;
}

/// Creates the customer of a turn under the turn's key; its name when the answer came.
async fn write(person: Person, turn: usize) -> Option<String> {
    let name = format!("被杀样本{turn}");
    let body = json!({ "name": name, "type": "ENTERPRISE", "phones": [{ "number": format!("1897654{turn:04}") }] });
    let request =
        person.request(Method::POST, "/v1/customers").header("idempotency-key", format!("kill-{turn}")).json(&body);
    let response = request.send().await.ok()?;
    assert!(
        response.status() == 201 || response.status().is_server_error() || response.status() == 409,
        "{}",
        response.status()
    );
    (response.status() == 201).then_some(name)
}

/// Two installations on one server, each brought up to date by two at once: their logins are the same.
#[tokio::test(flavor = "multi_thread")]
async fn migrations_at_once_wait_for_each_other() {
    let (one, other) = (TestDatabase::empty().await, TestDatabase::empty().await);
    let databases = [&one, &other, &one, &other].map(|database| cims::Settings::database_at(&database.url));
    for migration in futures_util::future::join_all(databases.iter().map(cims::migrate)).await {
        migration.expect("it is up to date");
    }
}

/// F-10 in part: gone within 25 s, whatever clients do.
#[tokio::test(flavor = "multi_thread")]
async fn mute_clients_cannot_hold_a_stopping_process() {
    let mut binary = Binary::start().await;
    let rep1 = binary.person("rep1").await;
    let connect = || TcpStream::connect(binary.address).expect("it listens");
    let _mute = connect();
    let mut half_head = connect();
    half_head.write_all(b"GET /v1/customers HTTP/1.1\r\nHost: cims\r\n").expect("it is taken");
    let mut half_body = connect();
    let head = format!(
        "POST /v1/customers HTTP/1.1\r\nHost: cims\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{{",
        rep1.token()
    );
    half_body.write_all(head.as_bytes()).expect("it is taken");
    let mut http2 = connect();
    http2.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").expect("it is taken");
    // The services behind it have mute clients of their own: one says nothing, one never acknowledges.
    let mut behind = Vec::new();
    for service in binary.services() {
        behind.push(TcpStream::connect(service).expect("it listens"));
        let mut http2 = TcpStream::connect(service).expect("it listens");
        http2.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").expect("it is taken");
        behind.push(http2);
    }
    let _stream = rep1.request(Method::GET, "/v1/events").send().await.expect("the stream opens");
    let gone = binary.terminate().await;
    assert!(gone < Duration::from_secs(25), "gone only after {gone:?}");
}
