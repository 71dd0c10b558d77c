//! The one shape of every write: begin, claim the idempotency key, work, record the event, commit.
//!
//! ```text
//! let mut write = match self.writer.begin(&call).await? {
//!     Begin::Fresh(write) => write,
//!     Begin::Replay(answer) => return answer.decode(),
//! };
//! let current = store::lock(write.connection(), id, &call.scope).await?;
//! …
//! write.record(Change { … }).await?;
//! write.commit(&customer).await
//! ```
//! What the handler leaves without `commit` is rolled back.

mod change;

use change::record_all_on;
pub use change::{Change, changed, record_on};

use chrono::{DateTime, Utc};
use prost::{Message, Name};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use tonic::{Response, Status};
use uuid::Uuid;

use crate::{
    call::Call,
    clock::Clock,
    database::{Pool, Transaction},
    events::Wake,
    problem::Failure,
    schema::{MessageTable, Visibility, conceal, field_to_json, mask, merge, table_of},
};

/// Opens writes on a service's database.
#[derive(Clone, Debug)]
pub struct Writer {
    pool: Pool,
    clock: Clock,
    wake: Wake,
}

/// A write just begun, or the answer of the same write before.
#[derive(Debug)]
pub enum Begin {
    Fresh(Box<Write>),
    Replay(Replay),
}

/// The stored answer of a write that was sent again.
#[derive(Debug)]
pub struct Replay {
    answer: Vec<u8>,
}

impl Replay {
    /// # Errors
    /// When the stored answer is not of this type: the method's answer changed its type.
    pub fn decode<M: Message + Default>(&self) -> Result<Response<M>, Status> {
        let message = M::decode(self.answer.as_slice()).map_err(Failure::internal)?;
        Ok(Response::new(message))
    }
}

/// A write under way: one transaction.
#[derive(Debug)]
pub struct Write {
    transaction: Transaction,
    clock: Clock,
    wake: Wake,
    claim: Option<Claim>,
    origin: Origin,
}

/// Who acts, from where and when: what every event of one write has in common.
#[derive(Clone, Debug)]
pub struct Origin {
    /// None for CIMS itself.
    pub actor_id: Option<Uuid>,
    /// Empty where no person's call is behind it.
    pub source_address: String,
    pub trace_parent: String,
    pub now: DateTime<Utc>,
    /// Published the bulk way, so that it never delays a person's edit.
    pub bulk: bool,
}

#[derive(Debug)]
struct Claim {
    principal: Uuid,
    method: &'static str,
    key: String,
    digest: [u8; 32],
}

impl Writer {
    pub fn new(pool: Pool, clock: Clock, wake: Wake) -> Writer {
        Writer { pool, clock, wake }
    }

    pub fn pool(&self) -> &Pool {
        &self.pool
    }

    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Begins the write of an RPC.
    ///
    /// # Errors
    /// `InFlight` when a twin with the same key has not ended, `KeyReused` when the key had another request,
    /// `Unavailable` when what is known of the caller's grants is too old to write by.
    pub async fn begin(&self, call: &Call) -> Result<Begin, Failure> {
        let principal = call.caller.user_id();
        let key = call.idempotency_key.as_ref().filter(|_| !call.method.unkeyed);
        let claim = key.zip(principal).map(|(key, principal)| Claim {
            principal,
            method: &call.method.path,
            key: key.clone(),
            digest: call.digest,
        });
        let mut write = self.begin_unkeyed(call).await?;
        if let Some(claim) = &claim
            && let Some(answer) = claim.take(&mut write.transaction).await?
        {
            return Ok(Begin::Replay(Replay { answer }));
        }
        write.claim = claim;
        Ok(Begin::Fresh(Box::new(write)))
    }

