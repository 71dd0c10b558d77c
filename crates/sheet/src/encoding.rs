//! From the bytes of a text file to its text.

use std::io::{self, Read, Seek, SeekFrom};

use encoding_rs::{Decoder, DecoderResult, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use crate::{Error, error::Breach};

const BUFFER: usize = 64 * 1024;

/// What parts a list; in UTF-16 with its bytes the other way round these are letters of other scripts or nothing.
const SEPARATORS: [char; 5] = ['\n', '\r', ',', ';', '\t'];

/// The encoding of a text and the bytes of its mark: UTF-8 or UTF-16 with a mark, or without one UTF-16, UTF-8 or GB18030.
///
/// Chinese text in GB18030 is practically never valid UTF-8, so the order decides. Excel writes the marks, and GB18030
/// where Windows is Chinese.
pub(crate) fn of<R: Read + Seek>(source: &mut R) -> Result<(&'static Encoding, u64), Error> {
    source.rewind()?;
    let mut start = Vec::with_capacity(BUFFER);
    source.by_ref().take(BUFFER as u64).read_to_end(&mut start)?;
    if let Some((encoding, bytes)) = Encoding::for_bom(&start) {
        return Ok((encoding, bytes as u64));
    }
    if let Some(encoding) = unmarked_utf16(&start) {
        return Ok((encoding, 0));
    }
    source.rewind()?;
    Ok((if is_utf8(source)? { UTF_8 } else { GB18030 }, 0))
}

/// UTF-16 in the one order of its bytes in which the start of a text reads as a list.
fn unmarked_utf16(start: &[u8]) -> Option<&'static Encoding> {
    // No other text holds a zero, and here each separator has one.
    memchr::memchr(0, start)?;
    let reads = |encoding: &&'static Encoding| {
        let mut text = String::with_capacity(3 * start.len());
        let mut decoder = encoding.new_decoder_without_bom_handling();
        let (result, _) = decoder.decode_to_string_without_replacement(start, &mut text, false);
        let is_text = |character: char| SEPARATORS.contains(&character) || !character.is_control();
        result == DecoderResult::InputEmpty && text.contains(SEPARATORS) && text.chars().all(is_text)
    };
    let mut orders = [UTF_16LE, UTF_16BE].into_iter().filter(reads);
    orders.next().filter(|_| orders.next().is_none())
}

fn is_utf8(source: &mut impl Read) -> Result<bool, Error> {
    let mut decoder = UTF_8.new_decoder_without_bom_handling();
    let (mut input, mut output) = (vec![0; BUFFER], vec![0; BUFFER * 3]);
    loop {
        let count = source.read(&mut input)?;
        let (result, _, _) = decoder.decode_to_utf8_without_replacement(&input[..count], &mut output, count == 0);
        match result {
            DecoderResult::Malformed(..) => return Ok(false),
            _ if count == 0 => return Ok(true),
            _ => {}
        }
    }
}

/// A text as UTF-8, piece by piece.
pub(crate) struct Decoded<R> {
    source: R,
    decoder: Decoder,
    input: Vec<u8>,
    /// What of `input` is not decoded yet.
    waiting: std::ops::Range<usize>,
    /// The source has no more, and then: nor has the decoder.
    is_read: bool,
    is_over: bool,
}

impl<R: Read + Seek> Decoded<R> {
    /// The text behind its mark.
    pub(crate) fn new(mut source: R, encoding: &'static Encoding, mark: u64) -> Result<Self, Error> {
        source.seek(SeekFrom::Start(mark))?;
        let decoder = encoding.new_decoder_without_bom_handling();
        Ok(Self { source, decoder, input: vec![0; BUFFER], waiting: 0..0, is_read: false, is_over: false })
    }
}

impl<R: Read> Read for Decoded<R> {
    /// `output` has room for a character at least.
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        while !self.is_over {
            if self.waiting.is_empty() && !self.is_read {
                self.waiting = 0..self.source.read(&mut self.input)?;
                self.is_read = self.waiting.is_empty();
            }
            let input = &self.input[self.waiting.clone()];
            let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(input, output, self.is_read);
            self.waiting.start += read;
            match result {
                DecoderResult::Malformed(..) => return Err(Breach::Encoding.into()),
                DecoderResult::InputEmpty => self.is_over = self.is_read,
                DecoderResult::OutputFull => {}
            }
            if memchr::memchr(0, &output[..written]).is_some() {
                return Err(Breach::Binary.into());
            }
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }
}
