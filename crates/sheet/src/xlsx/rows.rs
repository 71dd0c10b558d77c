//! Rows of a sheet, cell by cell.

use std::io::{BufReader, Read};

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::{
    package::Styles,
    strings::Strings,
    xml::{attribute, push_reference, reader, unescape},
};
use crate::{Cell, Error, Row, date, limits};

pub(crate) struct Rows<'f, R: Read> {
    xml: Reader<BufReader<R>>,
    buffer: Vec<u8>,
    strings: &'f mut Strings,
    styles: &'f Styles,
    /// Number of the row read last, from 1.
    row: u32,
    is_over: bool,
}

/// What a sheet is made of, as far as it matters here.
enum Part {
    /// With its number when the file says it.
    Row(Option<u32>),
    Cell(Head),
    RowEnd,
    Over,
}

/// What a cell says of itself.
#[derive(Default)]
struct Head {
    /// Row and column, from 1.
    place: Option<(u32, u32)>,
    kind: Kind,
    is_date: bool,
}

#[derive(Clone, Copy, Default)]
enum Kind {
    #[default]
    Number,
    Shared,
    Text,
    Inline,
    Bool,
    Date,
}

impl<'f, R: Read> Rows<'f, R> {
    pub(super) fn new(file: R, strings: &'f mut Strings, styles: &'f Styles) -> Self {
        Self { xml: reader(file), buffer: Vec::new(), strings, styles, row: 0, is_over: false }
    }

    /// The next row with something in it; formatting alone makes none.
    fn next_row(&mut self) -> Result<Option<Row>, Error> {
        while !self.is_over {
            match self.next_part()? {
                Part::Row(number) => {
                    self.begin_row(number)?;
                    let cells = self.cells()?;
                    if !cells.is_empty() {
                        return Row::new(self.row, cells).map(Some);
                    }
                }
                Part::Over => self.is_over = true,
                Part::Cell(_) | Part::RowEnd => return Err(Error::Damaged("a cell without a row")),
            }
        }
        Ok(None)
    }

    fn begin_row(&mut self, number: Option<u32>) -> Result<(), Error> {
        let number = number.unwrap_or(self.row.saturating_add(1));
        if number > limits::ROWS {
            return Err(Error::TooManyRows { row: number });
        }
        if number <= self.row {
            return Err(Error::OutOfOrder { row: self.row });
        }
        self.row = number;
        Ok(())
    }

    fn cells(&mut self) -> Result<Vec<Cell>, Error> {
        let mut cells = Vec::new();
        let mut column = 0;
        loop {
            let head = match self.next_part()? {
                Part::Cell(head) => head,
                Part::RowEnd => return Ok(cells),
                Part::Row(_) | Part::Over => return Err(Error::Damaged("a row without an end")),
            };
            column = match head.place {
                Some((row, _)) if row != self.row => return Err(Error::OutOfOrder { row: self.row }),
                Some((_, own)) if own <= column => return Err(Error::OutOfOrder { row: self.row }),
                Some((_, own)) => own,
                None => column + 1,
            };
            let cell = self.value(&head, column)?;
            if cell == Cell::Empty {
                continue;
            }
            if column > limits::COLUMNS {
                return Err(Error::TooManyColumns { row: self.row });
            }
            cells.resize(column as usize - 1, Cell::Empty);
            cells.push(cell);
        }
    }

