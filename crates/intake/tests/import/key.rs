//! The key of the sample list, and how a verdict compares with it.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;

use intake::import::{Draft, ErrorCode, Flag, Match, RowError, Twin};
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::support::{Result, repository};

/// Or what differs.
pub type Compared = std::result::Result<(), String>;

#[derive(Deserialize)]
pub struct Key {
    pub rows: usize,
    pub counts: BTreeMap<String, usize>,
    pub detail: Vec<Expected>,
}

/// What the key says of a row; one it does not list is accepted as it stands.
#[derive(Deserialize)]
pub struct Expected {
    pub row: u32,
    pub expect: String,
    pub field: Option<String>,
    pub reason: Option<String>,
    pub of: Option<u32>,
    pub by: Option<String>,
    pub flag: Option<String>,
    pub note: Option<String>,
    #[serde(default)]
    pub normalised: BTreeMap<String, serde_json::Value>,
}

pub fn key() -> Result<Key> {
    let text = std::fs::read_to_string(repository("tests/data/customers-5000.key.json"))?;
    Ok(serde_json::from_str(&text)?)
}

pub fn same<T: PartialEq + Debug>(what: &str, left: T, right: T) -> Compared {
    if left == right { Ok(()) } else { Err(format!("{what}: {left:?}, expected {right:?}")) }
}

pub fn rejected(expected: &Expected, errors: &[RowError]) -> Compared {
    let reason = match errors {
        [error] => match error.code {
            ErrorCode::Required => "required",
            ErrorCode::Format => "format",
            ErrorCode::Checksum => "checksum",
            ErrorCode::NotInDictionary => "not in dictionary",
            ErrorCode::Future | ErrorCode::TooLong => "none of the key",
        },
        _ => return Err(format!("{errors:?}")),
    };
    same("outcome", "reject", &expected.expect)?;
    same("field", Some(errors[0].column.clone()), expected.field.clone())?;
    same("reason", Some(reason), expected.reason.as_deref())
}

pub fn duplicate(expected: &Expected, of: &Twin, by: Match, title_rows: u32) -> Compared {
    same("outcome", "duplicate", &expected.expect)?;
    same("of", Some(of.clone()), expected.of.map(|of| Twin::Row(of - title_rows)))?;
    same("by", Some(by.as_str()), expected.by.as_deref())
}

pub fn accepted(expected: &Expected, draft: &Draft) -> Compared {
    same("outcome", "accept", &expected.expect)?;
    for (header, value) in &expected.normalised {
        let text = value.as_str().unwrap_or_default();
        match header.as_str() {
            "手机" => same(header, draft.phones[0].number.as_str(), text)?,
            "首次合作时间" => {
                same(header, draft.first_cooperation_date.map(|day| day.to_string()).as_deref(), Some(text))?
            }
            "累计交易金额" => same(header, draft.cumulative_amount, value.to_string().parse::<Decimal>().ok())?,
            other => return Err(format!("{other} is not compared")),
        }
    }
    if expected.note.as_deref().is_some_and(|note| note.starts_with("near miss")) {
        same("industry", draft.industry.as_deref(), Some("manufacturing"))?;
    }
    let flags: &[Flag] = match expected.flag {
        Some(_) => &[Flag::FirstCooperationBeforeRecord],
        None => &[],
    };
    same("flags", draft.flags.as_slice(), flags)
}

/// What the key does not name is in the draft as the cell has it.
pub fn as_it_stands(values: &HashMap<String, String>, draft: &Draft, expected: Option<&Expected>) -> Compared {
    let cell = |header: &str| values.get(header).map(|text| text.trim());
    let listed = |header: &str| expected.is_some_and(|expected| expected.normalised.contains_key(header));
    same("name", Some(draft.name.as_str()), cell("客户名称"))?;
    same("credit code", draft.credit_code.as_deref(), cell("统一社会信用代码"))?;
    same("email", draft.email.as_deref(), cell("邮箱"))?;
    same("contact", draft.contact.as_ref().map(|contact| contact.name.as_str()), cell("联系人"))?;
    let position = draft.contact.as_ref().and_then(|contact| contact.position.as_deref());
    same("position", position, cell("职位"))?;
    same("tags", draft.tags.join("、").as_str(), cell("标签").unwrap_or_default())?;
    same("owner", draft.owner.clone(), cell("负责人").map(|name| format!("id of {name}")))?;
    same("remarks", draft.remarks.as_deref(), cell("备注"))?;
    same("record time", draft.record_time.is_some(), true)?;
    same("has level, source, status", [&draft.level, &draft.source, &draft.status].map(Option::is_some), [true; 3])?;
    same("industry", draft.industry.is_some(), cell("所属行业").is_some())?;
    let office = draft.phones.get(1).map(|phone| phone.number.as_str());
    same("office phone", office, cell("办公电话"))?;
    if !listed("手机") {
        same("mobile", Some(draft.phones[0].number.as_str()), cell("手机"))?;
    }
    if !listed("首次合作时间") {
        let day = draft.first_cooperation_date.map(|day| day.to_string());
        same("first cooperation", day.as_deref(), cell("首次合作时间").map(|text| &text[..10]))?;
    }
    if expected.is_none() {
        same("flags", draft.flags.as_slice(), &[])?;
    }
    place_as_it_stands(values, draft)
}

/// The last name of the region's path is the district, or the district begins the address.
fn place_as_it_stands(values: &HashMap<String, String>, draft: &Draft) -> Compared {
    let cell = |header: &str| values.get(header).map_or("", String::as_str);
    let code = draft.region_code.as_deref().unwrap_or_default();
    let path = region::path(code);
    let province = path.first().map_or("", |region| region.name);
    if !province.starts_with(cell("省")) {
        return Err(format!("province {province}"));
    }
    let street = cell("详细地址").to_owned();
    let address = draft.address.clone().unwrap_or_default();
    match path.last() {
        Some(region) if region.name == cell("区县") => same("address", address, street),
        Some(region) => {
            same("city", region.name, cell("市"))?;
            same("address", address, format!("{}{street}", cell("区县")))
        }
        None => Err("no region".to_owned()),
    }
}
