//! A look at an xlsx from outside, before anything of it is unpacked.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::{Error, limits};

/// Refuses an archive that claims to be larger than a spreadsheet can be, or holds macros.
///
/// Only what the archive says of itself is looked at: a lie about sizes is not found here.
pub(crate) fn check(bytes: &[u8]) -> Result<(), Error> {
    let mut archive = ZipArchive::new(Cursor::new(bytes))?;
    let entries = archive.len();
    if entries > limits::ENTRIES {
        return Err(Error::TooManyEntries { entries });
    }
    let mut unpacked: u64 = 0;
    let mut strings = Vec::new();
    for index in 0..entries {
        let entry = archive.by_index_raw(index)?;
        let name = entry.name()?.to_ascii_lowercase();
        unpacked = unpacked.saturating_add(entry.size());
        if name.ends_with("vbaproject.bin") {
            return Err(Error::Macros);
        }
        if name.ends_with("sharedstrings.xml") {
            strings.push(index);
        }
    }
    let allowed = limits::UNPACKED_BYTES.min(limits::UNPACKED_PER_BYTE * bytes.len() as u64);
    if unpacked > allowed {
        return Err(Error::UnpackedTooLarge { bytes: unpacked });
    }
    strings.into_iter().try_for_each(|index| check_string_count(archive.by_index(index)?, unpacked))
}

/// calamine 0.38 reserves memory for as many shared strings as the file announces; a lie there ends the process.
fn check_string_count(entry: impl Read, unpacked: u64) -> Result<(), Error> {
    const HEAD_BYTES: u64 = 4096;
    let mut head = Vec::new();
    entry.take(HEAD_BYTES).read_to_end(&mut head)?;
    if announced_strings(&head).is_some_and(|count| count > unpacked) {
        return Err(Error::Damaged("more strings announced than bytes"));
    }
    Ok(())
}

/// The value of `uniqueCount`, the largest number when it is too long for one.
fn announced_strings(head: &[u8]) -> Option<u64> {
    let head = String::from_utf8_lossy(head);
    let (_, after) = head.split_once("uniqueCount")?;
    let digits: String =
        after.trim_start_matches([' ', '=', '"', '\'']).chars().take_while(char::is_ascii_digit).collect();
    Some(digits.parse().unwrap_or(u64::MAX))
}
