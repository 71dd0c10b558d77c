//! Rows of an xlsx, cell by cell.

use std::io::Cursor;

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxCellReader};
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound};

use crate::{Cell, Error, Row, archive, limits};

/// The last that Excel knows; the end of its last day would round up into the next.
const LAST_YEAR: i32 = 9999;

pub(crate) struct File<'b> {
    book: Xlsx<Cursor<&'b [u8]>>,
    /// Names of the sheets a person sees.
    pub(crate) sheets: Vec<String>,
}

impl<'b> File<'b> {
    pub(crate) fn open(bytes: &'b [u8]) -> Result<Self, Error> {
        archive::check(bytes)?;
        let book = Xlsx::new(Cursor::new(bytes))?;
        let sheets = book
            .sheets_metadata()
            .iter()
            .filter(|sheet| sheet.typ == SheetType::WorkSheet)
            .filter(|sheet| sheet.visible == SheetVisible::Visible)
            .map(|sheet| sheet.name.clone())
            .collect();
        Ok(Self { book, sheets })
    }

    pub(crate) fn rows(&mut self, index: usize) -> Result<Rows<'_, 'b>, Error> {
        let name = self.sheets.get(index).ok_or(Error::NoSheet { index })?;
        let cells = self.book.worksheet_cells_reader(name)?;
        Ok(Rows { cells, pending: None, is_over: false })
    }
}

pub(crate) struct Rows<'f, 'b> {
    cells: XlsxCellReader<'f, Cursor<&'b [u8]>>,
    /// The first cell of the next row, seen when the row before it ended.
    pending: Option<Place>,
    /// calamine fails when asked again after the last cell.
    is_over: bool,
}

/// A cell with its row and column, both from 0.
struct Place {
    row: u32,
    column: u32,
    cell: Cell,
}

impl Rows<'_, '_> {
    /// The next cell that is not empty; formatting alone makes none.
    fn next_place(&mut self) -> Result<Option<Place>, Error> {
        if self.is_over {
            return Ok(None);
        }
        while let Some(cell) = self.cells.next_cell()? {
            let (row, column) = cell.get_position();
            let cell = read(cell.get_value(), row + 1, column + 1)?;
            if cell == Cell::Empty {
                continue;
            }
            if row >= limits::ROWS {
                return Err(Error::TooManyRows { row: row + 1 });
            }
            if column >= limits::COLUMNS {
                return Err(Error::TooManyColumns { row: row + 1 });
            }
            return Ok(Some(Place { row, column, cell }));
        }
        self.is_over = true;
        Ok(None)
    }

    fn next_row(&mut self) -> Result<Option<Row>, Error> {
        let first = match self.pending.take() {
            Some(place) => Some(place),
            None => self.next_place()?,
        };
        let Some(first) = first else {
            return Ok(None);
        };
        let index = first.row;
        let mut cells = Vec::new();
        put(&mut cells, first);
        while let Some(place) = self.next_place()? {
            if place.row != index {
                self.pending = Some(place);
                break;
            }
            put(&mut cells, place);
        }
        Row::new(index + 1, cells).map(Some)
    }
}

impl Iterator for Rows<'_, '_> {
    type Item = Result<Row, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_row().transpose()
    }
}

fn put(cells: &mut Vec<Cell>, place: Place) {
    let column = place.column as usize;
    if cells.len() <= column {
        cells.resize(column + 1, Cell::Empty);
    }
    cells[column] = place.cell;
}

fn read(value: &DataRef<'_>, row: u32, column: u32) -> Result<Cell, Error> {
    Ok(match value {
        DataRef::Empty => Cell::Empty,
        DataRef::Int(number) => Cell::Number(*number as f64),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::Bool(value) => Cell::Bool(*value),
        DataRef::String(text) | DataRef::DurationIso(text) => Cell::from_text(text, row, column)?,
        DataRef::SharedString(text) => Cell::from_text(text, row, column)?,
        DataRef::DateTimeIso(text) => match iso(text) {
            Some(time) => Cell::Date(time),
            None => Cell::from_text(text, row, column)?,
        },
        DataRef::DateTime(serial) => date(serial),
        DataRef::Error(error) => Cell::Text(error.to_string()),
    })
}

/// ISO 8601: a day, perhaps with a time of day, whose offset is passed over.
fn iso(text: &str) -> Option<NaiveDateTime> {
    const TIMES: [&str; 4] = ["%H:%M:%S%.f", "%H:%M", "%H:%M:%S%.f%:z", "%H:%M%:z"];
    let (day, rest) = text.split_at_checked("2023-01-05".len())?;
    let day = NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()?;
    if rest.is_empty() {
        return Some(day.and_time(NaiveTime::MIN));
    }
    let time = rest.strip_prefix(['T', 't', ' '])?;
    let time = TIMES.iter().find_map(|format| NaiveTime::parse_from_str(time, format).ok())?;
    Some(day.and_time(time))
}

/// Serial numbers are fractions of a day: 12:37 comes as 12:36:59.999, hence the rounding.
fn date(serial: &ExcelDateTime) -> Cell {
    let (year, month, day, hour, minute, second, millisecond) = serial.to_ymd_hms_milli();
    let time = NaiveDate::from_ymd_opt(year.into(), month.into(), day.into())
        .and_then(|day| day.and_hms_milli_opt(hour.into(), minute.into(), second.into(), millisecond.into()))
        .map(|time| time.round_subsecs(0))
        .filter(|time| time.year() <= LAST_YEAR);
    match time {
        Some(time) if serial.is_datetime() => Cell::Date(time),
        _ => Cell::Number(serial.as_f64()),
    }
}
