//! Sharing one customer: to read, to write, until a day; what it gives, what it does not, and that it ends everywhere.

use std::time::Duration;

use chrono::Days;
use futures_util::StreamExt;
use kit::zone;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};
use tests::{MovedClock, Person, TestDatabase, World, eventually};

const DAY: Duration = Duration::from_secs(24 * 3_600);

fn id(record: &Value) -> String {
    record["id"].as_str().expect("a record has an id").to_owned()
}

async fn customer(person: &Person, name: &str, turn: usize) -> String {
    let body = json!({ "name": name, "type": "ENTERPRISE", "phones": [{ "number": format!("1361234{turn:04}") }] });
    id(&person.post("/v1/customers", &body).await.ok())
}

async fn share(by: &Person, customer: &str, with: &Person, access: &str) -> Value {
    let share = json!({ "userId": with.id, "access": access });
    by.post(&format!("/v1/customers/{customer}/shares"), &share).await.ok()
}

fn single(share: &Value) -> String {
    format!("/v1/customers/{}/shares/{}", share["customerId"].as_str().unwrap_or_default(), id(share))
}

async fn call_on(person: &Person, customer: &str, subject: &str) -> Value {
    let call = json!({
        "method": "PHONE", "subject": subject, "occurTime": "2026-01-05T08:00:00Z",
        "nextContactTime": "2026-01-06T08:00:00Z",
    });
    person.post(&format!("/v1/customers/{customer}/interactions"), &call).await.ok()
}

fn ids(rows: &Value, field: &str) -> Vec<String> {
    let mut ids: Vec<String> =
        rows.as_array().expect("rows").iter().map(|row| row[field].as_str().unwrap_or_default().to_owned()).collect();
    ids.sort_unstable();
    ids
}

/// The customers that a list, a search by name and each page of one row show, which must be the same.
async fn shown(person: &Person) -> Vec<String> {
    let list = person.get("/v1/customers?total=exact").await.ok();
    let listed = ids(&list["customers"], "id");
    assert_eq!(list["totalSize"], json!(listed.len()), "{}", person.name());
    let question = json!({ "query": "共享样本", "total": "exact" });
    let search = person.post("/v1/customers:search", &question).await.ok();
    let results = search["results"].as_array().expect("results");
    let mut found: Vec<String> = results.iter().map(|result| id(&result["customer"])).collect();
    found.sort_unstable();
    assert_eq!((&found, &search["totalSize"]), (&listed, &json!(listed.len())), "{}", person.name());
    assert_eq!(list["sharedToWrite"], search["sharedToWrite"], "{}", person.name());
    for order in ["", "name", "updateTime desc", "lastContactTime"] {
        let (mut paged, mut token) = (Vec::new(), String::new());
        loop {
            let path = format!("/v1/customers?pageSize=1&orderBy={order}&pageToken={token}");
            let page = person.get(&path).await.ok();
            paged.extend(ids(&page["customers"], "id"));
            token = page["nextPageToken"].as_str().unwrap_or_default().to_owned();
            if token.is_empty() {
                break;
            }
        }
        paged.sort_unstable();
        assert_eq!(paged, listed, "{} by {order}, a row a page", person.name());
    }
    listed
}

