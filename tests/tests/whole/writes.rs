//! The one shape of every write: the same key twice, another body under it, a stale etag, two at once.

use kit::schema::{Binding, FieldTable, MessageTable, MethodTable, schema};
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Organisation, Person, Records, World, named, sample};

/// What a path and a body may name.
#[derive(Clone)]
struct Ids {
    records: Records,
    /// Another than the one whom the customer is shared with; empty for a method of identity.
    representative: String,
    /// A department to go to: the administrator's.
    target: String,
    levels: Vec<Value>,
    /// Of the customer service.
    dead_letter: String,
}

impl Ids {
    async fn create(admin: &Person, turn: usize) -> Ids {
        let body = json!({ "name": format!("写入样本{turn}"), "type": "ENTERPRISE", "phones": [{ "number": format!("136{turn:08}") }] });
        let customer = id(&admin.post("/v1/customers", &body).await.ok());
        let contact =
            id(&admin.post(&format!("/v1/customers/{customer}/contacts"), &json!({ "name": "李小红" })).await.ok());
        let [first, representative] = [person(admin, "rep1").await, person(admin, "rep2").await];
        let share = json!({ "userId": first, "access": "READ" });
        let share = id(&admin.post(&format!("/v1/customers/{customer}/shares"), &share).await.ok());
        let call = json!({ "method": "PHONE", "subject": "回访", "occurTime": "2026-01-05T08:00:00Z", "nextContactTime": "2026-01-06T08:00:00Z" });
        let interaction = id(&admin.post(&format!("/v1/customers/{customer}/interactions"), &call).await.ok());
        let tag = id(&admin.post("/v1/tags", &json!({ "name": format!("写入标签{turn}") })).await.ok());
        let file = format!("客户名称,手机\n写入导入{turn},135{turn:08}\n");
        let import = id(&admin.upload("customers.csv", file.into_bytes()).await);
        let tag_group = id(&admin.post("/v1/tagGroups", &json!({ "name": format!("写入分组{turn}") })).await.ok());
        let question = json!({ "query": "查无此客户", "ownerId": admin.id });
        let assigned = admin.post("/v1/customers:assign", &question).await.ok();
        let applied = admin.post(&format!("/v1/tags/{tag}:apply"), &json!({ "query": "查无此客户" })).await.ok();
        let customer_job = id(&admin.job_ended("customerJobs", &assigned["job"]).await);
        let tag_job = id(&admin.job_ended("tagJobs", &applied["job"]).await);
        let organised = Ids::of_organisation(admin, turn).await;
        let records = Records {
            customer,
            contact,
            share,
            interaction,
            import,
            tag,
            tag_group,
            customer_job,
            tag_job,
            ..organised.records
        };
        Ids { records, representative, ..organised }
    }

    /// For a method of identity, which names nothing else.
    async fn of_organisation(admin: &Person, turn: usize) -> Ids {
        let organisation = Organisation::create(admin, turn).await;
        let plan = json!({ "userId": organisation.user, "rules": [{ "receiverIds": [admin.id] }] });
        let handover = admin.post("/v1/handovers", &plan).await.ok();
        let handover = id(&admin.job_ended("handovers", &handover).await);
        let records = Records { handover, colleague: admin.id.clone(), organisation, ..Records::none() };
        Ids {
            records,
            representative: String::new(),
            target: admin.get("/v1/me").await.ok()["user"]["departmentId"].as_str().expect("an id").to_owned(),
            levels: levels(admin).await,
            dead_letter: String::new(),
        }
    }

    /// The same with a session and a key of the person whom the method's path names, or of the caller.
    async fn with_credentials(self, world: &World, method: &MethodTable) -> Ids {
        let named: Vec<_> = method.bindings.iter().flat_map(|binding| named(&binding.path)).collect();
        if !named.iter().any(|(collection, _)| ["sessions", "apiKeys"].contains(collection)) {
            return self;
        }
        let of_another = named.iter().any(|(collection, _)| *collection == "users");
        let holder = world.person(if of_another { "exec1" } else { "admin" }).await;
        let role = holder.get("/v1/me").await.ok()["user"]["roles"][0].clone();
        let key = json!({ "name": "写入样本", "roles": [role], "expireTime": sample::in_a_month() });
        let key = holder.post("/v1/apiKeys", &key).await;
        let organisation = Organisation { user: holder.id.clone(), ..self.records.organisation };
        let (session, api_key) = (holder.session_id().await, id(&key.ok()["apiKey"]));
        Ids { records: Records { session, api_key, organisation, ..self.records }, ..self }
    }

    fn path(&self, binding: &Binding) -> String {
        named(&binding.path).into_iter().fold(binding.path.clone(), |path, (collection, variable)| {
            path.replace(&format!("{{{variable}}}"), self.records.of(collection, variable))
        })
    }
}

fn id(body: &Value) -> String {
    body["id"].as_str().expect("a record has an id").to_owned()
}

async fn person(admin: &Person, username: &str) -> String {
    let users = admin.get("/v1/users?pageSize=500").await.ok();
    let users = users["users"].as_array().expect("people");
    id(users.iter().find(|own| own["username"] == username).expect("a demo person"))
}

