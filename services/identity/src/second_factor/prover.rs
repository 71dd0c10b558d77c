//! Checking a code against what a person has set up.

use chrono::{DateTime, Utc};
use kit::{Failure, database::Pool, secret::Secrets, write::Write};
use uuid::Uuid;

use super::{Owner, place, record, recovery, store, totp};

/// Checks codes.
#[derive(Clone, Debug)]
pub struct FactorProver {
    pub pool: Pool,
    pub secrets: Secrets,
}

/// A code that fits and has yet to be used up.
#[derive(Debug)]
pub enum Accepted {
    /// Of the device, of this step.
    Step(i64),
    /// Known by any of these digests; whether it is one is found out when it is used.
    Recovery(Vec<Vec<u8>>),
}

impl FactorProver {
    /// Whether the person signs in with a second factor.
    pub async fn is_on(&self, user_id: Uuid) -> Result<bool, Failure> {
        Ok(store::find(&self.pool, user_id).await?.is_some_and(|row| row.secret.is_some()))
    }

    /// What a code may be; none when it is surely wrong.
    pub async fn check(&self, user_id: Uuid, code: &str, now: DateTime<Utc>) -> Result<Option<Accepted>, Failure> {
        let row = store::find(&self.pool, user_id).await?;
        let Some(sealed) = row.and_then(|row| row.secret) else { return Ok(None) };
        if recovery::is_one(code) {
            return Ok(Some(Accepted::Recovery(recovery::digests(&self.secrets, user_id, code))));
        }
        let secret = self.secrets.open(&place(user_id), &sealed)?;
        let digits: String = code.split_whitespace().collect();
        Ok(totp::step_of(&secret, &digits, now).map(Accepted::Step))
    }

    /// Uses a code up; false when it was used before.
    pub async fn accept(&self, write: &mut Write, owner: Owner, accepted: &Accepted) -> Result<bool, Failure> {
        match accepted {
            Accepted::Step(step) => store::use_step(write.connection(), owner.user_id, *step).await,
            Accepted::Recovery(digests) => {
                let now = write.now();
                let used = store::use_recovery_code(write.connection(), owner.user_id, digests, now).await?;
                if used {
                    record(write, owner, "recoveryCodeUsed").await?;
                }
                Ok(used)
            }
        }
    }
}
