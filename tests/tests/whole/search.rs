//! Finding customers: what was typed, conditions, orders and pages, each within the reader's scope and sight.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sqlx::{Connection, Executor, PgConnection};
use tests::{Person, TestDatabase, World, eventually};

async fn create(person: &Person, body: Value) -> Value {
    person.post("/v1/customers", &body).await.ok()
}

/// Names found, in their order, each with its reasons.
async fn find(person: &Person, query: &str) -> Vec<(String, Value)> {
    let found = person.post("/v1/customers:search", &json!({ "query": query })).await.ok();
    let results = found["results"].as_array().expect("results").iter();
    results.map(|result| (text(&result["customer"]["name"]), result["reasons"].clone())).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn names(answer: &Value) -> Vec<String> {
    let rows = answer["results"].as_array().or(answer["customers"].as_array()).expect("rows").iter();
    rows.map(|row| text(row.get("customer").map_or(&row["name"], |customer| &customer["name"]))).collect()
}

/// Another name that has what each question asks for, so that it finds one customer in each scope that has one.
fn sample(turn: usize, mark: &str) -> Value {
    json!({
        "name": format!("江苏晶美（中国）{mark}有限公司"), "type": "ENTERPRISE",
        "phones": [{ "number": format!("1380013{turn:04}") }, { "number": format!("0571-8876{turn:04}") }],
        "email": format!("Li{turn}@Example.com"), "regionCode": "320508", "level": "vip",
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_question_finds_what_is_in_scope() {
    let world = World::start().await;
    let (rep1, rep2, rep3) = (world.person("rep1").await, world.person("rep2").await, world.person("rep3").await);
    let first = create(&rep1, sample(8001, "甲")).await;
    create(&rep2, sample(8002, "乙")).await;
    create(&rep3, sample(8003, "丙")).await;
    let contact = json!({ "name": "单雄信", "phones": [{ "number": "13911112222" }], "email": "shan@example.com" });
    rep1.post(&format!("/v1/customers/{}/contacts", text(&first["id"])), &contact).await.ok();

    let scopes = [("admin", 3), ("manager1", 2), ("rep1", 1), ("rep3", 1), ("marketing1", 3)];
    for (person, count) in scopes {
        let person = world.person(person).await;
        let fragments = ["江", "晶美", "江苏晶美(中国)", "ｊｉｎｇｍｅｉ", "jm", "jsjm", "jiangs晶美", "晶m", "jiang"];
        for query in fragments {
            let found = find(&person, query).await;
            assert_eq!(found.len(), count, "{} asks {query}: {found:?}", person.name());
            assert!(found.iter().all(|(_, reasons)| reasons == &json!(["name"])), "{query}: {found:?}");
        }
        assert_eq!(find(&person, "美晶").await, [], "{}", person.name());
    }

    let reasons = async |person: &Person, query: &str| {
        find(person, query).await.into_iter().map(|(_, reasons)| reasons).collect::<Vec<_>>()
    };
    let code = text(&first["code"]);
    let own = [
        ("单雄", "contacts.name"),
        ("shanxiong", "contacts.name"),
        ("shan", "contacts.name"),
        ("dxx", "contacts.name"),
        ("8001", "phones"),
        ("380013", ""),
        ("138 0013 8001", "phones"),
        ("2222", "phones"),
        ("057188768001", "phones"),
        ("li8001@example.com", "email"),
        ("shan@example.com", "email"),
        (code.as_str(), "code"),
    ];
    for (query, reason) in own {
        let expected = if reason.is_empty() { vec![] } else { vec![json!([reason])] };
        assert_eq!(reasons(&rep1, query).await, expected, "{query}");
        assert_eq!(reasons(&rep2, query).await, Vec::<Value>::new(), "rep2 asks {query}");
    }
    let service1 = world.person("service1").await;
    for (query, count) in [("8001", 0), ("13800138001", 1), ("li8001@example.com", 1)] {
        assert_eq!(reasons(&service1, query).await.len(), count, "masked phones are found whole only: {query}");
    }

    // The best first, and what changes is found as it is now.
    create(&rep1, json!({ "name": "晶美", "type": "ENTERPRISE", "phones": [{ "number": "13700000001" }] })).await;
    create(&rep1, json!({ "name": "晶美之家", "type": "ENTERPRISE", "phones": [{ "number": "13700000002" }] })).await;
    let ranked: Vec<String> = find(&rep1, "晶美").await.into_iter().map(|(name, _)| name).collect();
    assert_eq!(ranked, ["晶美", "晶美之家", "江苏晶美（中国）甲有限公司"]);
    let path = format!("/v1/customers/{}", text(&first["id"]));
    rep1.patch(&format!("{path}?updateMask=name"), &json!({ "name": "重庆银行" })).await.ok();
    for query in ["chongqing", "cqyh", "zhongqingyinh"] {
        assert_eq!(find(&rep1, query).await.len(), 1, "{query}");
    }
    world.person("manager1").await.delete(&path).await.ok();
    assert_eq!(find(&rep1, "重庆").await, []);
    let bin = world.person("manager1").await.get("/v1/customers?filter=deleted&total=exact").await.ok();
    assert_eq!((names(&bin), &bin["totalSize"]), (vec!["重庆银行".to_owned()], &json!(1)));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn conditions_follow_contacts_and_tags_and_are_refused_with_their_place() {
    let world = World::start().await;
    let (rep1, manager1) = (world.person("rep1").await, world.person("manager1").await);
    let customer = create(&rep1, sample(1, "甲")).await;
    create(&rep1, sample(2, "乙")).await;
    let path = format!("/v1/customers/{}", text(&customer["id"]));
    let call = json!({ "method": "PHONE", "subject": "回访", "occurTime": "2026-01-05T08:00:00Z" });
    rep1.post(&format!("{path}/interactions"), &call).await.ok();
    let tag = manager1.post("/v1/tags", &json!({ "name": "高潜力" })).await.ok();
    rep1.post(&format!("{path}/tags:set"), &json!({ "tagIds": [tag["id"]] })).await.ok();
    let wheres = [
        json!({ "field": "tags", "op": "eq", "value": tag["id"] }),
        json!({ "field": "tags", "op": "not_empty" }),
        json!({ "field": "lastContactTime", "op": "eq", "value": "2026-01-05" }),
        json!({ "not": { "field": "lastContactTime", "op": "empty" } }),
    ];
    for condition in wheres {
        eventually("contact and tag reach the conditions", || async {
            let found = rep1.post("/v1/customers:search", &json!({ "where": condition })).await.ok();
            (names(&found) == ["江苏晶美（中国）甲有限公司"]).then_some(())
        })
        .await;
    }
    let with_query = json!({ "query": "晶美", "where": { "field": "phones", "op": "eq", "value": "138-0013-0002" } });
    let found = manager1.post("/v1/customers:search", &with_query).await.ok();
    assert_eq!(names(&found), ["江苏晶美（中国）乙有限公司"]);
    let filter = r#"level = "vip" AND regionCode = 320000 AND (email:example OR NOT name:"晶美")"#;
    let request =
        rep1.request(reqwest::Method::GET, "/v1/customers").query(&[("filter", filter), ("total", "estimated")]);
    let listed = rep1.send(request).await.ok();
    assert_eq!((names(&listed).len(), &listed["totalSize"], &listed["totalIsCapped"]), (2, &json!(2), &json!(false)));

    let refused = async |person: &Person, condition: Value| {
        let answer = person.post("/v1/customers:search", &json!({ "where": condition })).await;
        assert_eq!(answer.status, 400, "{}", answer.body);
        (text(&answer.body["errors"][0]["pointer"]), text(&answer.body["errors"][0]["code"]))
    };
    let place = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());
    let service1 = world.person("service1").await;
    let unknown = json!({ "and": [{ "field": "level", "op": "eq", "value": "gold" }] });
    assert_eq!(refused(&rep1, unknown).await, place("/where/and/0/value", "NOT_IN_DICTIONARY"));
    let part = json!({ "field": "phones", "op": "contains", "value": "0013" });
    assert_eq!(refused(&service1, part).await, place("/where/op", "NOT_VISIBLE"));
    let whole = json!({ "where": { "field": "phones", "op": "eq", "value": "13800130001" } });
    assert_eq!(names(&service1.post("/v1/customers:search", &whole).await.ok()).len(), 1);
    let sorted = rep1.get("/v1/customers?orderBy=email").await;
    assert_eq!((sorted.status.as_u16(), text(&sorted.body["errors"][0]["pointer"])), (400, "/orderBy".to_owned()));
    let deep = (0..90).fold(json!({ "field": "name", "op": "empty" }), |inner, _| json!({ "not": inner }));
    assert_eq!(rep1.post("/v1/customers:search", &json!({ "where": deep })).await.status, 400);
    world.stop().await;
}

/// Numbers that look random and are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }

    fn choose<'c>(&mut self, choices: &[&'c str]) -> &'c str {
        choices[self.below(choices.len())]
    }
}

