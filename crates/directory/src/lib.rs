//! A service's replica of who owns which customer and with whom it is shared, and the scope of a call over it.
//!
//! Fed by the customer's events and gated by their versions; a customer or a share that is not there yet is asked for once,
//! before the write begins. Who writes or reads one record asks, too, when the replica lags (decision 0026); lists say so by
//! [`lags`]. A service that uses it adds [`migrations`] to its place, [`BINDINGS`] to its subscription, and
//! calls [`apply`] in its consumer. Of what hangs on a customer every operation that a share gives is given by any share.

use std::{collections::BTreeMap, time::Duration};

use chrono::{DateTime, Utc};
use cims_proto::customer::v1::{
    CustomerChanged, DirectoryEntry, ResolveCustomersRequest, ShareChanged, directory_client::DirectoryClient,
    share::Access,
};
use kit::{
    Failure, Scope,
    client::Channel,
    clock::time,
    database::Pool,
    events::{Event, payload},
    share::{self, Share},
};
use sqlx::{PgConnection, PgExecutor, migrate::Migrator};
use uuid::Uuid;

/// Routing keys of the events that feed the replica, and of the heartbeats that say how far it is.
pub const BINDINGS: [&str; 3] = ["customer.customer.*.v1", "customer.share.*.v1", "customer.heartbeat.v1"];

/// How long a replica that lags waits for the owner before it answers by itself.
const PATIENCE: Duration = Duration::from_secs(1);

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
    /// It is shared with the person whom a look was for; of a look for nobody, and of an event, false.
    pub shared: bool,
}

impl Entry {
    /// Whether a scope reaches the customer, wherever it is.
    pub fn is_within(&self, scope: &Scope) -> bool {
        scope.contains(self.owner_id, self.department_id, self.shared)
    }
}

/// Applies events of customers and of shares to the replica, in two statements however many there are, and answers the customers
/// whose own events are among them; others it leaves alone.
///
/// # Errors
/// When the database refuses.
pub async fn apply(connection: &mut PgConnection, events: &[&Event]) -> Result<Vec<Uuid>, Failure> {
    let (mut entries, mut shares) = (BTreeMap::new(), BTreeMap::new());
    for event in events {
        match event.subject_type.as_str() {
            "customer.customer" => {
                if let Some(entry) = entry_of(event)? {
                    keep(&mut entries, entry.customer_id, entry, |entry| entry.version);
                }
            }
            "customer.share" => {
                if let Some(share) = share_of(event)? {
                    keep(&mut shares, (share.record_id, share.person_id), share, |share| share.version);
                }
            }
            _ => {}
        }
    }
    put(&mut *connection, &entries.values().copied().collect::<Vec<_>>()).await?;
    share::put(connection, &shares.into_values().collect::<Vec<_>>()).await?;
    Ok(entries.into_keys().collect())
}

/// Of several states of one record a statement can write one: the newest.
fn keep<K: Ord, S>(states: &mut BTreeMap<K, S>, key: K, state: S, version: impl Fn(&S) -> i64) {
    if states.get(&key).is_none_or(|known| version(known) < version(&state)) {
        states.insert(key, state);
    }
}

fn entry_of(event: &Event) -> Result<Option<Entry>, Failure> {
    let change: CustomerChanged = payload(event)?;
    let Some(customer) = change.after else { return Ok(None) };
    Ok(Some(Entry {
        customer_id: customer.id.parse().map_err(Failure::internal)?,
        owner_id: customer.owner_id.parse().ok(),
        department_id: customer.department_id.parse().ok(),
        deleted: customer.delete_time.is_some(),
        version: event.subject_version,
        shared: false,
    }))
}

/// One that was deleted has ended at the moment of its event.
fn share_of(event: &Event) -> Result<Option<Share>, Failure> {
    let change: ShareChanged = payload(event)?;
    let ended = change.after.is_none();
    let Some(state) = change.after.or(change.before) else { return Ok(None) };
    let moment = |time: Option<prost_types::Timestamp>| time.as_ref().and_then(time::from_proto);
    Ok(Some(Share {
        record_id: state.customer_id.parse().map_err(Failure::internal)?,
        person_id: state.user_id.parse().map_err(Failure::internal)?,
        writes: state.access() == Access::Write,
        end_time: moment(if ended { event.time } else { state.end_time }),
        version: event.subject_version,
    }))
}

