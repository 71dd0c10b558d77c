//! A pool of connections, and transactions on them.
//!
//! sqlx's own pool asks the server once more whenever a connection comes back, and with the rollback that its cancelled
//! `begin` needs (sqlx issues 4385 and 4393) twice: of three round trips of a read, one was the read. Here a connection
//! knows how it was left: after a statement that ended there is nothing to ask, and what was dropped in the middle is
//! rolled back before anybody else gets it (docs/decisions/0012-pool.md).

use std::{
    fmt,
    ops::{Deref, DerefMut},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use futures_util::{
    FutureExt, StreamExt, TryStreamExt,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use sqlx::{
    Connection, Describe, Either, Error, Execute, Executor, PgConnection, Postgres, SqlStr,
    postgres::{PgQueryResult, PgRow, PgStatement, PgTypeInfo},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::address::Address;
use crate::{metrics, telemetry::Span};

/// A request waits this long for a connection, then sheds.
const ACQUIRE_LIMIT: Duration = Duration::from_secs(2);
/// A rollback that takes longer means that the connection is lost.
const ROLLBACK_LIMIT: Duration = Duration::from_secs(2);
/// A connection is given up at this age, so that the server's memory for its plans does not grow for ever.
const LIFETIME: Duration = Duration::from_secs(1_800);
/// What a service holds beside its pools: the session by whose lock it publishes.
const BESIDE: usize = 1;

/// Connections to one database under one set of settings; they open when first used. `&Pool` runs single statements,
/// [`Pool::begin`] opens a transaction. Clones share the connections.
#[derive(Clone)]
pub struct Pool {
    shared: Arc<Shared>,
}

struct Shared {
    address: Address,
    /// The one that came back last is given out first, so that few stay warm under little load.
    idle: Mutex<Vec<Kept>>,
    permits: Arc<Semaphore>,
    /// Of this pool and of all that were opened beside it.
    places: Arc<Mutex<Vec<Places>>>,
}

/// How many connections a pool may open, and which of them are not given out.
struct Places {
    connections: usize,
    free: Arc<Semaphore>,
}

struct Kept {
    connection: PgConnection,
    since: Instant,
}

impl fmt::Debug for Pool {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Pool({} free)", self.shared.permits.available_permits())
    }
}

impl Pool {
    pub(super) fn new(address: Address, connections: u32) -> Pool {
        Pool::counted(address, connections, Arc::default())
    }

    /// A pool on the same database, which counts as this one does.
    pub(super) fn beside(&self, address: Address, connections: u32) -> Pool {
        Pool::counted(address, connections, self.shared.places.clone())
    }

    fn counted(address: Address, connections: u32, places: Arc<Mutex<Vec<Places>>>) -> Pool {
        let connections = connections as usize;
        let permits = Arc::new(Semaphore::new(connections));
        let own = Places { connections, free: permits.clone() };
        places.lock().unwrap_or_else(PoisonError::into_inner).push(own);
        Pool { shared: Arc::new(Shared { address, idle: Mutex::default(), permits, places }) }
    }

    pub(super) fn address(&self) -> &Address {
        &self.shared.address
    }

    /// A connection of one's own, beside the pool: one that keeps a lock of its session, or temporary tables.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn connect(&self) -> Result<PgConnection, Error> {
        self.shared.address.connect().await
    }

    /// How many connections are given out, by this pool and those beside it.
    pub fn in_use(&self) -> usize {
        let given_out = |places: &Places| places.connections.saturating_sub(places.free.available_permits());
        self.shared.places().iter().map(given_out).sum()
    }

    /// How many connections the service may have open at once: those of this pool and of those beside it, and its one beside
    /// them.
    pub fn limit(&self) -> usize {
        let pooled: usize = self.shared.places().iter().map(|places| places.connections).sum();
        pooled + BESIDE
    }

    /// # Errors
    /// When no connection is free within two seconds, or the database is out of reach.
    pub async fn begin(&self) -> Result<Transaction, Error> {
        self.begin_with("begin").await
    }

    /// Begins with a statement of the caller's: another isolation, or read only.
    ///
    /// # Errors
    /// As [`Pool::begin`].
    pub async fn begin_with(&self, statement: &'static str) -> Result<Transaction, Error> {
        let mut lease = self.lease().await?;
        lease.is_clean = false;
        match lease.connection()?.execute(statement).await {
            // It died while nobody used it. Nothing was begun on it, so another may.
            Err(error) if is_lost(&error) => {
                lease.renew().await?;
                lease.connection()?.execute(statement).await?;
            }
            begun => {
                begun?;
            }
        }
        Ok(Transaction { lease })
    }

    /// Ends the idle connections and refuses new ones.
    pub async fn close(&self) {
        self.shared.permits.close();
        for kept in self.shared.take_all() {
            // The server notices either way.
            let _ = kept.connection.close().await;
        }
    }

    async fn lease(&self) -> Result<Lease, Error> {
        let permit = tokio::time::timeout(ACQUIRE_LIMIT, self.shared.permits.clone().acquire_owned()).await;
        let permit = permit.map_err(|_| {
            metrics::pool_timeout();
            Error::PoolTimedOut
        })?;
        let permit = permit.map_err(|_| Error::PoolClosed)?;
        let idle = self.shared.idle().pop();
        let kept = match idle {
            Some(kept) => kept,
            None => self.shared.open().await?,
        };
        let (shared, span) = (self.shared.clone(), Span::database());
        Ok(Lease { kept: Some(kept), is_clean: true, shared, permit: Some(permit), _span: span })
    }

    /// Runs one statement, whose answers are here when this ends.
    async fn run<T>(&self, statement: impl AsyncFnOnce(&mut PgConnection) -> Result<T, Error>) -> Result<T, Error> {
        let mut lease = self.lease().await?;
        // Until it ends: dropped in the middle, the connection still has answers of this statement to come.
        lease.is_clean = false;
        let answer = statement(lease.connection()?).await;
        match &answer {
            Err(error) if is_lost(error) => lease.lose(),
            Ok(_) | Err(Error::Database(_) | Error::RowNotFound | Error::Decode(_) | Error::ColumnDecode { .. }) => {
                lease.is_clean = true;
            }
            Err(_) => lease.kept = None,
        }
        answer
    }
}

/// The connection is gone: broken, or ended by the server (SQLSTATE 57P…).
fn is_lost(error: &Error) -> bool {
    match error {
        Error::Io(_) => true,
        Error::Database(error) => error.code().is_some_and(|code| code.starts_with("57P")),
        _ => false,
    }
}

impl Shared {
    async fn open(&self) -> Result<Kept, Error> {
        Ok(Kept { connection: self.address.connect().await?, since: Instant::now() })
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Kept>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn places(&self) -> std::sync::MutexGuard<'_, Vec<Places>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_all(&self) -> Vec<Kept> {
        std::mem::take(&mut *self.idle())
    }

    fn put_back(&self, kept: Kept) {
        if kept.since.elapsed() < LIFETIME && !self.permits.is_closed() {
            self.idle().push(kept);
        }
    }
}

/// A connection that is given out, until it is dropped.
struct Lease {
    /// None once it is lost.
    kept: Option<Kept>,
    /// Nothing is open on it, and no answer is still to come.
    is_clean: bool,
    shared: Arc<Shared>,
    permit: Option<OwnedSemaphorePermit>,
    /// As long as the lease.
    _span: Option<Span>,
}

impl Lease {
    fn connection(&mut self) -> Result<&mut PgConnection, Error> {
        self.kept.as_mut().map(|kept| &mut kept.connection).ok_or(Error::WorkerCrashed)
    }

    /// Lets go of a lost connection, and of the idle ones, which are most likely as dead.
    fn lose(&mut self) {
        self.kept = None;
        self.shared.take_all();
    }

    /// Opens another connection in place of a lost one.
    async fn renew(&mut self) -> Result<(), Error> {
        self.lose();
        self.kept = Some(self.shared.open().await?);
        Ok(())
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(mut kept) = self.kept.take() else { return };
        if self.is_clean {
            self.shared.put_back(kept);
            return;
        }
        // Without a runtime the process ends, and with it the connection.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let (shared, permit) = (self.shared.clone(), self.permit.take());
        runtime.spawn(async move {
            let rollback = tokio::time::timeout(ROLLBACK_LIMIT, kept.connection.execute("rollback"));
            if matches!(rollback.await, Ok(Ok(_))) {
                shared.put_back(kept);
            }
            drop(permit);
        });
    }
}

/// An open transaction; dropped without [`Transaction::commit`] it is rolled back.
pub struct Transaction {
    lease: Lease,
}

impl fmt::Debug for Transaction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Transaction")
    }
}

