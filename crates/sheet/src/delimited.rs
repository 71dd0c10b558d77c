//! Rows of separated text.

use std::io::{BufRead, BufReader, Read, Seek};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use encoding_rs::Encoding;

use crate::{
    Cell, Error, Row,
    encoding::{self, Decoded},
    limits,
};

/// Commas first: with no separator at all, any will do.
const DELIMITERS: [u8; 3] = *b",;\t";
/// Records looked at to find the separator.
const SAMPLE_RECORDS: usize = 20;
/// Fields of a record at most, empty ones at its end included.
const FIELDS: usize = 16_384;

pub(crate) struct File<R> {
    source: R,
    encoding: &'static Encoding,
    mark: u64,
    delimiter: u8,
}

impl<R: Read + Seek> File<R> {
    pub(crate) fn open(mut source: R) -> Result<Self, Error> {
        let (encoding, mark) = encoding::of(&mut source)?;
        let mut file = Self { source, encoding, mark, delimiter: DELIMITERS[0] };
        file.delimiter = file.find_delimiter()?;
        file.refuse_too_long()?;
        Ok(file)
    }

    pub(crate) fn rows(&mut self) -> Result<Rows<'_, R>, Error> {
        Rows::new(self, self.delimiter)
    }

    /// The separator that splits most of the first records into the most fields.
    fn find_delimiter(&mut self) -> Result<u8, Error> {
        let mut best = (DELIMITERS[0], 0);
        for delimiter in DELIMITERS {
            let mut rows = Rows::new(self, delimiter)?;
            let mut counts = Vec::with_capacity(SAMPLE_RECORDS);
            while counts.len() < SAMPLE_RECORDS && rows.read_record()? {
                counts.push(rows.ended);
            }
            counts.sort_unstable();
            let typical = counts.get(counts.len() / 2).copied().unwrap_or(0);
            if typical > best.1 {
                best = (delimiter, typical);
            }
        }
        Ok(best.0)
    }

    /// Refuses a list with too many rows before one of them is taken, and not after a million.
    fn refuse_too_long(&mut self) -> Result<(), Error> {
        // As many rows as line ends at most, and one; fewer where there are line breaks within quotes.
        if line_ends(&mut self.source)? < limits::ROWS as usize {
            return Ok(());
        }
        let mut rows = Rows::new(self, self.delimiter)?;
        while rows.read_record()? {
            rows.refuse_beyond()?;
        }
        Ok(())
    }
}

/// How many line ends a text has, or more: in UTF-16 other characters have such bytes, too.
fn line_ends(source: &mut (impl Read + Seek)) -> Result<usize, Error> {
    source.rewind()?;
    let mut piece = vec![0; 64 * 1024];
    let (mut count, mut before) = (0, 0);
    loop {
        let length = source.read(&mut piece)?;
        if length == 0 {
            return Ok(count);
        }
        for byte in &piece[..length] {
            count += usize::from(*byte == b'\r' || (*byte == b'\n' && before != b'\r'));
            before = *byte;
        }
    }
}

pub(crate) struct Rows<'f, R> {
    input: BufReader<Decoded<&'f mut R>>,
    parser: Reader,
    /// Texts of the record, one behind the other, and where each ends.
    output: Vec<u8>,
    ends: Vec<usize>,
    written: usize,
    ended: usize,
    number: u32,
    /// The first half of a line end was read with the record before.
    after_return: bool,
}

impl<'f, R: Read + Seek> Rows<'f, R> {
    fn new(file: &'f mut File<R>, delimiter: u8) -> Result<Self, Error> {
        Ok(Self {
            input: BufReader::new(Decoded::new(&mut file.source, file.encoding, file.mark)?),
            parser: ReaderBuilder::new().delimiter(delimiter).build(),
            output: vec![0; 1024],
            ends: vec![0; 64],
            written: 0,
            ended: 0,
            number: 0,
            after_return: false,
        })
    }

    /// Reads the next record and counts the blank lines before it; false at the end.
    fn read_record(&mut self) -> Result<bool, Error> {
        let blank = self.skip_line_ends()?;
        (self.written, self.ended) = (0, 0);
        loop {
            let input = self.input.fill_buf()?;
            let (result, read, written, ended) =
                self.parser.read_record(input, &mut self.output[self.written..], &mut self.ends[self.ended..]);
            if read > 0 {
                self.after_return = input[read - 1] == b'\r';
            }
            self.input.consume(read);
            self.written += written;
            self.ended += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if self.output.len() > 2 * limits::ROW_TEXT_BYTES => {
                    return Err(Error::RowTooLong { row: self.number + blank + 1 });
                }
                ReadRecordResult::OutputFull => self.output.resize(2 * self.output.len(), 0),
                ReadRecordResult::OutputEndsFull if self.ends.len() >= FIELDS => {
                    return Err(Error::TooManyColumns { row: self.number + blank + 1 });
                }
                ReadRecordResult::OutputEndsFull => self.ends.resize(2 * self.ends.len(), 0),
                ReadRecordResult::Record => {
                    self.number += blank + 1;
                    return Ok(true);
                }
                ReadRecordResult::End => return Ok(false),
            }
        }
    }

    /// Passes over blank lines, which the parser would skip in silence, and counts them.
    fn skip_line_ends(&mut self) -> Result<u32, Error> {
        let mut count = 0;
        loop {
            match (self.input.fill_buf()?.first(), self.after_return) {
                (Some(b'\n'), true) => self.after_return = false,
                (Some(b'\n'), false) => count += 1,
                (Some(b'\r'), _) => {
                    self.after_return = true;
                    count += 1;
                }
                _ => return Ok(count),
            }
            self.input.consume(1);
        }
    }

    /// Refuses a row behind the last one allowed.
    fn refuse_beyond(&self) -> Result<(), Error> {
        if self.number > limits::ROWS { Err(Error::TooManyRows { row: self.number }) } else { Ok(()) }
    }

    fn next_row(&mut self) -> Result<Option<Row>, Error> {
        if !self.read_record()? {
            return Ok(None);
        }
        self.refuse_beyond()?;
        let number = self.number;
        let mut cells = Vec::with_capacity(self.ended);
        let mut start = 0;
        for (end, column) in self.ends[..self.ended].iter().zip(1..) {
            let text = std::str::from_utf8(&self.output[start..*end]).map_err(|_| Error::Encoding)?;
            cells.push(Cell::from_text(text, number, column)?);
            start = *end;
        }
        let columns = cells.iter().rposition(|cell| *cell != Cell::Empty);
        if columns.is_some_and(|last| last >= limits::COLUMNS as usize) {
            return Err(Error::TooManyColumns { row: number });
        }
        cells.truncate(limits::COLUMNS as usize);
        Row::new(number, cells).map(Some)
    }
}

impl<R: Read + Seek> Iterator for Rows<'_, R> {
    type Item = Result<Row, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_row().transpose()
    }
}