    /// Begins the write of an RPC that keeps nothing under an idempotency key: its caller is nobody yet, or it is annotated
    /// `unkeyed`.
    ///
    /// # Errors
    /// `Unavailable` when what is known of the caller's grants is too old to write by, or the database is out of reach.
    pub async fn begin_unkeyed(&self, call: &Call) -> Result<Write, Failure> {
        call.caller.check_write()?;
        Ok(Write {
            transaction: self.pool.begin().await?,
            clock: self.clock.clone(),
            wake: self.wake.clone(),
            claim: None,
            origin: Origin {
                actor_id: call.caller.user_id(),
                source_address: call.source_address.clone(),
                trace_parent: call.trace.to_string(),
                now: self.clock.now(),
                bulk: false,
            },
        })
    }

    /// Begins a write of CIMS's own (a job, an import's batch) for a person or for nobody. Its events go the bulk way.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn begin_job(&self, actor_id: Option<Uuid>, trace_parent: String) -> Result<Write, Failure> {
        Ok(Write {
            transaction: self.pool.begin().await?,
            clock: self.clock.clone(),
            wake: self.wake.clone(),
            claim: None,
            origin: Origin { actor_id, source_address: String::new(), trace_parent, now: self.clock.now(), bulk: true },
        })
    }
}

impl Claim {
    /// Takes the key until the transaction ends; the stored answer when the write was done before.
    async fn take(&self, connection: &mut PgConnection) -> Result<Option<Vec<u8>>, Failure> {
        let mut hash = Sha256::new();
        hash.update(self.principal.as_bytes());
        hash.update(self.method.as_bytes());
        hash.update(self.key.as_bytes());
        let mut lock = [0; 8];
        lock.copy_from_slice(&hash.finalize()[..8]);
        // One round trip. A twin that commits between this statement's snapshot and its lock is not seen here; the
        // primary key then refuses our own row at the commit.
        let row = sqlx::query!(
            r#"select pg_try_advisory_xact_lock($1) as "locked!", kept.digest as "digest?", kept.answer as "answer?"
            from (select) one
            left join idempotency kept on kept.principal_id = $2 and kept.method = $3 and kept.key = $4"#,
            i64::from_le_bytes(lock),
            self.principal,
            self.method,
            self.key,
        )
        .fetch_one(connection)
        .await?;
        match (row.digest, row.answer) {
            (Some(digest), Some(answer)) if digest == self.digest => Ok(Some(answer)),
            (Some(_), _) => Err(Failure::KeyReused),
            _ if !row.locked => Err(Failure::InFlight),
            _ => Ok(None),
        }
    }

    async fn keep(&self, answer: &[u8], connection: &mut PgConnection) -> Result<(), Failure> {
        let kept = sqlx::query!(
            "insert into idempotency (principal_id, method, key, digest, answer) values ($1, $2, $3, $4, $5) on conflict do nothing",
            self.principal,
            self.method,
            self.key,
            self.digest.as_slice(),
            answer,
        )
        .execute(connection)
        .await?;
        if kept.rows_affected() == 1 { Ok(()) } else { Err(Failure::InFlight) }
    }
}

impl Write {
    pub fn connection(&mut self) -> &mut PgConnection {
        &mut self.transaction
    }

    /// The moment of the write: the same for all that it changes.
    pub fn now(&self) -> DateTime<Utc> {
        self.origin.now
    }

    pub fn id(&self) -> Uuid {
        self.clock.id()
    }

    pub fn actor_id(&self) -> Option<Uuid> {
        self.origin.actor_id
    }

    /// Names the person who acts, for a call that itself proves who calls: a sign-in.
    pub fn act_as(&mut self, user_id: Uuid) {
        self.origin.actor_id = Some(user_id);
    }

