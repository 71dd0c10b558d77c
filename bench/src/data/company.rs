//! One customer with its contact.

use chrono::{DateTime, NaiveDate, Utc};
use customer::{
    contact::Contact,
    customer::{Customer, Type},
    phone::Phone,
};
use intake::phone::Kind;
use uuid::Uuid;

use super::{
    FIRST_MS, Random, STEP_MS, contact_id, customer_id, department_id, department_of, owner_of, representative_id,
    words::{BRANDS, CITIES, FORMS, GIVEN, INDUSTRIES, LEVELS, REMARKS, SOURCES, STATUSES, SURNAMES, TRADES},
};

/// A customer as it is kept.
#[derive(Debug)]
pub struct Record {
    pub customer: Customer,
    pub contacts: Vec<Contact>,
    pub owner_id: Uuid,
}

/// The customer of a number, from 0. Four of five are companies, every second has a contact; phones are all different.
pub fn record(number: u64) -> Record {
    let mut random = Random::new(number);
    let owner = owner_of(number);
    let (owner_id, department_id) = (representative_id(owner), department_id(department_of(owner)));
    let now = DateTime::<Utc>::from_timestamp_millis((FIRST_MS + number * STEP_MS).cast_signed()).unwrap_or_default();
    let mut customer = Customer::new(customer_id(number), Some(owner_id), Some(department_id), now);
    customer.number = number.cast_signed() + 1;
    let (city, region_code) = CITIES[random.below(CITIES.len() as u64) as usize];
    if random.below(5) == 0 {
        customer.r#type = Type::Individual;
        customer.name = person_name(&mut random);
    } else {
        customer.name = format!("{city}{}{}{}", brand(&mut random), random.choose(&TRADES), random.choose(&FORMS));
    }
    customer.phones.0.push(mobile(number));
    customer.email = format!("office{number}@example.com");
    customer.region_code = region_code.to_owned();
    customer.address = format!("{city}市中山路{}号{}室", random.below(900) + 1, random.below(3000) + 101);
    customer.industry = random.choose(&INDUSTRIES).to_owned();
    customer.source = random.choose(&SOURCES).to_owned();
    customer.level = random.choose(&LEVELS).to_owned();
    customer.status = random.choose(&STATUSES).to_owned();
    customer.remarks = random.choose(&REMARKS).to_owned();
    customer.first_cooperation_date = NaiveDate::from_ymd_opt(2025, 6, 1 + random.below(28) as u32);
    let contacts = if number.is_multiple_of(2) { vec![contact(number, &mut random, now)] } else { Vec::new() };
    Record { customer, contacts, owner_id }
}

fn contact(number: u64, random: &mut Random, now: DateTime<Utc>) -> Contact {
    let mut contact = Contact::new(contact_id(number), customer_id(number), now);
    contact.name = person_name(random);
    contact.position = "采购经理".to_owned();
    // Beyond every customer's own.
    contact.phones.push(mobile(number + 500_000_000));
    contact.is_primary = true;
    contact
}

fn brand(random: &mut Random) -> String {
    (0..3).map(|_| letter(random, BRANDS)).collect()
}

fn person_name(random: &mut Random) -> String {
    let given: String = (0..1 + random.below(2)).map(|_| letter(random, GIVEN)).collect();
    format!("{}{given}", letter(random, SURNAMES))
}

fn letter(random: &mut Random, letters: &str) -> char {
    let count = letters.chars().count() as u64;
    letters.chars().nth(random.below(count) as usize).unwrap_or('华')
}

/// A mobile number that no other number below 1,000,000,000 has: the factor has no divisor in common with that.
fn mobile(number: u64) -> Phone {
    let digits = number.wrapping_mul(387_420_489) % 1_000_000_000;
    Phone { number: format!("13{digits:09}"), kind: Kind::Mobile, label: String::new() }
}
