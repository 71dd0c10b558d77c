//! Why a file cannot be read.

use std::io;

/// Why a file cannot be read. The text is for the log; [`Error::code`] goes out.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no spreadsheet")]
    Unsupported,
    #[error("the content is of another kind than the name says")]
    Misnamed,
    #[error("the file is protected by a password")]
    Protected,
    #[error("the file holds macros")]
    Macros,
    #[error("the text is neither UTF-8 nor GB18030")]
    Encoding,
    #[error("{entries} files inside")]
    TooManyEntries { entries: usize },
    #[error("unpacks to {bytes} bytes")]
    UnpackedTooLarge { bytes: u64 },
    #[error("row {row} lies beyond the last one allowed")]
    TooManyRows { row: u32 },
    #[error("row {row} has too many columns")]
    TooManyColumns { row: u32 },
    #[error("the text in row {row}, column {column} is too long")]
    TextTooLong { row: u32, column: u32 },
    #[error("a text is too long")]
    EndlessText,
    #[error("the texts of row {row} are too long together")]
    RowTooLong { row: u32 },
    #[error("a cell after row {row} does not stand where the file has it")]
    OutOfOrder { row: u32 },
    #[error("no sheet {index}")]
    NoSheet { index: usize },
    #[error("damaged: {0}")]
    Damaged(&'static str),
    #[error("the archive cannot be read")]
    Archive(#[from] zip::result::ZipError),
    #[error("the XML cannot be read")]
    Xml(#[source] quick_xml::Error),
    #[error("the workbook cannot be read")]
    Workbook(#[source] calamine::XlsError),
    #[error("the file cannot be read")]
    Read(#[source] io::Error),
}

impl Error {
    /// A stable code for people's messages, e.g. `FILE_UNREADABLE`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unsupported => "FILE_UNSUPPORTED",
            Self::Misnamed => "FILE_MISNAMED",
            Self::Protected => "FILE_PROTECTED",
            Self::Macros => "FILE_HAS_MACROS",
            Self::Encoding => "FILE_ENCODING",
            Self::TooManyEntries { .. } | Self::UnpackedTooLarge { .. } => "FILE_TOO_LARGE",
            Self::TooManyRows { .. } => "TOO_MANY_ROWS",
            Self::TooManyColumns { .. } => "TOO_MANY_COLUMNS",
            Self::TextTooLong { .. } | Self::EndlessText | Self::RowTooLong { .. } => "TEXT_TOO_LONG",
            Self::OutOfOrder { .. } => "CELL_OUT_OF_ORDER",
            Self::NoSheet { .. }
            | Self::Damaged(_)
            | Self::Archive(_)
            | Self::Xml(_)
            | Self::Workbook(_)
            | Self::Read(_) => "FILE_UNREADABLE",
        }
    }
}

/// A bound broken within a reader, on its way through libraries that know only [`io::Error`].
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub(crate) enum Breach {
    #[error("a file inside is larger than it says")]
    Size,
    #[error("a text without end")]
    Text,
    #[error("bytes that are no text of the encoding")]
    Encoding,
    #[error("a zero byte in a text")]
    Binary,
}

impl From<Breach> for io::Error {
    fn from(breach: Breach) -> io::Error {
        io::Error::other(breach)
    }
}

impl From<Breach> for Error {
    fn from(breach: Breach) -> Error {
        match breach {
            Breach::Size => Error::Damaged("a file inside is larger than it says"),
            Breach::Text => Error::EndlessText,
            Breach::Encoding => Error::Encoding,
            Breach::Binary => Error::Unsupported,
        }
    }
}

fn breach(error: &io::Error) -> Option<Breach> {
    error.get_ref()?.downcast_ref().copied()
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Error {
        breach(&error).map_or_else(|| Error::Read(error), Error::from)
    }
}

impl From<quick_xml::Error> for Error {
    fn from(error: quick_xml::Error) -> Error {
        let breach = match &error {
            quick_xml::Error::Io(error) => breach(error),
            _ => None,
        };
        breach.map_or_else(|| Error::Xml(error), Error::from)
    }
}

impl From<quick_xml::events::attributes::AttrError> for Error {
    fn from(error: quick_xml::events::attributes::AttrError) -> Error {
        Error::Xml(error.into())
    }
}

impl From<calamine::XlsError> for Error {
    fn from(error: calamine::XlsError) -> Error {
        match error {
            calamine::XlsError::Password => Error::Protected,
            error => Error::Workbook(error),
        }
    }
}
