//! Rows that stand for a customer met before.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::draft::Draft;
use super::error::RowError;

/// What two customers must not (credit code) or should not (ID number, name, phone) share.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keys {
    pub credit_code: Option<String>,
    /// As [`Draft::id_number_key`].
    pub id_number: Option<i64>,
    /// As [`crate::name::normalise`].
    pub name: String,
    /// As [`crate::phone::key`].
    pub phones: Vec<String>,
}

/// The customers that exist and share a key with a batch: key → id of the customer.
#[derive(Debug, Clone, Default)]
pub struct Existing {
    pub credit_codes: HashMap<String, String>,
    pub id_numbers: HashMap<i64, String>,
    pub names: HashMap<String, String>,
    pub phones: HashMap<String, String>,
}

/// What two customers share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Match {
    CreditCode,
    IdNumber,
    Name,
    Phone,
}

impl Match {
    /// As in `ImportRow.DuplicateOf.by`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CreditCode => "creditCode",
            Self::IdNumber => "idNumber",
            Self::Name => "name",
            Self::Phone => "phone",
        }
    }
}

/// The customer met before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Twin {
    /// A row of this file, accepted.
    Row(u32),
    /// Id of a customer that exists.
    Customer(String),
}

/// What becomes of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    Accepted(Box<Draft>),
    Rejected(Vec<RowError>),
    Duplicate { draft: Box<Draft>, of: Twin, by: Match },
}

/// What becomes of a row, in the words of the API. Flagged rows are accepted too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    Accepted,
    Flagged,
    Rejected,
    Duplicate,
}

/// A row with its verdict.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// As [`sheet::Row::number`].
    pub row: u32,
    pub verdict: Verdict,
}

impl Checked {
    pub fn outcome(&self) -> Outcome {
        match &self.verdict {
            Verdict::Accepted(draft) if draft.flags.is_empty() => Outcome::Accepted,
            Verdict::Accepted(_) => Outcome::Flagged,
            Verdict::Rejected(_) => Outcome::Rejected,
            Verdict::Duplicate { .. } => Outcome::Duplicate,
        }
    }
}

/// The rows accepted so far, by digests of their keys: a million rows have three million keys, whose texts would take
/// ten times the memory. That two different keys share a digest does not happen in a file.
#[derive(Debug, Default)]
pub struct Seen {
    rows: HashMap<u64, u32>,
}

impl Seen {
    /// The verdict on a row that [`super::check_row`] has read. Rows come in the order of the file.
    ///
    /// A customer that exists comes before a row of the file, and the credit code before the ID number before the name
    /// before the phone. Only accepted rows have duplicates: a rejected or duplicate row makes no customer, so a file that
    /// is imported again gives duplicates of the same rows, and no others.
    pub fn judge(&mut self, row: u32, read: Result<Draft, Vec<RowError>>, existing: &Existing) -> Checked {
        let verdict = match read {
            Err(errors) => Verdict::Rejected(errors),
            Ok(draft) => self.judge_draft(row, Box::new(draft), existing),
        };
        Checked { row, verdict }
    }

    fn judge_draft(&mut self, row: u32, draft: Box<Draft>, existing: &Existing) -> Verdict {
        let keys = draft.keys();
        let customer = existing.find(&keys).map(|(id, by)| (Twin::Customer(id.clone()), by));
        let seen = || keys.digests().find_map(|(digest, by)| Some((Twin::Row(*self.rows.get(&digest)?), by)));
        if let Some((of, by)) = customer.or_else(seen) {
            return Verdict::Duplicate { draft, of, by };
        }
        self.rows.extend(keys.digests().map(|(digest, _)| (digest, row)));
        Verdict::Accepted(draft)
    }
}

impl Keys {
    /// A digest of each key: the credit code's before the ID number's before the name's before the phones'.
    fn digests(&self) -> impl Iterator<Item = (u64, Match)> + '_ {
        let code = self.credit_code.iter().map(|code| digest(Match::CreditCode, code));
        let number = self.id_number.iter().map(|key| digest(Match::IdNumber, key));
        let phones = self.phones.iter().map(|phone| digest(Match::Phone, phone));
        code.chain(number).chain([digest(Match::Name, &self.name)]).chain(phones)
    }
}

fn digest(by: Match, key: impl Hash) -> (u64, Match) {
    let mut hasher = DefaultHasher::new();
    (by, key).hash(&mut hasher);
    (hasher.finish(), by)
}

impl Existing {
    /// The first customer, by credit code, ID number, name and phone, that has a key.
    fn find(&self, keys: &Keys) -> Option<(&String, Match)> {
        let by_code = || keys.credit_code.as_ref().and_then(|code| self.credit_codes.get(code));
        let by_number = || keys.id_number.and_then(|key| self.id_numbers.get(&key));
        let by_name = || self.names.get(&keys.name);
        let by_phone = || keys.phones.iter().find_map(|phone| self.phones.get(phone));
        by_code()
            .map(|found| (found, Match::CreditCode))
            .or_else(|| by_number().map(|found| (found, Match::IdNumber)))
            .or_else(|| by_name().map(|found| (found, Match::Name)))
            .or_else(|| by_phone().map(|found| (found, Match::Phone)))
    }
}
