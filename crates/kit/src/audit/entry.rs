//! What a seal says of one event.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::digest::{Digest, Digester, LENGTH};

/// Sequence, public digest, personal digest.
const SIZE: usize = 8 + 2 * LENGTH;
const NONE: Digest = [0; LENGTH];

/// An event with everything that is sealed of it.
pub(super) struct Row {
    pub sequence: i64,
    pub id: Uuid,
    pub subject_type: String,
    pub subject_id: Uuid,
    pub subject_version: i64,
    pub r#type: String,
    pub actor_id: Option<Uuid>,
    pub source_address: String,
    pub trace_parent: String,
    pub time: DateTime<Utc>,
    pub changed_fields: Vec<String>,
    pub owner_id: Option<Uuid>,
    pub department_id: Option<Uuid>,
    pub parent_id: Option<Uuid>,
    pub payload: Vec<u8>,
    /// Both are none where there is no personal part, or no longer one.
    pub salt: Option<Uuid>,
    pub personal: Option<Vec<u8>>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Entry {
    pub sequence: i64,
    /// Without the sequence: an event that was moved is known again.
    pub public: Digest,
    pub personal: Option<Digest>,
}

impl Entry {
    pub fn of(row: &Row) -> Entry {
        let mut public = Digester::new("cims.event.1")
            .id(Some(row.id))
            .text(&row.subject_type)
            .id(Some(row.subject_id))
            .number(row.subject_version)
            .text(&row.r#type)
            .id(row.actor_id)
            .text(&row.source_address)
            .text(&row.trace_parent)
            .time(row.time)
            .id(row.owner_id)
            .id(row.department_id)
            .id(row.parent_id)
            .bytes(&row.payload);
        for field in &row.changed_fields {
            public = public.text(field);
        }
        let personal = row.personal.as_ref().map(|payload| {
            // With the event's id, or two events' personal parts could change places.
            Digester::new("cims.event.personal.1").id(Some(row.id)).id(row.salt).bytes(payload).end()
        });
        Entry { sequence: row.sequence, public: public.end(), personal }
    }

    pub fn encode_all(entries: &[Entry]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(entries.len() * SIZE);
        for entry in entries {
            bytes.extend(entry.sequence.to_be_bytes());
            bytes.extend(entry.public);
            bytes.extend(entry.personal.unwrap_or(NONE));
        }
        bytes
    }

    /// None when these are no entries.
    pub fn decode_all(bytes: &[u8]) -> Option<Vec<Entry>> {
        let (entries, rest) = bytes.as_chunks::<SIZE>();
        rest.is_empty().then(|| entries.iter().map(Entry::decode).collect())
    }

    fn decode(bytes: &[u8; SIZE]) -> Entry {
        let (mut sequence, mut public, mut personal) = ([0; 8], NONE, NONE);
        sequence.copy_from_slice(&bytes[..8]);
        public.copy_from_slice(&bytes[8..8 + LENGTH]);
        personal.copy_from_slice(&bytes[8 + LENGTH..]);
        let personal = (personal != NONE).then_some(personal);
        Entry { sequence: i64::from_be_bytes(sequence), public, personal }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_as_they_were_written() {
        let entries = [
            Entry { sequence: 7, public: [1; LENGTH], personal: Some([2; LENGTH]) },
            Entry { sequence: 9, public: [3; LENGTH], personal: None },
        ];
        let bytes = Entry::encode_all(&entries);
        assert_eq!(Entry::decode_all(&bytes).as_deref(), Some(&entries[..]));
        assert_eq!(Entry::decode_all(&bytes[1..]), None);
    }
}
