//! SQL that writes many customers at once.

use std::collections::HashMap;

use kit::Failure;
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::rows::refused;
use crate::{
    customer::{Customer, Type},
    phone::Phone,
    search::Entry,
};

/// What stands between the parts of a list: arrays of arrays would have to be rectangular. No product or flag has
/// a line break.
const BETWEEN: &str = "\n";

/// Inserts customers and their search rows in one statement, and answers their numbers. The caller holds the locks of the
/// duplicate keys.
pub async fn insert_all(
    connection: &mut PgConnection,
    customers: &[(Customer, Entry)],
) -> Result<HashMap<Uuid, i64>, Failure> {
    let all = Columns { customers };
    let phones: Vec<Json<&Vec<Phone>>> = customers.iter().map(|(customer, _)| Json(&customer.phones.0)).collect();
    let types: Vec<Type> = all.of(|customer| customer.r#type);
    let rows = sqlx::query!(
        r#"with new as materialized (
            select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::jsonb[], $6::text[], $7::text[],
                $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::date[],
                $16::numeric[], $17::text[], $18::text[], $19::text[], $20::uuid[], $21::uuid[], $22::text[], $23::text[],
                $24::text[], $25::text[], $26::text[], $27::text[])
            row (id, name, type, credit_code, phones, email, region_code, address, homepage, industry, source, level,
                status, cooperation_products, first_cooperation_date, cumulative_amount, currency, remarks, flags,
                owner_id, department_id, duplicate_keys, name_key, contact_key, phone_keys, sound, words)
        ), added as (
            insert into customer (id, name, type, credit_code, phones, email, region_code, address, homepage, industry,
                source, level, status, cooperation_products, first_cooperation_date, cumulative_amount, currency,
                remarks, flags, owner_id, department_id, duplicate_keys, version, create_time, update_time)
            select id, name, type, credit_code, phones, email, region_code, address, homepage, industry, source, level,
                status, string_to_array(cooperation_products, $28), first_cooperation_date, cumulative_amount, currency,
                remarks, string_to_array(flags, $28), owner_id, department_id,
                string_to_array(duplicate_keys, $28)::bigint[], 1, $29, $29
            from new
            returning id, number, name, type, credit_code, email, region_code, industry, source, level, status,
                cooperation_products, first_cooperation_date, cumulative_amount, flags, owner_id, department_id,
                last_contact_time, next_contact_time, tag_ids, create_time, update_time
        ), found as (
            insert into search (customer_id, number, name, type, credit_code, email, region_code, industry, source,
                level, status, cooperation_products, first_cooperation_date, cumulative_amount, flags, owner_id,
                department_id, last_contact_time, next_contact_time, tag_ids, create_time, update_time, deleted,
                name_key, contact_key, phones, sound, words)
            select a.id, a.number, a.name, a.type, a.credit_code, lower(a.email), a.region_code, a.industry, a.source,
                a.level, a.status, a.cooperation_products, a.first_cooperation_date, a.cumulative_amount, a.flags,
                a.owner_id, a.department_id, a.last_contact_time, a.next_contact_time, a.tag_ids, a.create_time,
                a.update_time, false, n.name_key, n.contact_key, n.phone_keys, n.sound,
                string_to_array(n.words, $28)::bigint[]
            from added a join new n on n.id = a.id
        )
        select id, number from added"#,
        &all.of(|customer| customer.id),
        &all.of(|customer| customer.name.as_str()) as _,
        types as _,
        &all.of(|customer| customer.credit_code.as_deref()) as _,
        phones as _,
        &all.of(|customer| customer.email.as_str()) as _,
        &all.of(|customer| customer.region_code.as_str()) as _,
        &all.of(|customer| customer.address.as_str()) as _,
        &all.of(|customer| customer.homepage.as_str()) as _,
        &all.of(|customer| customer.industry.as_str()) as _,
        &all.of(|customer| customer.source.as_str()) as _,
        &all.of(|customer| customer.level.as_str()) as _,
        &all.of(|customer| customer.status.as_str()) as _,
        &all.of(|customer| customer.cooperation_products.join(BETWEEN)),
        &all.of(|customer| customer.first_cooperation_date) as _,
        &all.of(|customer| customer.cumulative_amount) as _,
        &all.of(|customer| customer.currency.as_str()) as _,
        &all.of(|customer| customer.remarks.as_str()) as _,
        &all.of(|customer| customer.flags.join(BETWEEN)),
        &all.of(|customer| customer.owner_id) as _,
        &all.of(|customer| customer.department_id) as _,
        &all.of(|customer| joined(&customer.duplicate_keys())),
        &customers.iter().map(|(_, entry)| entry.name_key.as_str()).collect::<Vec<_>>() as _,
        &customers.iter().map(|(_, entry)| entry.contact_key.as_str()).collect::<Vec<_>>() as _,
        &customers.iter().map(|(_, entry)| entry.phones.as_str()).collect::<Vec<_>>() as _,
        &customers.iter().map(|(_, entry)| entry.sound.as_str()).collect::<Vec<_>>() as _,
        &customers.iter().map(|(_, entry)| joined(&entry.words)).collect::<Vec<_>>(),
        BETWEEN,
        customers.first().map(|(customer, _)| customer.create_time),
    );
    let rows = rows.fetch_all(connection).await.map_err(refused)?;
    Ok(rows.into_iter().map(|row| (row.id, row.number)).collect())
}

fn joined(numbers: &[i64]) -> String {
    numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(BETWEEN)
}

struct Columns<'a> {
    customers: &'a [(Customer, Entry)],
}

impl<'a> Columns<'a> {
    fn of<T>(&self, column: impl Fn(&'a Customer) -> T) -> Vec<T> {
        self.customers.iter().map(|(customer, _)| column(customer)).collect()
    }
}
