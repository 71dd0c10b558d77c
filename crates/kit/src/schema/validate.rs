//! Checking a request against the rules of its fields, on the wire, before any handler sees it.

use std::collections::HashSet;

use super::{
    rules::{Format, Rules},
    table::{FieldTable, Kind, MessageTable, WellKnown},
    wire::{self, Malformed, Record, Value},
};
use crate::problem::{Violation, code};

/// Which codes a dictionary has.
pub trait Dictionaries: Send + Sync + 'static {
    /// The codes that may be written; none when the dictionary is not known.
    fn codes(&self, dictionary: &str) -> Option<Vec<String>>;
    /// The codes that may be asked for: the retired ones too, because records may still have them.
    fn known(&self, dictionary: &str) -> Option<Vec<String>>;
}

/// Every misfit of the request. A request with `update_mask` is checked for the fields that the mask names.
pub fn validate(
    table: &MessageTable,
    message: &[u8],
    dictionaries: Option<&dyn Dictionaries>,
) -> Result<Vec<Violation>, Malformed> {
    let mut check = Check { dictionaries, depth: 0, violations: Vec::new() };
    let records = wire::sorted(message)?;
    match table.field("update_mask") {
        Some(mask) => check.update(table, mask, &records)?,
        None => check.message(table, &records, "", &|_| true)?,
    }
    Ok(check.violations)
}

/// Of a request of the standard Update method: the names of the fields that its mask names.
pub(super) fn mask_paths(mask: &FieldTable, records: &[Record<'_>]) -> Result<Vec<String>, Malformed> {
    let Some(record) = records.iter().rfind(|record| record.number == mask.number) else { return Ok(Vec::new()) };
    let mask = <prost_types::FieldMask as prost::Message>::decode(record.value.bytes()?).map_err(|_| Malformed)?;
    Ok(mask.paths)
}

/// Of the same: the field that holds the resource, and the resource's table.
pub(super) fn resource(table: &MessageTable) -> Option<(&FieldTable, &'static MessageTable)> {
    let own = |field: &FieldTable| field.message().filter(|inner| inner.well_known.is_none());
    table.fields.iter().find_map(|field| Some((field, own(field)?)))
}

struct Check<'a> {
    dictionaries: Option<&'a dyn Dictionaries>,
    /// Messages around the one that is checked.
    depth: usize,
    violations: Vec<Violation>,
}

/// Deepest nesting: a message that holds itself, as a condition does, could else use up the stack before a handler sees it.
const DEPTH_LIMIT: usize = 32;
/// Longest text where the proto names no limit.
pub const TEXT_LIMIT: usize = 1_000;
/// Most items where the proto names no limit.
pub const ITEM_LIMIT: usize = 500;

