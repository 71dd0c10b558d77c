//! A tree of conditions as a predicate over search rows: the one place that says which column a field is asked in.

use std::ops::Bound;

use chrono::{DateTime, NaiveDate, Utc};
use intake::{
    name, phone,
    search::{Field, credit_code_token, digest, email_token, phone_token, query_tokens},
};
use kit::{
    Failure,
    condition::{Operand, Test, Tree},
};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::sql::{Sql, beginning, containing};

/// Pushes what the tree asks. Below a `not`, an unknown answer is a no: an empty field is not equal to anything.
///
/// # Errors
/// When a filterable field has no column: a defect.
pub fn push(tree: &Tree, sql: &mut Sql) -> Result<(), Failure> {
    let mut outcome = Ok(());
    let mut inner = |tree: &Tree, sql: &mut Sql| {
        if outcome.is_ok() {
            outcome = push(tree, sql);
        }
    };
    match tree {
        Tree::All(parts) => drop(sql.all(parts, &mut inner)),
        Tree::Any(parts) => drop(sql.any(parts, &mut inner)),
        Tree::Not(part) => {
            sql.push("(");
            inner(part, sql);
            sql.push(" is not true)");
        }
        Tree::Field(field, test) => {
            sql.push("(");
            column(&field.name)?.push(test, sql)?;
            sql.push(")");
        }
    }
    outcome
}

