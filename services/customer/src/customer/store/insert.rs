//! SQL that inserts customers: one, or many at once.

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

/// Inserts customers and their search rows in one statement and answers their numbers: the one place that names what is
/// inserted. `$new` says where the rows come from, `$values` what stands in the columns of `customer`, `$words` what only
/// the search row has, and from where.
macro_rules! insert {
    ($new:tt, $values:tt, $words:tt, $($argument:expr),* $(,)?) => {
        sqlx::query!(
            "with " + $new + ", added as (
                insert into customer (duplicate_keys, id, name, type, credit_code, phones, email, region_code, address,
                    homepage, industry, source, level, status, cooperation_products, first_cooperation_date,
                    cumulative_amount, currency, remarks, flags, owner_id, department_id, version, create_time,
                    update_time, id_number)
                select " + $values + "
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
                    a.update_time, false, " + $words + "
            )
            select id, number from added",
            $($argument),*
        )
    };
}

/// Inserts the customer and its search row in one round trip, and answers its number. The locks come first: the rows
/// are selected from their count.
pub async fn insert(connection: &mut PgConnection, customer: &Customer, entry: &Entry) -> Result<i64, Failure> {
    let row = insert!(
        "held as materialized (select count(pg_advisory_xact_lock(key)) as keys from unnest($1::bigint[]) key)",
        "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $31
                from held",
        "$26, $27, $28, $29, $30 from added a",
        &customer.duplicate_keys(),
        customer.id,
        customer.name,
        customer.r#type as Type,
        customer.credit_code,
        Json(&customer.phones.0) as _,
        customer.email,
        customer.region_code,
        customer.address,
        customer.homepage,
        customer.industry,
        customer.source,
        customer.level,
        customer.status,
        &customer.cooperation_products,
        customer.first_cooperation_date,
        customer.cumulative_amount,
        customer.currency,
        customer.remarks,
        &customer.flags,
        customer.owner_id,
        customer.department_id,
        customer.version,
        customer.create_time,
        customer.update_time,
        entry.name_key,
        entry.contact_key,
        entry.phones,
        entry.sound,
        &entry.words,
        customer.id_number,
    );
    Ok(row.fetch_one(connection).await.map_err(refused)?.number)
}

/// What stands between the parts of a list: arrays of arrays would have to be rectangular. No product or flag has
/// a line break.
const BETWEEN: &str = "\n";

/// Inserts many, and answers the number of each. The caller holds the locks of the duplicate keys.
pub async fn insert_all(
    connection: &mut PgConnection,
    customers: &[(Customer, Entry)],
) -> Result<HashMap<Uuid, i64>, Failure> {
    let all = Columns { customers };
    let phones: Vec<Json<&Vec<Phone>>> = customers.iter().map(|(customer, _)| Json(&customer.phones.0)).collect();
    let types: Vec<Type> = all.of(|customer| customer.r#type);
    let rows = insert!(
        "new as materialized (
                select * from unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::text[],
                    $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[],
                    $16::date[], $17::numeric[], $18::text[], $19::text[], $20::text[], $21::uuid[], $22::uuid[],
                    $23::text[], $24::text[], $25::text[], $26::text[], $27::text[], $30::text[])
                row (duplicate_keys, id, name, type, credit_code, phones, email, region_code, address, homepage, industry,
                    source, level, status, products, first_day, amount, currency, remarks, flags, owner_id, department_id,
                    name_key, contact_key, phone_keys, sound, words, id_number)
            )",
        "string_to_array(duplicate_keys, $28)::bigint[], id, name, type, credit_code, phones, email, region_code, address,
                    homepage, industry, source, level, status, string_to_array(products, $28), first_day, amount, currency,
                    remarks, string_to_array(flags, $28), owner_id, department_id, 1, $29, $29, id_number
                from new",
        "n.name_key, n.contact_key, n.phone_keys, n.sound, string_to_array(n.words, $28)::bigint[]
                from added a join new n on n.id = a.id",
        &all.of(|customer| joined(&customer.duplicate_keys())),
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
        &customers.iter().map(|(_, entry)| entry.name_key.as_str()).collect::<Vec<_>>() as _,
        &customers.iter().map(|(_, entry)| entry.contact_key.as_str()).collect::<Vec<_>>() as _,
        &customers.iter().map(|(_, entry)| entry.phones.as_str()).collect::<Vec<_>>() as _,
        &customers.iter().map(|(_, entry)| entry.sound.as_str()).collect::<Vec<_>>() as _,
        &customers.iter().map(|(_, entry)| joined(&entry.words)).collect::<Vec<_>>(),
        BETWEEN,
        customers.first().map(|(customer, _)| customer.create_time),
        &all.of(|customer| customer.id_number.as_str()) as _,
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
