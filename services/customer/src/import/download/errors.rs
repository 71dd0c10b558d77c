//! The rows that were not imported, as written in the file, and why.

use std::fs::File;

use cims_proto::customer::v1::FileChunk;
use intake::import::{Cell, Layout};
use kit::Failure;
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use tokio::sync::mpsc;
use tonic::codegen::BoxStream;

use super::{
    pieces, saved,
    texts::{Language, Texts},
};
use crate::import::{
    Import, Jobs, Outcome, row, secret,
    store::{self, Asked, Row},
};

/// Rows in one look-up.
const BATCH: i64 = 1_000;
const NOT_IMPORTED: &[Outcome] = &[Outcome::Rejected, Outcome::Duplicate];
const DAY: &str = "yyyy-mm-dd";
const TIME: &str = "yyyy-mm-dd hh:mm:ss";

/// The rows that were rejected, and duplicates that changed nothing; with stars for secrets, of which whoever sees nothing
/// has them hidden.
///
/// # Errors
/// When the database is out of reach or no temporary file can be written.
pub async fn errors(
    jobs: &Jobs,
    import: &Import,
    language: Language,
    is_hidden: bool,
) -> Result<BoxStream<FileChunk>, Failure> {
    let layout = import.layout.as_ref().map(|layout| layout.0.clone()).unwrap_or_default();
    let (sender, receiver) = mpsc::channel(2);
    let writing = tokio::task::spawn_blocking(move || write(&layout, language, receiver));
    let mut after = 0;
    loop {
        let rows = store::rows(&jobs.pool, import.id, Asked::Of(NOT_IMPORTED), after, BATCH).await?;
        let Some(last) = rows.last() else { break };
        after = last.row;
        let rows = rows.into_iter().map(|row| secret::starred(row, import.id, is_hidden, &jobs.secrets));
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        if sender.send(rows).await.is_err() {
            break;
        }
    }
    drop(sender);
    let file = writing.await.map_err(Failure::internal)??;
    let name = import.file_name.rsplit_once('.').map_or(import.file_name.as_str(), |(name, _)| name);
    Ok(pieces(file, Texts::of(language)?.with("errors-file", &[("name", name)])))
}

fn write(layout: &Layout, language: Language, mut rows: mpsc::Receiver<Vec<Row>>) -> Result<File, Failure> {
    let texts = Texts::of(language)?;
    let mut workbook = Workbook::new();
    // Rows go to a file as they are written.
    let sheet = workbook.add_worksheet_with_constant_memory().map_err(Failure::internal)?;
    let mut sheet = Sheet { sheet, layout, texts, day: format(DAY), time: format(TIME), next: 0 };
    sheet.header().map_err(Failure::internal)?;
    while let Some(rows) = rows.blocking_recv() {
        // A duplicate that was written into its customer is no error.
        for own in rows.iter().filter(|row| row.customer_id.is_none()) {
            let reason = sheet.reason(own)?;
            sheet.row(own, &reason).map_err(Failure::internal)?;
        }
    }
    saved(workbook)
}

fn format(code: &str) -> Format {
    Format::new().set_num_format(code)
}

struct Sheet<'w> {
    sheet: &'w mut Worksheet,
    layout: &'w Layout,
    texts: Texts,
    day: Format,
    time: Format,
    /// The next row to write.
    next: u32,
}

impl Sheet<'_> {
    fn header(&mut self) -> Result<(), XlsxError> {
        self.sheet.set_name(self.texts.text("errors-sheet"))?;
        let bold = Format::new().set_bold();
        let headers = self.layout.places().map(|(_, column)| column.header.clone());
        let own = ["errors-reason", "errors-row"].map(|key| self.texts.text(key));
        for (column, header) in (0..).zip(headers.chain(own)) {
            self.sheet.write_string_with_format(0, column, header, &bold)?;
        }
        self.next = 1;
        Ok(())
    }

    fn row(&mut self, row: &Row, reason: &str) -> Result<(), XlsxError> {
        let mut column = 0;
        for (place, _) in self.layout.places() {
            let cell = row.cells.get(place).unwrap_or(&Cell::Empty);
            match cell {
                Cell::Empty => {}
                // A text that looks like a formula stays a text.
                Cell::Text(text) => drop(self.sheet.write_string(self.next, column, text)?),
                Cell::Number(number) => drop(self.sheet.write_number(self.next, column, *number)?),
                Cell::Bool(value) => drop(self.sheet.write_boolean(self.next, column, *value)?),
                Cell::Date(time) => {
                    let format = if time.time() == chrono::NaiveTime::MIN { &self.day } else { &self.time };
                    self.sheet.write_datetime_with_format(self.next, column, time, format)?;
                }
            }
            column += 1;
        }
        self.sheet.write_string(self.next, column, reason)?;
        self.sheet.write_number(self.next, column + 1, row.row)?;
        self.next += 1;
        Ok(())
    }

    /// Why a row was not imported, in the reader's language.
    fn reason(&self, row: &Row) -> Result<String, Failure> {
        let mut reasons = Vec::new();
        for error in row::errors(row)? {
            let values = [("column", error.column.as_str()), ("allowed", error.allowed.as_str())];
            reasons.push(self.texts.with(&format!("reason-{}", error.code), &values));
        }
        if let (Outcome::Duplicate, Some(by)) = (row.outcome, &row.duplicate_by) {
            let by = self.texts.text(&format!("by-{by}"));
            reasons.push(match row.duplicate_row {
                Some(other) => self.texts.with("duplicate-row", &[("by", &by), ("row", &other.to_string())]),
                None => self.texts.with("duplicate-customer", &[("by", &by)]),
            });
        }
        Ok(reasons.join("; "))
    }
}