const LEVELS: [&str; 4] = ["vip", "important", "normal", ""];
const REGIONS: [&str; 5] = ["330106", "330108", "330203", "320508", ""];
const SYLLABLES: [&str; 6] = ["晶", "美", "华", "新", "安", "达"];
const AMOUNTS: [&str; 4] = ["", "10.00", "250.50", "99999.99"];
const DAYS: [&str; 4] = ["", "2020-05-01", "2024-02-29", "2026-01-31"];

fn random_customer(random: &mut Random, turn: usize) -> Value {
    let name: String = (0..3).map(|_| random.choose(&SYLLABLES)).collect();
    let products: Vec<&str> = ["软件", "服务"].into_iter().filter(|_| random.below(2) == 0).collect();
    json!({
        "name": format!("{name}{turn}"), "type": "ENTERPRISE", "phones": [{ "number": format!("1391234{turn:04}") }],
        "level": random.choose(&LEVELS), "regionCode": random.choose(&REGIONS), "cooperationProducts": products,
        "cumulativeAmount": random.choose(&AMOUNTS), "firstCooperationDate": random.choose(&DAYS),
    })
}

/// A condition, and whether a customer answers it.
fn random_condition(random: &mut Random, depth: usize) -> Value {
    let group = if depth == 0 { 3 } else { random.below(5) };
    match group {
        0 | 1 => {
            let parts: Vec<Value> = (0..2 + random.below(2)).map(|_| random_condition(random, depth - 1)).collect();
            if group == 0 { json!({ "and": parts }) } else { json!({ "or": parts }) }
        }
        2 => json!({ "not": random_condition(random, depth - 1) }),
        _ => random_comparison(random),
    }
}

