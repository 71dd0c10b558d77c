//! The tree of a request, checked and typed.

use std::ops::Bound;

use chrono::NaiveDate;
use chrono_tz::Tz;
use cims_proto::Condition;
use prost_types::value::Kind as Json;

use super::{
    DEPTH_LIMIT, LIST_LIMIT, NODE_LIMIT, Operand, Reader, Test, Tree,
    operand::{Shape, operand, operators, shape, visibility},
    relative::{bounds, counted_span, named_span},
};
use crate::{
    problem::{Failure, Violation, code},
    schema::{FieldTable, MessageTable, Visibility},
    zone::start_of_day,
};

impl Tree {
    /// The question that a condition means over the records of `table`. `pointer` is where it stands in the request:
    /// "/where". None when it asks nothing.
    ///
    /// # Errors
    /// `Invalid` with every misfit.
    pub fn parse(
        table: &'static MessageTable,
        condition: &Condition,
        pointer: &str,
        reader: &Reader<'_>,
    ) -> Result<Option<Tree>, Failure> {
        if *condition == Condition::default() {
            return Ok(None);
        }
        let mut parser = Parser { table, reader, nodes: 0, violations: Vec::new() };
        let tree = parser.tree(condition, pointer, 1);
        if parser.violations.is_empty() { Ok(tree) } else { Err(Failure::Invalid(parser.violations)) }
    }

    /// The same of an AIP-160 filter's text.
    ///
    /// # Errors
    /// `Invalid` at `/filter`, as the text has no parts to point to.
    pub fn parse_filter(
        table: &'static MessageTable,
        text: &str,
        reader: &Reader<'_>,
    ) -> Result<Option<Tree>, Failure> {
        let condition = super::filter::parse(table, text)?;
        Tree::parse(table, &condition, "", reader).map_err(|failure| match failure {
            Failure::Invalid(mut violations) => {
                violations.iter_mut().for_each(|violation| violation.pointer = "/filter".to_owned());
                Failure::Invalid(violations)
            }
            other => other,
        })
    }
}

/// The fields of a record that may be asked for.
pub fn filterable(table: &'static MessageTable) -> impl Iterator<Item = &'static FieldTable> {
    table.fields.iter().filter(|field| field.rules.filterable)
}

struct Parser<'a> {
    table: &'static MessageTable,
    reader: &'a Reader<'a>,
    nodes: usize,
    violations: Vec<Violation>,
}

