//! The first administrator, while there is nobody at all.
//!
//! Whoever opens a new CIMS first is not yet whoever runs it: the server prints a token when it starts, and only those
//! who can read that may set up. Once there is somebody, all of it is refused for ever.

mod rpc;
mod store;

pub use rpc::server;

use std::time::Duration;

use data_encoding::BASE32_NOPAD;
use kit::{Failure, database::Pool};
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

/// Between looks at a database that is not there yet.
const RETRY: Duration = Duration::from_secs(2);

/// Prints a new token while there is nobody. It waits for the database, and ends when it has been asked.
pub async fn announce(pool: Pool, stop: CancellationToken) {
    loop {
        match token(&pool).await {
            Ok(Some(token)) => {
                println!("nobody has an account yet: open CIMS and create the first administrator");
                println!("setup token: {token}");
                return;
            }
            Ok(None) => return,
            Err(failure) => tracing::debug!(%failure, "not known yet whether somebody has an account"),
        }
        if stop.run_until_cancelled(tokio::time::sleep(RETRY)).await.is_none() {
            return;
        }
    }
}

async fn token(pool: &Pool) -> Result<Option<String>, Failure> {
    let token = BASE32_NOPAD.encode(&rand::random::<[u8; 16]>());
    let open = store::open(pool, &digest(&token)).await?;
    Ok(open.then_some(token))
}

fn digest(token: &str) -> Vec<u8> {
    Sha256::digest(token.trim().to_ascii_uppercase()).to_vec()
}
