//! Digests over several values, of which none can pass for the end of the one before.

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

pub(super) const LENGTH: usize = 32;
pub(super) type Digest = [u8; LENGTH];

pub(super) struct Digester {
    hash: Sha256,
}

impl Digester {
    /// `purpose` keeps digests of different things apart.
    pub fn new(purpose: &str) -> Digester {
        Digester { hash: Sha256::new() }.text(purpose)
    }

    pub fn bytes(mut self, bytes: &[u8]) -> Digester {
        // No value is longer than a message, and no message than 4 GB.
        self.hash.update((bytes.len() as u64).to_be_bytes());
        self.hash.update(bytes);
        self
    }

    pub fn text(self, text: &str) -> Digester {
        self.bytes(text.as_bytes())
    }

    pub fn number(mut self, number: i64) -> Digester {
        self.hash.update(number.to_be_bytes());
        self
    }

    pub fn time(self, time: DateTime<Utc>) -> Digester {
        self.number(time.timestamp_micros())
    }

    pub fn id(self, id: Option<Uuid>) -> Digester {
        self.bytes(id.as_ref().map(Uuid::as_bytes).map_or(&[][..], |bytes| bytes))
    }

    pub fn end(self) -> Digest {
        self.hash.finalize().into()
    }
}
