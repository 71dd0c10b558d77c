//! Why a file cannot be read.

/// Why a file cannot be read. The text is for the log; [`Error::code`] goes out.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("neither an xlsx nor separated text")]
    Unsupported,
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
    #[error("the texts of row {row} are too long together")]
    RowTooLong { row: u32 },
    #[error("no sheet {index}")]
    NoSheet { index: usize },
    #[error("damaged: {0}")]
    Damaged(&'static str),
    #[error("the archive cannot be read")]
    Archive(#[from] zip::result::ZipError),
    #[error("the workbook cannot be read")]
    Workbook(#[from] calamine::XlsxError),
    #[error("the text cannot be read")]
    Text(#[from] csv::Error),
    #[error("the file cannot be read")]
    Read(#[from] std::io::Error),
}

impl Error {
    /// A stable code for people's messages, e.g. `FILE_UNREADABLE`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unsupported => "FILE_UNSUPPORTED",
            Self::Protected => "FILE_PROTECTED",
            Self::Macros => "FILE_HAS_MACROS",
            Self::Encoding => "FILE_ENCODING",
            Self::TooManyEntries { .. } | Self::UnpackedTooLarge { .. } => "FILE_TOO_LARGE",
            Self::TooManyRows { .. } => "TOO_MANY_ROWS",
            Self::TooManyColumns { .. } => "TOO_MANY_COLUMNS",
            Self::TextTooLong { .. } | Self::RowTooLong { .. } => "TEXT_TOO_LONG",
            Self::NoSheet { .. }
            | Self::Damaged(_)
            | Self::Archive(_)
            | Self::Workbook(_)
            | Self::Text(_)
            | Self::Read(_) => "FILE_UNREADABLE",
        }
    }
}
