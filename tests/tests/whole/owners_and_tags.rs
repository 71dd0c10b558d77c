//! Rules of what is no field that one fills in: who owns a customer, who wrote a contact record, which tags a customer has
//! . What is hidden is told in no way, answered no question, and written by no call; what is read-only is not written.

use std::time::Duration;

use chrono::TimeDelta;
use kit::clock::Clock;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Person, World, eventually};

const NAME: &str = "归属样本";
const PHONE: &str = "13912340001";
/// Nothing is there; whoever may not write is told so before.
const NOWHERE: &str = "0190a0a0-0000-7000-8000-000000000000";
/// Longest wait for the next notice.
const PATIENCE: Duration = Duration::from_secs(60);
const OPERATIONS: [&str; 13] = [
    "customer.read",
    "customer.create",
    "customer.update",
    "customer.assign",
    "customer.handover",
    "customer.share",
    "interaction.read",
    "interaction.create",
    "tag.apply",
    "import.run",
    "report.read",
    "log.read",
    "people.read",
];

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn id(record: &Value) -> String {
    text(&record["id"])
}

/// A customer of whom everything was done by one who neither owns it nor wrote its contact record, so that an id in an answer
/// can mean but one thing.
struct Scene {
    world: World,
    admin: Person,
    /// Owns the customer.
    owner: Person,
    /// Wrote its contact record.
    author: Person,
    department: String,
    reader: Person,
    role: String,
    customer: String,
    tag: String,
}

impl Scene {
    async fn create() -> Scene {
        let world = World::start().await;
        let (admin, owner) = (world.person("admin").await, world.person("rep1").await);
        let (author, reader) = (world.person("service1").await, world.person("rep2").await);
        let body = json!({ "name": NAME, "type": "ENTERPRISE", "phones": [{ "number": PHONE }], "remarks": "机密" });
        let customer = id(&admin.post("/v1/customers", &body).await.ok());
        let path = format!("/v1/customers/{customer}");
        admin.post("/v1/customers:assign", &json!({ "customerIds": [customer], "ownerId": owner.id })).await.ok();
        let now = Clock::system().now();
        let call = json!({
            "method": "PHONE", "subject": "回访", "occurTime": (now - TimeDelta::days(3)).to_rfc3339(),
            "nextContactTime": (now - TimeDelta::days(2)).to_rfc3339(),
        });
        author.post(&format!("{path}/interactions"), &call).await.ok();
        let tag = id(&admin.post("/v1/tags", &json!({ "name": "重点" })).await.ok());
        admin.post(&format!("{path}/tags:set"), &json!({ "tagIds": [tag] })).await.ok();
        let grants = OPERATIONS.map(|operation| json!({ "operation": operation, "scope": "ALL" }));
        let role = admin.post("/v1/roles", &json!({ "labelZh": "受限", "grants": grants })).await.ok();
        let role = text(&role["code"]);
        admin.patch(&format!("/v1/users/{}", reader.id), &json!({ "roles": [role] })).await.ok();
        let department = text(&admin.get(&path).await.ok()["departmentId"]);
        let scene = Scene { world, admin, owner, author, department, reader, role, customer, tag };
        eventually("what follows by events is there", || async {
            let read = scene.reader.get(&path).await;
            let home = scene.reader.get("/v1/reports/home").await;
            let due = scene.reader.get("/v1/followUps?due=OVERDUE").await;
            let is_whole = !text(&read.body["tags"][0]["id"]).is_empty() && home.body["overdue"] == 1;
            (is_whole && due.body["followUps"][0]["ownerId"] == scene.owner.id).then_some(())
        })
        .await;
        scene
    }

    fn path(&self) -> String {
        format!("/v1/customers/{}", self.customer)
    }

