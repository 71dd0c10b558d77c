//! API keys: by each a program calls for a person, with some of the person's roles, until a day.

mod key;
mod rpc;
mod store;
mod user_rpc;

pub use rpc::server;
pub use user_rpc::server as user_server;

use chrono::{DateTime, TimeDelta, Utc};
use cims_proto::identity::v1::{self, ApiKeyChanged};
use kit::{
    Failure, Violation,
    clock::time,
    problem::code,
    schema::table_of,
    write::{Change, Write},
};
use uuid::Uuid;

use crate::{epoch, user::User};

/// Keys of one person that are good at once.
const MOST: i64 = 20;
/// No key is good for longer.
const LONGEST: TimeDelta = TimeDelta::days(366);
/// Its use is an event once within this time.
const USE_NOTED: TimeDelta = TimeDelta::hours(24);
/// Keys that are over are listed for this time.
const KEPT: TimeDelta = TimeDelta::days(30);

#[derive(Clone, Debug)]
pub struct ApiKey {
    pub id: Uuid,
    pub user_id: Uuid,
    pub name: String,
    pub hint: String,
    pub roles: Vec<String>,
    pub read_only: bool,
    pub create_time: DateTime<Utc>,
    pub expire_time: DateTime<Utc>,
    pub use_time: Option<DateTime<Utc>>,
    pub use_address: String,
    pub revoke_time: Option<DateTime<Utc>>,
    pub version: i64,
}

impl ApiKey {
    /// The key that a request asks for.
    ///
    /// # Errors
    /// `Invalid` when it would be good for too long or not at all, or has roles that the person has not.
    fn asked(
        asked: v1::ApiKey,
        owner: &User,
        (id, hint): (Uuid, String),
        now: DateTime<Utc>,
    ) -> Result<ApiKey, Failure> {
        let refused = |field: &str, pointer: &str, code| {
            let label = table_of::<v1::ApiKey>().field(field);
            label.map_or_else(|| Violation::new(pointer, code), |label| Violation::of(label, pointer, code))
        };
        let mut violations = Vec::new();
        if asked.roles.iter().any(|role| !owner.roles.contains(role)) {
            violations.push(refused("roles", "/apiKey/roles", code::NOT_ALLOWED).allowed(owner.roles.join(", ")));
        }
        let expire_time = asked.expire_time.as_ref().and_then(time::from_proto).unwrap_or(now);
        if expire_time <= now {
            violations.push(refused("expire_time", "/apiKey/expireTime", code::PAST));
        } else if expire_time > now + LONGEST {
            let allowed = format!("≤ {} d", LONGEST.num_days());
            violations.push(refused("expire_time", "/apiKey/expireTime", code::OUT_OF_RANGE).allowed(allowed));
        }
        if !violations.is_empty() {
            return Err(Failure::Invalid(violations));
        }
        Ok(ApiKey {
            id,
            user_id: owner.id,
            name: asked.name,
            hint,
            roles: asked.roles,
            read_only: asked.read_only,
            create_time: now,
            expire_time,
            use_time: None,
            use_address: String::new(),
            revoke_time: None,
            version: 1,
        })
    }

    fn to_proto(&self) -> v1::ApiKey {
        v1::ApiKey {
            id: self.id.to_string(),
            user_id: self.user_id.to_string(),
            name: self.name.clone(),
            roles: self.roles.clone(),
            read_only: self.read_only,
            expire_time: Some(time::to_proto(self.expire_time)),
            hint: self.hint.clone(),
            create_time: Some(time::to_proto(self.create_time)),
            use_time: self.use_time.map(time::to_proto),
            use_address: self.use_address.clone(),
            revoke_time: self.revoke_time.map(time::to_proto),
        }
    }
}

/// Records a change of a key.
async fn record(
    write: &mut Write,
    verb: &'static str,
    (before, after): (Option<&ApiKey>, &ApiKey),
    department_id: Option<Uuid>,
) -> Result<(), Failure> {
    let payload = ApiKeyChanged { before: before.map(ApiKey::to_proto), after: Some(after.to_proto()) };
    let fields = match (&payload.before, &payload.after) {
        (Some(before), Some(after)) => kit::write::changed(before, after)?,
        _ => Vec::new(),
    };
    let change = Change {
        subject_type: "identity.apiKey",
        subject_id: after.id,
        parent_id: None,
        version: after.version,
        verb,
        fields,
        owner_id: Some(after.user_id),
        department_id,
        payload: &payload,
    };
    write.record(change).await
}

/// Revokes a key that is not yet; the key as it is then. None when the person has no such key.
async fn revoke(write: &mut Write, user: &User, id: Uuid) -> Result<Option<ApiKey>, Failure> {
    epoch::store::raise(write.connection()).await?;
    let now = write.now();
    let Some(before) = store::lock(write.connection(), user.id, id).await? else { return Ok(None) };
    if before.revoke_time.is_some() {
        return Ok(Some(before));
    }
    let after = ApiKey { revoke_time: Some(now), version: before.version + 1, ..before.clone() };
    store::update(write.connection(), &after).await?;
    record(write, "revoked", (Some(&before), &after), user.department_id).await?;
    Ok(Some(after))
}
