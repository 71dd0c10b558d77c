//! What can be wrong with a sheet, and with a row.

use serde::{Deserialize, Serialize};

/// Why no row of a file can be read.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    #[error("no sheet has a header")]
    NoHeader,
    #[error(transparent)]
    Sheet(#[from] sheet::Error),
}

impl Problem {
    /// A stable code for people's messages: `NO_HEADER` or one of [`sheet::Error::code`].
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoHeader => "NO_HEADER",
            Self::Sheet(error) => error.code(),
        }
    }
}

/// What is wrong with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ErrorCode {
    /// Nothing is there.
    Required,
    /// It is not what the field holds.
    Format,
    /// Its check character is wrong.
    Checksum,
    /// No value of the dictionary.
    NotInDictionary,
    /// It lies after the present.
    Future,
    /// More characters, or items, than the field holds.
    TooLong,
}

impl ErrorCode {
    /// As in proto and JSON: `NOT_IN_DICTIONARY`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Required => "REQUIRED",
            Self::Format => "FORMAT",
            Self::Checksum => "CHECKSUM",
            Self::NotInDictionary => "NOT_IN_DICTIONARY",
            Self::Future => "FUTURE",
            Self::TooLong => "TOO_LONG",
        }
    }
}

/// Why a row is rejected. Holds nothing of what the cell says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowError {
    /// Header of the column, as written.
    pub column: String,
    /// JSON path of the field: `phones`, `contacts.name`.
    pub field: String,
    pub code: ErrorCode,
    /// What would do, in no language: codes of the dictionary, the largest length, an example. Empty when the
    /// code says it all.
    pub allowed: String,
}