/// Whether the replica lags: what is listed by it may be of another person by now. Ask before the list is read.
///
/// # Errors
/// When the database refuses.
pub async fn lags(executor: impl PgExecutor<'_>) -> Result<bool, Failure> {
    Ok(sqlx::query_scalar!(r#"select not is_current('customer') as "lags!""#).fetch_one(executor).await?)
}

/// The customers of these ids that the scope reaches and that are not in the bin, in no order. What the replica misses
/// is asked of the customer service and kept, and so is everything when the replica lags, and shares where a share alone
/// would reach: who was given one just now is not told for a moment that there is no such customer. A replica that lags answers
/// by itself when the customer service does not. Call it before the write begins.
///
/// # Errors
/// When the customer service is out of reach and some customer is not in the replica.
pub async fn resolve(
    pool: &Pool,
    customers: Channel,
    ids: &[Uuid],
    scope: &Scope,
    now: DateTime<Utc>,
) -> Result<Vec<Entry>, Failure> {
    let found = find(pool, ids, scope, now).await?;
    let may_be_shared = |entry: &Entry| scope.shared_with().is_some() && !entry.deleted && !entry.is_within(scope);
    let stands = |id: &Uuid| found.iter().find(|(entry, _)| entry.customer_id == *id && !may_be_shared(entry));
    let is_current = |id: &Uuid| stands(id).is_some_and(|(_, current)| *current);
    let doubtful: Vec<Uuid> = ids.iter().copied().filter(|id| !is_current(id)).collect();
    let mut known: Vec<Entry> = found.iter().map(|(entry, _)| *entry).collect();
    if !doubtful.is_empty() {
        let may_wait = doubtful.iter().any(|id| stands(id).is_none());
        let told = match may_wait {
            true => ask(customers, &doubtful, scope.shared_with()).await,
            false => ask_briefly(customers, &doubtful, scope.shared_with()).await,
        };
        match told {
            Ok((mut entries, shares)) => {
                // The consumer locks rows in another order: what says nothing new is not written.
                entries.retain(|entry| {
                    known.iter().all(|old| old.customer_id != entry.customer_id || old.version < entry.version)
                });
                put(pool, &entries).await?;
                share::put(pool, &shares).await?;
                known.retain(|entry| !doubtful.contains(&entry.customer_id));
                known.extend(find(pool, &doubtful, scope, now).await?.into_iter().map(|(entry, _)| entry));
            }
            Err(failure) if !may_wait && failure.is_passing() => {
                tracing::warn!(%failure, "a replica that lags answers by itself");
            }
            Err(failure) => return Err(failure),
        }
    }
    known.retain(|entry| !entry.deleted && entry.is_within(scope));
    Ok(known)
}

/// One customer within the scope.
///
/// # Errors
/// `NotFound` when there is none, it is in the bin, or outside the scope.
pub async fn resolve_one(
    pool: &Pool,
    customers: Channel,
    id: Uuid,
    scope: &Scope,
    now: DateTime<Utc>,
) -> Result<Entry, Failure> {
    resolve(pool, customers, &[id], scope, now).await?.pop().ok_or(Failure::NotFound)
}

/// The customers that are in the replica, and whether that is current.
async fn find(
    executor: impl PgExecutor<'_>,
    ids: &[Uuid],
    scope: &Scope,
    now: DateTime<Utc>,
) -> Result<Vec<(Entry, bool)>, Failure> {
    let rows = sqlx::query!(
        r#"select customer_id, owner_id, department_id, deleted, version,
            is_shared(customer_id, $2, false, $3) as "shared!", (select is_current('customer')) as "current!"
        from directory_customer where customer_id = any($1)"#,
        ids,
        scope.shared_with(),
        now,
    );
    let rows = rows.fetch_all(executor).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let entry = Entry {
                customer_id: row.customer_id,
                owner_id: row.owner_id,
                department_id: row.department_id,
                deleted: row.deleted,
                version: row.version,
                shared: row.shared,
            };
            (entry, row.current)
        })
        .collect())
}

/// What a replica that has an answer of its own asks.
async fn ask_briefly(
    customers: Channel,
    ids: &[Uuid],
    person_id: Option<Uuid>,
) -> Result<(Vec<Entry>, Vec<Share>), Failure> {
    let late = |_| Failure::Unavailable(format!("the customer service did not answer within {PATIENCE:?}"));
    tokio::time::timeout(PATIENCE, ask(customers, ids, person_id)).await.map_err(late)?
}

/// The customers as their service knows them, and what of them is shared with a person.
async fn ask(customers: Channel, ids: &[Uuid], person_id: Option<Uuid>) -> Result<(Vec<Entry>, Vec<Share>), Failure> {
    let text = |id: &Uuid| id.to_string();
    let person = person_id.as_ref().map(text).unwrap_or_default();
    let request = ResolveCustomersRequest { ids: ids.iter().map(text).collect(), person_id: person };
    let answer = DirectoryClient::new(customers).resolve_customers(request).await?.into_inner();
    let (mut entries, mut shares) = (Vec::with_capacity(answer.entries.len()), Vec::new());
    for told in answer.entries {
        let entry = entry(&told)?;
        shares.extend(person_id.zip(told.share).map(|(person_id, state)| Share {
            record_id: entry.customer_id,
            person_id,
            writes: state.writes,
            end_time: state.end_time.as_ref().and_then(time::from_proto),
            version: state.version,
        }));
        entries.push(entry);
    }
    Ok((entries, shares))
}

fn entry(told: &DirectoryEntry) -> Result<Entry, Failure> {
    Ok(Entry {
        customer_id: told.customer_id.parse().map_err(Failure::internal)?,
        owner_id: told.owner_id.parse().ok(),
        department_id: told.department_id.parse().ok(),
        deleted: told.deleted,
        version: told.version,
        shared: false,
    })
}

async fn put(executor: impl PgExecutor<'_>, entries: &[Entry]) -> Result<(), Failure> {
    if entries.is_empty() {
        return Ok(());
    }
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
