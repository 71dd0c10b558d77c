//! Contact records over all customers, and the follow-ups that they plan.

use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use tests::{Person, World, eventually};

fn id(record: &Value) -> String {
    record["id"].as_str().expect("a record has an id").to_owned()
}

async fn customer(person: &Person, turn: usize) -> String {
    let body = json!({ "name": format!("联系样本{turn}"), "type": "ENTERPRISE", "phones": [{ "number": format!("138{turn:08}") }] });
    id(&person.post("/v1/customers", &body).await.ok())
}

async fn record(person: &Person, customer: &str, body: Value) -> Value {
    person.post(&format!("/v1/customers/{customer}/interactions"), &body).await.ok()
}

async fn subjects(person: &Person, query: &[(&str, &str)]) -> Vec<String> {
    let request = person.request(reqwest::Method::GET, "/v1/interactions").query(query);
    let found = person.send(request).await.ok();
    let records = found["interactions"].as_array().expect("records");
    records.iter().map(|own| own["subject"].as_str().expect("a subject").to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn records_are_found_by_what_they_say_how_who_and_when() {
    let world = World::start().await;
    let (rep1, rep3, manager1) =
        (world.person("rep1").await, world.person("rep3").await, world.person("manager1").await);
    let (mine, theirs) = (customer(&rep1, 1).await, customer(&rep3, 2).await);
    let body = |subject: &str, method: &str, day: u32| json!({ "method": method, "subject": subject, "occurTime": format!("2026-01-{day:02}T08:00:00Z"), "summary": "谈了ＡＢＣ合同的付款方式", "participants": ["欧阳明"], "nextContactPlan": "寄送样品" });
    record(&rep1, &mine, body("首次拜访", "MEETING", 1)).await;
    record(&rep1, &mine, body("电话回访", "PHONE", 2)).await;
    record(&manager1, &mine, body("价格谈判", "PHONE", 3)).await;
    record(&rep3, &theirs, body("电话回访别家", "PHONE", 4)).await;

    for (fragment, found) in [
        ("访", vec!["电话回访", "首次拜访"]),
        ("回访", vec!["电话回访"]),
        ("abc合同", vec!["价格谈判", "电话回访", "首次拜访"]),
        ("欧阳", vec!["价格谈判", "电话回访", "首次拜访"]),
        ("送样", vec!["价格谈判", "电话回访", "首次拜访"]),
        // Its pairs are all there, but not one after the other.
        ("方式付款", vec![]),
        ("%", vec![]),
    ] {
        assert_eq!(subjects(&rep1, &[("query", fragment)]).await, found, "{fragment}");
    }
    assert_eq!(subjects(&rep1, &[("method", "PHONE")]).await, ["价格谈判", "电话回访"]);
    assert_eq!(subjects(&rep1, &[("authorId", &manager1.id)]).await, ["价格谈判"]);
    let window = [("fromTime", "2026-01-02T00:00:00Z"), ("toTime", "2026-01-03T08:00:00Z")];
    assert_eq!(subjects(&rep1, &window).await, ["电话回访"], "from the one, to before the other");
    assert_eq!(subjects(&rep3, &[("query", "回访")]).await, ["电话回访别家"]);
    assert_eq!(subjects(&world.person("admin").await, &[("query", "回访")]).await, ["电话回访别家", "电话回访"]);
    assert_eq!(subjects(&manager1, &[("query", "回访")]).await, ["电话回访"]);

    let first = manager1.get("/v1/interactions?method=PHONE&pageSize=1&total=estimated").await.ok();
    assert_eq!((&first["totalSize"], &first["totalIsCapped"]), (&json!(2), &json!(false)), "{first}");
    let token = first["nextPageToken"].as_str().expect("a token");
    let second = manager1.get(&format!("/v1/interactions?method=PHONE&pageSize=1&pageToken={token}")).await.ok();
    assert_eq!(second["interactions"][0]["subject"], "电话回访");
    assert!(second.get("totalSize").is_none(), "nobody asked");
    let other = manager1.get(&format!("/v1/interactions?method=EMAIL&pageToken={token}")).await;
    assert_eq!(other.refused(400), "INVALID", "a token belongs to its question");
    let own = rep1.get(&format!("/v1/customers/{mine}/interactions?total=exact&query=回访")).await.ok();
    assert_eq!((&own["totalSize"], own["interactions"].as_array().expect("records").len()), (&json!(1), 1));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follow_up_is_put_off_and_done() {
    let world = World::start().await;
    let (rep1, rep2) = (world.person("rep1").await, world.person("rep2").await);
    let customer = customer(&rep1, 1).await;
    let (path, follow_up) = (format!("/v1/customers/{customer}"), format!("/v1/followUps/{customer}"));
    assert_eq!(rep1.post(&format!("{follow_up}:complete"), &json!({})).await.refused(422), "NO_FOLLOW_UP");
    let planned = json!({ "method": "PHONE", "subject": "回访", "occurTime": "2026-01-05T08:00:00Z", "nextContactTime": "2026-01-06T08:00:00Z", "nextContactPlan": "报价" });
    let planned = record(&rep1, &customer, planned).await;
    let due = async |due: &str| rep1.get(&format!("/v1/followUps?due={due}")).await.ok()["followUps"].clone();
    assert_eq!(due("OVERDUE").await[0]["customerId"], json!(customer));

    assert_eq!(rep2.post(&format!("{follow_up}:complete"), &json!({})).await.refused(404), "NOT_FOUND");
    let past = rep1.post(&format!("{follow_up}:snooze"), &json!({ "dueTime": "2026-01-07T08:00:00Z" })).await;
    assert_eq!((past.status.as_u16(), &past.body["errors"][0]["code"]), (400, &json!("PAST")), "{}", past.body);
    let later = "2100-01-01T08:00:00Z";
    let snoozed = rep1.post(&format!("{follow_up}:snooze"), &json!({ "dueTime": later })).await.ok();
    assert_eq!((&snoozed["dueTime"], &snoozed["plan"]), (&json!(later), &json!("报价")), "{snoozed}");
    assert_eq!(due("OVERDUE").await, json!([]));
    let next = |time: Value| {
        let (rep1, path) = (&rep1, &path);
        eventually("the customer's next contact and the figures follow", move || {
            let time = time.clone();
            async move {
                let read = rep1.get(path).await.ok();
                let home = rep1.get("/v1/reports/home").await.ok();
                (read["nextContactTime"] == time && home["overdue"] == 0).then_some(())
            }
        })
    };
    next(json!(later)).await;

    let done = rep1.post(&format!("{follow_up}:complete"), &json!({})).await.ok();
    assert_eq!(done["interactionId"], planned["id"], "{done}");
    next(Value::Null).await;
    let record = &rep1.get(&format!("{path}/interactions")).await.ok()["interactions"][0];
    assert!(record["planDoneTime"].is_string() && record["nextContactTime"] == later, "{record}");
    assert_eq!(rep1.post(&format!("{follow_up}:complete"), &json!({})).await.refused(422), "NO_FOLLOW_UP");

    // A new time is a new plan.
    let edit = format!("/v1/interactions/{}?updateMask=nextContactTime", id(&planned));
    let again = rep1.patch(&edit, &json!({ "nextContactTime": "2026-01-08T08:00:00Z" })).await.ok();
    assert!(again["planDoneTime"].is_null(), "{again}");
    assert_eq!(due("OVERDUE").await[0]["customerId"], json!(customer));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_names_a_contact_of_its_customer_and_changes_for_a_day() {
    let world = World::start().await;
    let (rep1, admin) = (world.person("rep1").await, world.person("admin").await);
    let (one, other) = (customer(&rep1, 1).await, customer(&rep1, 2).await);
    let contact = async |customer: &str| {
        id(&rep1.post(&format!("/v1/customers/{customer}/contacts"), &json!({ "name": "王小明" })).await.ok())
    };
    let (right, wrong) = (contact(&one).await, contact(&other).await);
    let call = |contact: &str| json!({ "method": "PHONE", "subject": "回访", "occurTime": "2026-01-05T08:00:00Z", "contactId": contact });
    let refused = rep1.post(&format!("/v1/customers/{one}/interactions"), &call(&wrong)).await;
    let error = &refused.body["errors"][0];
    assert_eq!((&error["pointer"], &error["code"]), (&json!("/contactId"), &json!("NOT_FOUND")), "{}", refused.body);
    let written = id(&record(&rep1, &one, call(&right)).await);
    let edit = format!("/v1/interactions/{written}");
    let moved = rep1.patch(&format!("{edit}?updateMask=contactId"), &json!({ "contactId": wrong })).await;
    assert_eq!(moved.refused(400), "INVALID");
    rep1.patch(&format!("{edit}?updateMask=subject"), &json!({ "subject": "当天改" })).await.ok();

    let mut database = PgConnection::connect(&world.database.url).await.expect("the test's database");
    sqlx::query("update interaction.interaction set create_time = create_time - interval '25 hours'")
        .execute(&mut database)
        .await
        .expect("a day goes by");
    let late = rep1.patch(&format!("{edit}?updateMask=subject"), &json!({ "subject": "次日改" })).await;
    assert_eq!(late.refused(422), "EDIT_WINDOW_OVER");
    admin.patch(&format!("{edit}?updateMask=subject"), &json!({ "subject": "管理员改" })).await.ok();
    world.stop().await;
}