    /// Gives the reader's role these rules, and waits until they count.
    async fn rule(&self, rules: &[(&str, &str)]) {
        // By the remarks it is known which rules count.
        let hides = rules.iter().any(|(_, rule)| *rule == "HIDDEN");
        let sign = ("customer.remarks", if hides { "HIDDEN" } else { "READ_ONLY" });
        let all = [("phone", "CLEAR"), ("email", "CLEAR"), sign];
        let all = all.iter().chain(rules).map(|(field, rule)| json!({ "field": field, "rule": rule }));
        let body = json!({ "fieldRules": all.collect::<Vec<_>>() });
        self.admin.patch(&format!("/v1/roles/{}", self.role), &body).await.ok();
        eventually("the rules count", || async {
            let is_hidden = text(&self.reader.get(&self.path()).await.ok()["remarks"]).is_empty();
            // Asked last, or it would write.
            let refused = async || self.reader.patch(&self.path(), &json!({ "remarks": "改" })).await.status == 403;
            (is_hidden == hides && refused().await).then_some(())
        })
        .await;
    }

    /// Every way in which the customer is told of.
    async fn told(&self) -> Vec<(&'static str, Answer)> {
        let (reader, path) = (&self.reader, self.path());
        let twin = json!({ "name": "另一个", "type": "ENTERPRISE", "phones": [{ "number": PHONE }] });
        let resource = json!({ "type": "customer.customer", "id": self.customer });
        let question = json!({ "operation": "customer.read", "resource": resource });
        vec![
            ("record", reader.get(&path).await),
            ("list", reader.get("/v1/customers").await),
            ("search", reader.post("/v1/customers:search", &json!({ "query": NAME })).await),
            ("history", reader.get(&format!("{path}/history")).await),
            ("tags", reader.get(&format!("{path}/tags")).await),
            ("history of tags", reader.get(&format!("{path}/tags/history")).await),
            ("contact records of it", reader.get(&format!("{path}/interactions")).await),
            ("contact records", reader.get("/v1/interactions").await),
            ("follow-ups", reader.get("/v1/followUps?due=OVERDUE").await),
            ("figures", reader.get("/v1/reports/home").await),
            ("duplicates", reader.post("/v1/customers", &twin).await),
            ("why", reader.post("/v1/permissions:explain", &question).await),
        ]
    }

    /// In which ways a text is told.
    async fn ways(&self, text: &str) -> Vec<&'static str> {
        let told = self.told().await;
        told.into_iter().filter(|(_, answer)| answer.body.to_string().contains(text)).map(|(way, _)| way).collect()
    }

    async fn asked(&self, condition: Value) -> Answer {
        self.reader.post("/v1/customers:search", &json!({ "where": condition })).await
    }
}

#[track_caller]
fn not_visible(answer: Answer) {
    assert_eq!(answer.body["errors"][0]["code"], "NOT_VISIBLE", "{}", answer.body);
    answer.refused(400);
}

#[track_caller]
fn not_writable(answer: Answer) {
    assert_eq!(answer.refused(403), "FIELD_NOT_WRITABLE");
}

