//! What a sheet is made of.

use std::borrow::Cow;

use chrono::{NaiveDateTime, NaiveTime};
use serde::{Deserialize, Serialize};

use crate::{Error, limits};

/// A value as the file holds it. Its form for keeping is short: `{"t": "张三"}`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub enum Cell {
    #[default]
    #[serde(rename = "")]
    Empty,
    #[serde(rename = "t")]
    Text(String),
    #[serde(rename = "n")]
    Number(f64),
    /// A number that the sheet shows as a day or a time, to the second; without a zone.
    #[serde(rename = "d")]
    Date(NaiveDateTime),
    #[serde(rename = "b")]
    Bool(bool),
}

impl Cell {
    /// A text of at most [`limits::TEXT_CHARACTERS`]; an empty one is no value. Zero bytes, which no database keeps, are
    /// left out.
    pub(crate) fn from_text(text: &str, row: u32, column: u32) -> Result<Self, Error> {
        let is_short = text.len() <= limits::TEXT_CHARACTERS || text.chars().nth(limits::TEXT_CHARACTERS).is_none();
        match (text.is_empty(), is_short) {
            (true, _) => Ok(Self::Empty),
            (false, true) if text.contains('\0') => Ok(Self::Text(text.replace('\0', ""))),
            (false, true) => Ok(Self::Text(text.to_owned())),
            (false, false) => Err(Error::TextTooLong { row, column }),
        }
    }

    /// A number, or its text when it is beyond all numbers.
    pub(crate) fn from_number(number: f64) -> Self {
        if number.is_finite() { Self::Number(number) } else { Self::Text(number.to_string()) }
    }

    /// The value as a person would type it: `13800138000`, `2023-01-05`, `2023-01-05 12:37:00`, `TRUE`.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Date(time) if time.time() == NaiveTime::MIN => Cow::Owned(time.date().to_string()),
            Self::Date(time) => Cow::Owned(time.format("%Y-%m-%d %H:%M:%S").to_string()),
            Self::Bool(true) => Cow::Borrowed("TRUE"),
            Self::Bool(false) => Cow::Borrowed("FALSE"),
        }
    }

    /// Nothing, or nothing that can be seen.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.chars().all(is_invisible),
            _ => false,
        }
    }
}

fn is_invisible(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{200b}'..='\u{200f}' | '\u{feff}')
}

/// One row. Rows without any cell are left out, so numbers may jump.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// As Excel shows it, from 1. In separated text the number of the record, where line breaks inside
    /// quotes do not count and blank lines do.
    pub number: u32,
    /// From the first column on; short when the last ones are empty.
    pub cells: Vec<Cell>,
}

impl Row {
    /// A row whose texts together stay within [`limits::ROW_TEXT_BYTES`].
    pub(crate) fn new(number: u32, cells: Vec<Cell>) -> Result<Self, Error> {
        let row = Self { number, cells };
        if row.text_bytes() > limits::ROW_TEXT_BYTES {
            return Err(Error::RowTooLong { row: number });
        }
        Ok(row)
    }

    /// Bytes of all texts of the row.
    pub fn text_bytes(&self) -> usize {
        let texts = self.cells.iter().map(|cell| match cell {
            Cell::Text(text) => text.len(),
            _ => 0,
        });
        texts.sum()
    }

    /// The cell of a column, from 0.
    pub fn cell(&self, column: usize) -> &Cell {
        self.cells.get(column).unwrap_or(&Cell::Empty)
    }

    /// No cell holds anything that can be seen.
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(Cell::is_blank)
    }
}
