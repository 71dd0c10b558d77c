//! Rows of separated text.

use std::borrow::Cow;

use csv::{ReaderBuilder, StringRecord};

use crate::{Cell, Error, Row, encoding, limits};

/// Commas first: with no separator at all, any will do.
const DELIMITERS: [u8; 3] = *b",;\t";
/// Records looked at to find the separator.
const SAMPLE_RECORDS: usize = 20;

pub(crate) struct File<'b> {
    text: Cow<'b, str>,
    delimiter: u8,
}

impl<'b> File<'b> {
    pub(crate) fn open(bytes: &'b [u8]) -> Result<Self, Error> {
        let text = encoding::decode(bytes)?;
        if text.contains('\0') {
            return Err(Error::Unsupported);
        }
        let delimiter = delimiter_of(&text);
        Ok(Self { text, delimiter })
    }

    pub(crate) fn rows(&self) -> Rows<'_> {
        Rows { text: &self.text, reader: reader(&self.text, self.delimiter), record: StringRecord::new(), number: 0 }
    }
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes())
}

/// The separator that splits most of the first records into the most fields.
fn delimiter_of(text: &str) -> u8 {
    let typical_fields = |delimiter: u8| {
        let mut counts: Vec<usize> = reader(text, delimiter)
            .records()
            .take(SAMPLE_RECORDS)
            .map(|record| record.map_or(0, |record| record.len()))
            .collect();
        counts.sort_unstable();
        counts.get(counts.len() / 2).copied().unwrap_or(0)
    };
    let mut best = (DELIMITERS[0], 0);
    for delimiter in DELIMITERS {
        let fields = typical_fields(delimiter);
        if fields > best.1 {
            best = (delimiter, fields);
        }
    }
    best.0
}

pub(crate) struct Rows<'f> {
    text: &'f str,
    reader: csv::Reader<&'f [u8]>,
    record: StringRecord,
    number: u32,
}

impl Rows<'_> {
    fn next_row(&mut self) -> Result<Option<Row>, Error> {
        let start = self.reader.position().byte() as usize;
        if !self.reader.read_record(&mut self.record)? {
            return Ok(None);
        }
        self.number += 1 + blank_lines(self.text.as_bytes(), start);
        let number = self.number;
        if number > limits::ROWS {
            return Err(Error::TooManyRows { row: number });
        }
        let cells = self
            .record
            .iter()
            .zip(1..)
            .map(|(text, column)| Cell::from_text(text, number, column))
            .collect::<Result<Vec<_>, _>>()?;
        let columns = cells.iter().rposition(|cell| *cell != Cell::Empty);
        if columns.is_some_and(|last| last >= limits::COLUMNS as usize) {
            return Err(Error::TooManyColumns { row: number });
        }
        Row::new(number, cells).map(Some)
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<Row, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_row().transpose()
    }
}

/// Line ends at `start`, which the csv reader skips in silence. The end of the record before may still
/// lie there with its second half.
fn blank_lines(bytes: &[u8], start: usize) -> u32 {
    let half = start > 0 && bytes[start - 1] == b'\r' && bytes.get(start) == Some(&b'\n');
    let mut rest = &bytes[start + usize::from(half)..];
    let mut count = 0;
    while let Some(after) =
        rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).or_else(|| rest.strip_prefix(b"\r"))
    {
        rest = after;
        count += 1;
    }
    count
}