/// No column is taken for the field.
async fn import_leaves_out(person: &Person, header: &str) {
    let file = format!("客户名称,电话,{header}\n导入甲,13700000001,rep1\n");
    let import = person.upload("客户.csv", file.into_bytes()).await;
    assert_eq!((&import["columns"][1]["field"], &import["columns"][2]["field"]), (&json!("phones"), &json!("")));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_owns_a_customer_and_who_wrote_of_it_is_told_in_no_way_where_it_is_hidden() {
    let scene = Scene::create().await;
    let (reader, owner, author) = (&scene.reader, &scene.owner, &scene.author);
    scene.rule(&[("customer.ownerId", "READ_ONLY")]).await;
    let ways = ["record", "list", "search", "history", "follow-ups", "figures", "duplicates", "why"];
    assert_eq!(scene.ways(&owner.id).await, ways);
    assert_eq!(scene.ways(&author.id).await[..2], ["contact records of it", "contact records"]);
    assert_eq!(scene.ways(&scene.department).await, ["record", "list", "search", "history", "why"]);
    let shares = format!("{}/shares", scene.path());
    let share = json!({ "userId": owner.id, "access": "READ" });
    assert_eq!(reader.post(&shares, &share).await.body["errors"][0]["code"], "OWNER");
    writes_are_refused(&scene).await;

    let hidden = ["customer.ownerId", "customer.departmentId", "interaction.authorId"];
    scene.rule(&hidden.map(|field| (field, "HIDDEN"))).await;
    for whose in [&owner.id, &author.id, &scene.department] {
        assert_eq!(scene.ways(whose).await, <[&str; 0]>::default(), "{whose}");
    }
    for (field, value) in [("ownerId", &owner.id), ("departmentId", &scene.department)] {
        not_visible(scene.asked(json!({ "field": field, "op": "eq", "value": value })).await);
        not_visible(scene.asked(json!({ "not": { "field": field, "op": "in", "value": [value] } })).await);
        not_visible(reader.get(&format!("/v1/customers?filter={field}%3D{value}")).await);
    }
    not_visible(reader.get(&format!("/v1/interactions?authorId={}", author.id)).await);
    let log = reader.get(&format!("/v1/operationLog?recordId={}", scene.customer)).await.ok();
    let lines = log["operations"].as_array().expect("lines");
    let changed = lines.iter().flat_map(|line| line["changedFields"].as_array().into_iter().flatten());
    let changed: Vec<String> = changed.map(text).collect();
    assert!(changed.contains(&"name".to_owned()), "{log}");
    assert!(!changed.iter().any(|name| ["ownerId", "departmentId"].contains(&name.as_str())), "{log}");
    writes_are_refused(&scene).await;
    // A refusal would tell whose it is.
    assert_eq!(reader.post(&shares, &share).await.status, 201);
    assert_eq!(scene.admin.get(&scene.path()).await.ok()["ownerId"], owner.id, "nothing was given to anybody");
    scene.world.stop().await;
}

/// Nobody gives customers to others who may not write whose they are: the answer would tell it, too.
async fn writes_are_refused(scene: &Scene) {
    let (reader, to) = (&scene.reader, &scene.reader.id);
    let rules = json!([{ "receiverIds": [to] }]);
    let (undo_job, undo_handover) =
        (format!("/v1/customerJobs/{NOWHERE}:undo"), format!("/v1/handovers/{NOWHERE}:undo"));
    let calls: [(&str, Value); 6] = [
        ("/v1/customers:assign", json!({ "customerIds": [scene.customer], "ownerId": scene.owner.id })),
        ("/v1/customers:assign", json!({ "where": {}, "ownerId": to })),
        (&undo_job, json!({})),
        ("/v1/handovers:preview", json!({ "userId": scene.owner.id })),
        ("/v1/handovers", json!({ "userId": scene.owner.id, "rules": rules })),
        (&undo_handover, json!({})),
    ];
    for (path, body) in calls {
        not_writable(reader.post(path, &body).await);
    }
    import_leaves_out(reader, "负责人").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tags_of_a_customer_are_told_in_no_way_where_they_are_hidden() {
    let scene = Scene::create().await;
    let (reader, tag) = (&scene.reader, &scene.tag);
    let counted = async || reader.get("/v1/tags?counts=true").await.ok()["tags"][0]["customerCount"].clone();
    scene.rule(&[("customer.tags", "READ_ONLY")]).await;
    assert_eq!(scene.ways(tag).await, ["record", "list", "search", "tags", "history of tags"]);
    assert_eq!(counted().await, 1);
    assert_eq!(
        scene.asked(json!({ "field": "tags", "op": "in", "value": [tag] })).await.ok()["results"][0]["customer"]["id"],
        scene.customer
    );
    tagging_is_refused(&scene).await;

    scene.rule(&[("customer.tags", "HIDDEN")]).await;
    assert_eq!(scene.ways(tag).await, <[&str; 0]>::default());
    assert_eq!(counted().await, Value::Null, "one customer with it would say which it is");
    assert_eq!(reader.get("/v1/tags").await.ok()["tags"][0]["name"], "重点", "what tags there are is everybody's");
    for op in ["in", "not_in"] {
        not_visible(scene.asked(json!({ "field": "tags", "op": op, "value": [tag] })).await);
    }
    not_visible(scene.asked(json!({ "field": "tags", "op": "not_empty" })).await);
    not_visible(reader.get(&format!("/v1/customers?filter=tags%3D{tag}")).await);
    let found = reader.post("/v1/customers:search", &json!({ "query": "重点" })).await.ok();
    assert!(found["results"].as_array().is_none_or(Vec::is_empty), "{found}");
    tagging_is_refused(&scene).await;
    open_pages_are_not_told(&scene).await;
    scene.world.stop().await;
}

/// No tag is put on or taken off: not by naming none, nor by taking back what a job did.
async fn tagging_is_refused(scene: &Scene) {
    let (reader, tag) = (&scene.reader, &scene.tag);
    let set = format!("{}/tags:set", scene.path());
    let (apply, undo) = (format!("/v1/tags/{tag}:apply"), format!("/v1/tagJobs/{NOWHERE}:undo"));
    let calls: [(&str, Value); 7] = [
        (&set, json!({})),
        (&set, json!({ "tagIds": [] })),
        (&set, json!({ "tagIds": [tag] })),
        (&apply, json!({ "customerIds": [scene.customer] })),
        (&apply, json!({ "customerIds": [scene.customer], "remove": true })),
        (&apply, json!({ "where": {}, "remove": true })),
        (&undo, json!({})),
    ];
    for (path, body) in calls {
        not_writable(reader.post(path, &body).await);
    }
    import_leaves_out(reader, "标签").await;
    let tags = scene.admin.get(&format!("{}/tags", scene.path())).await.ok();
    assert_eq!(tags["tags"][0]["tag"]["id"], *tag, "{tags}");
}

/// An open page.
struct Live {
    response: reqwest::Response,
    text: String,
}

impl Live {
    async fn open(person: &Person) -> Live {
        let response = person.request(Method::GET, "/v1/events").send().await.expect("the stream opens");
        assert_eq!(response.status(), 200);
        Live { response, text: String::new() }
    }

    /// What it is told, up to the notice with which it has been told enough.
    async fn told(&mut self, mut is_enough: impl FnMut(&Value) -> bool) -> Vec<Value> {
        let mut told = Vec::new();
        loop {
            while let Some((line, rest)) = self.text.split_once('\n') {
                let data = line.strip_prefix("data: ");
                let notice: Option<Value> = data.map(|data| serde_json::from_str(data).expect("JSON"));
                self.text = rest.to_owned();
                let Some(notice) = notice else { continue };
                let ends = is_enough(&notice);
                told.push(notice);
                if ends {
                    return told;
                }
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk()).await.expect("a notice in time");
            let chunk = chunk.expect("the stream goes on").expect("the stream goes on");
            self.text.push_str(std::str::from_utf8(&chunk).expect("UTF-8"));
        }
    }
}

/// Tags change and are told to whoever sees them; the reader is told of the change after it alone: neither that tags changed nor
/// that the customer looks different by something else than a version of its own.
async fn open_pages_are_not_told(scene: &Scene) {
    let (mut admins, mut readers) = (Live::open(&scene.admin).await, Live::open(&scene.reader).await);
    let path = scene.path();
    let of_tags = |notice: &Value| notice["type"] == "tagging.customerTags.updated.v1";
    let of_customer = |notice: &Value| notice["type"] == "customer.customer.updated.v1";
    scene.admin.post(&format!("{path}/tags:set"), &json!({ "tagIds": [] })).await.ok();
    let (mut tags, mut looks) = (false, false);
    let both = |notice: &Value| {
        tags |= of_tags(notice);
        looks |= of_customer(notice) && notice["version"] == 0;
        tags && looks
    };
    admins.told(both).await;
    scene.admin.patch(&path, &json!({ "remarks": "再改" })).await.ok();
    let told = readers.told(|notice| of_customer(notice) && notice["version"] != 0).await;
    let leaks = |notice: &Value| of_tags(notice) || (of_customer(notice) && notice["version"] == 0);
    assert!(!told.iter().any(leaks), "{told:?}");
}
