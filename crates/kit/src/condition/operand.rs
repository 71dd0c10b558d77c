//! What kind of value a field is compared with.

use chrono::{DateTime, NaiveDate};
use prost_types::value::Kind as Json;
use rust_decimal::Decimal;

use super::{Operand, Reader};
use crate::{
    problem::{Violation, code},
    schema::{FieldTable, Format, Kind, Visibility, WellKnown},
};

/// How a field is asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Shape {
    Text,
    /// A text of a dictionary.
    Code,
    Choice,
    Id,
    Number,
    Day,
    Moment,
    Flag,
}

/// The field whose values are compared: of a list of messages the first of each.
pub fn compared(field: &'static FieldTable) -> &'static FieldTable {
    match field.message() {
        Some(inner) if inner.well_known.is_none() => inner.fields.first().unwrap_or(field),
        _ => field,
    }
}

pub fn shape(field: &'static FieldTable) -> Shape {
    match &compared(field).kind {
        Kind::Message(_) if field.message().is_some_and(|inner| inner.well_known == Some(WellKnown::Timestamp)) => {
            Shape::Moment
        }
        Kind::Enum(_) => Shape::Choice,
        Kind::Bool => Shape::Flag,
        Kind::Text | Kind::Bytes | Kind::Message(_) => match (compared(field).rules.format, &field.rules.dictionary) {
            (Some(Format::Uuid), _) => Shape::Id,
            (Some(Format::Date), _) => Shape::Day,
            (Some(Format::Money), _) => Shape::Number,
            (_, Some(_)) => Shape::Code,
            _ => Shape::Text,
        },
        _ => Shape::Number,
    }
}

/// How much of the field the reader sees.
pub fn visibility(field: &'static FieldTable, reader: &Reader<'_>) -> Visibility {
    reader.rules.map_or(Visibility::Clear, |rules| rules.of(field).max(rules.of(compared(field))))
}

/// The comparisons that fit a field.
pub fn operators(field: &'static FieldTable) -> Vec<&'static str> {
    let mut fitting = vec!["eq", "ne"];
    let shape = shape(field);
    if !matches!(shape, Shape::Flag | Shape::Moment) {
        fitting.extend(["in", "not_in"]);
    }
    if shape == Shape::Text {
        fitting.extend(["contains", "starts_with"]);
    }
    if matches!(shape, Shape::Number | Shape::Day | Shape::Moment) && !field.repeated {
        fitting.extend(["gt", "gte", "lt", "lte", "between"]);
    }
    if !matches!(shape, Shape::Choice | Shape::Flag) {
        fitting.extend(["empty", "not_empty"]);
    }
    if matches!(shape, Shape::Day | Shape::Moment) && !field.repeated {
        fitting.extend(["last_n_days", "next_n_days", "before_n_days"]);
        fitting.extend(["today", "this_week", "this_month", "this_quarter", "this_year"]);
    }
    fitting
}

/// Reads one value; a moment may also be a day.
pub fn operand(
    field: &'static FieldTable,
    value: &prost_types::Value,
    pointer: &str,
    reader: &Reader<'_>,
) -> Result<Operand, Violation> {
    let misfit = |code, allowed: &str| Violation::of(field, pointer, code).allowed(allowed);
    let shape = shape(field);
    if shape == Shape::Flag {
        return match &value.kind {
            Some(Json::BoolValue(flag)) => Ok(Operand::Flag(*flag)),
            Some(Json::StringValue(text)) => {
                text.parse().map(Operand::Flag).map_err(|_| misfit(code::WRONG_TYPE, "true, false"))
            }
            _ => Err(misfit(code::WRONG_TYPE, "true, false")),
        };
    }
    let text = match &value.kind {
        Some(Json::StringValue(text)) => text.trim().to_owned(),
        Some(Json::NumberValue(number)) if shape == Shape::Number => number.to_string(),
        _ => return Err(misfit(code::WRONG_TYPE, if shape == Shape::Number { "number" } else { "string" })),
    };
    if text.is_empty() {
        return Err(misfit(code::REQUIRED, ""));
    }
    let length_limit = crate::schema::TEXT_LIMIT;
    if text.chars().count() > length_limit {
        return Err(misfit(code::TOO_LONG, &length_limit.to_string()));
    }
    match shape {
        Shape::Text | Shape::Flag => Ok(Operand::Text(text)),
        Shape::Code => known_code(field, text, pointer, reader),
        Shape::Choice => known_choice(field, text, pointer),
        Shape::Id => text.parse().map(Operand::Id).map_err(|_| misfit(code::FORMAT, "UUID")),
        Shape::Number => text.parse::<Decimal>().map(Operand::Number).map_err(|_| misfit(code::FORMAT, "123.45")),
        Shape::Day => day(&text).map(Operand::Day).ok_or_else(|| misfit(code::FORMAT, "YYYY-MM-DD")),
        Shape::Moment => {
            let moment = DateTime::parse_from_rfc3339(&text).ok().map(|moment| Operand::Moment(moment.to_utc()));
            let moment = moment.filter(in_calendar);
            let either = moment.or_else(|| day(&text).map(Operand::Day));
            either.ok_or_else(|| misfit(code::FORMAT, "2026-01-31T08:00:00Z, YYYY-MM-DD"))
        }
    }
}

/// What every database can hold, with room for the days around.
fn in_calendar(moment: &Operand) -> bool {
    matches!(moment, Operand::Moment(moment) if in_years(moment.date_naive()))
}

fn in_years(day: NaiveDate) -> bool {
    use chrono::Datelike;
    (1900..2200).contains(&day.year())
}

fn day(text: &str) -> Option<NaiveDate> {
    text.parse().ok().filter(|day: &NaiveDate| text.len() == 10 && in_years(*day))
}

fn known_code(
    field: &'static FieldTable,
    text: String,
    pointer: &str,
    reader: &Reader<'_>,
) -> Result<Operand, Violation> {
    let codes = field.rules.dictionary.as_deref().zip(reader.dictionaries).and_then(|(name, all)| all.known(name));
    match codes {
        Some(codes) if !codes.contains(&text) => {
            Err(Violation::of(field, pointer, code::NOT_IN_DICTIONARY).allowed(codes.join(", ")))
        }
        _ => Ok(Operand::Text(text)),
    }
}

fn known_choice(field: &'static FieldTable, text: String, pointer: &str) -> Result<Operand, Violation> {
    let Kind::Enum(values) = &compared(field).kind else { return Ok(Operand::Text(text)) };
    let known = values.allowed().find(|name| name.eq_ignore_ascii_case(&text));
    known.map(|name| Operand::Text(name.to_owned())).ok_or_else(|| {
        let allowed = values.allowed().collect::<Vec<_>>().join(", ");
        Violation::of(field, pointer, code::NOT_ALLOWED).allowed(allowed)
    })
}
