//! SQL that reads whole customers: one, some, lists.

use kit::{Failure, Scope, database::Pool};
use sqlx::{PgExecutor, types::Json};
use uuid::Uuid;

use crate::{
    contact::Contact,
    customer::{Customer, Type},
    phone::Phone,
    tag::Tag,
};

/// Selects customers as `c`: the one place that names what is read of them. The first argument says what stands for
/// the contacts, the second goes on from `from`.
macro_rules! select {
    ($contacts:tt, $from:tt, $($argument:expr),*) => {
        sqlx::query_as!(
            Customer,
            r#"select c.id, c.number, c.name, c.type as "type: Type", c.credit_code,
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

/// A customer within a scope, contacts included.
pub async fn find_within(pool: &Pool, id: Uuid, scope: &Scope) -> Result<Option<Customer>, Failure> {
    let row = select_with_contacts!(
        "customer c
        where c.id = $1 and ($2::uuid[] is null or c.department_id = any($2)) and ($3::uuid is null or c.owner_id = $3)",
        id,
        scope.departments() as _,
        scope.owner()
    );
    Ok(row.fetch_optional(pool).await?)
}

/// Customers of these ids, in the order of the ids, contacts included.
pub async fn find_whole(executor: impl PgExecutor<'_>, ids: &[Uuid]) -> Result<Vec<Customer>, Failure> {
    Ok(select_with_contacts!("customer c where c.id = any($1) order by c.id", ids).fetch_all(executor).await?)
}

/// Customers of these ids that are not in the bin, in no order, without contacts.
pub async fn find_all(pool: &Pool, ids: &[Uuid]) -> Result<Vec<Customer>, Failure> {
    let rows = select!("null::json", "customer c where c.id = any($1) and c.delete_time is null", ids);
    Ok(rows.fetch_all(pool).await?)
}

/// Customers made before the one of an id, newest first, without contacts. One statement for each kind of scope, so
/// that each has its index: those of several departments are the newest of the newest of each.
pub async fn list(pool: &Pool, scope: &Scope, before: Uuid, limit: i64) -> Result<Vec<Customer>, Failure> {
    let rows = match scope {
        Scope::Everything => {
            let rows = select!(
                "null::json",
                "customer c where c.delete_time is null and c.id < $1 order by c.id desc limit $2",
                before,
                limit
            );
            rows.fetch_all(pool).await?
        }
        Scope::Departments(departments) => {
            let rows = select!(
                "null::json",
                "(
                    select newest.customer_id from unnest($1::uuid[]) own (department_id)
                    cross join lateral (
                        select customer_id from search
                        where department_id = own.department_id and not deleted and customer_id < $2
                        order by customer_id desc limit $3
                    ) newest
                    order by newest.customer_id desc limit $3
                ) page join customer c on c.id = page.customer_id order by c.id desc",
                &departments[..],
                before,
                limit
            );
            rows.fetch_all(pool).await?
        }
        Scope::OwnAndShared(owner) | Scope::Own(owner) => {
            let rows = select!(
                "null::json",
                "(
                    select customer_id from search where owner_id = $1 and not deleted and customer_id < $2
                    order by customer_id desc limit $3
                ) page join customer c on c.id = page.customer_id order by c.id desc",
                owner,
                before,
                limit
            );
            rows.fetch_all(pool).await?
        }
    };
    Ok(rows)
}

/// The same of the bin, which is small enough for one statement.
pub async fn list_bin(pool: &Pool, scope: &Scope, before: Uuid, limit: i64) -> Result<Vec<Customer>, Failure> {
    let rows = select!(
        "null::json",
        "customer c
        where c.delete_time is not null and c.id < $1 and ($2::uuid[] is null or c.department_id = any($2))
            and ($3::uuid is null or c.owner_id = $3)
        order by c.id desc limit $4",
        before,
        scope.departments() as _,
        scope.owner(),
        limit
    );
    Ok(rows.fetch_all(pool).await?)
}
