//! What one reader is to be shown, and whether it is so.

use std::collections::HashMap;

use kit::schema::Visibility;
use serde_json::{Value, json};
use tests::Person;

use super::{
    reading::{Reading, customers_of, search},
    scene::{CONTACT, CUSTOMER, Customer, INTERACTION, Scene, id, table, text},
    sight::{Sight, stripped},
};

fn ids<'a>(records: impl IntoIterator<Item = &'a Value>) -> Vec<String> {
    let mut ids: Vec<String> = records.into_iter().map(id).collect();
    ids.sort_unstable();
    ids
}

/// An update tells of its fields alone: where none of them is seen it is not told.
fn is_told(event_type: &str, changed: &Value, shown: &[Value]) -> bool {
    !event_type.ends_with(".updated.v1") || !shown.is_empty() || changed.as_array().is_none_or(Vec::is_empty)
}

pub struct Shown<'a> {
    pub scene: &'a Scene,
    pub sight: Sight<'a>,
    pub reader: &'a Person,
    /// For whoever reads that the test has failed.
    pub what: &'a str,
}

impl Shown<'_> {
    fn reaches(&self, operation: &str, own: &Customer) -> bool {
        self.sight.model.shows(&self.reader.id, operation, &own.owner, &own.department)
    }

    /// The ids of the customers that an operation reaches.
    fn reached(&self, operation: &str) -> Vec<String> {
        let reached = self.scene.customers.iter().filter(|own| self.reaches(operation, own));
        let mut ids: Vec<String> = reached.map(|own| own.id.clone()).collect();
        ids.sort_unstable();
        ids
    }

    fn may(&self, operation: &str) -> bool {
        self.sight.model.may(&self.reader.id, operation)
    }

    pub fn check_notices(&self, told: &[String]) {
        assert_eq!(told, self.reached("customer.read"), "notices, {}", self.what);
    }

    pub fn check(&self, whole: &Reading, told: &Reading) {
        self.check_list("list", "customer.read", CUSTOMER, &whole.list, &told.list);
        self.check_list("search", "customer.read", CUSTOMER, &whole.search, &told.search);
        self.check_list("contact records", "interaction.read", INTERACTION, &whole.interactions, &told.interactions);
        self.check_follow_ups(whole, told);
        for (place, own) in self.scene.customers.iter().enumerate() {
            let status = match (self.may("customer.read"), self.reaches("customer.read", own)) {
                (false, _) => 403,
                (true, false) => 404,
                (true, true) => 200,
            };
            let (record, history) = (&told.records[place], &told.histories[place]);
            assert_eq!(record.status, status, "{}, {}", own.id, self.what);
            assert_eq!(history.status, status, "history of {}, {}", own.id, self.what);
            if status == 200 {
                self.check_message("record", CUSTOMER, &whole.records[place].body, &record.body);
                self.check_history(&whole.histories[place].body, &history.body);
            }
        }
        self.check_log(whole, told);
        assert_eq!(told.home.is_some(), self.may("report.read"), "figures, {}", self.what);
        assert_eq!(told.trend.is_some(), self.may("report.read"), "weeks, {}", self.what);
        if let Some(trend) = &told.trend {
            let weeks = trend["weeks"].as_array().expect("weeks").iter();
            let created = weeks.map(|week| week["newCustomers"].as_u64().expect("a count")).sum::<u64>();
            assert_eq!(json!(created), json!(self.reached("report.read").len()), "weeks, {}", self.what);
        }
        if let Some(home) = &told.home {
            assert_eq!(home["customerCount"], self.reached("report.read").len(), "figures, {}", self.what);
            for (figure, rule) in [("byLevel", "customer.level"), ("overdue", "interaction.nextContactTime")] {
                let nothing = [json!([]), Value::Null].contains(&home[figure]);
                assert!(self.sight.by(rule).is_seen() || nothing, "{figure}: {home}, {}", self.what);
            }
        }
    }

    /// A list has every record within reach and no other, each as its fields are seen.
    fn check_list(
        &self,
        way: &str,
        operation: &str,
        message: &str,
        whole: &Option<Vec<Value>>,
        told: &Option<Vec<Value>>,
    ) {
        assert_eq!(told.is_some(), self.may(operation), "{way}, {}", self.what);
        let (Some(whole), Some(told)) = (whole, told) else { return };
        let reached = self.reached(operation);
        let name = if message == CUSTOMER { "id" } else { "customerId" };
        let expected: HashMap<String, &Value> =
            whole.iter().filter(|own| reached.contains(&text(&own[name]))).map(|own| (id(own), own)).collect();
        assert_eq!(ids(told), ids(expected.values().copied()), "{way}, {}", self.what);
        for own in told {
            self.check_message(way, message, expected[&id(own)], own);
        }
    }

    fn check_message(&self, way: &str, message: &str, whole: &Value, told: &Value) {
        let expected = self.sight.message(table(message), whole);
        assert_eq!(stripped(told), stripped(&expected), "{way}, {}", self.what);
    }

    fn check_follow_ups(&self, whole: &Reading, told: &Reading) {
        if !self.may("interaction.read") {
            assert_eq!(told.follow_ups.status, 403, "{}", self.what);
        } else if !self.sight.by("interaction.nextContactTime").is_seen() {
            assert_eq!(told.follow_ups.body["errors"][0]["code"], "NOT_VISIBLE", "{}", self.what);
        } else {
            let reached = self.reached("interaction.read");
            let all = whole.follow_ups.body["followUps"].as_array().expect("follow-ups").iter();
            let expected = all.filter(|own| reached.contains(&text(&own["customerId"])));
            let follow_up = table("cims.interaction.v1.FollowUp");
            let expected: Vec<Value> = expected.map(|own| stripped(&self.sight.message(follow_up, own))).collect();
            let told = told.follow_ups.body["followUps"].as_array().expect("follow-ups");
            assert_eq!(told.iter().map(stripped).collect::<Vec<_>>(), expected, "follow-ups, {}", self.what);
        }
    }

    /// Every entry is told, and of each what changed in fields that are seen; no update of nothing but others.
    fn check_history(&self, whole: &Value, told: &Value) {
        let entries = |of: &Value| of["entries"].as_array().expect("entries").clone();
        let expected = entries(whole).into_iter().filter_map(|mut entry| {
            let own = table(if text(&entry["type"]).starts_with("customer.contact.") { CONTACT } else { CUSTOMER });
            let changes = entry["changes"].as_array().expect("changes").iter().filter_map(|change| {
                let field = own.field_by_json(change["field"].as_str()?)?;
                let state = |name: &str| self.sight.value(field, &change[name]);
                let shown = json!({ "field": change["field"], "from": state("from"), "to": state("to") });
                Some(shown).filter(|_| self.sight.of(field) != Visibility::Hidden)
            });
            let changes: Vec<Value> = changes.collect();
            let tells = is_told(&text(&entry["type"]), &entry["changes"], &changes);
            entry["changes"] = json!(changes);
            tells.then(|| stripped(&entry))
        });
        let told: Vec<Value> = entries(told).iter().map(stripped).collect();
        assert_eq!(told, expected.collect::<Vec<_>>(), "history, {}", self.what);
    }

    /// The log has what people within reach did, without the fields that are hidden, and without updates of nothing else.
    fn check_log(&self, whole: &Reading, told: &Reading) {
        assert_eq!(told.log.is_some(), self.may("log.read"), "log, {}", self.what);
        let (Some(whole), Some(told)) = (&whole.log, &told.log) else { return };
        let model = self.sight.model;
        let expected = whole.iter().filter(|line| {
            let actor = text(&line["actorId"]);
            let department = model.people[&actor].department.clone().expect("everybody has one");
            model.shows(&self.reader.id, "log.read", &actor, &department)
        });
        let records = HashMap::from([
            ("customer.customer", CUSTOMER),
            ("customer.contact", CONTACT),
            ("interaction.interaction", INTERACTION),
        ]);
        let expected = expected.filter_map(|line| {
            let Some(message) = records.get(text(&line["recordType"]).as_str()) else { return Some(line.clone()) };
            let hidden = |name: &Value| {
                let field = table(message).field_by_json(&text(name));
                field.is_some_and(|field| self.sight.of(field) == Visibility::Hidden)
            };
            let changed = line["changedFields"].as_array().expect("fields").iter();
            let shown: Vec<Value> = changed.filter(|name| !hidden(name)).cloned().collect();
            let tells = is_told(&text(&line["type"]), &line["changedFields"], &shown);
            let mut line = line.clone();
            line["changedFields"] = json!(shown);
            tells.then_some(line)
        });
        assert_eq!(*told, expected.collect::<Vec<_>>(), "log, {}", self.what);
    }

    /// Conditions and numbers find what is within reach, by fields that are seen, and say nothing of others.
    pub async fn check_questions(&self, whole: &Reading, place: usize) {
        if !self.may("customer.read") {
            return;
        }
        let reached = self.reached("customer.read");
        let level = whole.list.as_ref().expect("everything is seen")[place]["level"].clone();
        let question = json!({ "where": { "field": "level", "op": "eq", "value": level }, "pageSize": 500 });
        let answer = search(self.reader, &question).await;
        if self.sight.by("customer.level").is_seen() {
            let all = whole.list.iter().flatten().filter(|own| own["level"] == level && reached.contains(&id(own)));
            assert_eq!(ids(&customers_of(&answer)), ids(all), "by level, {}", self.what);
        } else {
            assert_eq!(answer.body["errors"][0]["code"], "NOT_VISIBLE", "by level, {}", self.what);
        }
        let own = &self.scene.customers[place];
        let found = ids(&customers_of(&search(self.reader, &json!({ "query": own.phone })).await));
        // Whoever knows a whole number may look for it where they see it masked.
        let hidden =
            ["phone", "customer.phones", "contact.phones"].map(|rule| self.sight.by(rule) == Visibility::Hidden);
        let expected =
            if !hidden.contains(&true) && reached.contains(&own.id) { vec![own.id.clone()] } else { Vec::new() };
        assert_eq!(found, expected, "by phone, {}", self.what);
    }
}
