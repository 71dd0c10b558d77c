//! What a role hides, masks or keeps from being written is so in every way in and out; from the descriptors, so that
//! a new field of a record is covered the day it is written.

use kit::schema::{FieldRuleTable, FieldTable, Visibility, schema};
use serde_json::{Value, json};
use tests::{Person, World, eventually, sample};

const CUSTOMER: &str = "cims.customer.v1.Customer";
const CONTACT: &str = "cims.customer.v1.Contact";
const INTERACTION: &str = "cims.interaction.v1.Interaction";

/// A field of a record with the rule that it is under.
#[derive(Clone, Copy)]
struct Ruled {
    message: &'static str,
    field: &'static FieldTable,
    rule: &'static FieldRuleTable,
}

impl Ruled {
    fn under(&self, wanted: Visibility) -> Visibility {
        nearest(self.rule, wanted)
    }

    /// A secret is written by people who see it masked.
    fn locks(&self, wanted: Visibility) -> bool {
        let rule = self.under(wanted);
        !(rule.is_writable() || self.rule.secret && rule == Visibility::Masked)
    }
}

fn ruled() -> Vec<Ruled> {
    let fields = |message: &'static str| {
        let table = schema().message(message).expect("a record");
        table.fields.iter().filter_map(move |field| {
            let name = field.field_rule()?;
            let rule = schema().field_rules().iter().find(|known| known.name == name)?;
            Some(Ruled { message, field, rule })
        })
    };
    [CUSTOMER, CONTACT, INTERACTION].into_iter().flat_map(fields).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// No value: what is left out reads as a field that nobody filled.
fn is_nothing(value: &Value) -> bool {
    let text = value.as_str();
    let empty = text.is_some_and(|text| text.is_empty() || text.ends_with("_UNSPECIFIED"));
    empty || value.is_null() || *value == json!(false) || value.as_array().is_some_and(Vec::is_empty)
}

/// The nearest to a rule that fits a field: what cannot be masked is hidden, what cannot be hidden read-only, and what nobody
/// writes anyway is clear.
fn nearest(known: &FieldRuleTable, wanted: Visibility) -> Visibility {
    let fits = |rule: &Visibility| known.choices.contains(rule);
    let steps = match wanted {
        Visibility::Masked | Visibility::Hidden => vec![wanted, Visibility::Hidden, Visibility::ReadOnly],
        _ => vec![wanted],
    };
    steps.into_iter().find(fits).unwrap_or(Visibility::Clear)
}

fn named(rule: Visibility) -> &'static str {
    match rule {
        Visibility::Clear => "CLEAR",
        Visibility::ReadOnly => "READ_ONLY",
        Visibility::Masked => "MASKED",
        Visibility::Hidden => "HIDDEN",
    }
}

/// A customer with every field filled and changed, so that its history has each; its contact, contact record and tag.
struct Sample {
    customer: String,
    first_etag: String,
    contact: String,
    interaction: String,
}

impl Sample {
    async fn create(author: &Person, admin: &Person) -> Sample {
        let table = |name: &str| schema().message(name).expect("a record");
        let created = author.post("/v1/customers", &sample::whole(table(CUSTOMER), 0)).await.ok();
        let customer = text(&created["id"]);
        let path = format!("/v1/customers/{customer}");
        author.patch(&path, &sample::whole(table(CUSTOMER), 1)).await.ok();
        let contacts = format!("{path}/contacts");
        let contact = author.post(&contacts, &json!({ "name": "欧阳修", "primary": true })).await.ok();
        let contact = text(&contact["id"]);
        let mut whole = sample::whole(table(CONTACT), 7);
        whole["name"] = json!("欧阳询");
        author.patch(&format!("{contacts}/{contact}"), &whole).await.ok();
        let mut record = sample::whole(table(INTERACTION), 3);
        record["contactId"] = json!(contact);
        let interaction = author.post(&format!("{path}/interactions"), &record).await.ok();
        let tag = admin.post("/v1/tags", &json!({ "name": "重点样本" })).await.ok();
        author.post(&format!("{path}/tags:set"), &json!({ "tagIds": [tag["id"]] })).await.ok();
        eventually("the tag and the contact's time are there", || async {
            let read = author.get(&path).await.ok();
            (!is_nothing(&read["tags"]) && !is_nothing(&read["nextContactTime"])).then_some(())
        })
        .await;
        Sample { customer, first_etag: text(&created["etag"]), contact, interaction: text(&interaction["id"]) }
    }

