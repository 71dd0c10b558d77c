//! Proving by a password or a code, with every try counted and every failure on record.

use cims_proto::identity::v1::SignInFailed;
use kit::{
    Call, Failure,
    clock::Clock,
    service::Context,
    write::{Change, Writer},
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{ACCOUNT, SOURCE, store};
use crate::{password::Hasher, user::User};

/// Proves who somebody is.
#[derive(Clone, Debug)]
pub struct Prover {
    writer: Writer,
    clock: Clock,
    hasher: Hasher,
}

/// A try that was counted.
#[derive(Debug)]
pub struct Try<'a> {
    call: &'a Call,
    username: &'a str,
    /// Should it fail, the account is locked.
    locks: bool,
}

/// Whom a try is for, where there is such an account.
#[derive(Clone, Copy, Debug)]
pub struct Tried {
    pub user_id: Uuid,
    pub department_id: Option<Uuid>,
}

impl Tried {
    pub fn of(user: &User) -> Tried {
        Tried { user_id: user.id, department_id: user.department_id }
    }
}

/// What was shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Proof {
    Password,
    SecondFactor,
}

impl Prover {
    pub fn new(context: &Context, hasher: Hasher) -> Prover {
        Prover { writer: context.writer.clone(), clock: context.clock.clone(), hasher }
    }

    /// Counts a try, which `failed`, `give_back` or the clearing of the account then settles.
    ///
    /// # Errors
    /// `Limited` when the account or the address is locked.
    pub async fn begin<'a>(&self, call: &'a Call, username: &'a str) -> Result<Try<'a>, Failure> {
        let (pool, now) = (self.writer.pool(), self.clock.now());
        store::refuse_locked(pool, &store::source(&call.source_address), now).await?;
        let locks = store::count(pool, &store::account(username), &ACCOUNT, now).await?;
        Ok(Try { call, username, locks })
    }

    /// Notes that a try was wrong.
    pub async fn failed(&self, tried: &Try<'_>, whom: Option<Tried>, proof: Proof) -> Result<(), Failure> {
        let source = store::source(&tried.call.source_address);
        store::note(self.writer.pool(), &source, &SOURCE, self.clock.now()).await?;
        let told = told(tried.username);
        let told = SignInFailed { second_factor: proof == Proof::SecondFactor, ..told };
        self.record(tried.call, whom, &told, tried.locks).await
    }

    /// Notes that a provider's word opened no account. Nothing was guessed, so nothing is counted.
    pub async fn refused(&self, call: &Call, account: &str, whom: Option<Tried>) -> Result<(), Failure> {
        self.record(call, whom, &SignInFailed { external: true, ..told(account) }, false).await
    }

    async fn record(
        &self,
        call: &Call,
        whom: Option<Tried>,
        payload: &SignInFailed,
        locks: bool,
    ) -> Result<(), Failure> {
        let mut write = self.writer.begin_unkeyed(call).await?;
        // An event of nobody would be told to everybody; the nil id is nobody's, whom only those see who see everything.
        let (owner_id, department_id) = whom.map_or((Uuid::nil(), None), |whom| (whom.user_id, whom.department_id));
        for verb in ["failed", "lockedOut"].into_iter().take(1 + usize::from(locks)) {
            let change = Change {
                subject_type: "identity.signIn",
                subject_id: write.id(),
                parent_id: None,
                version: 1,
                verb,
                fields: Vec::new(),
                owner_id: Some(owner_id),
                department_id,
                payload,
            };
            write.record(change).await?;
        }
        write.commit_job().await
    }

    /// Takes a try back: it was not made.
    pub async fn give_back(&self, tried: &Try<'_>) -> Result<(), Failure> {
        store::give_back(self.writer.pool(), &store::account(tried.username)).await
    }

    /// Whether the password is that of the hash; without a hash it never is, and costs the same. The try stays counted
    /// until the caller clears the account with what it writes.
    ///
    /// # Errors
    /// `Limited` when no core is free.
    pub async fn verify(
        &self,
        tried: &Try<'_>,
        password: String,
        account: Option<(Tried, String)>,
    ) -> Result<bool, Failure> {
        let (whom, hash) = account.unzip();
        match self.hasher.verify(password, hash).await {
            Ok(true) => Ok(true),
            Ok(false) => {
                self.failed(tried, whom, Proof::Password).await?;
                Ok(false)
            }
            Err(failure) => {
                self.give_back(tried).await?;
                Err(failure)
            }
        }
    }
}

fn told(account: &str) -> SignInFailed {
    let account_digest = hex::encode(Sha256::digest(account.to_lowercase()));
    SignInFailed { account_digest, second_factor: false, external: false }
}
