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

/// What stands between the parts of a list: arrays of arrays would have to be rectangular. No product, flag or search word
/// has a line break.
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
                $24::text[], $25::text[])
            row (id, name, type, credit_code, phones, email, region_code, address, homepage, industry, source, level,
                status, cooperation_products, first_cooperation_date, cumulative_amount, currency, remarks, flags,
                owner_id, department_id, duplicate_keys, name_key, contact_key, tokens)
        ), added as (
            insert into customer (id, name, type, credit_code, phones, email, region_code, address, homepage, industry,
                source, level, status, cooperation_products, first_cooperation_date, cumulative_amount, currency,
                remarks, flags, owner_id, department_id, duplicate_keys, version, create_time, update_time)
            select id, name, type, credit_code, phones, email, region_code, address, homepage, industry, source, level,
                status, string_to_array(cooperation_products, $26), first_cooperation_date, cumulative_amount, currency,
                remarks, string_to_array(flags, $26), owner_id, department_id,
                string_to_array(duplicate_keys, $26)::bigint[], 1, $27, $27
            from new
            returning id, number
        ), found as (
            insert into search (customer_id, owner_id, department_id, deleted, name_key, contact_key, tokens)
            select id, owner_id, department_id, false, name_key, contact_key, string_to_array(tokens, $26) from new
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
        &all.of(|customer| { customer.duplicate_keys().iter().map(i64::to_string).collect::<Vec<_>>().join(BETWEEN) }),
        &customers.iter().map(|(_, entry)| entry.name_key.as_str()).collect::<Vec<_>>() as _,
        &customers.iter().map(|(_, entry)| entry.contact_key.as_str()).collect::<Vec<_>>() as _,
        &customers.iter().map(|(_, entry)| entry.tokens.join(BETWEEN)).collect::<Vec<_>>(),
        BETWEEN,
        customers.first().map(|(customer, _)| customer.create_time),
    );
    let rows = rows.fetch_all(connection).await.map_err(refused)?;
    Ok(rows.into_iter().map(|row| (row.id, row.number)).collect())
}

struct Columns<'a> {
    customers: &'a [(Customer, Entry)],
}

impl<'a> Columns<'a> {
    fn of<T>(&self, column: impl Fn(&'a Customer) -> T) -> Vec<T> {
        self.customers.iter().map(|(customer, _)| column(customer)).collect()
    }
}
