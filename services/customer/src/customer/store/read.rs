//! SQL that reads whole customers: one, some, lists.

use kit::{Failure, database::Pool};
use sqlx::{PgExecutor, types::Json};
use uuid::Uuid;

use crate::{
    contact::Contact,
    customer::{Customer, Type, access::Within},
    phone::Phone,
    tag::Tag,
};

/// Selects customers as `c`: the one place that names what is read of them. The first argument says what stands for
/// the contacts, the second goes on from `from`.
macro_rules! select {
    ($contacts:tt, $from:tt, $($argument:expr),*) => {
        sqlx::query_as!(
            Customer,
            r#"select c.id, c.number, c.name, c.type as "type: Type", c.credit_code, c.id_number,
                c.phones as "phones: Json<Vec<Phone>>", c.email, c.region_code, c.address, c.homepage, c.industry,
                c.source, c.level, c.status, c.cooperation_products, c.first_cooperation_date, c.cumulative_amount,
                c.currency, c.remarks, c.flags, c.owner_id, c.department_id, c.last_contact_time, c.next_contact_time,
                c.version, c.create_time, c.update_time, c.delete_time,
                case when c.tag_ids <> '{}' then (
                    select json_agg(t) from (
                        select tag.id, tag.name, tag."group", tag.color from tag
                        where tag.id = any(c.tag_ids) and not tag.deleted
                        order by tag."group", tag.name
                    ) t
                ) end as "tags: Json<Vec<Tag>>",
                "# + $contacts + r#" as "contacts: Json<Vec<Contact>>"
            from "# + $from,
            $($argument),*
        )
    };
}

/// Selects customers with their contacts, the primary one first, then by age.
macro_rules! select_with_contacts {
    ($from:tt, $($argument:expr),*) => {
        select!(
            "(select json_agg(k) from (
                select contact.customer_id, contact.id, contact.name, contact.salutation, contact.position,
                    contact.phones, contact.email, contact.birthday, contact.is_primary, contact.version,
                    contact.create_time, contact.update_time
                from contact where contact.customer_id = c.id
                order by contact.is_primary desc, contact.id
            ) k)",
            $from,
            $($argument),*
        )
    };
}

/// A customer whoever asks, contacts included.
pub async fn find(executor: impl PgExecutor<'_>, id: Uuid) -> Result<Option<Customer>, Failure> {
    Ok(select_with_contacts!("customer c where c.id = $1", id).fetch_optional(executor).await?)
}

/// A customer that is reached, contacts included.
pub async fn find_within(
    executor: impl PgExecutor<'_>,
    id: Uuid,
    Within { scope, writing, now }: Within<'_>,
) -> Result<Option<Customer>, Failure> {
    let row = select_with_contacts!(
        "customer c
        where c.id = $1 and (in_scope($2, $3, c.department_id, c.owner_id) or is_shared(c.id, $4, $5, $6))",
        id,
        scope.departments() as _,
        scope.owner(),
        scope.shared_with(),
        writing,
        now
    );
    Ok(row.fetch_optional(executor).await?)
}

/// Customers of these ids, in no order, without contacts.
pub async fn find_all(pool: &Pool, ids: &[Uuid]) -> Result<Vec<Customer>, Failure> {
    Ok(select!("null::json", "customer c where c.id = any($1)", ids).fetch_all(pool).await?)
}

/// The same with contacts.
pub async fn find_with_contacts(executor: impl PgExecutor<'_>, ids: &[Uuid]) -> Result<Vec<Customer>, Failure> {
    Ok(select_with_contacts!("customer c where c.id = any($1)", ids).fetch_all(executor).await?)
}
