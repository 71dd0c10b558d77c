//! Passwords: argon2id, off the async threads, never more at once than leave the others a core.

mod generated;
pub mod policy;
mod rpc;
pub mod store;

pub use generated::generate;
pub use rpc::server;

use std::{sync::Arc, thread::available_parallelism, time::Duration};

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use kit::Failure;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::spawn_blocking,
    time::timeout,
};

const MEMORY_KIB: u32 = 46 * 1024;
const PASSES: u32 = 1;
const LANES: u32 = 1;
/// Who waits longer for a core is sent away.
const QUEUE_LIMIT: Duration = Duration::from_secs(2);

/// Hashes that were begun, of new and of shown passwords.
const HASHES: &str = "cims_password_hashes_total";

/// A hash at the same cost that no known password has: who tries an unknown account waits as long as for a known one.
const NOBODY: &str =
    "$argon2id$v=19$m=47104,t=1,p=1$GbDremrfyN74I5DShVu+LQ$Fzdfk16noutXiC24zeEC0ihv8LhItHQEL332++34vqw";

/// The code with which everything is refused to a person who has to choose a password first; empty for the others.
pub fn restriction(must_change: bool) -> String {
    if must_change { "PASSWORD_CHANGE_REQUIRED".to_owned() } else { String::new() }
}

/// Hashes passwords.
#[derive(Clone, Debug)]
pub struct Hasher {
    permits: Arc<Semaphore>,
}

impl Hasher {
    /// One hash fewer at once than there are cores, and at least one.
    pub fn new() -> Hasher {
        let cores = available_parallelism().map_or(1, usize::from);
        Hasher { permits: Arc::new(Semaphore::new(cores.saturating_sub(1).max(1))) }
    }

    /// The PHC string of a password, with a salt of its own. Waits for a core as long as it takes.
    ///
    /// # Errors
    /// When the system gives no randomness or no memory.
    pub async fn hash(&self, password: String) -> Result<String, Failure> {
        let permit = self.permits.clone().acquire_owned().await.map_err(Failure::internal)?;
        let hash =
            run(permit, move || argon2()?.hash_password(password.as_bytes()).map(|hash| hash.to_string())).await?;
        hash.map_err(Failure::internal)
    }

    /// Whether the password is that of the hash; without a hash it never is, and costs the same.
    ///
    /// # Errors
    /// `Limited` when no core was free in time.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Failure> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        let permit = timeout(QUEUE_LIMIT, self.permits.clone().acquire_owned()).await;
        let permit = permit.map_err(|_| Failure::Limited { code: "BUSY", retry_after_seconds: 1 })?;
        let permit = permit.map_err(Failure::internal)?;
        match run(permit, move || argon2()?.verify_password(password.as_bytes(), hash.as_str())).await? {
            Ok(()) => Ok(known),
            Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
            Err(error) => Err(Failure::internal(error)),
        }
    }
}

/// Runs the work beside the async threads. The permit goes along: a caller that leaves does not stop the hash.
async fn run<T: Send + 'static>(
    permit: OwnedSemaphorePermit,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    metrics::counter!(HASHES).increment(1);
    let done = spawn_blocking(move || {
        let _permit = permit;
        work()
    });
    done.await.map_err(Failure::internal)
}

/// The costs of new hashes; a stored hash is verified at its own.
fn argon2() -> Result<Argon2<'static>, argon2::password_hash::Error> {
    let parameters = Params::new(MEMORY_KIB, PASSES, LANES, None)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_known_by_its_hash_and_nobody_has_one() -> Result<(), Failure> {
        let hasher = Hasher::new();
        let hash = hasher.hash("correct horse".to_owned()).await?;
        assert!(hash.starts_with("$argon2id$v=19$m=47104,t=1,p=1$"), "{hash}");
        assert!(hasher.verify("correct horse".to_owned(), Some(hash.clone())).await?);
        assert!(!hasher.verify("wrong horse".to_owned(), Some(hash)).await?);
        assert!(!hasher.verify("correct horse".to_owned(), None).await?);
        Ok(())
    }
}
