//! The archive that an xlsx is: a look at it from outside, before anything is unpacked, and what watches over unpacking.

use std::io::{self, Read, Seek, SeekFrom};

use zip::{ZipArchive, read::ZipFile};

use crate::{Error, error::Breach, limits};

/// Opens an archive that claims nothing impossible for a spreadsheet. Where it lies, [`Guard`] finds out.
pub(crate) fn open<R: Read + Seek>(mut source: R) -> Result<ZipArchive<R>, Error> {
    let bytes = source.seek(SeekFrom::End(0))?;
    source.rewind()?;
    let mut archive = ZipArchive::new(source)?;
    let entries = archive.len();
    if entries > limits::ENTRIES {
        return Err(Error::TooManyEntries { entries });
    }
    let mut unpacked: u64 = 0;
    let mut places = Vec::with_capacity(entries);
    for index in 0..entries {
        let entry = archive.by_index_raw(index)?;
        if entry.encrypted() {
            return Err(Error::Protected);
        }
        if entry.name()?.to_ascii_lowercase().ends_with("vbaproject.bin") {
            return Err(Error::Macros);
        }
        unpacked = unpacked.saturating_add(entry.size());
        let start = entry.header_start();
        let data = entry.data_start().unwrap_or(start);
        places.push((start, data.saturating_add(entry.compressed_size())));
    }
    if unpacked > limits::UNPACKED_BYTES.min(limits::UNPACKED_PER_BYTE * bytes) {
        return Err(Error::UnpackedTooLarge { bytes: unpacked });
    }
    // Entries that share bytes unpack them many times over.
    places.sort_unstable();
    let ends = places.iter().skip(1).map(|(start, _)| *start).chain([archive.central_directory_start()]);
    if places.iter().zip(ends).any(|((_, end), next)| *end > next) {
        return Err(Error::Damaged("files inside lie over each other"));
    }
    Ok(archive)
}

/// Unpacks a file inside, watched.
pub(crate) fn entry<R: Read + Seek>(archive: &mut ZipArchive<R>, index: usize) -> Result<Guard<ZipFile<'_, R>>, Error> {
    let entry = archive.by_index(index)?;
    Ok(Guard { left: entry.size(), run: 0, inner: entry })
}

/// Ends a file that unpacks to more than it said, or that goes on for too long without a tag: the parser would keep all
/// of that at once.
pub(crate) struct Guard<R> {
    inner: R,
    left: u64,
    /// Bytes since the last tag began.
    run: usize,
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(count as u64).ok_or(Breach::Size)?;
        let read = &buffer[..count];
        let first = memchr::memchr(b'<', read).unwrap_or(count);
        if self.run + first > limits::MARKUP_BYTES {
            return Err(Breach::Text.into());
        }
        self.run = match memchr::memrchr(b'<', read) {
            Some(last) => count - last,
            None => self.run + count,
        };
        Ok(count)
    }
}
