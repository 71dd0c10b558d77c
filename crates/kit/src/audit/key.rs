//! The keys that sign seals. They stand outside the database: whoever can change every row cannot sign one.

use std::fmt;

use ed25519_dalek::{Signature, Signer, SigningKey};

use crate::problem::Failure;

/// What is allowed in `CIMS_AUDIT_KEY`.
pub const ALLOWED: &str = "keys of 64 hexadecimal digits, the newest first, with commas or line breaks between them";

/// The first signs, all verify.
#[derive(Clone)]
pub struct AuditKeys {
    keys: Vec<SigningKey>,
}

impl fmt::Debug for AuditKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("AuditKeys")
    }
}

impl AuditKeys {
    /// # Errors
    /// When the text holds no key, or something else than keys.
    pub fn parse(text: &str) -> Result<AuditKeys, Failure> {
        let refused = || Failure::internal(format!("CIMS_AUDIT_KEY is not a key; allowed: {ALLOWED}"));
        let texts = text.split([',', '\n', '\r', ' ']).filter(|text| !text.is_empty());
        let key = |text: &str| hex::decode(text).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        let keys = texts.map(|text| key(text).map(|bytes| SigningKey::from_bytes(&bytes)).ok_or_else(refused));
        let keys = keys.collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() { Err(refused()) } else { Ok(AuditKeys { keys }) }
    }

    /// A new key as text.
    pub fn random_text() -> String {
        hex::encode(rand::random::<[u8; 32]>())
    }

    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        // `parse` refuses to be without one.
        self.keys[0].sign(message).to_vec()
    }

    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        let Ok(signature) = Signature::from_slice(signature) else { return false };
        self.keys.iter().any(|key| key.verifying_key().verify_strict(message, &signature).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_key_comes_before_the_old_ones_and_all_verify() {
        let (old, new) = (AuditKeys::random_text(), AuditKeys::random_text());
        let both = AuditKeys::parse(&format!("{new},\n{old}\n")).expect("two keys");
        let [old, new] = [old, new].map(|text| AuditKeys::parse(&text).expect("a key"));
        assert!(both.verify(b"seal", &old.sign(b"seal")));
        assert!(new.verify(b"seal", &both.sign(b"seal")));
        assert!(!old.verify(b"seal", &both.sign(b"seal")));
        assert!(!new.verify(b"other", &new.sign(b"seal")));
        for text in ["", ",", "x", &"0".repeat(63), &"0".repeat(66)] {
            assert!(AuditKeys::parse(text).is_err(), "{text}");
        }
    }
}
