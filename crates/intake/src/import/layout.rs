//! Where the header stands, and what each column fills.

use super::field::Field;
use super::header::{Header, HeaderWords};
use serde::{Deserialize, Serialize};
use sheet::{Cell, Row};

/// A column of the sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// As written, on one line; empty when the header cell is.
    pub header: String,
    /// `None`: kept as provenance only.
    pub field: Option<Field>,
    /// What a bare number of money counts: 10,000 under `累计金额（万元）`.
    pub(crate) scale: i64,
}

/// Why columns cannot be mapped so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MappingError {
    /// They are not the columns of the sheet, in their order.
    OtherColumns,
    /// No field has the path given to this column, counted as [`Layout::columns`] does.
    UnknownField(usize),
    /// Another column fills the field of this one already.
    Repeated(usize),
    /// No column holds the customer's name.
    NoName,
}

/// The header row of a sheet and its columns.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    header_row: u32,
    columns: Vec<Column>,
}

impl Layout {
    /// Rows looked at; titles and notes above a header are few.
    pub const HEADER_ROWS: usize = 20;

    /// The row that names the most fields, the name of the customer among them, is the header. Where no row names it, the
    /// columns wait to be mapped by hand under the first row with the most texts; none when no row has any.
    pub fn guess(rows: &[Row], words: &HeaderWords) -> Option<Self> {
        let (mut best, mut best_score) = (None, Score::default());
        for row in rows.iter().take(Self::HEADER_ROWS) {
            let layout = Self::of_header(row, words);
            let score = layout.score();
            if score > best_score {
                (best, best_score) = (Some(layout), score);
            }
        }
        best
    }

    /// Whether a column holds the customer's name, without which no row becomes a customer.
    pub fn has_name(&self) -> bool {
        self.columns.iter().any(|column| column.field == Some(Field::Name))
    }

    /// Number of the header row, as [`Row::number`].
    pub fn header_row(&self) -> u32 {
        self.header_row
    }

    /// Header and JSON path of the field (empty: none) of every column that has a header.
    pub fn columns(&self) -> Vec<(&str, &'static str)> {
        self.columns
            .iter()
            .filter(|column| !column.header.is_empty())
            .map(|column| (column.header.as_str(), column.field.map_or("", Field::path)))
            .collect()
    }

    /// The same columns with other fields, by header and path as [`Layout::columns`] tells them.
    ///
    /// # Errors
    ///
    /// When the columns are others, or a field does not fit.
    pub fn mapped(&self, columns: &[(&str, &str)], words: &HeaderWords) -> Result<Self, MappingError> {
        let mut layout = self.clone();
        let named: Vec<&mut Column> = layout.columns.iter_mut().filter(|column| !column.header.is_empty()).collect();
        let headers = columns.iter().map(|(header, _)| *header);
        if !named.iter().map(|column| column.header.as_str()).eq(headers) {
            return Err(MappingError::OtherColumns);
        }
        let mut taken = Vec::new();
        for (index, (column, (_, path))) in named.into_iter().zip(columns).enumerate() {
            if column.field.map_or("", Field::path) != *path {
                column.field = match *path {
                    "" => None,
                    path => Some(words.field(&column.header, path).ok_or(MappingError::UnknownField(index))?),
                };
            }
            match column.field {
                Some(field) if !field.is_repeated() && taken.contains(&field) => {
                    return Err(MappingError::Repeated(index));
                }
                field => taken.extend(field),
            }
        }
        if layout.has_name() { Ok(layout) } else { Err(MappingError::NoName) }
    }

    /// The same, with no column for these fields.
    #[must_use]
    pub fn without(mut self, paths: &[String]) -> Self {
        for column in &mut self.columns {
            column.field = column.field.filter(|field| !paths.iter().any(|path| path == field.path()));
        }
        self
    }

    /// Places of the columns with a header, from 0, in the order of [`Layout::columns`].
    pub fn places(&self) -> impl Iterator<Item = (usize, &Column)> {
        self.columns.iter().enumerate().filter(|(_, column)| !column.header.is_empty())
    }

    /// Whether a row stands below the header and says something.
    pub fn is_data(&self, row: &Row) -> bool {
        row.number > self.header_row && !row.is_blank()
    }