impl Check<'_> {
    /// A request of the standard Update method: a resource, and the mask of the fields to take from it.
    fn update(&mut self, table: &MessageTable, mask: &FieldTable, records: &[Record<'_>]) -> Result<(), Malformed> {
        let paths = mask_paths(mask, records)?;
        let Some((resource, inner)) = resource(table) else {
            return self.message(table, records, "", &|_| true);
        };
        if paths.is_empty() {
            self.violations.push(Violation::new("/updateMask", code::REQUIRED));
        }
        for path in &paths {
            if !inner.field(path).is_some_and(|field| field.rules.writable()) {
                let allowed: Vec<_> = inner
                    .fields
                    .iter()
                    .filter(|field| field.rules.writable())
                    .map(|field| field.json.as_str())
                    .collect();
                self.violations.push(Violation::new("/updateMask", code::UNKNOWN_FIELD).allowed(allowed.join(", ")));
            }
        }
        let own = records.iter().rfind(|record| record.number == resource.number);
        let own = wire::sorted(own.map_or(Ok(&[][..]), |record| record.value.bytes())?)?;
        let prefix = format!("/{}", resource.json);
        self.message(inner, &own, &prefix, &|field| paths.contains(&field.name))
    }

    /// The fields of a message; `required` says whether a missing required field counts.
    fn message(
        &mut self,
        table: &MessageTable,
        records: &[Record<'_>],
        pointer: &str,
        required: &dyn Fn(&FieldTable) -> bool,
    ) -> Result<(), Malformed> {
        for field in &table.fields {
            if field.rules.output_only {
                continue;
            }
            let own: Vec<_> = records.iter().filter(|record| record.number == field.number).collect();
            let here = || format!("{pointer}/{}", field.json);
            if own.is_empty() {
                if field.rules.required && required(field) {
                    self.violations.push(Violation::of(field, here(), code::REQUIRED));
                } else if field.rules.min_items > 0 && required(field) {
                    self.violations.push(Violation::of(field, here(), code::TOO_FEW).allowed(field.rules.min_items));
                }
            } else if field.repeated {
                self.list(field, &own, &here())?;
            } else if let Some(record) = own.last() {
                self.value(field, record.value, &here(), field.rules.required && required(field))?;
            }
        }
        Ok(())
    }

    fn list(&mut self, field: &FieldTable, own: &[&Record<'_>], pointer: &str) -> Result<(), Malformed> {
        let limit = if field.rules.max_items == 0 { ITEM_LIMIT } else { field.rules.max_items };
        if own.len() > limit {
            self.violations.push(Violation::of(field, pointer, code::TOO_MANY).allowed(limit));
            return Ok(());
        }
        let mut seen = HashSet::new();
        for (index, record) in own.iter().enumerate() {
            let here = format!("{pointer}/{index}");
            if field.rules.unique_items && !seen.insert(record.raw) {
                self.violations.push(Violation::of(field, &here, code::REPEATED));
            }
            // Packed numbers have no rules of their own in this API.
            if matches!(field.kind, Kind::Text | Kind::Message(_)) {
                self.value(field, record.value, &here, true)?;
            }
        }
        Ok(())
    }

    fn value(&mut self, field: &FieldTable, value: Value<'_>, pointer: &str, required: bool) -> Result<(), Malformed> {
        match &field.kind {
            Kind::Text => {
                let text = value.text()?;
                if required && text.trim().is_empty() {
                    self.violations.push(Violation::of(field, pointer, code::REQUIRED));
                } else if !text.is_empty() {
                    self.text(field, text, pointer);
                }
            }
            Kind::Message(_) => match field.message() {
                Some(_) if self.depth == DEPTH_LIMIT => return Err(Malformed),
                Some(inner) if inner.well_known.is_none() => {
                    self.depth += 1;
                    self.message(inner, &wire::sorted(value.bytes()?)?, pointer, &|_| true)?;
                    self.depth -= 1;
                }
                Some(inner) if inner.well_known == Some(WellKnown::Timestamp) => {
                    self.time(field, value.bytes()?, pointer)?
                }
                _ => {}
            },
            Kind::Enum(values) => {
                let number = value.varint()? as i32;
                if (required && number == 0) || values.name(number).is_none() {
                    let allowed = values.allowed().collect::<Vec<_>>().join(", ");
                    self.violations.push(Violation::of(field, pointer, code::NOT_ALLOWED).allowed(allowed));
                }
            }
            Kind::Int32 | Kind::Int64 | Kind::Uint32 | Kind::Uint64 => {
                self.number(field, value.varint()? as i64, pointer)
            }
            _ => {}
        }
        Ok(())
    }

    fn number(&mut self, field: &FieldTable, number: i64, pointer: &str) {
        let Rules { minimum, maximum, .. } = field.rules;
        if minimum.is_some_and(|minimum| number < minimum) || maximum.is_some_and(|maximum| number > maximum) {
            let allowed =
                format!("{}–{}", minimum.unwrap_or(i64::MIN), maximum.map_or(String::new(), |value| value.to_string()));
            self.violations.push(Violation::of(field, pointer, code::OUT_OF_RANGE).allowed(allowed));
        }
    }

    /// Times lie within what every database, calendar and JSON reader can hold.
    fn time(&mut self, field: &FieldTable, message: &[u8], pointer: &str) -> Result<(), Malformed> {
        let time: prost_types::Timestamp = prost::Message::decode(message).map_err(|_| Malformed)?;
        const YEAR_1900: i64 = -2_208_988_800;
        const YEAR_2200: i64 = 7_258_118_400;
        if !(YEAR_1900..YEAR_2200).contains(&time.seconds) || !(0..1_000_000_000).contains(&time.nanos) {
            self.violations.push(Violation::of(field, pointer, code::OUT_OF_RANGE).allowed("1900–2199"));
        }
        Ok(())
    }

    fn text(&mut self, field: &FieldTable, text: &str, pointer: &str) {
        let rules = &field.rules;
        let mut fail = |code: &'static str, allowed: String| {
            self.violations.push(Violation::of(field, pointer, code).allowed(allowed));
        };
        let length = text.chars().count();
        let limit = if rules.max_length == 0 { TEXT_LIMIT } else { rules.max_length };
        if length > limit {
            return fail(code::TOO_LONG, limit.to_string());
        }
        if length < rules.min_length {
            return fail(code::TOO_SHORT, rules.min_length.to_string());
        }
        let line = |character: char| rules.multiline && matches!(character, '\n' | '\r' | '\t');
        if text.chars().any(|character| character.is_control() && !line(character)) {
            return fail(code::CONTROL_CHARACTER, String::new());
        }
        if let Some((pattern, whole)) = &rules.pattern
            && !whole.is_match(text)
        {
            return fail(code::FORMAT, pattern.clone());
        }
        if let Some(allowed) = rules.format.and_then(|format| misfit(format, text)) {
            return fail(code::FORMAT, allowed.to_owned());
        }
        if let (Some(dictionary), Some(dictionaries)) = (&rules.dictionary, self.dictionaries)
            && let Some(codes) = dictionaries.codes(dictionary)
            && !codes.iter().any(|own| own == text)
        {
            self.violations.push(Violation::of(field, pointer, code::NOT_IN_DICTIONARY).allowed(codes.join(", ")));
        }
    }
}

/// What is allowed, when the text does not have the shape.
fn misfit(format: Format, text: &str) -> Option<&'static str> {
    let (fits, allowed) = match format {
        Format::Uuid => (uuid::Uuid::try_parse(text).is_ok() && text.len() == 36, "UUID"),
        Format::Date => (text.len() == 10 && text.parse::<chrono::NaiveDate>().is_ok(), "YYYY-MM-DD"),
        Format::Money => (is_money(text), "0–9999999999999.99"),
        Format::Email => (is_email(text), "name@example.com"),
        Format::Url => (is_url(text), "https://example.com"),
        Format::TimeZone => (text.parse::<chrono_tz::Tz>().is_ok(), "Asia/Shanghai"),
    };
    (!fits).then_some(allowed)
}

fn is_money(text: &str) -> bool {
    let (whole, cents) = text.split_once('.').unwrap_or((text, "0"));
    let digits =
        |part: &str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole, 13) && digits(cents, 2)
}

/// One `@`, a name before it, a domain with a dot after it, no spaces: what lies beyond only a mail server knows.
fn is_email(text: &str) -> bool {
    let Some((name, domain)) = text.split_once('@') else { return false };
    let plain = |character: char| character.is_alphanumeric() || "._%+-'&/=!#$*?^`{|}~".contains(character);
    let labels: Vec<&str> = domain.split('.').collect();
    !name.is_empty()
        && name.len() <= 64
        && name.chars().all(plain)
        && !name.starts_with('.')
        && !name.ends_with('.')
        && labels.len() >= 2
        && labels.iter().all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && label.chars().all(|character| character.is_alphanumeric() || character == '-')
        })
}

fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && !rest.contains(char::is_whitespace))
}
