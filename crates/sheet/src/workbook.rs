//! A file of any kind.

use std::io::{Read, Seek, SeekFrom};

use crate::{Error, Row, delimited, xls, xlsx};

const ZIP_MARK: &[u8] = b"PK\x03\x04";
/// Old xls files, and new ones behind a password.
const COMPOUND_MARK: &[u8] = b"\xd0\xcf\x11\xe0";

/// What a file is read from.
pub trait Source: Read + Seek {}

impl<R: Read + Seek> Source for R {}

/// An opened file.
pub struct Workbook<'s>(Kind<'s>);

enum Kind<'s> {
    Xlsx(Box<xlsx::File<Box<dyn Source + 's>>>),
    Xls(xls::File),
    Delimited(delimited::File<Box<dyn Source + 's>>),
}

impl<'s> Workbook<'s> {
    /// Recognises the file by its first bytes; its name must end as such files do.
    ///
    /// # Errors
    ///
    /// When the file is of another kind, protected, damaged, or larger than [`crate::limits`] allow.
    pub fn open(source: impl Source + 's, file_name: &str) -> Result<Self, Error> {
        let mut source: Box<dyn Source + 's> = Box::new(source);
        let mut mark = Vec::with_capacity(ZIP_MARK.len());
        source.by_ref().take(ZIP_MARK.len() as u64).read_to_end(&mut mark)?;
        source.seek(SeekFrom::Start(0))?;
        let ending = file_name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
        let kind = match (mark.as_slice(), ending.as_str()) {
            (ZIP_MARK, "xlsx") => Kind::Xlsx(Box::new(xlsx::File::open(source)?)),
            (COMPOUND_MARK, "xls" | "xlsx") => Kind::Xls(xls::File::open(source, ending == "xls")?),
            (ZIP_MARK | COMPOUND_MARK, "xls" | "csv" | "txt" | "tsv") => return Err(Error::Misnamed),
            (_, "csv" | "txt" | "tsv") => Kind::Delimited(delimited::File::open(source)?),
            (_, "xlsx" | "xls") => return Err(Error::Misnamed),
            _ => return Err(Error::Unsupported),
        };
        Ok(Self(kind))
    }

    /// How many sheets a person sees; one in separated text.
    pub fn sheets(&self) -> usize {
        match &self.0 {
            Kind::Xlsx(file) => file.sheets(),
            Kind::Xls(file) => file.sheets(),
            Kind::Delimited(_) => 1,
        }
    }

    /// The rows of a sheet, from 0, in the order of the file.
    ///
    /// # Errors
    ///
    /// When there is no such sheet or it cannot be opened.
    pub fn rows(&mut self, sheet: usize) -> Result<Rows<'_>, Error> {
        Ok(Rows(match &mut self.0 {
            Kind::Xlsx(file) => Box::new(file.rows(sheet)?),
            Kind::Xls(file) => Box::new(file.rows(sheet)?),
            Kind::Delimited(_) if sheet > 0 => return Err(Error::NoSheet { index: sheet }),
            Kind::Delimited(file) => Box::new(file.rows()?),
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
