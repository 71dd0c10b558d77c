//! A service's replica of who owns which customer, and the scope of a call over it.
//!
//! Fed by the customer's events and gated by their version; a customer that is not there yet is asked for once, before
//! the write begins. A service that uses it adds [`migrations`] to its place, [`BINDING`] to its subscription, and calls
//! [`apply`] in its consumer.

use cims_proto::customer::v1::{CustomerChanged, ResolveCustomersRequest, directory_client::DirectoryClient};
use kit::{
    Failure, Scope,
    client::Channel,
    database::Pool,
    events::{Event, payload},
};
use sqlx::{PgConnection, PgExecutor, migrate::Migrator};
use uuid::Uuid;

/// Routing key of the events that feed the replica.
pub const BINDING: &str = "customer.customer.*.v1";

/// The replica's table, for the place of the service that uses it.
pub fn migrations() -> (&'static str, Migrator) {
    ("_directory_migrations", sqlx::migrate!("./migrations"))
}

/// Who owns a customer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Entry {
    pub customer_id: Uuid,
    pub owner_id: Option<Uuid>,
    pub department_id: Option<Uuid>,
    pub deleted: bool,
    pub version: i64,
}

/// Applies a customer's event to the replica; others it leaves alone.
///
/// # Errors
/// When the database refuses.
pub async fn apply(connection: &mut PgConnection, event: &Event) -> Result<(), Failure> {
    if event.subject_type != "customer.customer" {
        return Ok(());
    }
    let change: CustomerChanged = payload(event)?;
    let Some(customer) = change.after else { return Ok(()) };
    let entry = Entry {
        customer_id: customer.id.parse().map_err(Failure::internal)?,
        owner_id: customer.owner_id.parse().ok(),
        department_id: customer.department_id.parse().ok(),
        deleted: customer.delete_time.is_some(),
        version: event.subject_version,
    };
    put(connection, &[entry]).await
}

/// The customers of these ids that the scope reaches and that are not in the bin, in no order. What the replica misses
/// is asked of the customer service and kept; call it before the write begins.
///
/// # Errors
/// When the customer service is out of reach and some customer is not in the replica.
pub async fn resolve(pool: &Pool, customers: Channel, ids: &[Uuid], scope: &Scope) -> Result<Vec<Entry>, Failure> {
    let mut known = find(pool, ids).await?;
    let missing: Vec<Uuid> =
        ids.iter().copied().filter(|id| !known.iter().any(|entry| entry.customer_id == *id)).collect();
    if !missing.is_empty() {
        let fresh = ask(customers, &missing).await?;
        put(pool, &fresh).await?;
        known.extend(fresh);
    }
    known.retain(|entry| !entry.deleted && scope.contains(entry.owner_id, entry.department_id));
    Ok(known)
}

/// One customer within the scope.
///
/// # Errors
/// `NotFound` when there is none, it is in the bin, or outside the scope.
pub async fn resolve_one(pool: &Pool, customers: Channel, id: Uuid, scope: &Scope) -> Result<Entry, Failure> {
    resolve(pool, customers, &[id], scope).await?.pop().ok_or(Failure::NotFound)
}

async fn find(pool: &Pool, ids: &[Uuid]) -> Result<Vec<Entry>, Failure> {
    let rows = sqlx::query_as!(
        Entry,
        "select customer_id, owner_id, department_id, deleted, version from directory_customer where customer_id = any($1)",
        ids,
    );
    Ok(rows.fetch_all(pool).await?)
}

async fn ask(customers: Channel, ids: &[Uuid]) -> Result<Vec<Entry>, Failure> {
    let request = ResolveCustomersRequest { ids: ids.iter().map(Uuid::to_string).collect() };
    let answer = DirectoryClient::new(customers).resolve_customers(request).await?.into_inner();
    let entries = answer.entries.into_iter().map(|entry| {
        Ok(Entry {
            customer_id: entry.customer_id.parse().map_err(Failure::internal)?,
            owner_id: entry.owner_id.parse().ok(),
            department_id: entry.department_id.parse().ok(),
            deleted: entry.deleted,
            version: entry.version,
        })
    });
    entries.collect()
}

async fn put(executor: impl PgExecutor<'_>, entries: &[Entry]) -> Result<(), Failure> {
    sqlx::query!(
        "insert into directory_customer (customer_id, owner_id, department_id, deleted, version)
        select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::boolean[], $5::bigint[])
        on conflict (customer_id) do update
            set owner_id = excluded.owner_id, department_id = excluded.department_id,
                deleted = excluded.deleted, version = excluded.version
            where directory_customer.version < excluded.version",
        &entries.iter().map(|entry| entry.customer_id).collect::<Vec<_>>(),
        &entries.iter().map(|entry| entry.owner_id).collect::<Vec<_>>() as _,
        &entries.iter().map(|entry| entry.department_id).collect::<Vec<_>>() as _,
        &entries.iter().map(|entry| entry.deleted).collect::<Vec<_>>(),
        &entries.iter().map(|entry| entry.version).collect::<Vec<_>>(),
    )
    .execute(executor)
    .await?;
    Ok(())
}
