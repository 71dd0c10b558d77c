//! Rows of an old xls. Such a file has at most 65,536 rows, and is the one kind that is read whole.

use std::io::{Cursor, Read};

use calamine::{Data, Range, Reader, SheetType, SheetVisible, Xls};

use crate::{Cell, Error, Row, date, limits};

pub(crate) struct File {
    sheets: Vec<Range<Data>>,
}

/// Names within a compound file, as it writes them: in UTF-16.
fn holds(bytes: &[u8], name: &str) -> bool {
    let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    memchr::memmem::find(bytes, &name).is_some()
}

impl File {
    pub(crate) fn open(mut source: impl Read, is_xls: bool) -> Result<Self, Error> {
        let mut bytes = Vec::new();
        source.read_to_end(&mut bytes)?;
        if holds(&bytes, "EncryptedPackage") {
            return Err(Error::Protected);
        }
        if !is_xls {
            return Err(Error::Misnamed);
        }
        if holds(&bytes, "_VBA_PROJECT") {
            return Err(Error::Macros);
        }
        let mut book = Xls::new(Cursor::new(bytes))?;
        let visible = book
            .sheets_metadata()
            .iter()
            .filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible)
            .map(|sheet| sheet.name.clone())
            .collect::<Vec<_>>();
        let sheets = visible.iter().map(|name| book.worksheet_range(name)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { sheets })
    }

    pub(crate) fn sheets(&self) -> usize {
        self.sheets.len()
    }

    pub(crate) fn rows(&self, index: usize) -> Result<impl Iterator<Item = Result<Row, Error>> + '_, Error> {
        let range = self.sheets.get(index).ok_or(Error::NoSheet { index })?;
        let (first_row, first_column) = range.start().unwrap_or_default();
        let rows = range.rows().zip(first_row..);
        Ok(rows.filter_map(move |(cells, row)| self::row(cells, row + 1, first_column as usize).transpose()))
    }
}

/// A row with its empty columns before; none when all is empty.
fn row(values: &[Data], number: u32, empty_before: usize) -> Result<Option<Row>, Error> {
    let Some(last) = values.iter().rposition(|value| *value != Data::Empty) else { return Ok(None) };
    if empty_before + last >= limits::COLUMNS as usize {
        return Err(Error::TooManyColumns { row: number });
    }
    let mut cells = vec![Cell::Empty; empty_before];
    for value in &values[..=last] {
        let column = u32::try_from(cells.len() + 1).unwrap_or(u32::MAX);
        cells.push(read(value, number, column)?);
    }
    Row::new(number, cells).map(Some)
}

fn read(value: &Data, row: u32, column: u32) -> Result<Cell, Error> {
    Ok(match value {
        Data::Empty => Cell::Empty,
        Data::Int(number) => Cell::Number(*number as f64),
        Data::Float(number) => Cell::from_number(*number),
        Data::Bool(value) => Cell::Bool(*value),
        Data::String(text) | Data::DurationIso(text) => Cell::from_text(text, row, column)?,
        Data::DateTimeIso(text) => match date::from_iso(text) {
            Some(time) => Cell::Date(time),
            None => Cell::from_text(text, row, column)?,
        },
        Data::DateTime(serial) => date::from_serial(serial),
        Data::Error(error) => Cell::Text(error.to_string()),
    })
}
