//! From what a person writes to what is kept: normalised, or refused with every misfit.

use cims_proto::customer::v1::{self as proto, customer};
use intake::{credit_code, credit_code::CreditCodeError, name, text};
use kit::{
    Failure, Violation,
    problem::code::{CHECKSUM, FORMAT, REQUIRED},
};
use rust_decimal::Decimal;
use sqlx::types::Json;

use super::{Customer, DEFAULT_CURRENCY, DEFAULT_STATUS, Type};
use crate::phone;

impl Customer {
    /// Takes over all that a person may write. The request layer has checked lengths, formats and dictionaries before.
    ///
    /// # Errors
    /// `Invalid` with every misfit, placed below `/customer`.
    pub fn write(&mut self, written: proto::Customer) -> Result<(), Failure> {
        let mut violations = Vec::new();
        self.r#type = match written.r#type() {
            customer::Type::Individual => Type::Individual,
            customer::Type::Enterprise | customer::Type::Unspecified => Type::Enterprise,
        };
        self.name = text::line(&written.name);
        // A name of marks that show nothing is none.
        if name::normalise(&self.name).is_empty() {
            violations.push(violation("name", REQUIRED));
        }
        self.credit_code = parse_credit_code(&written.credit_code, &mut violations);
        // Each sealing of the same number looks different; what was not changed is to stay what it is.
        if !kit::schema::same(&self.id_number, &written.id_number) {
            self.id_number = written.id_number;
        }
        self.phones = Json(phone::parse_all(written.phones, "/customer", &mut violations));
        self.email = written.email;
        self.region_code = written.region_code;
        self.address = written.address;
        self.homepage = written.homepage;
        self.industry = written.industry;
        self.source = written.source;
        self.level = written.level;
        self.status = or_default(written.status, DEFAULT_STATUS);
        self.cooperation_products = written.cooperation_products;
        self.first_cooperation_date = written.first_cooperation_date.parse().ok();
        self.cumulative_amount = parse_amount(&written.cumulative_amount);
        self.currency = or_default(written.currency, DEFAULT_CURRENCY);
        self.remarks = written.remarks;
        if violations.is_empty() { Ok(()) } else { Err(Failure::Invalid(violations)) }
    }
}

fn violation(field: &str, code: &'static str) -> Violation {
    let pointer = if field == "credit_code" { "/customer/creditCode" } else { "/customer/name" };
    Violation { field: format!("cims.customer.v1.Customer.{field}"), ..Violation::new(pointer, code) }
}

fn parse_credit_code(written: &str, violations: &mut Vec<Violation>) -> Option<String> {
    if written.trim().is_empty() {
        return None;
    }
    let code = match credit_code::parse(written) {
        Ok(parsed) => return Some(parsed),
        Err(CreditCodeError::Format) => FORMAT,
        Err(CreditCodeError::Checksum) => CHECKSUM,
    };
    violations.push(violation("credit_code", code).allowed("91350100M000100Y43"));
    None
}

/// An amount with two digits after the point; its form was checked before.
fn parse_amount(written: &str) -> Option<Decimal> {
    let mut amount: Decimal = written.parse().ok()?;
    amount.rescale(2);
    Some(amount)
}

fn or_default(written: String, default: &str) -> String {
    if written.is_empty() { default.to_owned() } else { written }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn written(change: impl FnOnce(&mut proto::Customer)) -> Result<Customer, Failure> {
        let mut message = proto::Customer {
            name: " 江苏晶美（中国）有限公司\u{200b}".to_owned(),
            phones: vec![proto::Phone { number: "138-0013-8000".to_owned(), ..Default::default() }],
            ..Default::default()
        };
        change(&mut message);
        let mut customer = Customer::new(Uuid::nil(), None, None, chrono::DateTime::UNIX_EPOCH);
        customer.write(message).map(|()| customer)
    }

    #[test]
    fn what_is_left_out_gets_its_default() {
        let customer = written(|message| message.cumulative_amount = "12.5".to_owned()).expect("all of it fits");
        assert_eq!((customer.name.as_str(), customer.status.as_str()), ("江苏晶美（中国）有限公司", "potential"));
        let state = customer.into_proto();
        assert_eq!((state.currency.as_str(), state.cumulative_amount.as_str()), ("CNY", "12.50"));
    }

    #[test]
    fn every_misfit_is_named_at_once() {
        let misfit = written(|message| {
            message.name = "\u{200b}".to_owned();
            message.credit_code = "91350100M000100Y44".to_owned();
            message.phones[0].number = "12".to_owned();
        });
        let Err(Failure::Invalid(violations)) = misfit else { panic!("it was taken") };
        let found: Vec<_> = violations.iter().map(|found| (found.pointer.as_str(), found.code)).collect();
        let expected =
            [("/customer/name", REQUIRED), ("/customer/creditCode", CHECKSUM), ("/customer/phones/0/number", FORMAT)];
        assert_eq!(found, expected);
    }
}
