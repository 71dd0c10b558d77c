//! Refresh tokens: nothing but chance, of which only the client has the whole.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

const FAMILY: usize = 16;
const SECRET: usize = 32;

/// A refresh token: what all tokens of its session share, and what is its own.
#[derive(Clone)]
pub struct RefreshToken {
    family: [u8; FAMILY],
    secret: [u8; SECRET],
}

impl std::fmt::Debug for RefreshToken {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("RefreshToken")
    }
}

impl RefreshToken {
    /// The first token of a new session.
    pub fn first() -> RefreshToken {
        RefreshToken { family: rand::random(), secret: rand::random() }
    }

    /// Another token of the same session.
    pub fn successor(&self) -> RefreshToken {
        RefreshToken { family: self.family, secret: rand::random() }
    }

    /// None when the text is no token.
    pub fn parse(text: &str) -> Option<RefreshToken> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (family, secret) = bytes.split_at_checked(FAMILY)?;
        Some(RefreshToken { family: family.try_into().ok()?, secret: secret.try_into().ok()? })
    }

    /// As clients hold it.
    pub fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode([self.family.as_slice(), self.secret.as_slice()].concat())
    }

    /// By which the session is found.
    pub fn family_digest(&self) -> Vec<u8> {
        Sha256::digest(self.family).to_vec()
    }

    /// By which the token is known.
    pub fn digest(&self) -> Vec<u8> {
        Sha256::digest(self.secret).to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_its_text_and_shares_only_its_family_with_its_successor() {
        let token = RefreshToken::first();
        let same = RefreshToken::parse(&token.text()).expect("its own text");
        assert_eq!((same.family_digest(), same.digest()), (token.family_digest(), token.digest()));
        let successor = token.successor();
        assert_eq!(successor.family_digest(), token.family_digest());
        assert_ne!(successor.digest(), token.digest());
    }

    #[test]
    fn other_texts_are_no_tokens() {
        for text in ["", "x", "a token", &"A".repeat(63), &"A".repeat(65), &"A".repeat(200)] {
            assert!(RefreshToken::parse(text).is_none(), "{text}");
        }
    }
}
