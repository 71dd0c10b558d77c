//! A file of either kind.

use crate::{Error, Row, delimited, xlsx};

const ZIP_MARK: &[u8] = b"PK\x03\x04";
/// Old xls files, and new ones behind a password.
const COMPOUND_MARK: &[u8] = b"\xd0\xcf\x11\xe0";

/// An opened file.
pub struct Workbook<'b>(Source<'b>);

enum Source<'b> {
    Xlsx(Box<xlsx::File<'b>>),
    Delimited(delimited::File<'b>),
}

impl<'b> Workbook<'b> {
    /// Recognises the file by its first bytes. The name only tells apart two kinds that begin alike.
    ///
    /// # Errors
    ///
    /// When the file is of another kind, protected, damaged, or larger than [`crate::limits`] allow.
    pub fn open(bytes: &'b [u8], file_name: &str) -> Result<Self, Error> {
        if bytes.starts_with(ZIP_MARK) {
            return Ok(Self(Source::Xlsx(Box::new(xlsx::File::open(bytes)?))));
        }
        if bytes.starts_with(COMPOUND_MARK) {
            let is_xlsx = file_name.to_ascii_lowercase().ends_with(".xlsx");
            return Err(if is_xlsx { Error::Protected } else { Error::Unsupported });
        }
        Ok(Self(Source::Delimited(delimited::File::open(bytes)?)))
    }

    /// How many sheets a person sees; one in separated text.
    pub fn sheets(&self) -> usize {
        match &self.0 {
            Source::Xlsx(file) => file.sheets.len(),
            Source::Delimited(_) => 1,
        }
    }

    /// The rows of a sheet, from 0, read from the file as they are asked for.
    ///
    /// # Errors
    ///
    /// When there is no such sheet or its beginning cannot be read.
    pub fn rows(&mut self, sheet: usize) -> Result<Rows<'_>, Error> {
        Ok(Rows(match &mut self.0 {
            Source::Xlsx(file) => Box::new(file.rows(sheet)?),
            Source::Delimited(_) if sheet > 0 => return Err(Error::NoSheet { index: sheet }),
            Source::Delimited(file) => Box::new(file.rows()),
        }))
    }
}

/// Rows in the order of the file. After an error there is nothing more to read.
pub struct Rows<'w>(Box<dyn Iterator<Item = Result<Row, Error>> + 'w>);

impl Iterator for Rows<'_> {
    type Item = Result<Row, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }
}
