//! The keys themselves: nothing but chance behind a mark by which people and scanners know them.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

const MARK: &str = "cims_";
/// Characters that are kept in clear, to tell keys apart.
const HINT: usize = MARK.len() + 4;

pub struct Key(String);

impl std::fmt::Debug for Key {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Key")
    }
}

impl Key {
    pub fn new() -> Key {
        Key(format!("{MARK}{}", URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())))
    }

    pub fn text(&self) -> &str {
        &self.0
    }

    pub fn hint(&self) -> String {
        self.0.chars().take(HINT).collect()
    }

    /// By which a key is known.
    pub fn digest(text: &str) -> Vec<u8> {
        Sha256::digest(text.as_bytes()).to_vec()
    }
}