/// The customers of contact records and of follow-ups that lists across customers show: the replica's word alone.
async fn replicated(person: &Person) -> (Vec<String>, Vec<String>, Value) {
    let records = person.get("/v1/interactions?total=estimated").await.ok();
    let mut seen = ids(&records["interactions"], "customerId");
    // Counted a moment after they are listed: the replica may have learnt of something in between.
    if records["totalSize"] != json!(seen.len()) {
        seen.push(format!("{} in total", records["totalSize"]));
    }
    let due = person.get("/v1/followUps?due=OVERDUE").await.ok();
    let tags = person.get("/v1/tags?counts=true").await.ok();
    let count = tags["tags"][0]["customerCount"].clone();
    (seen, ids(&due["followUps"], "customerId"), count)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_gives_what_hangs_on_one_customer_until_it_is_taken_back() {
    let world = World::start().await;
    let (admin, rep1, rep3) = (world.person("admin").await, world.person("rep1").await, world.person("rep3").await);
    let tag = id(&admin.post("/v1/tags", &json!({ "name": "老客户" })).await.ok());
    let (own, other) = (customer(&rep3, "共享样本己", 1).await, customer(&rep1, "共享样本乙", 2).await);
    let given = customer(&rep1, "共享样本甲", 3).await;
    for customer in [&given, &other] {
        call_on(&rep1, customer, "回访").await;
        rep1.post(&format!("/v1/customers/{customer}/tags:set"), &json!({ "tagIds": [tag] })).await.ok();
    }
    let path = format!("/v1/customers/{given}");
    assert_eq!(shown(&rep3).await, std::slice::from_ref(&own));

    let live = rep3.request(Method::GET, "/v1/events").send().await.expect("the stream opens");
    let mut live = live.bytes_stream();
    let share_of = share(&rep1, &given, &rep3, "READ").await;
    let mut told = String::new();
    while !told.contains("customer.share.created.v1") {
        let chunk = live.next().await.expect("the stream goes on").expect("a notice");
        told.push_str(&String::from_utf8_lossy(&chunk));
    }

    // Read at once, whatever the replicas know yet.
    for below in ["", "/contacts", "/history", "/interactions", "/tags", "/tags/history", "/shares"] {
        rep3.get(&format!("{path}{below}")).await.ok();
    }
    let mut both = vec![own.clone(), given.clone()];
    both.sort_unstable();
    assert_eq!(shown(&rep3).await, both);
    let writable = async |person: &Person| person.get("/v1/customers").await.ok()["sharedToWrite"].clone();
    assert_eq!(writable(&rep3).await, json!([]));
    eventually("the replicas know the share", || async {
        (replicated(&rep3).await == (vec![given.clone()], vec![given.clone()], json!(1))).then_some(())
    })
    .await;
    assert_eq!(rep3.get(&format!("/v1/customers/{other}")).await.refused(404), "NOT_FOUND");
    eventually("figures are of what is one's own", || async {
        (rep3.get("/v1/reports/home").await.ok()["customerCount"] == 1).then_some(())
    })
    .await;

    // To read: what it gives beside, and what no share gives.
    call_on(&rep3, &given, "帮忙回访").await;
    rep3.post(&format!("{path}/tags:set"), &json!({ "tagIds": [] })).await.ok();
    rep3.post(&format!("{path}/tags:set"), &json!({ "tagIds": [tag] })).await.ok();
    let level = async |person: &Person, level: &str| {
        person.patch(&format!("{path}?updateMask=level"), &json!({ "level": level })).await
    };
    assert_eq!(level(&rep3, "vip").await.refused(403), "PERMISSION_DENIED");
    assert_eq!(rep3.post(&format!("{path}/contacts"), &json!({ "name": "王小明" })).await.status, 403);
    assert_eq!(rep3.delete(&path).await.status, 403);
    let on = json!({ "userId": rep3.id, "access": "READ" });
    assert_eq!(rep3.post(&format!("{path}/shares"), &on).await.status, 403);
    assert_eq!(rep3.delete(&single(&share_of)).await.status, 403);

    let access = json!({ "access": "WRITE" });
    let written = rep1.patch(&format!("{}?updateMask=access", single(&share_of)), &access).await.ok();
    assert_eq!(written["access"], "WRITE");
    // The owner and those above may change it anyway.
    for (person, shared) in [(&rep3, json!([given])), (&rep1, json!([])), (&admin, json!([]))] {
        assert_eq!(writable(person).await, shared, "{}", person.name());
    }
    shown(&rep3).await;
    level(&rep3, "vip").await.ok();
    rep3.post(&format!("{path}/contacts"), &json!({ "name": "王小明" })).await.ok();
    assert_eq!(rep3.delete(&path).await.status, 403, "no share gives deletion");
    // A name that a customer has which one sees is told whole, of another only that there is one.
    let phones = json!([{ "number": "13600000001" }]);
    let twin = json!({ "name": "共享样本甲", "type": "ENTERPRISE", "phones": phones });
    assert_eq!(rep3.post("/v1/customers", &twin).await.body["matches"][0]["id"], json!(given));

    rep1.delete(&single(&share_of)).await.ok();
    for below in ["", "/contacts", "/history", "/shares"] {
        assert_eq!(rep3.get(&format!("{path}{below}")).await.refused(404), "NOT_FOUND", "{below}");
    }
    assert_eq!(level(&rep3, "normal").await.status, 404);
    assert_eq!(shown(&rep3).await, [own]);
    assert_eq!(writable(&rep3).await, json!([]));
    eventually("the replicas know that it has ended", || async {
        let hanging = [rep3.get(&format!("{path}/interactions")).await, rep3.get(&format!("{path}/tags")).await];
        let gone = replicated(&rep3).await == (vec![], vec![], json!(0));
        (gone && hanging.iter().all(|answer| answer.status == 404)).then_some(())
    })
    .await;
    let history = rep1.get(&format!("{path}/history")).await.ok();
    let verbs: Vec<&str> =
        history["entries"].as_array().expect("entries").iter().filter_map(|entry| entry["type"].as_str()).collect();
    let expected = ["customer.share.deleted.v1", "customer.share.updated.v1", "customer.share.created.v1"];
    let verbs: Vec<&str> = verbs.into_iter().filter(|verb| verb.starts_with("customer.share.")).collect();
    assert_eq!(verbs, expected);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_ends_with_its_last_day_and_its_end_is_told() {
    let moved = MovedClock::default();
    let clock = moved.clock();
    let world = World::start_on(TestDatabase::create().await, |settings| settings.clock = clock.clone()).await;
    let (rep1, rep3) = (world.person("rep1").await, world.person("rep3").await);
    let given = customer(&rep1, "共享样本", 1).await;
    call_on(&rep1, &given, "回访").await;
    let (path, today) = (format!("/v1/customers/{given}"), zone::day_of(clock.now(), zone::DEFAULT));
    let until = |day: chrono::NaiveDate| json!({ "userId": rep3.id, "access": "READ", "endDate": day });
    let past = rep1.post(&format!("{path}/shares"), &until(today - Days::new(1))).await;
    assert_eq!((past.status.as_u16(), &past.body["errors"][0]["pointer"]), (400, &json!("/endDate")), "{}", past.body);
    let kept = rep1.post(&format!("{path}/shares"), &until(today)).await.ok();
    let midnight = zone::start_of_day(today + Days::new(1), zone::DEFAULT);
    assert_eq!(kept["endTime"], json!(midnight.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)));
    rep3.get(&path).await.ok();
    eventually("the replica knows the share", || async {
        (replicated(&rep3).await.0 == std::slice::from_ref(&given)).then_some(())
    })
    .await;

    moved.advance(DAY);
    let (rep1, rep3) = (world.person("rep1").await, world.person("rep3").await);
    assert_eq!(rep3.get(&path).await.refused(404), "NOT_FOUND");
    assert_eq!(rep3.get(&format!("{path}/interactions")).await.refused(404), "NOT_FOUND");
    assert_eq!(shown(&rep3).await, Vec::<String>::new());
    assert_eq!(replicated(&rep3).await.0, Vec::<String>::new());
    assert_eq!(rep1.get(&format!("{path}/shares")).await.ok()["shares"], json!([]));
    let told = eventually("its end is told", || async {
        let history = rep1.get(&format!("{path}/history")).await.ok();
        let entry = history["entries"][0].clone();
        (entry["type"] == "customer.share.deleted.v1").then_some(entry)
    })
    .await;
    assert_eq!(told["actorId"], "", "CIMS itself");

    // It is the same share again when it is shared again, without an end this time.
    let again = share(&rep1, &given, &rep3, "WRITE").await;
    assert_eq!((&again["id"], &again["endDate"]), (&kept["id"], &json!("")));
    rep3.patch(&format!("{path}?updateMask=level"), &json!({ "level": "vip" })).await.ok();
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_that_would_give_nothing_is_refused_at_its_field() {
    let world = World::start().await;
    let (admin, rep1, rep2) = (world.person("admin").await, world.person("rep1").await, world.person("rep2").await);
    let given = customer(&rep1, "共享样本", 1).await;
    let path = format!("/v1/customers/{given}/shares");
    let refused = async |by: &Person, user: &str, access: &str| {
        let answer = by.post(&path, &json!({ "userId": user, "access": access })).await;
        assert_eq!(answer.status.as_u16(), 400, "{}", answer.body);
        let error = &answer.body["errors"][0];
        format!("{} {}", error["pointer"].as_str().unwrap_or_default(), error["code"].as_str().unwrap_or_default())
    };
    assert_eq!(refused(&rep1, &rep1.id, "READ").await, "/userId SELF");
    assert_eq!(refused(&admin, &rep1.id, "READ").await, "/userId OWNER");
    assert_eq!(refused(&rep1, &given, "READ").await, "/userId NOT_FOUND");
    for nobody in ["manager2", "service1", "exec1"] {
        let person = world.person(nobody).await;
        assert_eq!(refused(&rep1, &person.id, "READ").await, "/userId NO_SHARES", "{nobody}");
    }
    let grants = json!([{ "operation": "customer.read", "scope": "OWN_AND_SHARED" }]);
    let reader = admin.post("/v1/roles", &json!({ "labelZh": "只看共享", "grants": grants })).await.ok();
    let rep3 = world.person("rep3").await;
    admin.patch(&format!("/v1/users/{}", rep3.id), &json!({ "roles": [reader["code"]] })).await.ok();
    assert_eq!(refused(&rep1, &rep3.id, "WRITE").await, "/access NO_SHARES");
    share(&rep1, &given, &rep3, "READ").await;
    let wide = json!([{ "operation": "customer.delete", "scope": "OWN_AND_SHARED" }]);
    let answer = admin.post("/v1/roles", &json!({ "labelZh": "不可共享", "grants": wide })).await;
    assert_eq!(answer.body["errors"][0]["code"], "NOT_ALLOWED", "no share gives deletion: {}", answer.body);
    admin.post(&format!("/v1/users/{}:disable", rep3.id), &json!({})).await.ok();
    assert_eq!(refused(&rep1, &rep3.id, "READ").await, "/userId DISABLED");

    // Fifty people, one of whom is replaced.
    let mut database = PgConnection::connect(&world.database.url).await.expect("the test's database");
    sqlx::raw_sql(
        "insert into customer.customer_share (id, customer_id, user_id, access, ended, version, create_time, update_time)
        select gen_random_uuid(), customer.id, gen_random_uuid(), 'READ', false, 1, now(), now()
        from customer.customer, generate_series(1, 48)",
    )
    .execute(&mut database)
    .await
    .expect("shares can be added");
    let kept = share(&rep1, &given, &rep2, "READ").await;
    let replaced = share(&rep1, &given, &rep2, "WRITE").await;
    assert_eq!((&replaced["id"], &replaced["access"]), (&kept["id"], &json!("WRITE")));
    let stale =
        rep1.request(Method::DELETE, &single(&kept)).header("if-match", kept["etag"].as_str().unwrap_or_default());
    assert_eq!(rep1.send(stale).await.refused(412), "STALE");
    let all = rep1.get(&path).await.ok();
    assert_eq!(all["shares"].as_array().map(Vec::len), Some(50));
    assert_eq!(refused(&rep1, &world.person("admin").await.id, "READ").await, "/userId NO_SHARES");
    rep1.delete(&single(&kept)).await.ok();
    sqlx::raw_sql(
        "insert into customer.customer_share (id, customer_id, user_id, access, ended, version, create_time, update_time)
        select gen_random_uuid(), customer.id, gen_random_uuid(), 'READ', false, 1, now(), now() from customer.customer",
    )
    .execute(&mut database)
    .await
    .expect("shares can be added");
    assert!(refused(&rep1, &rep2.id, "READ").await.ends_with("TOO_MANY"));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_stays_with_its_customer_and_adds_to_departments() {
    let world = World::start().await;
    let (admin, manager1) = (world.person("admin").await, world.person("manager1").await);
    let (rep1, rep2, rep3) = (world.person("rep1").await, world.person("rep2").await, world.person("rep3").await);
    let mut all = Vec::new();
    for (turn, owner) in [&rep1, &rep1, &rep2, &rep3].into_iter().enumerate() {
        all.push(customer(owner, &format!("共享样本{turn}"), turn).await);
    }
    for customer in &all[..3] {
        call_on(&manager1, customer, "回访").await;
    }
    share(&rep1, &all[0], &rep3, "READ").await;
    share(&rep1, &all[1], &rep2, "WRITE").await;

    // Another owner finds the shares there; who gave the customer away has nothing of it.
    let assign = json!({ "customerIds": [all[0], all[1]], "ownerId": rep2.id });
    manager1.post("/v1/customers:assign", &assign).await.ok();
    let shares = rep2.get(&format!("/v1/customers/{}/shares", all[0])).await.ok();
    assert_eq!(shares["shares"][0]["userId"], json!(rep3.id));
    rep3.get(&format!("/v1/customers/{}", all[0])).await.ok();
    assert_eq!(rep1.get(&format!("/v1/customers/{}", all[0])).await.status, 404);
    let own = rep3.get(&format!("/v1/customers/{}/shares", all[0])).await.ok();
    assert_eq!(own["shares"].as_array().map(Vec::len), Some(1), "who may not share sees the own share");
    assert_eq!(shown(&rep2).await.len(), 3, "a share with the owner shows nothing twice");
    eventually("the replicas know the new owner", || async {
        (replicated(&rep2).await.0.len() == 3 && replicated(&rep1).await.0.is_empty()).then_some(())
    })
    .await;

    // Departments, what is one's own and what is shared, all at once.
    let roles = json!({ "roles": ["representative", "manager"] });
    admin.patch(&format!("/v1/users/{}", rep3.id), &roles).await.ok();
    let expected = {
        let mut expected = vec![all[0].clone(), all[3].clone()];
        expected.sort_unstable();
        expected
    };
    eventually("the roles count", || async {
        let me = rep3.get("/v1/me").await.ok();
        let read = me["grants"].as_array()?.iter().find(|grant| grant["operation"] == "customer.read")?.clone();
        // Pages end when the scope changes between them: asked for once the customers' service has it, too.
        let may_see_the_bin = rep3.get("/v1/customers?filter=deleted").await.status == 200;
        (read["andShared"] == true && may_see_the_bin).then_some(())
    })
    .await;
    assert_eq!(shown(&rep3).await, expected);
    assert_eq!(replicated(&rep3).await.0, [all[0].clone()]);
    let applied = json!({ "query": "共享样本" });
    let tag = id(&admin.post("/v1/tags", &json!({ "name": "共享" })).await.ok());
    let job = rep3.post(&format!("/v1/tags/{tag}:apply"), &applied).await.ok();
    let job = rep3.job_ended("tagJobs", &job["job"]).await;
    assert_eq!((&job["state"], &job["changed"]), (&json!("SUCCEEDED"), &json!(2)), "{job}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_shares_applied_again_and_out_of_order_give_nothing_back() {
    let world = World::start().await;
    let (rep1, rep2, rep3) = (world.person("rep1").await, world.person("rep2").await, world.person("rep3").await);
    let (taken, given) = (customer(&rep1, "共享样本甲", 1).await, customer(&rep1, "共享样本乙", 2).await);
    for customer in [&taken, &given] {
        call_on(&rep1, customer, "回访").await;
        for access in ["READ", "WRITE", "READ"] {
            share(&rep1, customer, &rep3, access).await;
        }
    }
    let ended = share(&rep1, &taken, &rep3, "WRITE").await;
    rep1.delete(&single(&ended)).await.ok();
    let reached = async |person: &Person| replicated(person).await.0;
    eventually("the replica knows both", || async {
        (reached(&rep3).await == std::slice::from_ref(&given)).then_some(())
    })
    .await;
    let mut database = PgConnection::connect(&world.database.url).await.expect("the test's database");
    // Without its inbox every event is applied as if new, long after the newest state.
    sqlx::raw_sql(
        "delete from interaction.inbox; delete from tagging.inbox;
        insert into customer.outbox select sequence, id, time, false from customer.event on conflict do nothing",
    )
    .execute(&mut database)
    .await
    .expect("events can be published again");
    // A marker behind them all.
    let marker = customer(&rep2, "共享样本丙", 3).await;
    call_on(&rep2, &marker, "回访").await;
    share(&rep2, &marker, &rep3, "READ").await;
    let mut both = vec![given.clone(), marker.clone()];
    both.sort_unstable();
    eventually("the marker is known", || async { (reached(&rep3).await == both).then_some(()) }).await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_share_gives_is_explained() {
    let world = World::start().await;
    let (admin, rep1, rep3) = (world.person("admin").await, world.person("rep1").await, world.person("rep3").await);
    let given = customer(&rep1, "共享样本", 1).await;
    let record = call_on(&rep1, &given, "回访").await;
    let explain = async |by: &Person, operation: &str, kind: &str, record: &str| {
        let resource = json!({ "type": kind, "id": record });
        let question = json!({ "userId": rep3.id, "operation": operation, "resource": resource });
        let answer = by.post("/v1/permissions:explain", &question).await.ok();
        format!("{} {}", answer["decision"].as_str().unwrap_or_default(), answer["share"].as_str().unwrap_or_default())
    };
    let of_customer = async |by: &Person, operation| explain(by, operation, "customer.customer", &given).await;
    assert_eq!(of_customer(&admin, "customer.read").await, "OUT_OF_SCOPE SHARE_EFFECT_UNSPECIFIED");
    let kept = share(&rep1, &given, &rep3, "READ").await;
    for by in [&admin, &rep3] {
        assert_eq!(of_customer(by, "customer.read").await, "ALLOWED GIVEN");
        assert_eq!(of_customer(by, "customer.update").await, "OUT_OF_SCOPE READ_ONLY");
        assert_eq!(of_customer(by, "customer.delete").await, "NOT_GRANTED SHARE_EFFECT_UNSPECIFIED");
    }
    let of_record = async || explain(&rep3, "interaction.read", "interaction.interaction", &id(&record)).await;
    eventually("the replica knows the share", || async { (of_record().await == "ALLOWED GIVEN").then_some(()) }).await;
    rep1.delete(&single(&kept)).await.ok();
    assert_eq!(of_customer(&admin, "customer.read").await, "OUT_OF_SCOPE ENDED");
    assert_eq!(of_customer(&rep3, "customer.read").await, "NOT_FOUND SHARE_EFFECT_UNSPECIFIED");
    world.stop().await;
}