impl Parser<'_> {
    /// None when something within it does not fit, and is noted.
    fn tree(&mut self, condition: &Condition, pointer: &str, depth: usize) -> Option<Tree> {
        self.nodes += 1;
        if depth > DEPTH_LIMIT {
            return self.refuse(Violation::new(pointer, code::TOO_DEEP).allowed(DEPTH_LIMIT));
        }
        if self.nodes == NODE_LIMIT + 1 {
            return self.refuse(Violation::new(pointer, code::TOO_MANY).allowed(NODE_LIMIT));
        }
        if self.nodes > NODE_LIMIT {
            return None;
        }
        let is_leaf = !condition.field.is_empty() || !condition.op.is_empty() || condition.value.is_some();
        match (condition.and.as_slice(), condition.or.as_slice(), &condition.not, is_leaf) {
            (all @ [_, ..], [], None, false) => Some(Tree::All(self.group(all, &format!("{pointer}/and"), depth)?)),
            ([], any @ [_, ..], None, false) => Some(Tree::Any(self.group(any, &format!("{pointer}/or"), depth)?)),
            ([], [], Some(inner), false) => {
                Some(Tree::Not(Box::new(self.tree(inner, &format!("{pointer}/not"), depth + 1)?)))
            }
            ([], [], None, true) => self.leaf(condition, pointer),
            ([], [], None, false) => {
                self.refuse(Violation::new(pointer, code::REQUIRED).allowed("and, or, not, field"))
            }
            _ => self.refuse(Violation::new(pointer, code::NOT_ALLOWED).allowed("and | or | not | field")),
        }
    }

    fn group(&mut self, conditions: &[Condition], pointer: &str, depth: usize) -> Option<Vec<Tree>> {
        let parts: Vec<Option<Tree>> = conditions
            .iter()
            .enumerate()
            .map(|(index, condition)| self.tree(condition, &format!("{pointer}/{index}"), depth + 1))
            .collect();
        parts.into_iter().collect()
    }

    fn leaf(&mut self, condition: &Condition, pointer: &str) -> Option<Tree> {
        let place = format!("{pointer}/field");
        if condition.field.is_empty() {
            return self.refuse(Violation::new(place, code::REQUIRED));
        }
        let known = self.table.field_by_json(&condition.field).filter(|field| field.rules.filterable);
        let Some(field) = known else {
            let allowed: Vec<&str> = filterable(self.table).map(|field| field.json.as_str()).collect();
            return self.refuse(Violation::new(place, code::UNKNOWN_FIELD).allowed(allowed.join(", ")));
        };
        let seen = visibility(field, self.reader);
        if seen == Visibility::Hidden {
            return self.refuse(Violation::of(field, place, code::NOT_VISIBLE));
        }
        let place = format!("{pointer}/op");
        let fitting = operators(field);
        if !fitting.contains(&condition.op.as_str()) {
            let code = if condition.op.is_empty() { code::REQUIRED } else { code::NOT_ALLOWED };
            return self.refuse(Violation::of(field, place, code).allowed(fitting.join(", ")));
        }
        // Whoever knows the whole value may look for it; parts of a masked one could be tried out.
        if seen == Visibility::Masked && condition.op != "eq" {
            return self.refuse(Violation::of(field, place, code::NOT_VISIBLE).allowed("eq"));
        }
        let test = self.test(field, condition, &format!("{pointer}/value"))?;
        let tree = Tree::Field(field, test);
        let opposite = matches!(condition.op.as_str(), "ne" | "not_in" | "not_empty");
        Some(if opposite { Tree::Not(Box::new(tree)) } else { tree })
    }

    fn test(&mut self, field: &'static FieldTable, condition: &Condition, pointer: &str) -> Option<Test> {
        let zone = (shape(field) == Shape::Moment).then_some(self.reader.zone);
        let within = |(first, end)| Test::Within(first, end);
        if let Some(span) = named_span(&condition.op, self.reader) {
            self.no_value(field, condition, pointer)?;
            return Some(within(bounds(span, zone)));
        }
        match condition.op.as_str() {
            "empty" | "not_empty" => {
                self.no_value(field, condition, pointer)?;
                Some(Test::Empty)
            }
            "last_n_days" | "next_n_days" | "before_n_days" => {
                let days = self.days(field, condition.value.as_ref(), pointer)?;
                counted_span(&condition.op, days, self.reader).map(|span| within(bounds(span, zone)))
            }
            "in" | "not_in" => {
                let operands = self.operands(field, condition, pointer, 1..=LIST_LIMIT)?;
                Some(Test::In(operands))
            }
            "between" => {
                let operands = self.operands(field, condition, pointer, 2..=2)?;
                Some(within((from(&operands[0], true, zone), until(&operands[1], true, zone))))
            }
            operator => {
                let operand = self.operand(field, condition.value.as_ref(), pointer)?;
                Some(comparison(operator, operand, zone))
            }
        }
    }

    fn operand(
        &mut self,
        field: &'static FieldTable,
        value: Option<&prost_types::Value>,
        pointer: &str,
    ) -> Option<Operand> {
        let Some(value) = value else { return self.refuse(Violation::of(field, pointer, code::REQUIRED)) };
        operand(field, value, pointer, self.reader).map_or_else(|violation| self.refuse(violation), Some)
    }

    fn operands(
        &mut self,
        field: &'static FieldTable,
        condition: &Condition,
        pointer: &str,
        allowed: std::ops::RangeInclusive<usize>,
    ) -> Option<Vec<Operand>> {
        let Some(Json::ListValue(list)) = condition.value.as_ref().and_then(|value| value.kind.as_ref()) else {
            return self.refuse(Violation::of(field, pointer, code::WRONG_TYPE).allowed("array"));
        };
        let count = list.values.len();
        if count < *allowed.start() {
            return self.refuse(Violation::of(field, pointer, code::TOO_FEW).allowed(allowed.start()));
        }
        if count > *allowed.end() {
            return self.refuse(Violation::of(field, pointer, code::TOO_MANY).allowed(allowed.end()));
        }
        let operands: Vec<Option<Operand>> = list
            .values
            .iter()
            .enumerate()
            .map(|(index, value)| self.operand(field, Some(value), &format!("{pointer}/{index}")))
            .collect();
        operands.into_iter().collect()
    }

    fn days(&mut self, field: &'static FieldTable, value: Option<&prost_types::Value>, pointer: &str) -> Option<u64> {
        let days = match value.and_then(|value| value.kind.as_ref()) {
            Some(Json::NumberValue(number)) => number.to_string().parse().ok(),
            Some(Json::StringValue(text)) => text.parse().ok(),
            _ => None,
        };
        match days.filter(|days| *days <= DAYS_LIMIT) {
            Some(days) => Some(days),
            None => self.refuse(Violation::of(field, pointer, code::OUT_OF_RANGE).allowed(format!("0–{DAYS_LIMIT}"))),
        }
    }

    fn no_value(&mut self, field: &'static FieldTable, condition: &Condition, pointer: &str) -> Option<()> {
        match condition.value {
            None => Some(()),
            Some(_) => self.refuse(Violation::of(field, pointer, code::NOT_ALLOWED)),
        }
    }

    fn refuse<T>(&mut self, violation: Violation) -> Option<T> {
        self.violations.push(violation);
        None
    }
}

