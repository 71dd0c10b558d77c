//! The real, dirty customer list: every row ends as its key says, and the same file again changes nothing.

use std::{collections::HashMap, fs, path::Path};

use serde_json::{Value, json};
use tests::{Person, World, eventually};

fn data(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

async fn rows(person: &Person, import: &Value, outcome: &str) -> Vec<Value> {
    let (mut all, mut token) = (Vec::new(), String::new());
    loop {
        let id = import["id"].as_str().expect("an id");
        let page =
            person.get(&format!("/v1/imports/{id}/rows?outcome={outcome}&pageSize=500&pageToken={token}")).await.ok();
        all.extend(page["rows"].as_array().expect("rows").iter().cloned());
        token = page["nextPageToken"].as_str().expect("a token").to_owned();
        if token.is_empty() {
            return all;
        }
    }
}

fn by_row(rows: &[Value]) -> HashMap<i64, &Value> {
    rows.iter().map(|row| (row["row"].as_i64().expect("a number"), row)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_list_ends_as_its_key_says_and_again_changes_nothing() {
    let world = World::start().await;
    let admin = world.person("admin").await;
    let import = admin.upload("customers-5000.xlsx", data("customers-5000.xlsx")).await;
    assert_eq!(import["state"], "READY", "{import}");
    let path = format!("/v1/imports/{}:run", import["id"].as_str().expect("an id"));
    admin.post(&path, &json!({})).await.ok();
    let import = admin.import_until(&import, &["SUCCEEDED", "FAILED"]).await;
    assert_eq!(import["state"], "SUCCEEDED", "{import}");
    let key: Value = serde_json::from_slice(&data("customers-5000.key.json")).expect("JSON");
    assert_eq!(import["accepted"], key["counts"]["accept"], "{import}");
    assert_eq!(import["rejected"], key["counts"]["reject"], "{import}");
    assert_eq!(import["duplicates"], key["counts"]["duplicate"], "{import}");
    assert_eq!(import["total"], key["rows"], "{import}");

    let (rejected, duplicates, flagged) = (
        rows(&admin, &import, "rejected").await,
        rows(&admin, &import, "duplicate").await,
        rows(&admin, &import, "flagged").await,
    );
    let (rejected, duplicates, flagged) = (by_row(&rejected), by_row(&duplicates), by_row(&flagged));
    let accepted = rows(&admin, &import, "accepted").await;
    let accepted = by_row(&accepted);
    for detail in key["detail"].as_array().expect("details") {
        let row = detail["row"].as_i64().expect("a row");
        match detail["expect"].as_str() {
            Some("reject") => {
                let found = rejected.get(&row).unwrap_or_else(|| panic!("{detail}: not rejected"));
                assert!(
                    found["errors"].as_array().expect("errors").iter().any(|error| error["column"] == detail["field"]),
                    "{detail}: {found}"
                );
            }
            Some("duplicate") => {
                let found = duplicates.get(&row).unwrap_or_else(|| panic!("{detail}: not a duplicate"));
                assert_eq!(
                    (&found["duplicateOf"]["row"], &found["duplicateOf"]["by"]),
                    (&detail["of"], &detail["by"]),
                    "{detail}: {found}"
                );
            }
            _ if detail.get("flag").is_some() => assert!(flagged.contains_key(&row), "{detail}: not flagged"),
            _ => {
                let found = accepted
                    .get(&row)
                    .or_else(|| flagged.get(&row))
                    .unwrap_or_else(|| panic!("{detail}: not accepted"));
                if let Some(normalised) = detail["normalised"].as_object() {
                    let customer = admin
                        .get(&format!("/v1/customers/{}", found["customerId"].as_str().expect("an id")))
                        .await
                        .ok();
                    check_normalised(normalised, &customer);
                }
            }
        }
    }
    owners_and_tags_follow(&world, &admin).await;

    let again = admin.upload("customers-5000.xlsx", data("customers-5000.xlsx")).await;
    assert_eq!((&again["accepted"], &again["rejected"]), (&json!(0), &key["counts"]["reject"]), "{again}");
    admin.post(&format!("/v1/imports/{}:run", again["id"].as_str().expect("an id")), &json!({})).await.ok();
    let again = admin.import_until(&again, &["SUCCEEDED", "FAILED"]).await;
    assert_eq!((&again["state"], &again["accepted"]), (&json!("SUCCEEDED"), &json!(0)));
    let home = admin.get("/v1/reports/home").await.ok();
    assert_eq!(home["customerCount"], key["counts"]["accept"], "the second run changed nothing");
    world.stop().await;
}

fn check_normalised(normalised: &serde_json::Map<String, Value>, customer: &Value) {
    for (header, value) in normalised {
        match header.as_str() {
            "手机" => {
                let phones = customer["phones"].as_array().expect("phones");
                assert!(phones.iter().any(|phone| phone["number"] == *value), "{value}: {phones:?}");
            }
            "首次合作时间" => assert_eq!(customer["firstCooperationDate"], *value),
            "累计交易金额" => {
                let amount: f64 = customer["cumulativeAmount"].as_str().expect("a text").parse().expect("a number");
                assert!((amount - value.as_f64().expect("a number")).abs() < 0.005, "{value}: {amount}");
            }
            other => panic!("the key names a column that the test does not know: {other}"),
        }
    }
}

/// The owners that the file names have their customers, and tags come by event.
async fn owners_and_tags_follow(world: &World, admin: &Person) {
    let rep1 = world.person("rep1").await;
    let mine = rep1.get("/v1/customers?pageSize=500").await.ok();
    let mine = mine["customers"].as_array().expect("customers");
    assert!(mine.len() > 100 && mine.iter().all(|customer| customer["ownerId"] == json!(rep1.id)));
    eventually("every figure and tag has followed", || async {
        let home = admin.get("/v1/reports/home").await.ok();
        let tagged = rep1.get("/v1/customers?pageSize=500").await.ok();
        let tagged = tagged["customers"].as_array().is_some_and(|all| all.iter().any(|one| one["tags"] != json!([])));
        (home["customerCount"] == 4531 && tagged).then_some(())
    })
    .await;
}
