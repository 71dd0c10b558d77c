//! The import as a conversation: columns mapped, rows fixed and dropped, duplicates updated, all taken back.

use std::io::Cursor;

use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use tests::{Person, World, eventually};
use uuid::Uuid;

fn path(import: &Value, rest: &str) -> String {
    format!("/v1/imports/{}{rest}", import["id"].as_str().expect("an import has an id"))
}

async fn run(person: &Person, import: &Value) -> Value {
    person.post(&path(import, ":run"), &json!({})).await.ok();
    person.import_until(import, &["SUCCEEDED", "FAILED"]).await
}

async fn revert(person: &Person, import: &Value) -> Value {
    person.post(&path(import, ":revert"), &json!({})).await.ok();
    person.import_until(import, &["REVERTED"]).await
}

async fn rows(person: &Person, import: &Value) -> Vec<Value> {
    person.get(&path(import, "/rows")).await.ok()["rows"].as_array().expect("rows").clone()
}

fn counts(import: &Value) -> [i64; 4] {
    ["accepted", "rejected", "duplicates", "dropped"].map(|name| import[name].as_i64().expect("a count"))
}

async fn named(person: &Person, name: &str) -> Value {
    let all = person.get("/v1/customers?pageSize=500").await.ok();
    let id = all["customers"].as_array().expect("customers").iter().find(|own| own["name"] == name);
    let id = id.unwrap_or_else(|| panic!("no customer {name}: {all}"))["id"].as_str().expect("an id").to_owned();
    person.get(&format!("/v1/customers/{id}")).await.ok()
}

