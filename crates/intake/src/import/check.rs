//! A whole file.

use std::{io::Cursor, ops::ControlFlow};

use sheet::{Row, Workbook};

use super::context::Context;
use super::draft::Draft;
use super::duplicates::{Checked, Existing, Keys, Seen};
use super::error::{Problem, RowError};
use super::header::HeaderWords;
use super::layout::Layout;
use super::row::check_row;

/// Rows with long texts come in smaller batches; a thousand rows of a real list are a fifth of it.
const BATCH_TEXT_BYTES: usize = 4 * 1024 * 1024;

/// Hands over the rows below the header of the first sheet that has one, blank rows left out, up to `batch_rows` at a
/// time; `batch` may stop the reading. An error in the middle of the file comes after the batches before it.
fn read(
    bytes: &[u8],
    file_name: &str,
    words: &HeaderWords,
    batch_rows: usize,
    mut batch: impl FnMut(&Layout, Vec<Row>) -> ControlFlow<()>,
) -> Result<Layout, Problem> {
    let mut workbook = Workbook::open(Cursor::new(bytes), file_name)?;
    let mut heads = Vec::new();
    for sheet in 0..workbook.sheets() {
        heads.push(workbook.rows(sheet)?.take(Layout::HEADER_ROWS).collect::<Result<Vec<_>, _>>()?);
    }
    let (sheet, layout) = find_header(&heads, words).ok_or(Problem::NoHeader)?;
    let mut rows = Vec::with_capacity(batch_rows);
    let mut text_bytes = 0;
    for row in workbook.rows(sheet)? {
        let row = row?;
        if !layout.is_data(&row) {
            continue;
        }
        text_bytes += row.text_bytes();
        rows.push(row);
        if rows.len() < batch_rows && text_bytes < BATCH_TEXT_BYTES {
            continue;
        }
        text_bytes = 0;
        if batch(&layout, std::mem::take(&mut rows)).is_break() {
            return Ok(layout);
        }
    }
    if !rows.is_empty() {
        // Nothing is left to stop.
        let _ = batch(&layout, rows);
    }
    Ok(layout)
}

/// The first sheet whose header names the customer, else the first that has a header at all, and its layout, by the first
/// [`Layout::HEADER_ROWS`] rows of each.
pub fn find_header(heads: &[Vec<Row>], words: &HeaderWords) -> Option<(usize, Layout)> {
    let guesses = heads.iter().enumerate().filter_map(|(sheet, head)| Some((sheet, Layout::guess(head, words)?)));
    let mut unnamed = None;
    for (sheet, layout) in guesses {
        if layout.has_name() {
            return Some((sheet, layout));
        }
        unnamed = unnamed.or(Some((sheet, layout)));
    }
    unnamed
}

/// Why a check ended early.
#[derive(Debug, thiserror::Error)]
pub enum CheckError<E> {
    #[error(transparent)]
    Problem(Problem),
    /// The caller's look-up or sink failed.
    #[error("the check was broken off")]
    Caller(E),
}

/// Checks every row of a file.
///
/// `existing` is asked once a batch for the customers that share a key with its rows; `each` gets every row in
/// the order of the file.
///
/// # Errors
///
/// When the file cannot be read or no sheet has a header, or the first error of `existing` or `each`.
pub fn check<E>(
    bytes: &[u8],
    file_name: &str,
    words: &HeaderWords,
    context: &Context<'_>,
    mut existing: impl FnMut(&[Keys]) -> Result<Existing, E>,
    mut each: impl FnMut(&Layout, &Row, Checked) -> Result<(), E>,
) -> Result<Layout, CheckError<E>> {
    const BATCH_ROWS: usize = 1_000;
    let mut seen = Seen::default();
    let mut failure = None;
    let mut judge_batch = |layout: &Layout, rows: Vec<Row>| {
        let read: Vec<_> = rows.iter().map(|row| check_row(layout, row, context)).collect();
        let known = existing(&keys_of(&read))?;
        rows.iter().zip(read).try_for_each(|(row, read)| each(layout, row, seen.judge(row.number, read, &known)))
    };
    let layout = read(bytes, file_name, words, BATCH_ROWS, |layout, rows| match judge_batch(layout, rows) {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => {
            failure = Some(error);
            ControlFlow::Break(())
        }
    });
    match failure {
        Some(error) => Err(CheckError::Caller(error)),
        None => layout.map_err(CheckError::Problem),
    }
}

fn keys_of(read: &[Result<Draft, Vec<RowError>>]) -> Vec<Keys> {
    read.iter().flatten().map(Draft::keys).collect()
}