    /// Records a change: the event with its personal half apart, and its place in the outbox.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn record<M: Message + Name>(&mut self, change: Change<'_, M>) -> Result<(), Failure> {
        record_on(&mut self.transaction, &self.clock, &self.origin, change).await
    }

    /// Records many changes in one statement, in their order.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn record_all<M: Message + Name>(&mut self, changes: &[Change<'_, M>]) -> Result<(), Failure> {
        record_all_on(&mut self.transaction, &self.clock, &self.origin, changes).await
    }

    /// Keeps the answer under the key, commits, and answers.
    ///
    /// # Errors
    /// When the database refuses: nothing has then happened, unless the connection broke at the commit itself, where
    /// the caller's retry with the same key finds out.
    pub async fn commit<M: Message>(self, answer: M) -> Result<Response<M>, Status> {
        self.finish(Some(answer.encode_to_vec())).await?;
        Ok(Response::new(answer))
    }

    /// Commits a job's write.
    ///
    /// # Errors
    /// As [`Write::commit`].
    pub async fn commit_job(self) -> Result<(), Failure> {
        self.finish(None).await
    }

    async fn finish(mut self, answer: Option<Vec<u8>>) -> Result<(), Failure> {
        if let (Some(claim), Some(answer)) = (&self.claim, answer) {
            claim.keep(&answer, &mut self.transaction).await?;
        }
        self.transaction.commit().await?;
        self.wake.notify();
        Ok(())
    }
}

/// The record with the masked fields taken from the patch.
///
/// # Errors
/// Never for messages of this build.
pub fn merged<M: Message + Name + Default>(
    current: &M,
    patch: &M,
    mask: Option<&prost_types::FieldMask>,
) -> Result<M, Failure> {
    let paths = mask.map(|mask| mask.paths.as_slice()).unwrap_or_default();
    let bytes = merge(table_of::<M>(), &current.encode_to_vec(), &patch.encode_to_vec(), paths)?;
    M::decode(bytes.as_slice()).map_err(Failure::internal)
}

/// Refuses a write whose `If-Match` names another version than the current one, with what both sides did since:
/// `original` is read from the event of the version that the caller knew.
///
/// # Errors
/// `Stale` with mine, theirs and the original of the fields that both changed.
pub async fn check_version<M: Message + Name + Default>(
    write: &mut Write,
    call: &Call,
    subject: (Uuid, i64),
    states: (&M, &M),
    original: impl Fn(&[u8]) -> Option<M>,
) -> Result<(), Failure> {
    let (subject_id, version) = subject;
    let (current, mine) = states;
    let Some(expected) = call.expected_version()?.filter(|expected| *expected != version) else { return Ok(()) };
    let payload = sqlx::query_scalar!(
        r#"select event.payload || coalesce(personal.payload, ''::bytea) as "payload!"
        from event left join event_personal personal on personal.event_id = event.id
        where event.subject_id = $1 and event.subject_version = $2"#,
        subject_id,
        expected,
    )
    .fetch_optional(write.connection())
    .await?;
    let original = payload.and_then(|payload| original(&payload)).unwrap_or_default();
    let theirs = changed(&original, current)?;
    let mut fields: Vec<String> = changed(current, mine)?.into_iter().filter(|field| theirs.contains(field)).collect();
    fields.retain(|field| !is_hidden(call, table_of::<M>(), field));
    // The caller's own field rules hold here too.
    let shown = |state: &M| shown(call, state, &fields);
    Err(Failure::Stale {
        mine: shown(mine)?,
        theirs: shown(current)?,
        original: shown(&original)?,
        fields: fields.clone(),
    })
}

/// Whether the caller's field rules leave the field out wherever it stands.
fn is_hidden(call: &Call, table: &MessageTable, json: &str) -> bool {
    let rule = call.field_rules().zip(table.field_by_json(json)).map(|(rules, field)| rules.of(field));
    rule == Some(Visibility::Hidden)
}

/// JSON object of the named fields and the etag, under the caller's field rules.
fn shown<M: Message + Name>(call: &Call, state: &M, fields: &[String]) -> Result<String, Failure> {
    let table = table_of::<M>();
    let mut bytes = conceal(table, &state.encode_to_vec())?;
    if let Some(rules) = call.field_rules() {
        let mut masked = Vec::new();
        mask(table, &bytes, rules, &mut masked)?;
        bytes = masked;
    }
    let mut object = serde_json::Map::new();
    for field in fields.iter().map(String::as_str).chain(["etag"]) {
        if let Some(value) = field_to_json(table, &bytes, field)? {
            object.insert(field.to_owned(), value);
        }
    }
    Ok(serde_json::Value::Object(object).to_string())
}
