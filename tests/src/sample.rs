//! Values for every field, made from the descriptors, so that a new field is covered the day it is written.

use std::time::Duration;

use kit::{
    clock::Clock,
    schema::{FieldTable, Format, Kind, MessageTable, WellKnown},
};
use serde_json::{Map, Value, json};

/// A value that the field's rules allow; `turn` makes different ones, so that an update changes something.
pub fn value(field: &FieldTable, turn: usize) -> Value {
    let one = single(field, turn);
    if field.repeated { json!([one]) } else { one }
}

/// Every writable field of a message, filled.
pub fn whole(table: &MessageTable, turn: usize) -> Value {
    let fields = writable(table).map(|field| (field.json.clone(), value(field, turn)));
    Value::Object(fields.collect::<Map<_, _>>())
}

/// Fields that a client may write.
pub fn writable(table: &MessageTable) -> impl Iterator<Item = &FieldTable> {
    table.fields.iter().filter(|field| field.rules.writable() && field.name != "update_mask")
}

/// The field that a change of one field changes: the first text, or what has no message in it.
pub fn changeable(table: &MessageTable) -> Option<&FieldTable> {
    let text = writable(table).find(|field| field.rules.max_length > 0);
    text.or_else(|| writable(table).find(|field| field.message().is_none()))
}

/// Thirty days from now: until when an API key may be good.
pub fn in_a_month() -> String {
    (Clock::system().now() + Duration::from_secs(30 * 24 * 3_600)).to_rfc3339()
}

fn single(field: &FieldTable, turn: usize) -> Value {
    match &field.kind {
        Kind::Bool => json!(true),
        Kind::Enum(values) => {
            let allowed: Vec<&str> = values.allowed().collect();
            json!(allowed[turn % allowed.len()])
        }
        Kind::Message(_) => {
            let inner = field.message().expect("a message's table");
            match inner.well_known {
                Some(WellKnown::Timestamp) => json!(format!("2026-03-{:02}T08:30:00Z", turn % 28 + 1)),
                Some(_) => json!({}),
                // It holds itself.
                None if inner.name == "cims.Condition" => json!({ "field": "level", "op": "eq", "value": "important" }),
                None => whole(inner, turn),
            }
        }
        Kind::Text => json!(text(field, turn)),
        // Base64.
        Kind::Bytes => json!("Q0lNUw=="),
        _ => json!(turn % 100 + 1),
    }
}

fn text(field: &FieldTable, turn: usize) -> String {
    let pick = |choices: [&str; 2]| choices[turn % 2].to_owned();
    // Rules that no annotation can say: a check digit, a phone's shape, codes that only a dictionary knows.
    match field.name.as_str() {
        "credit_code" => return pick(["91350100M000100Y43", "911100001000000046"]),
        "number" => return format!("1381234{:04}", turn % 10_000),
        "region_code" => return pick(["330106", "110101"]),
        "currency" => return pick(["CNY", "USD"]),
        "color" => return pick(["#1677ff", "#52c41a"]),
        // A wrong one would lock the account.
        "password" | "current_password" => return crate::PASSWORD.to_owned(),
        "total" => return pick(["none", "estimated"]),
        "language" => return pick(["zh-CN", "en"]),
        "phone" => return format!("0571-8888{:04}", turn % 10_000),
        _ => {}
    }
    if let Some(dictionary) = &field.rules.dictionary {
        return dictionary_code(dictionary, turn);
    }
    match field.rules.format {
        Some(Format::Uuid) => format!("0190a0a0-0000-7000-8000-{turn:012}"),
        Some(Format::Date) => format!("2020-05-{:02}", turn % 28 + 1),
        Some(Format::Money) => format!("{}.50", turn + 1_000),
        Some(Format::Email) => format!("li{turn}@example.com"),
        Some(Format::Url) => format!("https://example.com/{turn}"),
        Some(Format::TimeZone) => "Asia/Shanghai".to_owned(),
        None if field.rules.pattern.is_some() => format!("sample_{turn}"),
        Some(Format::IdNumber) => pick(["11010519491231002X", "440524188001010014"]),
        None => format!("{}样本{turn}", field.rules.zh),
    }
}

fn dictionary_code(dictionary: &str, turn: usize) -> String {
    let seeds = customer::dictionary::seeds().expect("dictionaries.toml is sound");
    let known = seeds.iter().find(|own| own.code == dictionary);
    let items = &known.unwrap_or_else(|| panic!("no dictionary {dictionary}")).items;
    items[turn % items.len()].code.clone()
}