/// A hundred years.
const DAYS_LIMIT: u64 = 36_500;

/// `zone`: of a field of moments, whose days are spans.
fn comparison(operator: &str, operand: Operand, zone: Option<Tz>) -> Test {
    match (operator, operand) {
        ("contains", Operand::Text(text)) => Test::Contains(text),
        ("starts_with", Operand::Text(text)) => Test::StartsWith(text),
        ("gt", operand) => Test::Within(from(&operand, false, zone), Bound::Unbounded),
        ("gte", operand) => Test::Within(from(&operand, true, zone), Bound::Unbounded),
        ("lt", operand) => Test::Within(Bound::Unbounded, until(&operand, false, zone)),
        ("lte", operand) => Test::Within(Bound::Unbounded, until(&operand, true, zone)),
        (_, operand) if zone.is_some() => Test::Within(from(&operand, true, zone), until(&operand, true, zone)),
        (_, operand) => Test::In(vec![operand]),
    }
}

/// The bound from which on values are greater, or also equal.
fn from(operand: &Operand, equal: bool, zone: Option<Tz>) -> Bound<Operand> {
    match (operand, zone) {
        (Operand::Day(day), Some(zone)) => {
            Bound::Included(Operand::Moment(start_of_day(if equal { *day } else { next(*day) }, zone)))
        }
        _ if equal => Bound::Included(operand.clone()),
        _ => Bound::Excluded(operand.clone()),
    }
}

/// The bound up to which values are less, or also equal.
fn until(operand: &Operand, equal: bool, zone: Option<Tz>) -> Bound<Operand> {
    match (operand, zone) {
        (Operand::Day(day), Some(zone)) => {
            Bound::Excluded(Operand::Moment(start_of_day(if equal { next(*day) } else { *day }, zone)))
        }
        _ if equal => Bound::Included(operand.clone()),
        _ => Bound::Excluded(operand.clone()),
    }
}

