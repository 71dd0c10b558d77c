//! Tickets: the password was right, and the second factor may follow within minutes.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use sha2::{Digest, Sha256};

/// Nothing but chance, of which only the client has the whole.
pub struct Ticket([u8; 32]);

impl std::fmt::Debug for Ticket {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Ticket")
    }
}

impl Ticket {
    /// Whoever takes longer begins again.
    pub const LIFE: TimeDelta = TimeDelta::minutes(5);

    pub fn new() -> Ticket {
        Ticket(rand::random())
    }

    /// None when the text is no ticket.
    pub fn parse(text: &str) -> Option<Ticket> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Ticket)
    }

    /// As the client holds it.
    pub fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// By which it is known.
    pub fn digest(&self) -> Vec<u8> {
        Sha256::digest(self.0).to_vec()
    }
}
