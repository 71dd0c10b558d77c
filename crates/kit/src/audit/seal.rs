//! One link of the chain.

use chrono::{DateTime, Utc};

use super::{
    digest::{Digest, Digester},
    head::Head,
    key::AuditKeys,
};

pub(super) const EVENTS: &str = "EVENTS";
pub(super) const RESTORED: &str = "RESTORED";

/// A seal as it stands in the table.
#[derive(Debug)]
pub(super) struct Seal {
    pub number: i64,
    pub kind: String,
    pub time: DateTime<Utc>,
    pub last_sequence: i64,
    pub entries: Vec<u8>,
    pub heads: Vec<u8>,
    pub lost_number: i64,
    pub previous: Vec<u8>,
    pub digest: Vec<u8>,
    pub signature: Vec<u8>,
}

impl Seal {
    /// Of what it says, for this service.
    pub fn content(&self, service: &str) -> Digest {
        Digester::new("cims.seal.1")
            .text(service)
            .number(self.number)
            .text(&self.kind)
            .time(self.time)
            .number(self.last_sequence)
            .bytes(&self.entries)
            .bytes(&self.heads)
            .number(self.lost_number)
            .bytes(&self.previous)
            .end()
    }

    /// With its digest and signature.
    #[must_use]
    pub fn signed(mut self, service: &str, keys: &AuditKeys) -> Seal {
        self.digest = self.content(service).to_vec();
        self.signature = keys.sign(&self.head(service, 0).message());
        self
    }

    pub fn head(&self, service: &str, events: i32) -> Head {
        Head {
            service: service.to_owned(),
            number: self.number,
            time: self.time,
            digest: self.digest.clone(),
            signature: self.signature.clone(),
            events,
        }
    }
}