    /// The records of a message, in every way that they are read.
    async fn read(&self, person: &Person, message: &str) -> Vec<Value> {
        let path = format!("/v1/customers/{}", self.customer);
        let one = async |path: &str| person.get(path).await.ok();
        match message {
            CUSTOMER => {
                let search = json!({ "query": "样本" });
                let found = person.post("/v1/customers:search", &search).await.ok();
                vec![
                    one(&path).await,
                    one("/v1/customers").await["customers"][0].clone(),
                    found["results"][0]["customer"].clone(),
                ]
            }
            CONTACT => vec![
                one(&path).await["contacts"][0].clone(),
                one(&format!("{path}/contacts")).await["contacts"][0].clone(),
            ],
            _ => vec![
                one(&format!("{path}/interactions")).await["interactions"][0].clone(),
                one("/v1/interactions").await["interactions"][0].clone(),
            ],
        }
    }

    fn path(&self, message: &str) -> String {
        match message {
            CUSTOMER => format!("/v1/customers/{}", self.customer),
            CONTACT => format!("/v1/customers/{}/contacts/{}", self.customer, self.contact),
            _ => format!("/v1/interactions/{}", self.interaction),
        }
    }

    fn collection(&self, message: &str) -> String {
        match message {
            CUSTOMER => "/v1/customers".to_owned(),
            CONTACT => format!("/v1/customers/{}/contacts", self.customer),
            _ => format!("/v1/customers/{}/interactions", self.customer),
        }
    }
}

/// Everything but the phones, whose numbers have a rule of their own below the one of the list.
fn is_plain(ruled: &Ruled) -> bool {
    ruled.field.json != "phones"
}

async fn set(admin: &Person, role: &str, wanted: Visibility) {
    let rules = schema()
        .field_rules()
        .iter()
        .map(|known| json!({ "field": known.name, "rule": named(nearest(known, wanted)) }));
    admin.patch(&format!("/v1/roles/{role}"), &json!({ "fieldRules": rules.collect::<Vec<_>>() })).await.ok();
}

async fn reader(world: &World, admin: &Person) -> (Person, String) {
    let person = world.person("rep2").await;
    let operations = [
        "customer.read",
        "customer.create",
        "customer.update",
        "interaction.read",
        "interaction.create",
        "interaction.update",
        "tag.apply",
        "import.run",
        "report.read",
        "log.read",
        "people.read",
    ];
    let grants: Vec<Value> = operations.iter().map(|own| json!({ "operation": own, "scope": "ALL" })).collect();
    let role = admin.post("/v1/roles", &json!({ "labelZh": "受限", "grants": grants })).await.ok();
    let role = text(&role["code"]);
    admin.patch(&format!("/v1/users/{}", person.id), &json!({ "roles": [role] })).await.ok();
    (person, role)
}

/// How the person's own rules stand, once the change has reached every service: identity's answer and both services'.
async fn in_force(person: &Person, sample: &Sample, wanted: Visibility) {
    eventually("the rules are in force", || async {
        let customer = person.get(&sample.path(CUSTOMER)).await.ok();
        let records = person.get(&sample.collection(INTERACTION)).await.ok();
        let (first, second) = (&customer["remarks"], &records["interactions"][0]["summary"]);
        let seen = !is_nothing(first) && !is_nothing(second);
        let starred = text(first).contains('*') && text(second).contains('*');
        let hidden = is_nothing(first) && is_nothing(second);
        let right = match wanted {
            Visibility::Hidden => hidden,
            Visibility::Masked => starred,
            _ => seen && !starred,
        };
        // Asked last, or it would write.
        (right && person.patch(&sample.path(CUSTOMER), &json!({ "remarks": "改" })).await.status == 403).then_some(())
    })
    .await;
}