/// The codes of all levels, in their order.
async fn levels(person: &Person) -> Vec<Value> {
    let all = person.get("/v1/dictionaries").await.ok();
    let own = all["dictionaries"].as_array().expect("dictionaries").iter().find(|own| own["code"] == "level");
    let items = own.expect("customers have levels")["items"].as_array().expect("items");
    items.iter().map(|item| item["code"].clone()).collect()
}

/// What no descriptor says of a field: a record that there is, a code that is one, a value that lets the write happen.
fn known(field: &str, ids: &Ids, turn: usize) -> Option<Value> {
    let pick = |one, other| if turn.is_multiple_of(2) { one } else { other };
    Some(match field {
        "customer_ids" => json!([ids.records.customer]),
        "tag_ids" => json!([ids.records.tag]),
        "contact_id" => json!(ids.records.contact),
        "owner_id" => json!(ids.records.colleague),
        "field" => json!("phones[0]"),
        "codes" => json!(ids.levels),
        "ids" => json!([ids.dead_letter]),
        // The first below the header.
        "fixes" => json!([{ "row": 2, "values": { "客户名称": format!("改名{turn}") } }]),
        "due_time" => json!(format!("2100-01-01T08:00:{:02}Z", turn % 60)),
        "user_id" if !ids.representative.is_empty() => json!(ids.representative),
        "user_id" => json!(ids.records.organisation.user),
        "end_date" => json!(format!("2100-01-{:02}", 1 + turn % 28)),
        "rules" => json!([{ "receiverIds": [ids.records.colleague] }]),
        "target_id" | "parent_id" | "department_id" => json!(ids.target),
        "post_id" => json!(ids.records.organisation.post),
        "roles" => json!([pick("executive", "marketing")]),
        "grants" => json!([{ "operation": "customer.read", "scope": pick("ALL", "OWN") }]),
        "field_rules" => json!([{ "field": "phone", "rule": pick("CLEAR", "MASKED") }]),
        "dry_run" => json!(false),
        _ => return None,
    })
}

