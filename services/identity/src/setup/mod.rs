//! The first administrator, while there is nobody at all.
//!
//! Whoever opens a new CIMS first is not yet whoever runs it: the server prints a token when it starts, and only those
//! who can read that may set up. Once there is somebody, all of it is refused for ever.

mod rpc;
mod store;

pub use rpc::server;

use data_encoding::BASE32_NOPAD;
use kit::{Failure, database::Pool};
use sha2::{Digest, Sha256};

/// Prints a new token while there is nobody.
///
/// # Errors
/// When the database is out of reach.
pub async fn announce(pool: Pool) -> Result<(), Failure> {
    let token = BASE32_NOPAD.encode(&rand::random::<[u8; 16]>());
    if store::open(&pool, &digest(&token)).await? {
        println!("nobody has an account yet: open CIMS and create the first administrator");
        println!("setup token: {token}");
    }
    Ok(())
}

fn digest(token: &str) -> Vec<u8> {
    Sha256::digest(token.trim().to_ascii_uppercase()).to_vec()
}