fn random_comparison(random: &mut Random) -> Value {
    let leaf = |field: &str, op: &str, value: Value| json!({ "field": field, "op": op, "value": value });
    let (level, day) = (random.choose(&LEVELS[..3]), random.choose(&DAYS[1..]));
    let filled = ["empty", "not_empty"][random.below(2)];
    match random.below(10) {
        0 => leaf("level", ["eq", "ne"][random.below(2)], json!(level)),
        1 => leaf("level", ["in", "not_in"][random.below(2)], json!([level, "normal"])),
        2 => json!({ "field": "level", "op": filled }),
        3 => leaf("regionCode", ["eq", "ne"][random.below(2)], json!(["330000", "330100", "320508"][random.below(3)])),
        4 => leaf("name", "contains", json!(format!("{}{}", random.choose(&SYLLABLES), random.choose(&SYLLABLES)))),
        5 => leaf("name", "starts_with", json!(random.choose(&SYLLABLES))),
        6 => leaf("cumulativeAmount", ["gt", "gte", "lt", "lte"][random.below(4)], json!(250.5)),
        7 => leaf("firstCooperationDate", ["gt", "gte", "lt", "lte", "eq", "ne"][random.below(6)], json!(day)),
        8 => leaf("firstCooperationDate", "between", json!(["2020-05-01", "2024-02-29"])),
        _ => leaf("cooperationProducts", ["eq", "ne"][random.below(2)], json!("软件")),
    }
}