/// A downloaded spreadsheet's rows, as texts.
async fn downloaded(person: &Person, path: &str, language: &str) -> (Vec<Vec<String>>, Vec<u8>) {
    let request = person.request(Method::GET, path).header("accept-language", language);
    let answer = request.send().await.expect("the gateway answers");
    let header = |name| answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    assert_eq!((answer.status().as_u16(), header("x-content-type-options")), (200, "nosniff".to_owned()));
    assert!(header("content-disposition").starts_with("attachment; filename*=UTF-8''"));
    let bytes = answer.bytes().await.expect("a body").to_vec();
    let mut book = sheet::Workbook::open(Cursor::new(&bytes), "answer.xlsx").expect("an xlsx");
    let rows = book
        .rows(0)
        .expect("a sheet")
        .map(|row| row.expect("a row").cells.iter().map(|cell| cell.text().into_owned()).collect::<Vec<_>>());
    (rows.collect(), bytes.clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_are_mapped_and_rows_are_fixed_and_dropped() {
    let world = World::start().await;
    let rep1 = world.person("rep1").await;
    let text = "客户名称,甲,手机\n王厂,一,13800138000\n李厂,二,1380013\n王厂,三,13900139000\n";
    let import = rep1.upload("list.csv", text.as_bytes().to_vec()).await;
    assert_eq!((&import["state"], counts(&import)), (&json!("READY"), [1, 1, 1, 0]), "{import}");

    let column = |header: &str, field: &str| json!({ "header": header, "field": field });
    let map = |second: &str, third: &str| json!({ "columns": [column("客户名称", "name"), column("甲", second), column("手机", third)] });
    for wrong in [map("nothing", "phones"), map("name", "phones"), json!({ "columns": [column("甲", "name")] })] {
        assert_eq!(rep1.patch(&path(&import, ""), &wrong).await.refused(400), "INVALID", "{wrong}");
    }
    rep1.patch(&path(&import, ""), &map("remarks", "phones")).await.ok();
    let import = rep1.import_until(&import, &["READY"]).await;
    assert_eq!((&import["columns"][1]["field"], counts(&import)), (&json!("remarks"), [1, 1, 1, 0]));

    let (errors, _) = downloaded(&rep1, &path(&import, "/errors"), "en").await;
    assert_eq!(errors[0], ["客户名称", "甲", "手机", "Why it was not imported", "Row in the file"]);
    assert_eq!(errors[1][..3], ["李厂", "二", "1380013"]);
    assert!(errors[1][3].starts_with("“手机” does not have the right form"), "{errors:?}");
    assert_eq!(errors[2][3..], ["Same name as row 2", "4"]);

    // The third row was a duplicate of the first, which now has another name.
    let fixes = json!({ "fixes": [{ "row": 3, "values": { "手机": "13700137000" } }, { "row": 2, "values": { "客户名称": "赵厂" } }] });
    let fixed = rep1.post(&path(&import, "/rows:fix"), &fixes).await.ok();
    assert_eq!((counts(&fixed["import"]), &fixed["rows"][0]["row"]), ([3, 0, 0, 0], &json!(3)), "{fixed}");
    assert_eq!(fixed["rows"][1]["values"]["客户名称"], "赵厂");
    let back = json!({ "fixes": [{ "row": 2, "values": { "客户名称": "李厂" } }, { "row": 4, "drop": true }] });
    let fixed = rep1.post(&path(&import, "/rows:fix"), &back).await.ok();
    assert_eq!(counts(&fixed["import"]), [1, 0, 1, 1], "{fixed}");
    let wrong = json!({ "fixes": [{ "row": 9, "drop": true }, { "row": 2, "values": { "无": "" } }] });
    assert_eq!(rep1.post(&path(&import, "/rows:fix"), &wrong).await.refused(400), "INVALID");

    let import = run(&rep1, &import).await;
    assert_eq!((&import["progress"], &import["toDo"]), (&json!(1), &json!(1)), "{import}");
    assert_eq!(named(&rep1, "李厂").await["remarks"], "一");
    assert_eq!(rep1.post(&path(&import, "/rows:fix"), &fixes).await.refused(422), "IMPORT_NOT_READY");
    let imports = rep1.get("/v1/imports").await.ok();
    assert_eq!(imports["imports"][0]["id"], import["id"]);
    let other = world.person("rep3").await.get("/v1/imports").await.ok();
    assert_eq!(other["imports"], json!([]));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_without_a_known_name_wait_to_be_mapped_by_hand() {
    let world = World::start().await;
    let rep1 = world.person("rep1").await;
    let text = "Unsere Kunden\nFirma,Telefon,Ort\n甲厂,13800138000,杭州\n乙厂,13900139000,\n";
    let import = rep1.upload("list.csv", text.as_bytes().to_vec()).await;
    assert_eq!((&import["state"], counts(&import)), (&json!("READY"), [0, 2, 0, 0]), "{import}");
    let columns = |fields: [&str; 3]| {
        let columns = ["Firma", "Telefon", "Ort"].iter().zip(fields);
        let columns = columns.map(|(header, field)| json!({ "header": header, "field": field }));
        json!({ "columns": columns.collect::<Vec<_>>() })
    };
    assert_eq!(import["columns"], columns(["", "", ""])["columns"]);
    assert_eq!(rep1.post(&path(&import, ":run"), &json!({})).await.refused(422), "NO_NAME_COLUMN");
    rep1.patch(&path(&import, ""), &columns(["name", "phones", "regionCode"])).await.ok();
    let import = rep1.import_until(&import, &["READY"]).await;
    assert_eq!(counts(&import), [2, 0, 0, 0], "{import}");
    run(&rep1, &import).await;
    assert_eq!(named(&rep1, "甲厂").await["regionCode"], "330100");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_go_after_a_month_and_the_counts_stay() {
    let world = World::start().await;
    let rep1 = world.person("rep1").await;
    let list = "客户名称,手机\n甲厂,13800138000\n乙厂,1390013\n";
    let done = rep1.upload("list.csv", list.as_bytes().to_vec()).await;
    let done = run(&rep1, &done).await;
    let recent = rep1.upload("list.csv", list.as_bytes().to_vec()).await;
    let left = rep1.upload("list.csv", list.as_bytes().to_vec()).await;
    assert!(done["expireTime"].is_string(), "{done}");
    let mut database = PgConnection::connect(&world.database.url).await.expect("the test's database");
    for old in [&done, &left] {
        let id: Uuid = old["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
        let age = "update customer.import set create_time = create_time - interval '31 days',
            finish_time = finish_time - interval '31 days' where id = $1";
        sqlx::query(age).bind(id).execute(&mut database).await.expect("it is old now");
    }
    assert_eq!(rep1.post(&path(&done, ":revert"), &json!({})).await.refused(422), "IMPORT_EXPIRED");
    // A process sweeps as it starts, and each hour.
    let database = world.database.clone();
    world.stop().await;
    let world = World::start_on(database, |_| {}).await;
    let rep1 = world.person("rep1").await;
    for (old, state) in [(&done, "SUCCEEDED"), (&left, "CANCELLED")] {
        eventually("the rows are gone", || async { rows(&rep1, old).await.is_empty().then_some(()) }).await;
        let now = rep1.get(&path(old, "")).await.ok();
        assert_eq!((&now["state"], counts(&now)), (&json!(state), counts(old)), "{now}");
    }
    assert_eq!(rows(&rep1, &recent).await.len(), 2);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_template_can_be_imported_as_it_is() {
    let world = World::start().await;
    let admin = world.person("admin").await;
    for (language, header) in [("zh-CN", "客户名称"), ("en", "Name")] {
        let (rows, bytes) = downloaded(&admin, "/v1/imports:template", language).await;
        assert_eq!((rows[0][0].as_str(), rows.len()), (header, 2));
        let import = admin.upload("template.xlsx", bytes).await;
        assert_eq!((&import["state"], counts(&import)), (&json!("READY"), [1, 0, 0, 0]), "{language}: {import}");
        let flags = rows_flags(&admin, &import).await;
        assert_eq!(flags, json!([]), "{language}");
        admin.post(&path(&import, ":cancel"), &json!({})).await.ok();
        assert_eq!(admin.post(&path(&import, ":run"), &json!({})).await.refused(422), "IMPORT_NOT_READY");
    }
    world.stop().await;
}

async fn rows_flags(person: &Person, import: &Value) -> Value {
    rows(person, import).await[0]["flags"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn duplicates_update_what_their_author_may_change_and_all_is_undone() {
    let world = World::start().await;
    let (rep1, rep3) = (world.person("rep1").await, world.person("rep3").await);
    let customer = |name: &str, phone: &str| json!({ "name": name, "type": "ENTERPRISE", "phones": [{ "number": phone }], "remarks": "旧" });
    rep1.post("/v1/customers", &customer("甲厂", "13800138000")).await.ok();
    rep3.post("/v1/customers", &customer("乙厂", "13900139000")).await.ok();
    let text = "客户名称,联系人,手机,邮箱,备注\n甲厂,王小明,13800138000,a@example.com,新\n乙厂,,13900139000,b@example.com,新\n\
        甲厂,,,c@example.com,再\n丙厂,,13700137000,,\n";
    for (policy, remarks) in [("UPDATE_EMPTY", "旧"), ("OVERWRITE", "新")] {
        let import = rep1.upload("list.csv", text.as_bytes().to_vec()).await;
        assert_eq!(counts(&import), [1, 0, 3, 0], "{import}");
        rep1.patch(&path(&import, ""), &json!({ "duplicatePolicy": policy })).await.ok();
        let import = run(&rep1, &import).await;
        assert_eq!((&import["state"], &import["updated"]), (&json!("SUCCEEDED"), &json!(1)), "{import}");
        let own = named(&rep1, "甲厂").await;
        assert_eq!((&own["email"], &own["remarks"]), (&json!("a@example.com"), &json!(remarks)), "{policy}");
        assert_eq!(own["contacts"][0]["name"], "王小明");
        assert_eq!(named(&rep3, "乙厂").await["email"], "");
        let skipped: Vec<Value> =
            rows(&rep1, &import).await.iter().map(|row| row["errors"][0]["code"].clone()).collect();
        assert_eq!(skipped[1..3], ["CUSTOMER_OUT_OF_REACH", "UPDATED_BY_EARLIER_ROW"]);

        let reverted = revert(&rep1, &import).await;
        assert_eq!((&reverted["reverted"], &reverted["kept"]), (&json!(2), &json!(0)), "{reverted}");
        let own = named(&rep1, "甲厂").await;
        assert_eq!(
            (&own["email"], &own["remarks"], &own["contacts"]),
            (&json!(""), &json!("旧"), &json!([])),
            "{policy}"
        );
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revert_leaves_rows_in_whose_way_later_work_stands() {
    let world = World::start().await;
    let admin = world.person("admin").await;
    let rows_of = |count: usize| (0..count).map(|row| format!("撤销样本{row},1370013{row:04}\n")).collect::<String>();
    let import = admin.upload("list.csv", format!("客户名称,手机\n{}", rows_of(5)).into_bytes()).await;
    let import = run(&admin, &import).await;
    let ids: Vec<String> =
        rows(&admin, &import).await.iter().map(|row| row["customerId"].as_str().expect("an id").to_owned()).collect();
    let customer = |row: usize| format!("/v1/customers/{}", ids[row]);
    admin.patch(&customer(0), &json!({ "remarks": "改过" })).await.ok();
    let call = json!({ "method": "PHONE", "subject": "回访", "occurTime": "2026-01-05T08:00:00Z" });
    admin.post(&format!("{}/interactions", customer(1)), &call).await.ok();
    admin.post(&format!("{}/contacts", customer(2)), &json!({ "name": "王小明" })).await.ok();
    admin.delete(&customer(3)).await.ok();
    eventually("the contact record is known", || async {
        admin.get(&customer(1)).await.ok()["lastContactTime"].is_string().then_some(())
    })
    .await;
    let reverted = revert(&admin, &import).await;
    assert_eq!((&reverted["reverted"], &reverted["kept"]), (&json!(1), &json!(4)), "{reverted}");
    let reasons: Vec<Value> = rows(&admin, &import).await.iter().map(|row| row["keptBecause"].clone()).collect();
    assert_eq!(reasons, ["CHANGED_SINCE", "HAS_INTERACTIONS", "CONTACTS_CHANGED", "CUSTOMER_DELETED", ""]);
    let mut kept = Vec::new();
    let mut token = String::new();
    while kept.len() < 4 {
        let page = admin.get(&path(&import, &format!("/rows?kept=true&pageSize=3&pageToken={token}"))).await.ok();
        kept.extend(page["rows"].as_array().expect("rows").iter().map(|row| row["row"].clone()));
        token = page["nextPageToken"].as_str().expect("a token").to_owned();
    }
    assert_eq!((kept, token.as_str()), (vec![json!(2), json!(3), json!(4), json!(5)], ""));
    let bin = admin.get("/v1/customers?filter=deleted").await.ok();
    assert_eq!(bin["customers"].as_array().map(Vec::len), Some(2));
    assert_eq!(admin.post(&path(&import, ":revert"), &json!({})).await.refused(422), "IMPORT_NOT_DONE");
    world.stop().await;
}
