//! Keyset page tokens, bound to the query that they go on with.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use crate::problem::{Failure, code};

const DEFAULT_SIZE: i64 = 50;
const MAXIMUM_SIZE: i64 = 500;
const DIGEST: usize = 8;

/// One page of a list: `key` is what the last row of the page before had in the order's columns.
#[derive(Debug)]
pub struct Page<K> {
    pub after: Option<K>,
    /// Rows asked for, 1 to 500; 50 when the request says nothing.
    pub size: i64,
    digest: [u8; DIGEST],
}

impl<K: Serialize + DeserializeOwned> Page<K> {
    /// Reads a request's page; `query` is all that decides what the list holds (filter, order, caller's scope).
    ///
    /// # Errors
    /// A token that is none, or belongs to another query.
    pub fn parse(size: i32, token: &str, query: &impl Serialize) -> Result<Page<K>, Failure> {
        let digest = digest(query);
        let after = match token {
            "" => None,
            token => {
                Some(decode(token, digest).ok_or_else(|| Failure::field("/pageToken", code::FORMAT, "nextPageToken"))?)
            }
        };
        let size = if size <= 0 { DEFAULT_SIZE } else { i64::from(size).min(MAXIMUM_SIZE) };
        Ok(Page { after, size, digest })
    }

    /// Rows to fetch: one more than the page has, to know whether another follows.
    pub fn limit(&self) -> i64 {
        self.size + 1
    }

    /// Cuts the row too many and answers the token of the next page, empty at the end.
    pub fn finish<T>(&self, rows: &mut Vec<T>, key: impl Fn(&T) -> K) -> String {
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        if rows.len() <= size {
            return String::new();
        }
        rows.truncate(size);
        let mut token = self.digest.to_vec();
        let last = rows.last().and_then(|row| serde_json::to_vec(&key(row)).ok());
        token.extend(last.unwrap_or_default());
        URL_SAFE_NO_PAD.encode(token)
    }
}

fn digest(query: &impl Serialize) -> [u8; DIGEST] {
    let text = serde_json::to_vec(query).unwrap_or_default();
    let mut out = [0; DIGEST];
    out.copy_from_slice(&Sha256::digest(text)[..DIGEST]);
    out
}

fn decode<K: DeserializeOwned>(token: &str, digest: [u8; DIGEST]) -> Option<K> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (own, key) = bytes.split_at_checked(DIGEST)?;
    (own == digest).then(|| serde_json::from_slice(key).ok())?
}