/// What the tree means, in the plainest words.
fn answers(customer: &Value, condition: &Value) -> bool {
    let all = |list: &Value| list.as_array().expect("a group").iter().all(|part| answers(customer, part));
    let any = |list: &Value| list.as_array().expect("a group").iter().any(|part| answers(customer, part));
    if let Some(parts) = condition.get("and") {
        return all(parts);
    }
    if let Some(parts) = condition.get("or") {
        return any(parts);
    }
    if let Some(part) = condition.get("not") {
        return !answers(customer, part);
    }
    let (field, op) = (text(&condition["field"]), text(&condition["op"]));
    let (own, value) = (text(&customer[&field]), &condition["value"]);
    let number = |text: &str| text.parse::<f64>().ok();
    let order = match field.as_str() {
        "cumulativeAmount" => number(&own).zip(value.as_f64()).and_then(|(own, value)| own.partial_cmp(&value)),
        _ => (!own.is_empty()).then(|| own.cmp(&text(value))),
    };
    let is_equal = match field.as_str() {
        "regionCode" => !own.is_empty() && own.starts_with(text(value).trim_end_matches("00")),
        "cooperationProducts" => customer[&field].as_array().is_some_and(|own| own.contains(value)),
        _ => own == text(value),
    };
    match op.as_str() {
        "eq" => is_equal,
        "ne" => !is_equal,
        "in" => value.as_array().is_some_and(|list| list.contains(&json!(own))),
        "not_in" => !value.as_array().is_some_and(|list| list.contains(&json!(own))),
        "empty" => own.is_empty(),
        "not_empty" => !own.is_empty(),
        "contains" => own.contains(&text(value)),
        "starts_with" => own.starts_with(&text(value)),
        "gt" => order.is_some_and(|order| order.is_gt()),
        "gte" => order.is_some_and(|order| order.is_ge()),
        "lt" => order.is_some_and(|order| order.is_lt()),
        "lte" => order.is_some_and(|order| order.is_le()),
        "between" => !own.is_empty() && own >= text(&value[0]) && own <= text(&value[1]),
        other => panic!("{other}"),
    }
}

/// Every page of a question, one after the other.
async fn pages(person: &Person, condition: &Value, order_by: &str, size: usize) -> Vec<Value> {
    let mut all = Vec::new();
    let mut token = String::new();
    loop {
        let body = json!({ "where": condition, "orderBy": order_by, "pageSize": size, "pageToken": token });
        let page = person.post("/v1/customers:search", &body).await.ok();
        all.extend(page["results"].as_array().expect("results").iter().map(|result| result["customer"].clone()));
        token = text(&page["nextPageToken"]);
        if token.is_empty() {
            return all;
        }
    }
}

