//! An xlsx: an archive of XML files, each read as a stream.

mod package;
mod rows;
mod strings;
mod xml;

use std::io::{Read, Seek};

use zip::ZipArchive;

use self::{package::Package, rows::Rows, strings::Strings};
use crate::{Error, archive};

pub(crate) struct File<R: Read + Seek> {
    archive: ZipArchive<R>,
    package: Package,
    strings: Strings,
}

impl<R: Read + Seek> File<R> {
    pub(crate) fn open(source: R) -> Result<Self, Error> {
        let mut archive = archive::open(source)?;
        let package = Package::read(&mut archive)?;
        let strings = match package.strings {
            Some(index) => Strings::read(archive::entry(&mut archive, index)?)?,
            None => Strings::default(),
        };
        Ok(Self { archive, package, strings })
    }

    /// How many sheets a person sees.
    pub(crate) fn sheets(&self) -> usize {
        self.package.sheets.len()
    }

    pub(crate) fn rows(&mut self, index: usize) -> Result<Rows<'_, impl Read>, Error> {
        let entry = *self.package.sheets.get(index).ok_or(Error::NoSheet { index })?;
        let sheet = archive::entry(&mut self.archive, entry)?;
        Ok(Rows::new(sheet, &mut self.strings, &self.package.styles))
    }
}
