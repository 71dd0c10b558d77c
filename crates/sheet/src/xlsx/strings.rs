//! The texts that cells share. A million rows have millions of them, so they stand one behind the other in memory or,
//! when they are many, in a temporary file, and are found by the place of each sixteenth.

use std::io::{self, Read, Seek, SeekFrom, Write};

use quick_xml::events::Event;
use tempfile::SpooledTempFile;

use super::xml::{push_reference, reader, unescape};
use crate::{Error, limits};

/// Texts between two places that are known.
const BLOCK: usize = 16;
/// Blocks kept as they were read last: cells near each other share texts near each other.
const KEPT: usize = 1_024;
/// Largest block that is kept, in bytes.
const KEPT_BYTES: usize = 16 * 1024;
/// Bytes of a text that can still turn out to have few enough characters.
const LONGEST: usize = 4 * limits::TEXT_CHARACTERS;

pub(super) struct Strings {
    texts: SpooledTempFile,
    /// Where each block begins, and at last where the last one ends.
    places: Vec<u64>,
    count: usize,
    kept: Vec<Option<Block>>,
}

struct Block {
    number: usize,
    texts: Vec<Box<str>>,
}

impl Default for Strings {
    fn default() -> Self {
        let kept = std::iter::repeat_with(|| None).take(KEPT).collect();
        Self { texts: SpooledTempFile::new(limits::STRINGS_IN_MEMORY), places: vec![0], count: 0, kept }
    }
}

impl Strings {
    /// Reads all texts of the file.
    pub(super) fn read(file: impl Read) -> Result<Self, Error> {
        let mut strings = Self::default();
        let mut block = Vec::new();
        let mut xml = reader(file);
        let mut buffer = Vec::new();
        let (mut text, mut is_text, mut phonetic) = (String::new(), false, false);
        loop {
            buffer.clear();
            match xml.read_event_into(&mut buffer)? {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    "si" => text.clear(),
                    "t" => is_text = !phonetic,
                    // How a text is pronounced is not the text.
                    "rPh" => phonetic = true,
                    _ => {}
                },
                Event::Text(part) if is_text => text.push_str(&part.xml10_content()),
                Event::CData(part) if is_text => text.push_str(&part.xml10_content()),
                Event::GeneralRef(part) if is_text => push_reference(&part, &mut text)?,
                Event::End(tag) => match tag.local_name().as_ref() {
                    "si" => strings.add(unescape(std::mem::take(&mut text)), &mut block)?,
                    "t" => is_text = false,
                    "rPh" => phonetic = false,
                    _ => {}
                },
                Event::Eof => break,
                _ => {}
            }
            if text.len() > LONGEST {
                return Err(Error::EndlessText);
            }
        }
        strings.end_block(&mut block)?;
        Ok(strings)
    }

    fn add(&mut self, text: String, block: &mut Vec<u8>) -> Result<(), Error> {
        let length = u32::try_from(text.len()).map_err(|_| Error::EndlessText)?;
        block.extend_from_slice(&length.to_le_bytes());
        block.extend_from_slice(text.as_bytes());
        self.count += 1;
        if self.count.is_multiple_of(BLOCK) { self.end_block(block) } else { Ok(()) }
    }

    fn end_block(&mut self, block: &mut Vec<u8>) -> Result<(), Error> {
        if !block.is_empty() {
            self.texts.write_all(block)?;
            self.places.push(self.texts.stream_position()?);
            block.clear();
        }
        Ok(())
    }

    /// The text of a number, from 0.
    pub(super) fn get(&mut self, index: usize) -> Result<String, Error> {
        let number = index / BLOCK;
        let slot = number % KEPT;
        let missing = Error::Damaged("a text that is not there");
        if let Some(kept) = self.kept[slot].as_ref().filter(|kept| kept.number == number) {
            return kept.texts.get(index % BLOCK).map(|text| text.to_string()).ok_or(missing);
        }
        if index >= self.count {
            return Err(missing);
        }
        let bytes = self.block(number)?;
        let texts = texts(&bytes).ok_or(Error::Damaged("a text that is none"))?;
        let text = texts.get(index % BLOCK).map(|text| text.to_string()).ok_or(missing);
        if bytes.len() <= KEPT_BYTES {
            self.kept[slot] = Some(Block { number, texts });
        }
        text
    }

    fn block(&mut self, number: usize) -> io::Result<Vec<u8>> {
        let (start, end) = (self.places[number], self.places[number + 1]);
        let mut bytes = Vec::new();
        self.texts.seek(SeekFrom::Start(start))?;
        (&mut self.texts).take(end - start).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

fn texts(mut bytes: &[u8]) -> Option<Vec<Box<str>>> {
    let mut texts = Vec::with_capacity(BLOCK);
    while let Some((length, rest)) = bytes.split_first_chunk() {
        let (text, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        texts.push(std::str::from_utf8(text).ok()?.into());
        bytes = rest;
    }
    Some(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_texts_go_to_a_file_and_are_found_again() {
        let text = |number: usize| format!("文本 {number} {}", "x".repeat(number % 97));
        let mut xml = String::from("<sst>");
        for number in 0..200_000 {
            xml += &format!("<si><t>{}</t></si>", text(number));
        }
        let mut strings = Strings::read((xml + "</sst>").as_bytes()).expect("they can be read");
        assert!(strings.texts.is_rolled());
        for number in [0, 15, 16, 199_999, 123_456, 17, 16_384] {
            assert_eq!(strings.get(number).expect("it is there"), text(number));
        }
        assert!(strings.get(200_000).is_err());
    }
}