/// What can be asked, and is refused or finds nothing where the field is not seen.
async fn check_questions(person: &Person, all: &[Ruled], wanted: Visibility) {
    let is_seen = wanted.is_seen();
    let refused = |answer: &tests::Answer| answer.status == 400 && answer.body["errors"][0]["code"] == "NOT_VISIBLE";
    for own in all.iter().filter(|own| own.message == CUSTOMER) {
        let (field, is_seen) = (own.field, own.under(wanted).is_seen());
        if field.rules.filterable && field.json != "type" {
            let where_ = json!({ "where": { "field": field.json, "op": "not_empty" } });
            let answer = person.post("/v1/customers:search", &where_).await;
            assert_eq!(refused(&answer), !is_seen, "filter by {}: {}", field.json, answer.body);
            let answer = person.get(&format!("/v1/customers?filter={}:*", field.json)).await;
            assert_eq!(refused(&answer), !is_seen, "filter by {}: {}", field.json, answer.body);
        }
        if field.rules.sortable {
            let answer = person.get(&format!("/v1/customers?orderBy={}", field.json)).await;
            assert_eq!(refused(&answer), !is_seen, "sort by {}: {}", field.json, answer.body);
        }
    }
    let number = text(&sample::value(
        schema().message("cims.customer.v1.Phone").expect("phones").field("number").expect("a number"),
        1,
    ));
    let (end, whole) = (number[number.len() - 4..].to_owned(), number.clone());
    // Whom a whole value is known to may look for it while it is masked.
    let masked = wanted == Visibility::Masked;
    let queries = [
        (end.as_str(), is_seen),
        (whole.as_str(), is_seen),
        ("li1@example.com", is_seen || masked),
        ("911100001000000046", is_seen || masked),
        ("440524188001010014", is_seen || masked),
        ("欧阳", is_seen),
        ("ouyang", is_seen),
        ("oyx", is_seen),
    ];
    for (query, finds) in queries {
        let found = person.post("/v1/customers:search", &json!({ "query": query })).await.ok();
        let count = found["results"].as_array().map_or(0, Vec::len);
        assert_eq!(count > 0, finds, "{wanted:?}: {query} finds {found}");
    }
    let texts = person.get("/v1/interactions?query=样本").await.ok();
    assert_eq!(texts["interactions"].as_array().is_some_and(|own| !own.is_empty()), is_seen, "{texts}");
    for path in ["/v1/interactions?method=PHONE", "/v1/followUps?due=WEEK"] {
        let answer = person.get(path).await;
        assert_eq!(refused(&answer), !is_seen, "{path}: {}", answer.body);
    }
}

/// Each field is refused by name, on a change and on a creation.
async fn check_writes(person: &Person, sample: &Sample, all: &[Ruled]) {
    for Ruled { message, field, .. } in all.iter().filter(|own| own.field.rules.writable()) {
        let body = json!({ field.json.clone(): sample::value(field, 5) });
        let answer = person.patch(&sample.path(message), &body).await;
        let error = answer.body["errors"][0].clone();
        assert_eq!(answer.refused(403), "FIELD_NOT_WRITABLE", "{}", field.full_name);
        assert_eq!(error["pointer"], format!("/{}", field.json), "{error}");
        assert!(text(&error["message"]).contains(&field.rules.zh), "{error}");
    }
    for message in [CUSTOMER, CONTACT, INTERACTION] {
        let whole = sample::whole(schema().message(message).expect("a record"), 6);
        let answer = person.post(&sample.collection(message), &whole).await;
        let named: Vec<String> =
            answer.body["errors"].as_array().into_iter().flatten().map(|error| text(&error["pointer"])).collect();
        assert_eq!(answer.refused(403), "FIELD_NOT_WRITABLE");
        for own in all.iter().filter(|own| own.message == message && own.field.rules.writable()) {
            assert!(named.contains(&format!("/{}", own.field.json)), "{} in {named:?}", own.field.json);
        }
    }
    // When the next contact is to be is also written by calls of its own, of which one does not say when.
    let follow_up = format!("/v1/followUps/{}", sample.customer);
    for (verb, body) in [("complete", json!({})), ("snooze", json!({ "dueTime": "2100-01-01T08:00:00Z" }))] {
        let answer = person.post(&format!("{follow_up}:{verb}"), &body).await;
        let count = answer.body["errors"].as_array().map(Vec::len);
        assert_eq!((count, answer.refused(403).as_str()), (Some(1), "FIELD_NOT_WRITABLE"), "{verb}");
    }
}