fn next(day: NaiveDate) -> NaiveDate {
    day.succ_opt().unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use cims_proto::customer::v1::Customer;
    use serde_json::{Value, json};

    use super::*;
    use crate::schema::{FieldRules, any, table_of};

    fn condition(json: &Value) -> Condition {
        let list = |name: &str| json[name].as_array().into_iter().flatten().map(condition).collect();
        let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
        Condition {
            and: list("and"),
            or: list("or"),
            not: json.get("not").map(|inner| Box::new(condition(inner))),
            field: text("field"),
            op: text("op"),
            value: json.get("value").map(any),
        }
    }

    fn reader(rules: Option<&FieldRules>) -> Reader<'_> {
        let now = "2026-11-25T20:00:00Z".parse().expect("a moment");
        Reader { rules, dictionaries: None, now, zone: crate::zone::DEFAULT }
    }

    fn parse(json: Value) -> Result<Tree, Vec<(String, &'static str)>> {
        match Tree::parse(table_of::<Customer>(), &condition(&json), "/where", &reader(None)) {
            Ok(tree) => Ok(tree.expect("it asks something")),
            Err(Failure::Invalid(violations)) => {
                Err(violations.into_iter().map(|found| (found.pointer, found.code)).collect())
            }
            Err(other) => panic!("{other}"),
        }
    }

    fn within(json: Value) -> (String, String) {
        let Ok(Tree::Field(_, Test::Within(from, until))) = parse(json) else { panic!("not within bounds") };
        let told = |bound: Bound<Operand>| match bound {
            Bound::Included(Operand::Moment(moment)) | Bound::Excluded(Operand::Moment(moment)) => moment.to_rfc3339(),
            Bound::Included(Operand::Day(day)) | Bound::Excluded(Operand::Day(day)) => day.to_string(),
            other => format!("{other:?}"),
        };
        (told(from), told(until))
    }

    #[test]
    fn every_misfit_is_named_with_its_place() {
        let misfits = parse(json!({ "and": [
            { "field": "level", "op": "contains", "value": "a" },
            { "or": [{ "field": "remarks", "op": "eq", "value": "a" }, { "field": "createTime", "op": "gt", "value": "soon" }] },
            { "not": { "field": "ownerId", "op": "in", "value": ["0190a0a0-0000-7000-8000-000000000000", "me"] } },
            { "field": "cumulativeAmount", "op": "between", "value": [1] },
            {},
            { "field": "name", "op": "eq", "and": [{ "field": "name", "op": "empty" }] },
            { "field": "type", "op": "eq", "value": "STATE" },
            { "field": "nextContactTime", "op": "last_n_days", "value": -1 },
        ] }));
        let found = misfits.expect_err("nothing fits");
        let expected = [
            ("/where/and/0/op", code::NOT_ALLOWED),
            ("/where/and/1/or/0/field", code::UNKNOWN_FIELD),
            ("/where/and/1/or/1/value", code::FORMAT),
            ("/where/and/2/not/value/1", code::FORMAT),
            ("/where/and/3/value", code::TOO_FEW),
            ("/where/and/4", code::REQUIRED),
            ("/where/and/5", code::NOT_ALLOWED),
            ("/where/and/6/value", code::NOT_ALLOWED),
            ("/where/and/7/value", code::OUT_OF_RANGE),
        ];
        assert_eq!(found, expected.map(|(pointer, code)| (pointer.to_owned(), code)));
    }

    #[test]
    fn a_tree_has_limits() {
        let leaf = json!({ "field": "level", "op": "eq", "value": "vip" });
        let deep = (0..DEPTH_LIMIT).fold(leaf.clone(), |inner, _| json!({ "not": inner }));
        assert_eq!(parse(deep).expect_err("too deep")[0].1, code::TOO_DEEP);
        let wide = json!({ "and": vec![json!({ "or": vec![leaf; 50] }); 5] });
        assert_eq!(
            parse(wide).expect_err("too many").iter().map(|found| found.1).collect::<Vec<_>>(),
            [code::TOO_MANY]
        );
    }

    #[test]
    fn days_are_those_of_the_reader() {
        // It is the 26th in Shanghai already.
        let told = |json| within(json);
        let span = |from: &str, until: &str| (from.to_owned(), until.to_owned());
        let moment = |op: &str| json!({ "field": "lastContactTime", "op": op });
        assert_eq!(told(moment("today")), span("2026-11-25T16:00:00+00:00", "2026-11-26T16:00:00+00:00"));
        assert_eq!(told(moment("this_week")).0, "2026-11-22T16:00:00+00:00");
        let day = |op: &str, value: Value| json!({ "field": "firstCooperationDate", "op": op, "value": value });
        assert_eq!(told(day("last_n_days", json!(30))), span("2026-10-27", "2026-11-27"));
        assert_eq!(told(day("next_n_days", json!(0))), span("2026-11-26", "2026-11-27"));
        assert_eq!(told(day("before_n_days", json!(30))).1, "2026-10-27");
        let quarter = json!({ "field": "firstCooperationDate", "op": "this_quarter" });
        assert_eq!(told(quarter), span("2026-10-01", "2027-01-01"));
        let on = json!({ "field": "createTime", "op": "eq", "value": "2026-03-01" });
        assert_eq!(told(on), span("2026-02-28T16:00:00+00:00", "2026-03-01T16:00:00+00:00"));
        let after = json!({ "field": "createTime", "op": "gt", "value": "2026-03-01" });
        assert_eq!(told(after).0, "2026-03-01T16:00:00+00:00");
    }

    #[test]
    fn who_sees_a_field_masked_may_ask_for_whole_values_only() {
        let rules =
            FieldRules::new([("phone".to_owned(), Visibility::Masked), ("email".to_owned(), Visibility::Hidden)]);
        let ask = |field: &str, op: &str| {
            let json = json!({ "field": field, "op": op, "value": "13800138000" });
            match Tree::parse(table_of::<Customer>(), &condition(&json), "/where", &reader(Some(&rules))) {
                Err(Failure::Invalid(violations)) => Some((violations[0].pointer.clone(), violations[0].code)),
                _ => None,
            }
        };
        assert_eq!(ask("phones", "eq"), None);
        assert_eq!(ask("phones", "contains"), Some(("/where/op".to_owned(), code::NOT_VISIBLE)));
        assert_eq!(ask("phones", "in"), Some(("/where/op".to_owned(), code::NOT_VISIBLE)));
        assert_eq!(ask("email", "eq"), Some(("/where/field".to_owned(), code::NOT_VISIBLE)));
    }

    #[test]
    fn a_filter_says_the_same_as_a_tree() {
        let text = r#"level = "important" AND (regionCode = 330000 OR NOT email:* ) AND -name:"晶\"美" AND lastContactTime < 2026-03-01T08:00:00Z AND in(source, "online", media)"#;
        let tree = parse(json!({ "and": [
            { "field": "level", "op": "eq", "value": "important" },
            { "or": [{ "field": "regionCode", "op": "eq", "value": "330000" }, { "not": { "field": "email", "op": "not_empty" } }] },
            { "not": { "field": "name", "op": "contains", "value": "晶\"美" } },
            { "field": "lastContactTime", "op": "lt", "value": "2026-03-01T08:00:00Z" },
            { "field": "source", "op": "in", "value": ["online", "media"] },
        ] }));
        let filter = Tree::parse_filter(table_of::<Customer>(), text, &reader(None)).expect("a filter");
        // Fields have no equality; what they print has.
        assert_eq!(format!("{filter:?}"), format!("{:?}", tree.ok()));
        for broken in ["level =", "level = \"a", "(level = a", "level = a b", "level", "= a", "level = a)", "f("] {
            let failure = Tree::parse_filter(table_of::<Customer>(), broken, &reader(None)).expect_err(broken);
            let Failure::Invalid(violations) = failure else { panic!("{failure}") };
            assert_eq!(violations[0].pointer, "/filter", "{broken}");
        }
        let or_first = Tree::parse_filter(table_of::<Customer>(), "level=a AND level=b OR level=c", &reader(None));
        let Ok(Some(Tree::All(parts))) = or_first else { panic!("OR binds tighter than AND") };
        assert!(matches!(parts[1], Tree::Any(_)));
    }
}