/// Where and how a field is kept.
#[derive(Clone, Copy)]
enum Column {
    /// Empty when nobody has filled it in.
    Text(&'static str),
    Texts(&'static str),
    Id(&'static str),
    Ids(&'static str),
    Day(&'static str),
    Number(&'static str),
    Moment(&'static str),
    Name,
    Code,
    CreditCode,
    Phones,
    Email,
    Region,
    Created,
}

fn column(field: &str) -> Result<Column, Failure> {
    Ok(match field {
        "id" => Column::Id("customer_id"),
        "code" => Column::Code,
        "name" => Column::Name,
        "type" => Column::Text("type"),
        "credit_code" => Column::CreditCode,
        "phones" => Column::Phones,
        "email" => Column::Email,
        "region_code" => Column::Region,
        "industry" => Column::Text("industry"),
        "source" => Column::Text("source"),
        "level" => Column::Text("level"),
        "status" => Column::Text("status"),
        "cooperation_products" => Column::Texts("cooperation_products"),
        "first_cooperation_date" => Column::Day("first_cooperation_date"),
        "cumulative_amount" => Column::Number("cumulative_amount"),
        "tags" => Column::Ids("tag_ids"),
        "owner_id" => Column::Id("owner_id"),
        "department_id" => Column::Id("department_id"),
        "last_contact_time" => Column::Moment("last_contact_time"),
        "next_contact_time" => Column::Moment("next_contact_time"),
        "flags" => Column::Texts("flags"),
        "create_time" => Column::Created,
        "update_time" => Column::Moment("update_time"),
        other => return Err(Failure::internal(format!("the filterable field {other} has no column in search"))),
    })
}

impl Column {
    fn push(self, test: &Test, sql: &mut Sql) -> Result<(), Failure> {
        match (self, test) {
            (Column::Text(column), Test::In(values)) => sql.push(column).push(" = any(").bind(texts(values)).push(")"),
            (Column::Text(column), Test::Empty) => sql.push(column).push(" = ''"),
            (Column::Texts(column), Test::In(values)) => sql.push(column).push(" && ").bind(texts(values)),
            (Column::Texts(column), Test::Contains(text)) => {
                sql.push("array_to_string(").push(column).push(", e'\\n') ilike ").bind(containing(text))
            }
            (Column::Texts(column), Test::StartsWith(text)) => {
                let pattern = containing(&format!("\n{text}"));
                sql.push("e'\\n' || array_to_string(").push(column).push(", e'\\n') ilike ").bind(pattern)
            }
            (Column::Texts(column) | Column::Ids(column), Test::Empty) => sql.push(column).push(" = '{}'"),
            (Column::Id(column), Test::In(values)) => sql.push(column).push(" = any(").bind(ids(values)).push(")"),
            (Column::Ids(column), Test::In(values)) => sql.push(column).push(" && ").bind(ids(values)),
            (Column::Day(column), Test::In(values)) => sql.push(column).push(" = any(").bind(days(values)).push(")"),
            (Column::Number(column), Test::In(values)) => {
                sql.push(column).push(" = any(").bind(numbers(values)).push(")")
            }
            (Column::Day(column) | Column::Number(column) | Column::Moment(column), Test::Within(from, until)) => {
                push_within(column, from, until, sql)
            }
            (Column::Id(c) | Column::Day(c) | Column::Number(c) | Column::Moment(c), Test::Empty) => {
                sql.push(c).push(" is null")
            }
            (Column::Created, Test::Within(from, until)) => push_created(from, until, sql),
            (Column::Name, test) => push_name(test, sql),
            (Column::Code, test) => push_code(test, sql),
            (Column::CreditCode, test) => push_credit_code(test, sql),
            (Column::Phones, test) => push_phones(test, sql),
            (Column::Email, test) => push_email(test, sql),
            (Column::Region, test) => push_region(test, sql),
            (_, test) => return Err(Failure::internal(format!("{test:?} does not fit its field's column"))),
        };
        Ok(())
    }
}

fn push_within<'s>(
    column: &'static str,
    from: &Bound<Operand>,
    until: &Bound<Operand>,
    sql: &'s mut Sql,
) -> &'s mut Sql {
    let (lower, upper) = (sided(from, " >= ", " > "), sided(until, " <= ", " < "));
    let sides: Vec<(&'static str, &Operand)> = lower.into_iter().chain(upper).collect();
    sql.all(&sides, |(sign, operand), sql| {
        sql.push(column).push(sign);
        push_operand(operand, sql);
    })
}

fn sided<'o>(
    bound: &'o Bound<Operand>,
    included: &'static str,
    excluded: &'static str,
) -> Option<(&'static str, &'o Operand)> {
    match bound {
        Bound::Included(operand) => Some((included, operand)),
        Bound::Excluded(operand) => Some((excluded, operand)),
        Bound::Unbounded => None,
    }
}

fn push_operand(operand: &Operand, sql: &mut Sql) {
    match operand {
        Operand::Text(text) => sql.bind(text.clone()),
        Operand::Id(id) => sql.bind(*id),
        Operand::Number(number) => sql.bind(*number),
        Operand::Day(day) => sql.bind(*day),
        Operand::Moment(moment) => sql.bind(*moment),
        Operand::Flag(flag) => sql.bind(*flag),
    };
}

/// A customer is not older than its id, which has an index in the order of time: who asks for the newest need not pass over
/// all others.
fn push_created<'s>(from: &Bound<Operand>, until: &Bound<Operand>, sql: &'s mut Sql) -> &'s mut Sql {
    push_within("create_time", from, until, sql);
    if let Bound::Included(Operand::Moment(moment)) | Bound::Excluded(Operand::Moment(moment)) = from {
        sql.push(" and customer_id >= ").bind(first_id(*moment));
    }
    sql
}

fn first_id(moment: DateTime<Utc>) -> Uuid {
    Uuid::from_u128(u128::from(moment.timestamp_millis().unsigned_abs()) << 80)
}

fn push_name<'s>(test: &Test, sql: &'s mut Sql) -> &'s mut Sql {
    match test {
        Test::In(values) => {
            let keys: Vec<String> = texts(values).iter().map(|text| name::normalise(text)).collect();
            sql.push("name_key = any(").bind(keys).push(")")
        }
        Test::StartsWith(text) => sql.push("name_key like ").bind(beginning(&name::normalise(text))),
        Test::Contains(text) => {
            let words = query_tokens(text).into_iter().find(|arm| arm.field == Field::Name).map(|arm| arm.tokens);
            let key = name::normalise(text);
            // The words of a fragment of two characters find it by index.
            if let Some(words) = words.filter(|_| key.chars().nth(1).is_some()) {
                let digests: Vec<i64> = words.iter().map(|word| digest(word)).collect();
                sql.push("words @> ").bind(digests).push(" and ");
            }
            sql.push("name_key like ").bind(containing(&key))
        }
        Test::Within(..) | Test::Empty => sql.push("name_key = ''"),
    }
}

/// "C-000123", as [`crate::customer::Customer::code`] writes it.
const CODE: &str = "'C-' || lpad(number::text, greatest(6, length(number::text)), '0')";

fn push_code<'s>(test: &Test, sql: &'s mut Sql) -> &'s mut Sql {
    match test {
        Test::In(values) => {
            let numbers =
                texts(values).iter().filter_map(|text| intake::search::number_of_code(text)).collect::<Vec<_>>();
            sql.push("number = any(").bind(numbers).push(")")
        }
        Test::Contains(text) => sql.push(CODE).push(" ilike ").bind(containing(text)),
        Test::StartsWith(text) => sql.push(CODE).push(" ilike ").bind(beginning(text)),
        // Everybody has one.
        Test::Within(..) | Test::Empty => sql.push("false"),
    }
}

