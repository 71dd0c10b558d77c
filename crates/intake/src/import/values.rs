//! One value after the other, with what is wrong and what is odd about them.

use sheet::{Cell, Row};

use super::context::Context;
use super::draft::Flag;
use super::error::{ErrorCode, RowError};
use super::field::Field;
use super::layout::{Column, Layout};
use crate::dictionary::Dictionary;
use crate::text;

/// What people write into a cell to say that there is nothing.
const NOTHING: [&str; 11] = ["-", "--", "—", "——", "/", "无", "暂无", "没有", "n/a", "#n/a", "null"];

/// A row being read.
pub(super) struct Values<'v> {
    pub layout: &'v Layout,
    pub row: &'v Row,
    pub context: &'v Context<'v>,
    pub errors: Vec<RowError>,
    pub flags: Vec<Flag>,
    /// Lines for the remarks: what found no field of its own.
    pub unplaced: Vec<String>,
}

impl<'v> Values<'v> {
    pub fn new(layout: &'v Layout, row: &'v Row, context: &'v Context<'v>) -> Self {
        Self { layout, row, context, errors: Vec::new(), flags: Vec::new(), unplaced: Vec::new() }
    }

    /// The cells of a field that say something.
    pub fn cells(&self, field: Field) -> impl Iterator<Item = (&'v Column, &'v Cell)> + use<'v> {
        self.layout.cells(self.row, field).filter(|(_, cell)| !NOTHING.contains(&text::key(&cell.text()).as_str()))
    }

    /// The text of a field, on one line.
    pub fn text(&self, field: Field) -> Option<String> {
        self.cells(field).map(|(_, cell)| text::line(&cell.text())).find(|text| !text.is_empty())
    }

    /// Like [`Values::text`]; a longer one is an error.
    pub fn short_text(&mut self, field: Field, longest: usize) -> Option<String> {
        let text = self.text(field)?;
        self.not_longer(field, text, longest)
    }

    /// The text when it has at most so many characters, else an error.
    pub fn not_longer(&mut self, field: Field, text: String, longest: usize) -> Option<String> {
        if text.chars().count() > longest {
            self.error(field, ErrorCode::TooLong, &longest.to_string());
            return None;
        }
        Some(text)
    }

    /// The parts of an enumeration in one cell, each once.
    pub fn list(&mut self, field: Field, longest: usize, most: usize) -> Vec<String> {
        const SEPARATORS: &[char] = &['、', ',', '，', ';', '；', '/', '|'];
        let mut parts: Vec<String> = Vec::new();
        for part in self.text(field).unwrap_or_default().split(SEPARATORS).map(str::trim) {
            if !part.is_empty() && !parts.iter().any(|known| known == part) {
                parts.push(part.to_owned());
            }
            if parts.len() > most {
                break;
            }
        }
        if parts.len() > most || parts.iter().any(|part| part.chars().count() > longest) {
            self.error(field, ErrorCode::TooLong, &format!("{most} × {longest}"));
        }
        parts
    }

    /// The code of a dictionary whose values alone are taken.
    pub fn code(&mut self, field: Field, dictionary: &Dictionary) -> Option<String> {
        let written = self.text(field)?;
        let code = dictionary.find(&written).map(str::to_owned);
        if code.is_none() {
            self.error(field, ErrorCode::NotInDictionary, &dictionary.codes().join(", "));
        }
        code
    }

    /// The code of a dictionary, near misses corrected. Anything else is flagged and goes into the remarks.
    pub fn near_code(&mut self, field: Field, dictionary: &Dictionary, unknown: Flag) -> Option<String> {
        let written = self.text(field)?;
        let code = dictionary.find_near(&written).map(str::to_owned);
        if code.is_none() {
            self.flag(unknown);
            self.keep_in_remarks(field, &written);
        }
        code
    }

    pub fn error(&mut self, field: Field, code: ErrorCode, allowed: &str) {
        self.errors.push(RowError {
            column: self.layout.header_of(field).to_owned(),
            field: field.path().to_owned(),
            code,
            allowed: allowed.to_owned(),
        });
    }

    pub fn error_in(&mut self, column: &Column, code: ErrorCode, allowed: &str) {
        self.errors.push(RowError {
            column: column.header.clone(),
            field: column.field.map_or("", Field::path).to_owned(),
            code,
            allowed: allowed.to_owned(),
        });
    }

    pub fn flag(&mut self, flag: Flag) {
        if !self.flags.contains(&flag) {
            self.flags.push(flag);
        }
    }

    pub fn keep_in_remarks(&mut self, field: Field, text: &str) {
        let header = self.layout.header_of(field);
        self.unplaced.push(format!("{header}：{text}"));
    }
}