impl Transaction {
    /// # Errors
    /// When the database refuses: nothing has then happened, unless the connection broke.
    pub async fn commit(mut self) -> Result<(), Error> {
        self.lease.connection()?.execute("commit").await?;
        self.lease.is_clean = true;
        Ok(())
    }
}

impl Deref for Transaction {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.lease.kept.as_ref().expect("only a lease of a single statement loses its connection").connection
    }
}

impl DerefMut for Transaction {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.lease.kept.as_mut().expect("only a lease of a single statement loses its connection").connection
    }
}

impl<'p> Executor<'p> for &'_ Pool {
    type Database = Postgres;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Result<Either<PgQueryResult, PgRow>, Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let pool = self.clone();
        // All of it at once: who reads slowly does not keep a connection meanwhile.
        let answers = async move {
            let all = pool.run(async |connection| connection.fetch_many(query).try_collect::<Vec<_>>().await).await?;
            Ok::<_, Error>(stream::iter(all.into_iter().map(Ok)))
        };
        answers.into_stream().try_flatten().boxed()
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<PgRow>, Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let pool = self.clone();
        async move { pool.run(async |connection| connection.fetch_optional(query).await).await }.boxed()
    }

    fn prepare_with<'e>(self, sql: SqlStr, parameters: &'e [PgTypeInfo]) -> BoxFuture<'e, Result<PgStatement, Error>>
    where
        'p: 'e,
    {
        let pool = self.clone();
        async move { pool.run(async |connection| connection.prepare_with(sql, parameters).await).await }.boxed()
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<Postgres>, Error>>
    where
        'p: 'e,
    {
        let pool = self.clone();
        async move { pool.run(async |connection| connection.describe(sql).await).await }.boxed()
    }
}
