//! Numbers of identity cards: masked for everybody, found whole, revealed one by one, and nowhere at rest in clear.

use std::{fs, path::Path};

use kit::secret::Secrets;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tests::{Person, TestDatabase, World, eventually};

/// What every number here begins with.
const BEGINNING: &str = "11010519910307";

/// A number whose last character follows from the others.
fn number(serial: u32) -> String {
    let first = format!("{BEGINNING}{serial:03}");
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = first.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    let check = char::from(b"10X98765432"[(sum % 11) as usize]);
    format!("{first}{check}")
}

/// One that ends in X, as people also type it small.
fn number_with_x(from: u32) -> String {
    (from..).map(number).find(|number| number.ends_with('X')).expect("one in eleven")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn masked(number: &str) -> String {
    kit::schema::star(number)
}

async fn create(person: &Person, name: &str, phone: u32, number: &str) -> Value {
    person.post("/v1/customers", &body(name, phone, number)).await.ok()
}

fn body(name: &str, phone: u32, number: &str) -> Value {
    json!({
        "name": name, "type": "INDIVIDUAL", "idNumber": number,
        "phones": [{ "number": format!("1391234{phone:04}") }],
    })
}

async fn reveal(person: &Person, customer: &Value) -> Value {
    let path = format!("/v1/customers/{}:reveal", text(&customer["id"]));
    person.post(&path, &json!({ "field": "idNumber" })).await.ok()["value"].clone()
}

/// Names of those found, each with the reasons.
async fn find(person: &Person, query: &str) -> Vec<(String, Value)> {
    let found = person.post("/v1/customers:search", &json!({ "query": query })).await.ok();
    let results = found["results"].as_array().expect("results").iter();
    results.map(|result| (text(&result["customer"]["name"]), result["reasons"].clone())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_number_is_seen_masked_found_whole_and_revealed_by_who_may() {
    let world = World::start().await;
    let (rep1, admin) = (world.person("rep1").await, world.person("admin").await);
    let clear = number_with_x(0);
    let customer = create(&rep1, "王小明", 1, &clear.to_lowercase()).await;
    let path = format!("/v1/customers/{}", text(&customer["id"]));
    assert_eq!(customer["idNumber"], masked(&clear), "whoever writes it sees it masked");
    for username in ["rep1", "admin", "manager1", "service1", "marketing1", "exec1"] {
        let person = world.person(username).await;
        let found = person.post("/v1/customers:search", &json!({ "query": "王小明" })).await.ok();
        let listed = person.get("/v1/customers").await.ok();
        let read = person.get(&path).await.ok();
        for seen in [&read, &listed["customers"][0], &found["results"][0]["customer"]] {
            assert_eq!(seen["idNumber"], masked(&clear), "{username}: {seen}");
        }
        for query in [clear.clone(), clear.to_lowercase(), format!(" {clear} ")] {
            assert_eq!(
                find(&person, &query).await,
                [("王小明".to_owned(), json!(["idNumber"]))],
                "{username}: {query}"
            );
        }
        for part in [&clear[..17], &clear[14..], &clear[..6], &number(500)] {
            assert_eq!(find(&person, part).await, [], "{username}: {part}");
        }
    }
    assert_eq!(find(&world.person("rep3").await, &clear).await, [], "of another's customer nothing");
    let asked = json!({ "where": { "field": "idNumber", "op": "not_empty" } });
    assert_eq!(admin.post("/v1/customers:search", &asked).await.status, 400);
    assert_eq!(admin.get("/v1/customers?orderBy=idNumber").await.status, 400);

    assert_eq!(reveal(&rep1, &customer).await, clear);
    assert_eq!(reveal(&admin, &customer).await, clear);
    let asked = json!({ "field": "idNumber" });
    let marketing1 = world.person("marketing1").await;
    assert_eq!(marketing1.post(&format!("{path}:reveal"), &asked).await.refused(403), "PERMISSION_DENIED");
    // What somebody typed elsewhere is no secret, whatever it looks like.
    let trick = json!({ "remarks": "sealed:cims.customer.v1.Customer.id_number:00:00" });
    rep1.patch(&path, &trick).await.ok();
    let asked = json!({ "field": "remarks" });
    assert_eq!(rep1.post(&format!("{path}:reveal"), &asked).await.status, 400);

    // The same number again changes nothing; another does, and the history says no more than that.
    let before = rep1.get(&path).await.ok();
    let same = rep1.patch(&path, &json!({ "idNumber": clear })).await.ok();
    assert_eq!(same["etag"], before["etag"]);
    let other = number(7);
    let after = rep1.patch(&path, &json!({ "idNumber": other })).await.ok();
    assert_eq!(after["idNumber"], masked(&other));
    assert_eq!((find(&rep1, &clear).await, find(&rep1, &other).await.len()), (Vec::new(), 1));
    let history = rep1.get(&format!("{path}/history")).await.ok();
    let changes = history["entries"].as_array().expect("entries").iter().flat_map(|entry| entry["changes"].as_array());
    let changes: Vec<&Value> = changes.flatten().filter(|change| change["field"] == "idNumber").collect();
    assert!(changes.iter().any(|change| change["from"] == "******" && change["to"] == "******"), "{history}");
    let looks = history["entries"].as_array().expect("entries").iter();
    assert_eq!(looks.filter(|entry| entry["type"] == "customer.reveal.created.v1").count(), 2, "{history}");
    assert!(![&clear, &other].iter().any(|number| history.to_string().contains(*number)), "{history}");

    // Two at once: the other is told that there was another number, not which.
    let stale = rep1.request(Method::PATCH, &path).header("if-match", text(&before["etag"]));
    let conflict = rep1.send(stale.json(&json!({ "idNumber": number(8) }))).await;
    assert_eq!(conflict.status, 412);
    assert_eq!(conflict.body["theirs"]["idNumber"], "******", "{}", conflict.body);

    rep1.patch(&path, &json!({ "idNumber": "" })).await.ok();
    assert_eq!((rep1.get(&path).await.ok()["idNumber"].clone(), find(&rep1, &other).await), (json!(""), Vec::new()));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_customer_of_a_number_is_told_and_a_wrong_number_refused() {
    let world = World::start().await;
    let (rep1, rep2) = (world.person("rep1").await, world.person("rep2").await);
    let clear = number(20);
    create(&rep1, "王小明", 1, &clear).await;
    let twin = rep2.post("/v1/customers", &body("王晓明", 2, &clear)).await;
    assert_eq!(
        (twin.status.as_u16(), &twin.body["code"], &twin.body["matches"][0]["by"]),
        (409, &json!("DUPLICATE"), &json!("idNumber"))
    );
    assert!(!twin.body.to_string().contains(&clear), "{}", twin.body);
    let known = rep2.request(Method::POST, "/v1/customers").header("x-allow-duplicate", "true");
    assert_eq!(rep2.send(known.json(&body("王晓明", 2, &clear))).await.status, 201);
    let last = if clear.ends_with('1') { '2' } else { '1' };
    for wrong in [format!("{}{last}", &clear[..17]), clear[..17].to_owned(), masked(&clear), "19910307".to_owned()] {
        let answer = rep1.post("/v1/customers", &body("李四", 3, &wrong)).await;
        assert_eq!(answer.body["errors"][0]["pointer"], "/idNumber", "{wrong}: {}", answer.body);
        assert!(text(&answer.body["errors"][0]["message"]).contains("身份证号"), "{}", answer.body);
        answer.refused(400);
    }
    // A job would keep its question.
    let job = json!({ "ownerId": world.person("manager1").await.id, "query": clear });
    let answer = world.person("manager1").await.post("/v1/customers:assign", &job).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.body["errors"][0]["pointer"]),
        (400, &json!("/query")),
        "{}",
        answer.body
    );
    // A write sent again under its key is answered as it was.
    let send = async || {
        let request = rep1.request(Method::POST, "/v1/customers").header("idempotency-key", "one");
        rep1.send(request.json(&body("赵六", 4, &number(21)))).await.ok()
    };
    assert_eq!(send().await, send().await);
    world.stop().await;
}

/// Every row of every table as text, where bytes are hexadecimal.
async fn dump(url: &str) -> String {
    let mut connection = PgConnection::connect(url).await.expect("the database");
    let tables: Vec<(String, String)> = sqlx::query_as(
        "select schemaname::text, tablename::text from pg_tables where schemaname not in ('pg_catalog', 'information_schema')",
    )
    .fetch_all(&mut connection)
    .await
    .expect("tables");
    let mut all = String::new();
    for (schema, table) in tables {
        let sql = AssertSqlSafe(format!("select coalesce(string_agg(t::text, chr(10)), '') from {schema}.{table} t"));
        let rows: String = sqlx::query_scalar(sql).fetch_one(&mut connection).await.expect("its rows");
        all += &rows;
    }
    all
}

/// The server's log of writes; none when its folder is out of reach.
async fn write_ahead_log(url: &str) -> Option<Vec<u8>> {
    let mut connection = PgConnection::connect(url).await.expect("the database");
    let folder: String = sqlx::query_scalar("show data_directory").fetch_one(&mut connection).await.ok()?;
    let mut all = Vec::new();
    for file in fs::read_dir(Path::new(&folder).join("pg_wal")).ok()?.flatten() {
        if file.file_type().is_ok_and(|kind| kind.is_file()) {
            all.extend(fs::read(file.path()).ok()?);
        }
    }
    Some(all)
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_a_dump_nor_the_log_of_writes_holds_a_number_in_clear() {
    let world = World::start().await;
    let (rep1, admin) = (world.person("rep1").await, world.person("admin").await);
    let numbers: Vec<String> = (100..107).map(number).collect();
    let [first, second, imported, twin, unmapped, corrected, broken] = &*numbers else { panic!("seven numbers") };
    let broken = &broken[..17];
    let marker = "零四零号客户";
    let request = rep1.request(Method::POST, "/v1/customers").header("idempotency-key", "two");
    let customer = rep1.send(request.json(&body(marker, 1, first))).await.ok();
    let path = format!("/v1/customers/{}", text(&customer["id"]));
    rep1.patch(&path, &json!({ "idNumber": second })).await.ok();
    let request = rep1.request(Method::POST, &format!("{path}:reveal")).header("idempotency-key", "three");
    rep1.send(request.json(&json!({ "field": "idNumber" }))).await.ok();

    // A file: one good row, one of the customer that is there, one with a wrong number, and a column that is not mapped.
    let file = format!(
        "客户名称,电话,身份证号,经办人证件\n导入甲,13700000001,{imported},{unmapped}\n导入乙,13700000002,{second},\n导入丙,13700000003,{broken},\n导入丁,13700000004,{imported},\n",
    );
    let import = rep1.upload("客户.csv", file.into_bytes()).await;
    assert_eq!(import["columns"][2]["field"], "idNumber", "{import}");
    let import_path = format!("/v1/imports/{}", text(&import["id"]));
    let rows = rep1.get(&format!("{import_path}/rows")).await.ok();
    let row = |at: usize| &rows["rows"][at];
    assert_eq!(
        (&row(0)["outcome"], &row(0)["values"]["身份证号"]),
        (&json!("ACCEPTED"), &json!(masked(imported))),
        "{rows}"
    );
    assert_eq!(row(0)["values"]["经办人证件"], masked(unmapped), "{rows}");
    assert_eq!((&row(1)["duplicateOf"]["by"], &row(1)["outcome"]), (&json!("idNumber"), &json!("DUPLICATE")), "{rows}");
    assert_eq!((&row(2)["errors"][0]["field"], &row(2)["outcome"]), (&json!("idNumber"), &json!("REJECTED")), "{rows}");
    assert_eq!(
        (&row(3)["duplicateOf"]["by"], &row(3)["duplicateOf"]["row"]),
        (&json!("idNumber"), &json!(2)),
        "{rows}"
    );
    let fixes = json!({ "fixes": [{ "row": 4, "values": { "身份证号": corrected } }, { "row": 5, "values": { "身份证号": twin } }] });
    let request = rep1.request(Method::POST, &format!("{import_path}/rows:fix")).header("idempotency-key", "four");
    let fixed = rep1.send(request.json(&fixes)).await.ok();
    assert_eq!(fixed["rows"][0]["outcome"], "ACCEPTED", "{fixed}");
    // Not mapped, and mapped again: what was read stays under seal.
    for field in ["", "idNumber"] {
        let fields = ["name", "phones", field, ""].into_iter().zip(import["columns"].as_array().expect("columns"));
        let columns: Vec<Value> =
            fields.map(|(field, column)| json!({ "header": column["header"], "field": field })).collect();
        let mapped = rep1.patch(&import_path, &json!({ "columns": columns })).await.ok();
        rep1.import_until(&mapped, &["READY"]).await;
    }
    let running = rep1.post(&format!("{import_path}:run"), &json!({})).await.ok();
    let ended = rep1.import_until(&running, &["SUCCEEDED", "FAILED"]).await;
    assert_eq!((&ended["state"], &ended["accepted"]), (&json!("SUCCEEDED"), &json!(3)), "{ended}");
    for (number, name) in [(imported, "导入甲"), (corrected, "导入丙"), (twin, "导入丁")] {
        assert_eq!(find(&rep1, number).await, [(name.to_owned(), json!(["idNumber"]))]);
    }
    let errors = rep1.request(Method::GET, &format!("{import_path}/errors")).send().await.expect("an answer");
    assert!(errors.status().is_success());
    assert_eq!(admin.get(&format!("{path}/history")).await.status, 200);

    let all = dump(&world.database.url).await;
    let log = write_ahead_log(&world.database.url).await;
    assert!(all.contains(marker), "the dump holds what is no secret");
    let hexadecimal: String = BEGINNING.bytes().map(|byte| format!("{byte:02x}")).collect();
    for form in [BEGINNING, &hexadecimal] {
        let row = all.find(form).map(|place| all[..place].lines().last().unwrap_or_default());
        assert!(row.is_none(), "{form} stands behind {row:?}");
    }
    // On a server elsewhere its folder is out of reach.
    if let Some(log) = log {
        assert!(holds(&log, marker), "the log holds what is no secret");
        assert!(!holds(&log, BEGINNING), "a number stands in the log of writes");
    }
    world.stop().await;
}

/// CIMS on the same database with other keys.
async fn restarted(world: World, keys: &str) -> World {
    let (database, old) = (world.database.clone(), world.settings.keys.clone());
    world.stop().await;
    started(database, |settings| settings.keys = old, keys).await
}

async fn started(database: TestDatabase, change: impl FnOnce(&mut cims::Settings), keys: &str) -> World {
    World::start_on(database, |settings| {
        change(settings);
        settings.keys.secrets = Some(Secrets::parse(keys).expect("keys"));
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_changed_without_a_failed_read_and_the_old_one_may_go() {
    let (old, new) = (Secrets::random_text(), Secrets::random_text());
    let world = started(TestDatabase::create().await, |_| {}, &old).await;
    let rep1 = world.person("rep1").await;
    let (clear, waiting) = (number(200), number(201));
    let customer = create(&rep1, "王小明", 1, &clear).await;
    let path = format!("/v1/customers/{}", text(&customer["id"]));
    let etag = rep1.get(&path).await.ok()["etag"].clone();
    let file = format!("客户名称,电话,身份证号\n导入甲,13700000001,{waiting}\n");
    let import = rep1.upload("客户.csv", file.into_bytes()).await;
    assert_eq!(import["accepted"], 1, "{import}");

    // Both keys: what stands under the old one is read and found all the time, and sealed anew meanwhile.
    let world = restarted(world, &format!("{new},{old}")).await;
    let rep1 = world.person("rep1").await;
    let url = &world.database.url;
    assert_eq!(reveal(&rep1, &customer).await, clear);
    let newest = Secrets::parse(&new).expect("a key");
    let opens = |sealed: &str| kit::schema::renewed(sealed, &newest).is_ok();
    eventually("everything stands under the new key", || async {
        assert_eq!(find(&rep1, &clear).await.len(), 1);
        assert_eq!(rep1.get(&path).await.ok()["idNumber"], masked(&clear));
        let mut connection = PgConnection::connect(url).await.ok()?;
        let sealed: Vec<String> = sqlx::query_scalar(
            "select id_number from customer.customer where id_number <> ''
            union all select draft ->> 'idNumber' from customer.import_row where draft ->> 'idNumber' is not null",
        )
        .fetch_all(&mut connection)
        .await
        .ok()?;
        (sealed.len() == 2 && sealed.iter().all(|sealed| opens(sealed))).then_some(())
    })
    .await;
    assert_eq!(rep1.get(&path).await.ok()["etag"], etag, "nothing else has changed");
    let twin = rep1.post("/v1/customers", &body("王晓明", 2, &clear)).await;
    assert_eq!((twin.status.as_u16(), &twin.body["matches"][0]["by"]), (409, &json!("idNumber")), "{}", twin.body);

    // The new key alone.
    let world = restarted(world, &new).await;
    let rep1 = world.person("rep1").await;
    assert_eq!(reveal(&rep1, &customer).await, clear);
    assert_eq!(find(&rep1, &clear).await.len(), 1);
    let twin = rep1.post("/v1/customers", &body("王晓明", 2, &clear)).await;
    assert_eq!((twin.status.as_u16(), &twin.body["matches"][0]["by"]), (409, &json!("idNumber")), "{}", twin.body);
    let running = rep1.post(&format!("/v1/imports/{}:run", text(&import["id"])), &json!({})).await.ok();
    let ended = rep1.import_until(&running, &["SUCCEEDED", "FAILED"]).await;
    assert_eq!((&ended["state"], &ended["accepted"]), (&json!("SUCCEEDED"), &json!(1)), "{ended}");
    assert_eq!(find(&rep1, &waiting).await.len(), 1);
    rep1.get(&format!("{path}/history")).await.ok();
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_nothing_starts_that_keeps_secrets() {
    let database = TestDatabase::create().await;
    let world = World::start_on(database, |_| {}).await;
    let mut settings = world.peer_settings();
    settings.keys.secrets = None;
    let refused = cims::Process::start(&settings, &[cims::Role::Customer]).await;
    let told = refused.expect_err("it does not start").to_string();
    assert!(told.contains("CIMS_SECRET_KEY"), "{told}");
    world.stop().await;
}