/// A body from the descriptors, and the mask that a change needs.
fn body(binding: &Binding, method: &MethodTable, ids: &Ids, turn: usize) -> (Value, String) {
    let in_path = |field: &FieldTable| binding.path.contains(&format!("{{{}}}", field.name));
    let value = |field: &FieldTable| known(&field.name, ids, turn).unwrap_or_else(|| sample::value(field, turn));
    // What stays as it was made is said when it is made.
    let given = |field: &&FieldTable| field.rules.writable() || (binding.verb == "POST" && field.rules.required);
    let whole = |table: &MessageTable| -> Value {
        let fields = table.fields.iter().filter(given).filter(|field| field.name != "update_mask" && !in_path(field));
        fields.map(|field| (field.json.clone(), value(field))).collect::<serde_json::Map<_, _>>().into()
    };
    match binding.body.as_str() {
        "" => (Value::Null, String::new()),
        "*" => (whole(method.request()), String::new()),
        name => {
            let table = method.request().field(name).and_then(|field| field.message()).expect("the body is a message");
            let first = sample::changeable(table).map(|field| field.json.clone()).unwrap_or_default();
            let query = if binding.verb == "PATCH" { format!("?updateMask={first}") } else { String::new() };
            (whole(table), query)
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_write_sent_twice_with_one_key_has_one_effect_and_one_answer() {
    let world = World::start().await;
    let admin = world.person("admin").await;
    let mut turn = 0;
    // What nothing is kept of says so itself; where nobody is signed in yet, a key would be nobody's.
    for method in schema().methods().into_iter().filter(|method| !method.unkeyed && method.permission != "public") {
        let writes = method.bindings.iter().filter(|binding| binding.verb != "GET" && !method.by_hand);
        for binding in writes {
            turn += 2;
            let mut ids = match method.service.starts_with("cims.identity.") {
                true => Ids::of_organisation(&admin, turn).await.with_credentials(&world, method).await,
                false => Ids::create(&admin, turn).await,
            };
            if method.service == "cims.delivery.v1.Deliveries" {
                ids.dead_letter = world.dead_letter("customer", "customer.customer.updated.v1", b"nonsense").await;
            }
            if method.name == "RestoreCustomer" {
                admin.delete(&format!("/v1/customers/{}", ids.records.customer)).await.ok();
            }
            if method.name == "RevertImport" {
                let running = admin.post(&format!("/v1/imports/{}:run", ids.records.import), &json!({})).await.ok();
                admin.import_until(&running, &["SUCCEEDED"]).await;
            }
            let (body, query) = body(binding, method, &ids, turn);
            let path = format!("{}{query}", ids.path(binding));
            let send = async |body: &Value| {
                let verb: Method = binding.verb.parse().expect("a verb");
                let request = admin.request(verb, &path).header("idempotency-key", format!("key-{turn}"));
                let request = if body.is_null() { request } else { request.json(body) };
                admin.send(request.header("x-allow-duplicate", "true")).await
            };
            let (first, second) = (send(&body).await, send(&body).await);
            assert!(first.status.is_success(), "{} {path}: {} {}", binding.verb, first.status, first.body);
            assert_eq!((first.status, &first.body), (second.status, &second.body), "{} {path}", binding.verb);
            if binding.body.is_empty() || body == json!({}) {
                continue;
            }
            let (other, _) = self::body(binding, method, &ids, turn + 1);
            if other != body {
                assert_eq!(send(&other).await.refused(422), "IDEMPOTENCY_KEY_REUSED", "{} {path}", binding.verb);
            }
        }
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twins_at_once_have_one_effect() {
    let world = World::start().await;
    let rep1 = world.person("rep1").await;
    for turn in 0..20 {
        let body = json!({ "name": format!("双胞胎{turn}"), "type": "ENTERPRISE", "phones": [{ "number": format!("134{turn:08}") }] });
        let send = || {
            rep1.send(
                rep1.request(Method::POST, "/v1/customers")
                    .header("idempotency-key", format!("twin-{turn}"))
                    .json(&body),
            )
        };
        let (one, other) = tokio::join!(send(), send());
        let mut answers = [one, other];
        answers.sort_by_key(|answer| answer.status);
        assert_eq!(answers[0].status, 201, "{}", answers[0].body);
        match answers[1].status.as_u16() {
            201 => assert_eq!(answers[0].body, answers[1].body),
            409 => assert_eq!(answers[1].body["code"], "IN_FLIGHT"),
            other => panic!("{other}: {}", answers[1].body),
        }
    }
    // Two people who enter the same company at the same moment: one is told.
    let rep2 = world.person("rep2").await;
    for turn in 0..20 {
        let body = |phone: u32| json!({ "name": format!("同名公司{turn}"), "type": "ENTERPRISE", "phones": [{ "number": format!("133{phone:08}") }] });
        let (one, other) = (body(turn * 2), body(turn * 2 + 1));
        let (one, other) = tokio::join!(rep1.post("/v1/customers", &one), rep2.post("/v1/customers", &other));
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409], "{} {}", one.body, other.body);
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_etag_is_told_what_both_did() {
    let world = World::start().await;
    let rep1 = world.person("rep1").await;
    let body =
        json!({ "name": "冲突样本", "type": "ENTERPRISE", "phones": [{ "number": "13211112222" }], "remarks": "原来" });
    let created = rep1.post("/v1/customers", &body).await;
    let etag = created.etag.clone().expect("a record has an ETag");
    let path = format!("/v1/customers/{}", created.ok()["id"].as_str().expect("an id"));
    rep1.patch(&format!("{path}?updateMask=remarks"), &json!({ "remarks": "他们的" })).await.ok();
    let stale = rep1.request(Method::PATCH, &format!("{path}?updateMask=remarks,address")).header("if-match", &etag);
    let answer = rep1.send(stale.json(&json!({ "remarks": "我的", "address": "文三路1号" }))).await;
    assert_eq!(answer.status, 412, "{}", answer.body);
    let problem = &answer.body;
    assert_eq!(problem["fields"], json!(["remarks"]));
    assert_eq!(
        (&problem["mine"]["remarks"], &problem["theirs"]["remarks"], &problem["original"]["remarks"]),
        (&json!("我的"), &json!("他们的"), &json!("原来"))
    );
    let unchanged = rep1.get(&path).await.ok();
    assert_eq!((&unchanged["remarks"], &unchanged["address"]), (&json!("他们的"), &json!("")));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_names_the_field_and_what_is_allowed_in_the_readers_language() {
    let world = World::start().await;
    let rep1 = world.person("rep1").await;
    let body = json!({ "name": "", "type": "SHOP", "phones": [{ "number": "12" }], "email": "x", "firstCooperationDate": "2023/1/5", "nonsense": 1 });
    for (language, word) in [("zh-CN", "客户"), ("en", "Name")] {
        let request = rep1.request(Method::POST, "/v1/customers").header("accept-language", language).json(&body);
        let answer = rep1.send(request).await;
        assert_eq!(answer.status, 400, "{}", answer.body);
        assert!(answer.body["errors"].to_string().contains("/nonsense"), "{}", answer.body);
        let mut known = body.clone();
        known.as_object_mut().expect("an object").retain(|name, _| !["nonsense", "type"].contains(&name.as_str()));
        let request = rep1.request(Method::POST, "/v1/customers").header("accept-language", language).json(&known);
        let answer = rep1.send(request).await;
        assert_eq!(answer.status, 400, "{}", answer.body);
        let errors = answer.body["errors"].as_array().expect("errors").clone();
        for pointer in ["/name", "/type", "/email", "/firstCooperationDate"] {
            assert!(errors.iter().any(|error| error["pointer"] == pointer), "{pointer} is not in {errors:?}");
        }
        let name = errors.iter().find(|error| error["pointer"] == "/name").expect("it is there");
        assert!(name["message"].as_str().expect("a message").contains(word), "{name}");
    }
    world.stop().await;
}
