//! One row, read into a customer.

use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;
use sheet::{Cell, Row};

use super::context::Context;
use super::draft::{CustomerType, Draft, Flag};
use super::error::{ErrorCode, RowError};
use super::field::Field;
use super::layout::Layout;
use super::values::Values;
use super::{kind, limits, people, place};
use crate::credit_code::CreditCodeError;
use crate::{amount, credit_code, date, email, homepage, name, text};

/// The customer that a row stands for.
///
/// # Errors
///
/// Everything that is wrong with the row, in no particular order; see [`super`] for what rejects and what flags.
pub fn check_row(layout: &Layout, row: &Row, context: &Context<'_>) -> Result<Draft, Vec<RowError>> {
    let values = &mut Values::new(layout, row, context);
    let dictionaries = context.dictionaries;
    let name = customer_name(values);
    let contact = people::contact(values);
    let credit_code = credit_code(values);
    let id_number = id_number(values);
    let place = place::read(values);
    let record_time = record_time(values);
    let draft = Draft {
        customer_type: customer_type(values, &name, credit_code.is_some(), id_number.is_some(), contact.is_some()),
        name,
        credit_code,
        id_number,
        id_number_key: None,
        phones: people::phones(values, contact.as_ref()),
        email: email(values),
        region_code: place.region_code,
        address: place.address,
        homepage: homepage(values),
        industry: values.near_code(Field::Industry, &dictionaries.industry, Flag::IndustryUnknown),
        source: values.near_code(Field::Source, &dictionaries.source, Flag::SourceUnknown),
        level: values.code(Field::Level, &dictionaries.level),
        status: values.near_code(Field::Status, &dictionaries.status, Flag::StatusUnknown),
        cooperation_products: values.list(Field::CooperationProducts, limits::PRODUCT, limits::PRODUCTS),
        first_cooperation_date: first_cooperation_date(values, record_time),
        cumulative_amount: cumulative_amount(values),
        contact,
        tags: values.list(Field::Tags, limits::TAG, limits::PRODUCTS),
        owner: owner(values),
        record_time,
        // Last: they take up what the others could not place.
        remarks: remarks(values),
        flags: std::mem::take(&mut values.flags),
    };
    if values.errors.is_empty() { Ok(draft) } else { Err(std::mem::take(&mut values.errors)) }
}

/// Not even a dash stands for "nothing" here: it would be no name either.
fn customer_name(values: &mut Values<'_>) -> String {
    let written = values.text(Field::Name).unwrap_or_default();
    if name::normalise(&written).is_empty() {
        values.error(Field::Name, ErrorCode::Required, "");
    }
    values.not_longer(Field::Name, written, limits::NAME).unwrap_or_default()
}

/// What the sheet says or the name suggests. An ID number proves a person.
fn customer_type(
    values: &mut Values<'_>,
    name: &str,
    has_credit_code: bool,
    has_id_number: bool,
    has_contact: bool,
) -> CustomerType {
    match values.text(Field::Type) {
        Some(written) => kind::parse(&written).unwrap_or_else(|| {
            values.error(Field::Type, ErrorCode::NotInDictionary, "ENTERPRISE, INDIVIDUAL");
            CustomerType::Enterprise
        }),
        None if has_id_number && !has_credit_code => CustomerType::Individual,
        None => {
            let (guessed, is_certain) = kind::guess(name, has_credit_code, has_contact);
            if !is_certain {
                values.flag(Flag::TypeAssumed);
            }
            guessed
        }
    }
}

fn id_number(values: &mut Values<'_>) -> Option<String> {
    let written = text::key(&values.text(Field::IdNumber)?).to_uppercase();
    if !(values.context.is_id_number)(&written) {
        values.error(Field::IdNumber, ErrorCode::Format, "GB 11643-1999");
        return None;
    }
    Some(written)
}

fn credit_code(values: &mut Values<'_>) -> Option<String> {
    let written = values.text(Field::CreditCode)?;
    match credit_code::parse(&written) {
        Ok(code) => Some(code),
        Err(CreditCodeError::Format) => {
            values.error(Field::CreditCode, ErrorCode::Format, "GB 32100-2015");
            None
        }
        Err(CreditCodeError::Checksum) => {
            values.error(Field::CreditCode, ErrorCode::Checksum, "GB 32100-2015");
            None
        }
    }
}

fn email(values: &mut Values<'_>) -> Option<String> {
    let written = values.short_text(Field::Email, limits::EMAIL)?;
    let parsed = email::parse(&written).ok();
    if parsed.is_none() {
        values.error(Field::Email, ErrorCode::Format, "name@example.com");
    }
    parsed
}

fn homepage(values: &mut Values<'_>) -> Option<String> {
    let written = values.text(Field::Homepage)?;
    match homepage::parse(&written) {
        Ok(address) => values.not_longer(Field::Homepage, address, limits::HOMEPAGE),
        Err(_) => {
            values.error(Field::Homepage, ErrorCode::Format, "https://www.example.com");
            None
        }
    }
}

fn record_time(values: &mut Values<'_>) -> Option<NaiveDateTime> {
    let time = time(values, Field::RecordTime)?;
    if time > values.context.now {
        values.error(Field::RecordTime, ErrorCode::Future, "");
    }
    Some(time)
}

fn first_cooperation_date(values: &mut Values<'_>, record_time: Option<NaiveDateTime>) -> Option<NaiveDate> {
    let day = time(values, Field::FirstCooperationDate)?.date();
    if record_time.is_some_and(|recorded| day < recorded.date()) {
        values.flag(Flag::FirstCooperationBeforeRecord);
    }
    Some(day)
}

fn time(values: &mut Values<'_>, field: Field) -> Option<NaiveDateTime> {
    let (column, cell) = values.cells(field).next()?;
    let read = match cell {
        Cell::Date(time) => date::in_range(*time),
        Cell::Number(serial) => date::from_serial(*serial),
        other => date::parse(&other.text()),
    };
    if read.is_err() {
        values.error_in(column, ErrorCode::Format, "2023-01-05");
    }
    read.ok()
}

fn cumulative_amount(values: &mut Values<'_>) -> Option<Decimal> {
    let (column, cell) = values.cells(Field::CumulativeAmount).next()?;
    let read = match cell {
        Cell::Number(number) => amount::from_number(*number, column.scale),
        other => amount::parse_scaled(&other.text(), column.scale),
    };
    if read.is_err() {
        values.error_in(column, ErrorCode::Format, "0.00 – 9999999999999.99");
    }
    read.ok()
}

fn owner(values: &mut Values<'_>) -> Option<String> {
    let written = values.text(Field::Owner)?;
    let owner = values.context.owners.find(&written).map(str::to_owned);
    if owner.is_none() {
        values.flag(Flag::OwnerUnknown);
        values.keep_in_remarks(Field::Owner, &written);
    }
    owner
}

fn remarks(values: &mut Values<'_>) -> Option<String> {
    let cell = values.layout.cells(values.row, Field::Remarks).next();
    let written = cell.map(|(_, cell)| text::paragraph(&cell.text()));
    let lines: Vec<String> = written.into_iter().chain(std::mem::take(&mut values.unplaced)).collect();
    let remarks = values.not_longer(Field::Remarks, lines.join("\n"), limits::REMARKS)?;
    (!remarks.is_empty()).then_some(remarks)
}
