//! A sign-in on its way to the provider and back.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use kit::{Failure, secret::Secrets};
use sha2::{Digest, Sha256};

/// Whoever takes longer begins again.
pub const LIFE: TimeDelta = TimeDelta::minutes(10);

/// What must come back, and what is needed then.
pub struct Begun {
    pub state: String,
    pub nonce: String,
    /// Of PKCE.
    pub verifier: String,
}

impl std::fmt::Debug for Begun {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Begun")
    }
}

impl Begun {
    /// Nonce and verifier, sealed. Neither has a space in it.
    pub fn seal(&self, secrets: &Secrets) -> Result<Vec<u8>, Failure> {
        secrets.seal(&place(&self.state), format!("{} {}", self.nonce, self.verifier).as_bytes())
    }

    pub fn open(secrets: &Secrets, state: &str, sealed: &[u8]) -> Result<Begun, Failure> {
        let text = String::from_utf8(secrets.open(&place(state), sealed)?).map_err(Failure::internal)?;
        let (nonce, verifier) = text.split_once(' ').ok_or_else(|| Failure::internal("no sign-in that was begun"))?;
        Ok(Begun { state: state.to_owned(), nonce: nonce.to_owned(), verifier: verifier.to_owned() })
    }
}

fn place(state: &str) -> String {
    format!("identity.externalSignIn {}", hex::encode(digest(state)))
}

/// By which a state, or a browser, is known.
pub fn digest(text: &str) -> Vec<u8> {
    Sha256::digest(text).to_vec()
}

/// What binds a sign-in to the browser that began it: nothing but chance.
pub fn new_browser() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_begun_opens_under_its_own_state_alone() {
        let secrets = Secrets::parse(&Secrets::random_text()).expect("a key");
        let begun = Begun { state: "state".to_owned(), nonce: "nonce".to_owned(), verifier: "verifier".to_owned() };
        let sealed = begun.seal(&secrets).expect("sealed");
        let opened = Begun::open(&secrets, "state", &sealed).expect("opened");
        assert_eq!((opened.nonce, opened.verifier), (begun.nonce, begun.verifier));
        assert!(Begun::open(&secrets, "other", &sealed).is_err());
    }
}