    /// The cells of a row as read, by header; blank cells and columns without a header are left out.
    pub fn values<'l>(&'l self, row: &'l Row) -> impl Iterator<Item = (&'l str, &'l Cell)> {
        self.columns
            .iter()
            .zip(&row.cells)
            .filter(|(column, cell)| !column.header.is_empty() && !cell.is_blank())
            .map(|(column, cell)| (column.header.as_str(), cell))
    }

    /// What a row says of its owner, so that a caller can look the person up before [`super::check_row`].
    pub fn owner(&self, row: &Row) -> Option<String> {
        let (_, cell) = self.cells(row, Field::Owner).next()?;
        Some(crate::text::line(&cell.text()))
    }

    /// The columns of a field with their cells in a row, blank ones left out.
    pub(super) fn cells<'l>(&'l self, row: &'l Row, field: Field) -> impl Iterator<Item = (&'l Column, &'l Cell)> {
        self.columns
            .iter()
            .zip(&row.cells)
            .filter(move |(column, cell)| column.field == Some(field) && !cell.is_blank())
    }

    /// The header of a field's first column; empty when there is none.
    pub(super) fn header_of(&self, field: Field) -> &str {
        let column = self.columns.iter().find(|column| column.field == Some(field));
        column.map_or("", |column| &column.header)
    }

    fn of_header(row: &Row, words: &HeaderWords) -> Self {
        let headers: Vec<Header> = row.cells.iter().map(|cell| Header::new(&cell.text())).collect();
        let fields = words.fields(&headers);
        let columns = headers.into_iter().zip(fields).map(|(header, field)| Column {
            header: header.text,
            field,
            scale: header.scale,
        });
        Self { header_row: row.number, columns: columns.collect() }
    }

    fn score(&self) -> Score {
        let fields = self.columns.iter().filter(|column| column.field.is_some()).count();
        let texts = self.columns.iter().filter(|column| column.header.chars().any(char::is_alphabetic)).count();
        match self.has_name() {
            true => Score { has_name: true, fields, texts: 0 },
            // One word alone may stand among the data.
            false => Score { has_name: false, fields: if fields > 1 { fields } else { 0 }, texts },
        }
    }
}

/// How much a row looks like a header, in the order of what counts.
#[derive(Default, PartialEq, PartialOrd)]
struct Score {
    has_name: bool,
    fields: usize,
    texts: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: u32, texts: &[&str]) -> Row {
        let cells = texts.iter().map(|text| Cell::Text((*text).to_owned())).collect();
        Row { number, cells }
    }

    fn words() -> HeaderWords {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        HeaderWords::new(&[
            ("name", words(&["客户名称", "客户"])),
            ("phones", words(&["手机", "电话"])),
            ("regionCode", words(&["地区", "区县"])),
            ("cumulativeAmount", words(&["累计金额"])),
            ("level", words(&["客户等级", "等级"])),
            ("unheardOf", words(&["备用"])),
        ])
    }

    fn guessed(rows: &[&[&str]]) -> Option<Layout> {
        let rows: Vec<Row> = rows.iter().zip(1..).map(|(texts, number)| row(number, texts)).collect();
        Layout::guess(&rows, &words())
    }

    fn paths(headers: &[&str]) -> Vec<&'static str> {
        guessed(&[headers]).unwrap_or_default().columns().into_iter().map(|(_, path)| path).collect()
    }

    #[test]
    fn the_header_is_found_under_titles() {
        let title: &[&str] = &["客户信息表（销售一部整理）"];
        let header: &[&str] = &["客户名称", "手机", "说不清"];
        let data: &[&str] = &["甲", "13800138000", "客户"];
        let layout = guessed(&[title, &["客户"], header, data]);
        assert_eq!(layout.as_ref().map(Layout::header_row), Some(3));
        let columns = layout.map(|layout| layout.columns.iter().map(|column| column.field).collect());
        assert_eq!(columns, Some(vec![Some(Field::Name), Some(Field::Phones), None]));
    }

    #[test]
    fn headers_are_read_without_decoration() {
        assert_eq!(
            paths(&["*客户 名称：", "手机（必填）", "电话２", "主要联系人手机"]),
            ["name", "phones", "phones", "phones"]
        );
        assert_eq!(paths(&["客户名称", "姓名", "省", "区县"]), ["name", "contacts.name", "regionCode", "regionCode"]);
        assert_eq!(paths(&["姓名", "手机"]), ["name", "phones"]);
        assert_eq!(paths(&["客户名称", "信用等级", "修改时间"]), ["name", "", ""]);
    }

    #[test]
    fn a_unit_in_the_header_counts() {
        let scale = |header| Header::new(header).scale;
        assert_eq!(scale("累计金额（万元）"), 10_000);
        assert_eq!(scale("累计金额(单位：万元)"), 10_000);
        assert_eq!(scale("累计金额（元）"), 1);
    }

    #[test]
    fn without_a_name_the_columns_wait_under_the_likeliest_header() {
        let header = |rows: &[&[&str]]| guessed(rows).map(|layout| (layout.header_row(), layout.has_name()));
        assert_eq!(header(&[&["手机", "地区", ""], &["1", "甲", "乙"]]), Some((1, false)));
        assert_eq!(header(&[&["本表由各销售汇总"], &["Firma", "Ort"], &["手机", "乙"], &["1", "2"]]), Some((2, false)));
        assert_eq!(header(&[&["客户名称"], &["甲"]]), Some((1, true)));
        assert_eq!(header(&[&["1", "2"]]), None);
        assert_eq!(header(&[]), None);
    }
}
