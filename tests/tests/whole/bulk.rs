//! Work on many customers behind the request: it shows how far it is, stops, goes on after a crash, and is taken back.

use cims_proto::{
    Reach,
    customer::v1::{MatchCustomersRequest, directory_client::DirectoryClient},
};
use futures_util::StreamExt;
use kit::{auth::ServiceTokens, client::Channel, clock::Clock};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use tests::{Binary, Person, World, eventually};
use tonic::Code;

/// Enough for several batches.
const MANY: usize = 700;

fn id(record: &Value) -> String {
    record["id"].as_str().expect("a record has an id").to_owned()
}

/// Imports as many customers, all of the person's own and found by 批量.
async fn fill(person: &Person, count: usize) {
    let rows = (0..count).map(|turn| format!("批量样本{turn},136{turn:08}\n"));
    let file = format!("客户名称,手机\n{}", rows.collect::<String>());
    let import = person.upload("customers.csv", file.into_bytes()).await;
    person.post(&format!("/v1/imports/{}:run", id(&import)), &json!({})).await.ok();
    let import = person.import_until(&import, &["SUCCEEDED", "FAILED"]).await;
    assert_eq!(import["accepted"], json!(count), "{import}");
}

async fn tag(person: &Person, name: &str) -> String {
    id(&person.post("/v1/tags", &json!({ "name": name })).await.ok())
}

async fn find(person: &Person, name: &str) -> String {
    let found = person.post("/v1/customers:search", &json!({ "query": name })).await.ok();
    id(&found["results"][0]["customer"])
}

