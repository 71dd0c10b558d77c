//! Rows on their way from the process that reads a file to the one that asked for them: a file of their own, written
//! whole before its first row is read, so that a file which breaks a bound anywhere gives no row at all.
//!
//! ```text
//! rows of the first sheet, rows of the second …   each: number, bytes that follow, cells
//! for each sheet: where its rows begin, how many
//! number of sheets
//! ```

use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write},
};

use chrono::DateTime;

use crate::{Cell, Error, Row, Source, Workbook, limits};

/// Reads a file whole and writes its rows. Meant for a process of its own, whose memory is limited.
///
/// # Errors
///
/// When the file breaks a bound; what was written is then of no use.
pub fn write(mut input: impl Source, file_name: &str, output: impl Write) -> Result<(), Error> {
    let bytes = input.seek(SeekFrom::End(0))?;
    input.rewind()?;
    let most = limits::UNPACKED_BYTES.min(limits::UNPACKED_PER_BYTE * bytes).max(limits::TEXT_BYTES_ALWAYS);
    let mut output = Counted { inner: BufWriter::with_capacity(256 * 1024, output), bytes: 0 };
    let mut workbook = Workbook::open(input, file_name)?;
    let (mut sheets, mut frame, mut text_bytes) = (Vec::new(), Vec::new(), 0);
    for sheet in 0..workbook.sheets() {
        let (start, mut rows) = (output.bytes, 0_u32);
        for row in workbook.rows(sheet)? {
            let row = row?;
            text_bytes += row.text_bytes() as u64;
            if text_bytes > most {
                return Err(Error::UnpackedTooLarge { bytes: text_bytes });
            }
            put_row(&row, &mut frame);
            output.write_all(&frame)?;
            rows += 1;
        }
        sheets.push((start, rows));
    }
    for (start, rows) in &sheets {
        output.write_all(&start.to_le_bytes())?;
        output.write_all(&rows.to_le_bytes())?;
    }
    let count = u32::try_from(sheets.len()).map_err(|_| Error::Damaged("too many sheets"))?;
    output.write_all(&count.to_le_bytes())?;
    output.inner.flush()?;
    Ok(())
}

struct Counted<W> {
    inner: W,
    bytes: u64,
}

impl<W: Write> Counted<W> {
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.bytes += bytes.len() as u64;
        self.inner.write_all(bytes)
    }
}

mod kind {
    pub const EMPTY: u8 = 0;
    pub const TEXT: u8 = 1;
    pub const NUMBER: u8 = 2;
    pub const DATE: u8 = 3;
    pub const FALSE: u8 = 4;
    pub const TRUE: u8 = 5;
}

/// Bytes before a row's cells.
const HEAD: usize = 8;

fn put_row(row: &Row, frame: &mut Vec<u8>) {
    frame.clear();
    frame.extend_from_slice(&row.number.to_le_bytes());
    frame.extend_from_slice(&[0; HEAD - 4]);
    for cell in &row.cells {
        match cell {
            Cell::Empty => frame.push(kind::EMPTY),
            Cell::Text(text) => {
                frame.push(kind::TEXT);
                // A text is at most some hundred kilobytes.
                frame.extend_from_slice(&(text.len() as u32).to_le_bytes());
                frame.extend_from_slice(text.as_bytes());
            }
            Cell::Number(number) => {
                frame.push(kind::NUMBER);
                frame.extend_from_slice(&number.to_le_bytes());
            }
            Cell::Date(time) => {
                frame.push(kind::DATE);
                frame.extend_from_slice(&time.and_utc().timestamp().to_le_bytes());
            }
            Cell::Bool(value) => frame.push(if *value { kind::TRUE } else { kind::FALSE }),
        }
    }
    let length = (frame.len() - HEAD) as u32;
    frame[4..HEAD].copy_from_slice(&length.to_le_bytes());
}

/// The rows that [`write`] wrote.
#[derive(Debug)]
pub struct Spool {
    file: BufReader<File>,
    /// Where the rows of each sheet begin, and how many there are.
    sheets: Vec<(u64, u32)>,
}

impl Spool {
    /// # Errors
    ///
    /// When the file was not written to its end.
    pub fn open(mut file: File) -> io::Result<Self> {
        const ENTRY: i64 = 12;
        file.seek(SeekFrom::End(-4))?;
        let count = u32::from_le_bytes(array(&mut file)?);
        file.seek(SeekFrom::End(-4 - ENTRY * i64::from(count)))?;
        let entry = |file: &mut File| Ok((u64::from_le_bytes(array(file)?), u32::from_le_bytes(array(file)?)));
        let sheets = (0..count).map(|_| entry(&mut file)).collect::<io::Result<_>>()?;
        Ok(Self { file: BufReader::with_capacity(256 * 1024, file), sheets })
    }

    pub fn sheets(&self) -> usize {
        self.sheets.len()
    }

    /// How many rows of a sheet have something in them.
    pub fn count(&self, sheet: usize) -> u32 {
        self.sheets.get(sheet).map_or(0, |(_, rows)| *rows)
    }

    /// The rows of a sheet, from 0.
    ///
    /// # Errors
    ///
    /// When the file cannot be read.
    pub fn rows(&mut self, sheet: usize) -> io::Result<impl Iterator<Item = io::Result<Row>> + '_> {
        let (start, rows) = self.sheets.get(sheet).copied().unwrap_or_default();
        self.file.seek(SeekFrom::Start(start))?;
        Ok((0..rows).map(|_| take_row(&mut self.file)))
    }
}

fn array<const N: usize>(input: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    input.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn take_row(input: &mut impl Read) -> io::Result<Row> {
    // Whoever wrote it kept these bounds; a row that does not was not written by it.
    const LONGEST: usize = limits::ROW_TEXT_BYTES + 16 * limits::COLUMNS as usize;
    let number = u32::from_le_bytes(array(input)?);
    let length = u32::from_le_bytes(array(input)?) as usize;
    if length > LONGEST {
        return Err(broken());
    }
    let mut bytes = vec![0; length];
    input.read_exact(&mut bytes)?;
    let (mut rest, mut cells) = (bytes.as_slice(), Vec::new());
    while let Some((kind, after)) = rest.split_first() {
        rest = after;
        cells.push(match *kind {
            kind::EMPTY => Cell::Empty,
            kind::TEXT => {
                let length = u32::from_le_bytes(array(&mut rest)?) as usize;
                let (text, after) = rest.split_at_checked(length).ok_or_else(broken)?;
                rest = after;
                Cell::Text(std::str::from_utf8(text).map_err(|_| broken())?.to_owned())
            }
            kind::NUMBER => Cell::Number(f64::from_le_bytes(array(&mut rest)?)),
            kind::DATE => {
                let time = DateTime::from_timestamp(i64::from_le_bytes(array(&mut rest)?), 0).ok_or_else(broken)?;
                Cell::Date(time.naive_utc())
            }
            kind::FALSE => Cell::Bool(false),
            kind::TRUE => Cell::Bool(true),
            _ => return Err(broken()),
        });
    }
    Ok(Row { number, cells })
}

fn broken() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "not a row")
}