/// Gives the reader a role that reads the customers of both sales departments, and waits until it counts.
async fn read_two_departments(admin: &Person, reader: &Person) {
    let departments = admin.get("/v1/departments").await.ok();
    let departments = departments["departments"].as_array().expect("departments").iter();
    let sales = departments.filter(|department| text(&department["name"]).starts_with("销售"));
    let ids: Vec<&Value> = sales.map(|department| &department["id"]).collect();
    assert_eq!(ids.len(), 2);
    let grant = json!({ "operation": "customer.read", "scope": "CHOSEN", "departmentIds": ids });
    let role = admin.post("/v1/roles", &json!({ "labelZh": "两部", "grants": [grant] })).await.ok();
    admin.patch(&format!("/v1/users/{}", reader.id), &json!({ "roles": [role["code"]] })).await.ok();
    let refused = || async { (reader.get("/v1/interactions").await.status == 403).then_some(()) };
    eventually("the role counts", refused).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_any_condition_hold_what_answers_it_once_and_in_order() {
    let world = World::start().await;
    let (rep1, rep3) = (world.person("rep1").await, world.person("rep3").await);
    let (admin, service1) = (world.person("admin").await, world.person("service1").await);
    read_two_departments(&admin, &service1).await;
    let mut random = Random(1);
    let mut customers = Vec::new();
    for turn in 0..60 {
        let owner = if random.below(2) == 0 { &rep1 } else { &rep3 };
        let customer = create(owner, random_customer(&mut random, turn)).await;
        let level = json!({ "level": random.choose(&LEVELS) });
        customers.push(owner.patch(&format!("/v1/customers/{}", text(&customer["id"])), &level).await.ok());
    }
    ask(&[&admin, &service1], &customers, &mut random).await;
    for (order_by, field) in [
        ("firstCooperationDate", "firstCooperationDate"),
        ("cumulativeAmount desc", "cumulativeAmount"),
        ("updateTime desc", "updateTime"),
        ("createTime", "createTime"),
        ("name desc", ""),
    ] {
        let sorted = pages(&service1, &json!({}), order_by, 7).await;
        let ids: BTreeSet<String> = sorted.iter().map(|customer| text(&customer["id"])).collect();
        assert_eq!((sorted.len(), ids.len()), (60, 60), "{order_by}");
        let key = |customer: &Value| (!field.is_empty()).then(|| format!("{:>20}", text(&customer[field])));
        let (filled, empty): (Vec<&Value>, Vec<&Value>) =
            sorted.iter().partition(|customer| field.is_empty() || !text(&customer[field]).is_empty());
        let mut keys: Vec<_> = filled.iter().map(|customer| key(customer)).collect();
        if order_by.ends_with("desc") {
            keys.reverse();
        }
        assert!(keys.is_sorted(), "{order_by}: {keys:?}");
        assert!(
            sorted.ends_with(&empty.into_iter().cloned().collect::<Vec<_>>()),
            "{order_by}: what is empty comes last"
        );
    }
    let database = TestDatabase { url: world.database.url.clone() };
    world.stop().await;
    // Now that the database knows how common values are, they are looked up.
    let mut connection = PgConnection::connect(&database.url).await.expect("the test's database");
    connection.execute("analyze customer.search").await.expect("an administrator may");
    let world = World::start_on(database, |_| {}).await;
    ask(&[&world.person("admin").await, &world.person("service1").await], &customers, &mut random).await;
    world.stop().await;
}

/// Random questions of readers that reach every customer: the one by reaching everything, the other by two departments, which
/// are merged.
async fn ask(readers: &[&Person], customers: &[Value], random: &mut Random) {
    for turn in 0..60 {
        let condition = random_condition(random, 3);
        let id = |customer: &Value| text(&customer["id"]);
        let expected: BTreeSet<String> =
            customers.iter().filter(|customer| answers(customer, &condition)).map(id).collect();
        let found: Vec<String> = pages(readers[turn % readers.len()], &condition, "", 7).await.iter().map(id).collect();
        let newest_first: Vec<String> = expected.iter().rev().cloned().collect();
        assert_eq!(found, newest_first, "{condition}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_sorted_by_pinyin_and_a_token_belongs_to_its_question() {
    let world = World::start().await;
    let rep1 = world.person("rep1").await;
    for (turn, name) in ["张三", "阿里", "重庆", "北京", "Acme"].iter().enumerate() {
        let phones = json!([{ "number": format!("1371234{turn:04}") }]);
        create(&rep1, json!({ "name": name, "type": "ENTERPRISE", "phones": phones })).await;
    }
    let sorted = rep1.get("/v1/customers?orderBy=name").await.ok();
    let mut sorted = names(&sorted);
    sorted.retain(|name| name != "Acme");
    assert_eq!(sorted, ["阿里", "北京", "重庆", "张三"]);
    let page = rep1.get("/v1/customers?orderBy=name&pageSize=2").await.ok();
    let token = text(&page["nextPageToken"]);
    let other = rep1.get(&format!("/v1/customers?orderBy=name%20desc&pageSize=2&pageToken={token}")).await;
    assert_eq!((other.status.as_u16(), text(&other.body["errors"][0]["pointer"])), (400, "/pageToken".to_owned()));
    world.stop().await;
}
