//! From the bytes of a text file to its text.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030};

use crate::Error;

/// The text of a file in UTF-8 or UTF-16 with its mark, in UTF-8 without one, or in GB18030.
///
/// Chinese text in GB18030 is practically never valid UTF-8, so the order decides. Excel writes the marks,
/// and GB18030 where Windows is Chinese.
pub(crate) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Error> {
    if let Some((encoding, mark_bytes)) = Encoding::for_bom(bytes) {
        return strictly(encoding, &bytes[mark_bytes..]);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(_) => strictly(GB18030, bytes),
    }
}

fn strictly<'b>(encoding: &'static Encoding, bytes: &'b [u8]) -> Result<Cow<'b, str>, Error> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes).ok_or(Error::Encoding)
}