fn push_credit_code<'s>(test: &Test, sql: &'s mut Sql) -> &'s mut Sql {
    match test {
        Test::In(values) => {
            let codes: Vec<String> = texts(values).iter().map(|code| code.to_uppercase()).collect();
            push_any_word(codes.iter().map(|code| credit_code_token(code)), sql);
            sql.push("credit_code = any(").bind(codes).push(")")
        }
        Test::Contains(text) => sql.push("credit_code like ").bind(containing(&text.to_uppercase())),
        Test::StartsWith(text) => sql.push("credit_code like ").bind(beginning(&text.to_uppercase())),
        Test::Within(..) | Test::Empty => sql.push("credit_code is null"),
    }
}

fn push_phones<'s>(test: &Test, sql: &'s mut Sql) -> &'s mut Sql {
    let lines = "e'\\n' || phones || e'\\n' like ";
    match test {
        Test::In(values) => {
            let key = |text: &String| phone::parse(text).map_or_else(|_| phone::key(text), |phone| phone.key());
            let keys: Vec<String> = texts(values).iter().map(key).collect();
            push_any_word(keys.iter().map(|key| phone_token(key)), sql);
            let patterns: Vec<String> = keys.iter().map(|key| containing(&format!("\n{key}\n"))).collect();
            sql.push(lines).push("any(").bind(patterns).push(")")
        }
        Test::Contains(text) => sql.push("phones like ").bind(containing(&phone::key(text))),
        Test::StartsWith(text) => sql.push(lines).bind(containing(&format!("\n{}", phone::key(text)))),
        Test::Within(..) | Test::Empty => sql.push("phones = ''"),
    }
}

fn push_email<'s>(test: &Test, sql: &'s mut Sql) -> &'s mut Sql {
    match test {
        Test::In(values) => {
            let emails: Vec<String> = texts(values).iter().map(|email| email.to_lowercase()).collect();
            push_any_word(emails.iter().map(|email| email_token(email)), sql);
            sql.push("email = any(").bind(emails).push(")")
        }
        Test::Contains(text) => sql.push("email like ").bind(containing(&text.to_lowercase())),
        Test::StartsWith(text) => sql.push("email like ").bind(beginning(&text.to_lowercase())),
        Test::Within(..) | Test::Empty => sql.push("email = ''"),
    }
}

/// A province or city means all below it.
fn push_region<'s>(test: &Test, sql: &'s mut Sql) -> &'s mut Sql {
    match test {
        Test::In(values) => {
            let patterns: Vec<String> = texts(values).iter().map(|code| beginning(region::stem(code))).collect();
            sql.push("region_code like any(").bind(patterns).push(")")
        }
        Test::Contains(text) => sql.push("region_code like ").bind(containing(text)),
        Test::StartsWith(text) => sql.push("region_code like ").bind(beginning(text)),
        Test::Within(..) | Test::Empty => sql.push("region_code = ''"),
    }
}

/// One of these words, by index; the column beside it decides whether it is the customer's own.
fn push_any_word(words: impl Iterator<Item = String>, sql: &mut Sql) {
    let digests: Vec<i64> = words.map(|word| digest(&word)).collect();
    sql.push("words && ").bind(digests).push(" and ");
}

fn texts(operands: &[Operand]) -> Vec<String> {
    let text = |operand: &Operand| match operand {
        Operand::Text(text) => Some(text.clone()),
        _ => None,
    };
    operands.iter().filter_map(text).collect()
}

fn ids(operands: &[Operand]) -> Vec<Uuid> {
    let id = |operand: &Operand| match operand {
        Operand::Id(id) => Some(*id),
        _ => None,
    };
    operands.iter().filter_map(id).collect()
}

fn days(operands: &[Operand]) -> Vec<NaiveDate> {
    let day = |operand: &Operand| match operand {
        Operand::Day(day) => Some(*day),
        _ => None,
    };
    operands.iter().filter_map(day).collect()
}

fn numbers(operands: &[Operand]) -> Vec<Decimal> {
    let number = |operand: &Operand| match operand {
        Operand::Number(number) => Some(*number),
        _ => None,
    };
    operands.iter().filter_map(number).collect()
}

#[cfg(test)]
mod tests {
    use cims_proto::customer::v1::Customer;
    use kit::schema::table_of;

    use super::*;

    #[test]
    fn every_filterable_field_has_a_column() {
        let fields = table_of::<Customer>().fields.iter().filter(|field| field.rules.filterable);
        assert!(fields.map(|field| column(&field.name)).all(|column| column.is_ok()));
    }
}