    fn next_part(&mut self) -> Result<Part, Error> {
        loop {
            self.buffer.clear();
            return Ok(match self.xml.read_event_into(&mut self.buffer)? {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    "row" => Part::Row(attribute(&tag, "r")?.map(|number| row_number(&number)).transpose()?),
                    "c" => Part::Cell(head(&tag, self.styles)?),
                    "dimension" => {
                        refuse_too_long(&tag)?;
                        continue;
                    }
                    _ => continue,
                },
                Event::End(tag) => match tag.local_name().as_ref() {
                    "row" => Part::RowEnd,
                    "sheetData" => Part::Over,
                    _ => continue,
                },
                Event::Eof => Part::Over,
                _ => continue,
            });
        }
    }

    /// Reads to the end of the cell.
    fn value(&mut self, head: &Head, column: u32) -> Result<Cell, Error> {
        let (mut text, mut is_value, mut phonetic) = (String::new(), false, false);
        loop {
            self.buffer.clear();
            match self.xml.read_event_into(&mut self.buffer)? {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    "v" | "t" => is_value = !phonetic,
                    "rPh" => phonetic = true,
                    _ => {}
                },
                Event::Text(part) if is_value => text.push_str(&part.xml10_content()),
                Event::CData(part) if is_value => text.push_str(&part.xml10_content()),
                Event::GeneralRef(part) if is_value => push_reference(&part, &mut text)?,
                Event::End(tag) => match tag.local_name().as_ref() {
                    "v" | "t" => is_value = false,
                    "rPh" => phonetic = false,
                    "c" => break,
                    _ => {}
                },
                Event::Eof => return Err(Error::Damaged("a cell without an end")),
                _ => {}
            }
            if text.len() > 4 * limits::TEXT_CHARACTERS {
                return Err(Error::TextTooLong { row: self.row, column });
            }
        }
        self.cell(head, text, column)
    }

    fn cell(&mut self, head: &Head, text: String, column: u32) -> Result<Cell, Error> {
        if text.is_empty() {
            return Ok(Cell::Empty);
        }
        match head.kind {
            Kind::Shared => {
                let index = text.trim().parse().map_err(|_| Error::Damaged("a text without its number"))?;
                Cell::from_text(&self.strings.get(index)?, self.row, column)
            }
            Kind::Text | Kind::Inline => Cell::from_text(&unescape(text), self.row, column),
            Kind::Bool => Ok(Cell::Bool(text.trim() == "1")),
            Kind::Date => match date::from_iso(text.trim()) {
                Some(time) => Ok(Cell::Date(time)),
                None => Cell::from_text(&text, self.row, column),
            },
            Kind::Number => match text.trim().parse::<f64>() {
                Ok(number) if head.is_date && number.is_finite() => Ok(date::from_number(number, self.styles.is_1904)),
                Ok(number) if number.is_finite() => Ok(Cell::Number(number)),
                _ => Cell::from_text(&text, self.row, column),
            },
        }
    }
}

impl<R: Read> Iterator for Rows<'_, R> {
    type Item = Result<Row, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_row().transpose()
    }
}

fn head(tag: &BytesStart<'_>, styles: &Styles) -> Result<Head, Error> {
    let mut head = Head::default();
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute?;
        let value = attribute.value.as_ref();
        match attribute.key.as_ref() {
            "r" => head.place = Some(place(value)?),
            "t" => {
                head.kind = match value {
                    "s" => Kind::Shared,
                    // A formula's text, or its error.
                    "str" | "e" => Kind::Text,
                    "inlineStr" => Kind::Inline,
                    "b" => Kind::Bool,
                    "d" => Kind::Date,
                    _ => Kind::Number,
                }
            }
            "s" => {
                let style: usize = value.parse().unwrap_or_default();
                head.is_date = styles.dates.get(style).copied().unwrap_or_default();
            }
            _ => {}
        }
    }
    Ok(head)
}

/// Refuses a sheet that says of itself that it is too long, before its rows are read. What says less than there is, is found out
/// by its rows.
fn refuse_too_long(dimension: &BytesStart<'_>) -> Result<(), Error> {
    let range = attribute(dimension, "ref")?.unwrap_or_default();
    let last = range.rsplit(':').next().and_then(|corner| place(corner).ok());
    match last {
        Some((row, _)) if row > limits::ROWS => Err(Error::TooManyRows { row }),
        _ => Ok(()),
    }
}

/// `AB12` → (12, 28)
fn place(text: &str) -> Result<(u32, u32), Error> {
    const LETTERS: usize = 3;
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    if letters == 0 || letters > LETTERS {
        return Err(Error::Damaged("a cell without its place"));
    }
    let digit = |letter: u8| u32::from(letter.to_ascii_uppercase() - b'A') + 1;
    let column = text.bytes().take(letters).fold(0, |column, letter| column * 26 + digit(letter));
    Ok((row_number(&text[letters..])?, column))
}

/// One too large to be a number is too large in any case.
fn row_number(digits: &str) -> Result<u32, Error> {
    let is_number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    if !is_number {
        return Err(Error::Damaged("a row without its number"));
    }
    Ok(digits.parse().unwrap_or(u32::MAX))
}