/// Customers of the person's that have the tag.
async fn count(person: &Person, tag: &str) -> Value {
    let tags = person.get("/v1/tags?counts=true").await.ok();
    let tags = tags["tags"].as_array().expect("tags");
    tags.iter().find(|own| own["id"] == *tag).expect("the tag is there")["customerCount"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_goes_on_all_that_a_question_finds_and_comes_off_again() {
    let world = World::start().await;
    let (admin, rep1, rep3) = (world.person("admin").await, world.person("rep1").await, world.person("rep3").await);
    fill(&rep1, MANY).await;
    let theirs = json!({ "name": "批量他人", "type": "ENTERPRISE", "phones": [{ "number": "13500000001" }] });
    rep3.post("/v1/customers", &theirs).await.ok();
    let (first, second) = (tag(&admin, "一批").await, tag(&admin, "二批").await);
    let tagged = find(&rep1, "批量样本7").await;
    rep1.post(&format!("/v1/tags/{first}:apply"), &json!({ "customerIds": [tagged] })).await.ok();

    let live = rep1.request(Method::GET, "/v1/events").send().await.expect("the stream opens");
    let path = format!("/v1/tags/{first}:apply");
    assert_eq!(rep1.post(&path, &json!({})).await.refused(400), "INVALID", "a request that forgot to ask");
    let job = rep1.post(&path, &json!({ "query": "批量" })).await.ok()["job"].clone();
    assert_eq!((&job["kind"], &job["state"]), (&json!("tags.apply"), &json!("RUNNING")));
    told(live, &id(&job)).await;
    let job = rep1.job_ended("tagJobs", &job).await;
    let counts = |job: &Value| ["total", "progress", "changed", "unchanged", "refused"].map(|name| job[name].clone());
    let many = i64::try_from(MANY).expect("a count");
    assert_eq!(job["state"], "SUCCEEDED", "{job}");
    assert_eq!(counts(&job), [many, many, many - 1, 1, 0].map(|count| json!(count)), "{job}");
    assert_eq!(count(&admin, &first).await, json!(MANY), "rep3's is out of rep1's reach");
    assert_eq!(rep3.get(&format!("/v1/tagJobs/{}", id(&job))).await.refused(404), "NOT_FOUND");

    // One customer is tagged otherwise since: it stays as it is.
    let changed = find(&rep1, "批量样本9").await;
    rep1.post(&format!("/v1/tags/{second}:apply"), &json!({ "customerIds": [changed] })).await.ok();
    let undone = rep1.post(&format!("/v1/tagJobs/{}:undo", id(&job)), &json!({})).await.ok();
    let undone = rep1.job_ended("tagJobs", &undone).await;
    assert_eq!(undone["state"], "UNDONE", "{undone}");
    assert_eq!(counts(&undone), [many - 1, many - 1, many - 2, 0, 1].map(|count| json!(count)), "{undone}");
    assert_eq!(count(&admin, &first).await, 2, "the one tagged before, and the one changed since");
    let again = rep1.post(&format!("/v1/tagJobs/{}:undo", id(&job)), &json!({})).await;
    assert_eq!(again.refused(422), "JOB_UNDONE");
    world.stop().await;
}

/// Until the stream names the job.
async fn told(live: reqwest::Response, job: &str) {
    let mut live = live.bytes_stream();
    let mut text = String::new();
    let read = async {
        while !(text.contains("tagging.job.updated.v1") && text.contains(job)) {
            let piece = live.next().await.expect("the stream goes on").expect("the stream goes on");
            text.push_str(&String::from_utf8_lossy(&piece));
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), read).await.expect("the author's page is told");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_stops_between_two_batches_and_what_it_did_can_be_undone() {
    let world = World::start().await;
    let (admin, rep1) = (world.person("admin").await, world.person("rep1").await);
    fill(&rep1, MANY).await;
    let tag = tag(&admin, "半途").await;
    let job = rep1.post(&format!("/v1/tags/{tag}:apply"), &json!({ "query": "批量" })).await.ok()["job"].clone();
    let path = format!("/v1/tagJobs/{}", id(&job));
    eventually("it has begun", || async { (rep1.get(&path).await.ok()["progress"] != 0).then_some(()) }).await;
    assert_eq!(rep1.post(&format!("{path}:undo"), &json!({})).await.refused(422), "JOB_NOT_ENDED");
    let stopped = rep1.post(&format!("{path}:cancel"), &json!({})).await.ok();
    assert_eq!(stopped["state"], "CANCELLED", "{stopped}");
    let done = stopped["changed"].as_u64().expect("a count");
    assert!(done > 0 && done < MANY as u64 && done.is_multiple_of(200), "whole batches: {stopped}");
    assert_eq!(count(&rep1, &tag).await, json!(done), "what it has changed stays");
    rep1.post(&format!("{path}:undo"), &json!({})).await.ok();
    let undone = rep1.job_ended("tagJobs", &job).await;
    assert_eq!((&undone["state"], &undone["changed"]), (&json!("UNDONE"), &json!(done)), "{undone}");
    assert_eq!(count(&rep1, &tag).await, 0);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_process_goes_on_and_changes_every_customer_once() {
    let mut binary = Binary::start().await;
    let admin = binary.person("admin").await;
    fill(&admin, MANY).await;
    let tag = tag(&admin, "断点").await;
    let job = admin.post(&format!("/v1/tags/{tag}:apply"), &json!({ "query": "批量" })).await.ok()["job"].clone();
    let path = format!("/v1/tagJobs/{}", id(&job));
    eventually("it is in the middle", || async {
        let progress = admin.get(&path).await.ok()["progress"].as_u64()?;
        (progress > 0 && progress < MANY as u64).then_some(())
    })
    .await;
    binary.kill();
    binary.restart().await;
    let admin = binary.person("admin").await;
    let job = admin.job_ended("tagJobs", &job).await;
    assert_eq!((&job["state"], &job["changed"]), (&json!("SUCCEEDED"), &json!(MANY)), "{job}");
    let mut database = PgConnection::connect(&binary.database().url).await.expect("the test's database");
    let (events, customers): (i64, i64) = sqlx::query_as(
        "select count(*), count(distinct subject_id) from tagging.event where type = 'tagging.customerTags.updated.v1'",
    )
    .fetch_one(&mut database)
    .await
    .expect("a count");
    let many = i64::try_from(MANY).expect("a count");
    assert_eq!((events, customers), (many, many), "each customer once");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assigned_customer_moves_with_all_that_hangs_on_it() {
    let world = World::start().await;
    let (manager1, rep1, rep2, rep3) = (
        world.person("manager1").await,
        world.person("rep1").await,
        world.person("rep2").await,
        world.person("rep3").await,
    );
    let body = json!({ "name": "移交样本", "type": "ENTERPRISE", "phones": [{ "number": "13800000001" }] });
    let customer = id(&rep1.post("/v1/customers", &body).await.ok());
    let path = format!("/v1/customers/{customer}");
    let call = json!({ "method": "PHONE", "subject": "回访", "occurTime": "2026-01-05T08:00:00Z", "nextContactTime": "2026-01-06T08:00:00Z" });
    rep1.post(&format!("{path}/interactions"), &call).await.ok();
    let figures = |person: Person, customers: i64, overdue: i64| async move {
        eventually("the figures follow", || async {
            let home = person.get("/v1/reports/home").await.ok();
            (home["customerCount"] == customers && home["overdue"] == overdue).then_some(())
        })
        .await;
    };
    figures(rep1.clone(), 1, 1).await;

    let assign = async |person: &Person, body: Value| person.post("/v1/customers:assign", &body).await;
    let beyond = assign(&manager1, json!({ "customerIds": [customer], "ownerId": rep3.id })).await;
    assert_eq!(beyond.status, 400, "{}", beyond.body);
    assert_eq!(beyond.body["errors"][0]["code"], "OUT_OF_REACH", "{}", beyond.body);
    assert_eq!(beyond.body["errors"][0]["pointer"], "/ownerId", "{}", beyond.body);
    let mine = json!({ "customerIds": [customer], "ownerId": rep1.id });
    assert_eq!(assign(&rep1, mine.clone()).await.refused(403), "PERMISSION_DENIED");
    assert_eq!(assign(&manager1, mine).await.ok()["results"][0]["outcome"], "UNCHANGED");
    let manager2 = world.person("manager2").await;
    let theirs = json!({ "customerIds": [customer], "ownerId": rep3.id });
    assert_eq!(assign(&manager2, theirs).await.ok()["results"][0]["outcome"], "NOT_FOUND");

    let assigned = assign(&manager1, json!({ "customerIds": [customer], "ownerId": rep2.id })).await.ok();
    assert_eq!(assigned["results"][0]["outcome"], "ASSIGNED");
    assert_eq!(rep1.get(&path).await.refused(404), "NOT_FOUND");
    assert_eq!(rep1.post("/v1/customers:search", &json!({ "query": "移交" })).await.ok()["results"], json!([]));
    assert_eq!(rep2.get(&path).await.ok()["ownerId"], json!(rep2.id));
    figures(rep1.clone(), 0, 0).await;
    figures(rep2.clone(), 1, 1).await;
    eventually("contact records, follow-ups and tags have followed", || async {
        let gone = rep1.get("/v1/interactions").await.ok()["interactions"] == json!([])
            && rep1.get("/v1/followUps?due=OVERDUE").await.ok()["followUps"] == json!([])
            && rep1.get(&format!("{path}/tags")).await.status == 404;
        let there = rep2.get("/v1/interactions").await.ok()["interactions"][0]["customerId"] == json!(customer)
            && rep2.get("/v1/followUps?due=OVERDUE").await.ok()["followUps"][0]["customerId"] == json!(customer);
        (gone && there).then_some(())
    })
    .await;
    let history = rep2.get(&format!("{path}/history")).await.ok();
    let change = &history["entries"][0]["changes"][0];
    assert_eq!((&change["field"], &change["to"]), (&json!("ownerId"), &json!(rep2.id)), "{history}");

    // All that a question finds, and back, but for the one that was edited since.
    let kept = json!({ "name": "移交另一", "type": "ENTERPRISE", "phones": [{ "number": "13800000002" }] });
    let kept = id(&rep2.post("/v1/customers", &kept).await.ok());
    let job = assign(&manager1, json!({ "query": "移交", "ownerId": rep1.id })).await.ok()["job"].clone();
    let job = manager1.job_ended("customerJobs", &job).await;
    assert_eq!((&job["state"], &job["changed"]), (&json!("SUCCEEDED"), &json!(2)), "{job}");
    rep1.patch(&format!("/v1/customers/{kept}?updateMask=remarks"), &json!({ "remarks": "接手" })).await.ok();
    manager1.post(&format!("/v1/customerJobs/{}:undo", id(&job)), &json!({})).await.ok();
    let undone = manager1.job_ended("customerJobs", &job).await;
    assert_eq!(
        (&undone["state"], &undone["changed"], &undone["refused"]),
        (&json!("UNDONE"), &json!(1), &json!(1)),
        "{undone}"
    );
    assert_eq!(rep2.get(&path).await.ok()["ownerId"], json!(rep2.id));
    assert_eq!(rep1.get(&format!("/v1/customers/{kept}")).await.ok()["ownerId"], json!(rep1.id));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_asks_within_no_department_is_told_no_customer() {
    let world = World::start().await;
    let rep1 = world.person("rep1").await;
    let body = json!({ "name": "批量边界", "type": "ENTERPRISE", "phones": [{ "number": "13500000002" }] });
    let customer = id(&rep1.post("/v1/customers", &body).await.ok());
    let secrets = world.settings.keys.service_secrets.clone().expect("the services know each other");
    let tokens = ServiceTokens::new("tagging", secrets, Clock::system());
    let channel = Channel::lazy(world.service_url("customer"), Some(tokens.into())).expect("an address");
    let found = async |reach: Option<Reach>| {
        let request = MatchCustomersRequest { reach, ..Default::default() };
        let answer = DirectoryClient::new(channel.clone()).match_customers(request).await;
        answer.map(|answer| answer.into_inner().customer_ids)
    };
    let everything = Reach { everything: true, ..Default::default() };
    assert!(found(Some(everything)).await.expect("an answer").contains(&customer));
    assert!(found(Some(Reach::default())).await.expect("an answer").is_empty());
    assert_eq!(found(None).await.expect_err("how far is not said").code(), Code::InvalidArgument);
    world.stop().await;
}