async fn check_history(author: &Person, person: &Person, sample: &Sample, all: &[Ruled]) {
    let path = format!("/v1/customers/{}/history?pageSize=500", sample.customer);
    let changes = |answer: &Value| -> Vec<(String, Value)> {
        let entries = answer["entries"].as_array().expect("entries").iter();
        entries
            .flat_map(|entry| {
                let kind = text(&entry["type"]);
                entry["changes"].as_array().into_iter().flatten().map(move |change| (kind.clone(), change.clone()))
            })
            .collect()
    };
    let (whole, told) = (changes(&author.get(&path).await.ok()), changes(&person.get(&path).await.ok()));
    for own in all.iter().filter(|own| own.message != INTERACTION) {
        let kind = if own.message == CUSTOMER { "customer.customer." } else { "customer.contact." };
        let of = |changes: &[(String, Value)]| {
            changes
                .iter()
                .filter(|(name, change)| name.starts_with(kind) && change["field"] == json!(own.field.json))
                .count()
        };
        let tells = whole
            .iter()
            .filter(|(name, _)| name.starts_with(kind))
            .any(|(_, change)| change["field"] == json!(own.field.json));
        if own.field.rules.writable() {
            assert!(tells, "{}: the history has it", own.field.full_name);
        }
        assert_eq!(of(&told), 0, "{}: {told:?}", own.field.full_name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_field_leaks_where_a_rule_keeps_it() {
    let world = World::start().await;
    let (admin, author) = (world.person("admin").await, world.person("rep1").await);
    let sample = Sample::create(&author, &admin).await;
    let (person, role) = reader(&world, &admin).await;
    let all: Vec<Ruled> = ruled();
    for wanted in [Visibility::Hidden, Visibility::Masked, Visibility::ReadOnly] {
        set(&admin, &role, wanted).await;
        in_force(&person, &sample, wanted).await;
        for message in [CUSTOMER, CONTACT, INTERACTION] {
            let (whole, seen) = (sample.read(&author, message).await, sample.read(&person, message).await);
            for (whole, seen) in whole.iter().zip(&seen) {
                for own in all.iter().filter(|own| own.message == message && is_plain(own)) {
                    // Of a secret the author sees no more than that it is there.
                    let value = match own.field.rules.secret {
                        true => &sample::value(own.field, 1),
                        false => &whole[&own.field.json],
                    };
                    let shown = &seen[&own.field.json];
                    match own.under(wanted) {
                        Visibility::Clear | Visibility::ReadOnly => assert_eq!(value, shown, "{}", own.field.full_name),
                        Visibility::Masked => {
                            assert_eq!(is_nothing(shown), is_nothing(value), "{}", own.field.full_name);
                            assert!(
                                is_nothing(value) || shown != value,
                                "{wanted:?}: {} is {shown}",
                                own.field.full_name
                            );
                        }
                        Visibility::Hidden => {
                            assert!(is_nothing(shown), "{wanted:?}: {} is {shown}", own.field.full_name)
                        }
                    }
                }
                let shown = seen.to_string();
                assert!(wanted.is_seen() || !shown.contains("13812340001"), "{shown}");
            }
        }
        check_questions(&person, &all, wanted).await;
        let locked: Vec<Ruled> = all.iter().copied().filter(|own| own.locks(wanted)).collect();
        check_writes(&person, &sample, &locked).await;
        if wanted == Visibility::Hidden {
            let hidden: Vec<Ruled> =
                all.iter().copied().filter(|own| own.under(wanted) == Visibility::Hidden).collect();
            check_history(&author, &person, &sample, &hidden).await;
        }
        // What is not theirs stands in no conflict, no list of tags, no figure.
        if !wanted.is_seen() {
            let path = sample.path(CUSTOMER);
            let tags = person.get(&format!("{path}/tags")).await.ok();
            assert!(tags["tags"].as_array().is_none_or(Vec::is_empty), "{tags}");
            let history = person.get(&format!("{path}/tags/history")).await;
            assert!(!history.body.to_string().contains("\"to\":[\""), "{}", history.body);
            let home = person.get("/v1/reports/home").await.ok();
            assert!(home["byLevel"].as_array().is_none_or(Vec::is_empty), "{home}");
        }
        import_is_refused(&person).await;
    }
    conflict_tells_nothing_hidden(&admin, &author, &person, &role, &sample).await;
    world.stop().await;
}

/// No column is taken for what may not be written, nor can one be mapped to it: else the check of the rows would tell which
/// customers have the value.
async fn import_is_refused(person: &Person) {
    let import = person.upload("客户.csv", "客户名称,电话,备注\n导入甲,13700000001,机密\n".into()).await;
    let columns = import["columns"].as_array().expect("columns");
    assert!(columns.len() == 3 && columns.iter().all(|column| column["field"] == ""), "{import}");
    let fields = ["name", "phones", "remarks"].iter().zip(columns);
    let columns: Vec<Value> =
        fields.map(|(field, column)| json!({ "header": column["header"], "field": field })).collect();
    let answer = person.patch(&format!("/v1/imports/{}", text(&import["id"])), &json!({ "columns": columns })).await;
    let pointers: Vec<String> =
        answer.body["errors"].as_array().into_iter().flatten().map(|error| text(&error["pointer"])).collect();
    assert_eq!(answer.refused(403), "FIELD_NOT_WRITABLE");
    assert_eq!(pointers, ["/columns/0/field", "/columns/1/field", "/columns/2/field"]);
}

/// The name may be written, everything else is hidden: a conflict over the name tells the name alone.
async fn conflict_tells_nothing_hidden(admin: &Person, author: &Person, person: &Person, role: &str, sample: &Sample) {
    let rules = schema().field_rules().iter().filter(|known| known.name != "customer.name");
    let rules: Vec<Value> =
        rules.map(|known| json!({ "field": known.name, "rule": named(nearest(known, Visibility::Hidden)) })).collect();
    admin.patch(&format!("/v1/roles/{role}"), &json!({ "fieldRules": rules })).await.ok();
    in_force(person, sample, Visibility::Hidden).await;
    author.patch(&sample.path(CUSTOMER), &json!({ "name": "新名样本", "remarks": "机密样本" })).await.ok();
    let conflict = eventually("the name is writable", || async {
        let request =
            person.request(reqwest::Method::PATCH, &sample.path(CUSTOMER)).header("if-match", &sample.first_etag);
        let answer = person.send(request.json(&json!({ "name": "别名样本" }))).await;
        (answer.body["code"] != "FIELD_NOT_WRITABLE").then_some(answer.body)
    })
    .await;
    assert_eq!((&conflict["code"], &conflict["fields"]), (&json!("STALE"), &json!(["name"])), "{conflict}");
    assert!(!conflict.to_string().contains("机密"), "{conflict}");
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_name_fields_and_rules_that_there_are_and_the_most_open_counts() {
    let world = World::start().await;
    let (admin, author) = (world.person("admin").await, world.person("rep1").await);
    let listed = admin.get("/v1/operations").await.ok();
    let listed = listed["fields"].as_array().expect("fields");
    for known in schema().field_rules() {
        let own =
            listed.iter().find(|own| own["code"] == json!(known.name)).unwrap_or_else(|| panic!("{}", known.name));
        assert!(!text(&own["labelZh"]).is_empty() && !text(&own["labelEn"]).is_empty(), "{own}");
        assert_eq!(own["rules"].as_array().map(Vec::len), Some(known.choices.len()), "{own}");
    }
    let wrong = [
        ("customer.shoeSize", "HIDDEN", "/fieldRules/0/field"),
        ("customer.id", "HIDDEN", "/fieldRules/0/field"),
        ("customer.name", "HIDDEN", "/fieldRules/0/rule"),
        ("customer.level", "MASKED", "/fieldRules/0/rule"),
    ];
    for (field, rule, pointer) in wrong {
        let role = json!({ "labelZh": "错", "fieldRules": [{ "field": field, "rule": rule }] });
        let answer = admin.post("/v1/roles", &role).await;
        assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{}", answer.body);
        answer.refused(400);
    }
    let body =
        json!({ "name": "西湖样本", "type": "ENTERPRISE", "phones": [{ "number": "13912340001" }], "remarks": "欠款" });
    let path = format!("/v1/customers/{}", text(&author.post("/v1/customers", &body).await.ok()["id"]));
    let (person, role) = reader(&world, &admin).await;
    let rules = json!([{ "field": "customer.remarks", "rule": "HIDDEN" }, { "field": "phone", "rule": "CLEAR" }]);
    admin.patch(&format!("/v1/roles/{role}"), &json!({ "fieldRules": rules })).await.ok();
    eventually("it is hidden", || async { is_nothing(&person.get(&path).await.ok()["remarks"]).then_some(()) }).await;
    // A role that has nothing to do with customers opens none of their fields; one that has and says nothing does.
    let roles = |second: &str| json!({ "roles": [role, second] });
    let other = json!({ "labelZh": "组织", "grants": [{ "operation": "people.read", "scope": "ALL" }] });
    let other = text(&admin.post("/v1/roles", &other).await.ok()["code"]);
    admin.patch(&format!("/v1/users/{}", person.id), &roles(&other)).await.ok();
    let effective = admin.get(&format!("/v1/users/{}:effectivePermissions", person.id)).await.ok();
    let rule = effective["fieldRules"].as_array().expect("rules").iter().find(|own| own["field"] == "customer.remarks");
    assert_eq!(rule.expect("a rule")["rule"], "HIDDEN", "{effective}");
    admin.patch(&format!("/v1/users/{}", person.id), &roles("executive")).await.ok();
    eventually("it is seen", || async { (person.get(&path).await.ok()["remarks"] == "欠款").then_some(()) }).await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_masked_value_is_revealed_one_by_one_and_every_look_is_logged() {
    let world = World::start().await;
    let (author, service1) = (world.person("rep1").await, world.person("service1").await);
    let phone = "13912340001";
    let body =
        json!({ "name": "西湖样本", "type": "ENTERPRISE", "phones": [{ "number": phone }], "email": "li@example.com" });
    let customer = text(&author.post("/v1/customers", &body).await.ok()["id"]);
    let path = format!("/v1/customers/{customer}");
    let contact = json!({ "name": "王小明", "phones": [{ "number": "13912340002" }] });
    let contact = text(&author.post(&format!("{path}/contacts"), &contact).await.ok()["id"]);
    let seen = service1.get(&path).await.ok();
    assert_eq!(seen["phones"][0]["number"], "139****0001");
    let reveal =
        async |person: &Person, field: &str| person.post(&format!("{path}:reveal"), &json!({ "field": field })).await;
    assert_eq!(reveal(&service1, "phones[0]").await.ok()["value"], phone);
    assert_eq!(reveal(&service1, "email").await.ok()["value"], "li@example.com");
    assert_eq!(reveal(&service1, &format!("contacts[{contact}].phones[0]")).await.ok()["value"], "13912340002");
    for field in ["phones[1]", "phones", "shoeSize", "contacts[", "remarks"] {
        let answer = reveal(&service1, field).await;
        assert_eq!(answer.body["errors"][0]["pointer"], "/field", "{field}: {}", answer.body);
        answer.refused(400);
    }
    assert_eq!(reveal(&world.person("marketing1").await, "email").await.refused(403), "PERMISSION_DENIED");
    assert_eq!(reveal(&world.person("rep3").await, "email").await.refused(404), "NOT_FOUND");

    // Who looked and at what; not what was seen, which whoever reads the history may not see.
    let history = service1.get(&format!("{path}/history")).await.ok();
    let entries = history["entries"].as_array().expect("entries").iter();
    let looks: Vec<&Value> = entries.filter(|entry| entry["type"] == "customer.reveal.created.v1").collect();
    assert_eq!(looks.len(), 3, "{history}");
    assert_eq!((&looks[2]["actorId"], &looks[2]["changes"][0]["field"]), (&json!(service1.id), &json!("phones[0]")));
    assert!(!history.to_string().contains(phone), "{history}");
    let looked_at = async |person: &Person| -> Vec<Value> {
        let log = person.get(&format!("/v1/operationLog?recordId={customer}")).await.ok();
        let lines = log["operations"].as_array().expect("lines").iter();
        let looks = lines.filter(|line| line["type"] == "customer.reveal.created.v1");
        looks.map(|line| line["changedFields"].clone()).collect()
    };
    let fields = [json!([format!("contacts[{contact}].phones[0]")]), json!(["email"]), json!(["phones[0]"])];
    assert_eq!(looked_at(&service1).await, fields, "the log of operations says the same");
    // From whom the fields are hidden it is hidden, too, at which of them somebody looked.
    let (person, _) = reader(&world, &world.person("admin").await).await;
    let told = eventually("the role counts", || async {
        let answer = person.get(&format!("{path}/history")).await;
        (answer.status == 200).then_some(answer.body)
    })
    .await;
    let looks = told["entries"].as_array().expect("entries").iter();
    let looks: Vec<&Value> = looks.filter(|entry| entry["type"] == "customer.reveal.created.v1").collect();
    assert_eq!(looks.len(), 3, "{told}");
    assert!(looks.iter().all(|entry| entry["changes"].as_array().is_none_or(Vec::is_empty)), "{told}");
    assert_eq!(looked_at(&person).await, [json!([]), json!([]), json!([])]);

    for _ in 3..200 {
        reveal(&service1, "phones[0]").await.ok();
    }
    let request = service1.request(reqwest::Method::POST, &format!("{path}:reveal")).json(&json!({ "field": "email" }));
    let answer = request.send().await.expect("the gateway answers");
    assert_eq!(answer.status().as_u16(), 429);
    let wait: u32 = answer.headers()["retry-after"].to_str().expect("text").parse().expect("seconds");
    assert!((1..=86_400).contains(&wait), "{wait}");
    assert_eq!(reveal(&author, "email").await.ok()["value"], "li@example.com");
    world.stop().await;
}
