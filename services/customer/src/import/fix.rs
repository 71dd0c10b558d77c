//! Correcting cells of checked rows, and leaving rows out.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use cims_proto::customer::v1::{FixImportRowsRequest, fix_import_rows_request::Fix};
use intake::import::{Cell, Layout, Row, Seen};
use kit::{
    Failure, Scope, Violation,
    problem::code::{NOT_ALLOWED, NOT_FOUND},
    write::Write,
};
use prost_types::value::Kind;
use uuid::Uuid;

use super::{
    Import, Jobs, State,
    judge::{self, Read, Reader},
    secret::Opened,
    store,
};

/// Rows whose cells are corrected, read anew, and rows to be left out.
pub struct Fixed {
    /// The import as it was when the rows were read.
    version: i64,
    rows: Vec<Read>,
    dropped: Vec<i32>,
}

impl Fixed {
    /// Reads the rows as they are to be. People whom they name are asked for here, before the write begins.
    ///
    /// # Errors
    /// `Invalid` for rows and columns that are not there.
    pub async fn read(jobs: &Jobs, import: &Import, request: &FixImportRowsRequest) -> Result<Fixed, Failure> {
        let layout = import.layout.as_ref().ok_or_else(not_ready)?;
        let numbers: Vec<i32> = request.fixes.iter().map(|fix| fix.row).collect();
        let kept = store::numbered(&jobs.pool, import.id, &numbers).await?;
        let kept = kept.into_iter().map(|row| Ok((row.row, row.open(import.id, &jobs.secrets)?)));
        let mut kept: HashMap<i32, Opened> = kept.collect::<Result<_, Failure>>()?;
        let (mut rows, mut dropped, mut violations) = (Vec::new(), Vec::new(), Vec::new());
        for (index, fix) in request.fixes.iter().enumerate() {
            let pointer = format!("/fixes/{index}");
            // A row named twice is not there the second time.
            match kept.remove(&fix.row) {
                None => violations.push(Violation::new(format!("{pointer}/row"), NOT_FOUND)),
                Some(_) if fix.drop => dropped.push(fix.row),
                Some(mut opened) => {
                    correct(&mut opened.row, fix, layout, &pointer, &mut violations);
                    rows.push(opened);
                }
            }
        }
        if !violations.is_empty() {
            return Err(Failure::Invalid(violations));
        }
        rows.sort_by_key(|opened| opened.row.number);
        let rows = Reader::new(jobs, import, layout.0.clone()).await?.read(rows).await?;
        Ok(Fixed { version: import.version, rows, dropped })
    }

    /// Writes them, with every row whose outcome may change by it: those that share a key with one of them, as it was or
    /// as it is, and those that share one with these.
    ///
    /// # Errors
    /// `IMPORT_NOT_READY` unless the import waits to be run; `InFlight` when somebody was faster.
    pub async fn write(self, write: &mut Write, id: Uuid, scope: &Scope) -> Result<Import, Failure> {
        let before = store::lock(write.connection(), id, scope).await?.ok_or(Failure::NotFound)?;
        if before.state != State::Ready {
            return Err(not_ready());
        }
        if before.version != self.version {
            return Err(Failure::InFlight);
        }
        let mut numbers: Vec<i32> = self.rows.iter().filter_map(|row| i32::try_from(row.number()).ok()).collect();
        numbers.extend(&self.dropped);
        let old = store::numbered(write.connection(), id, &numbers).await?;
        let mut keys: BTreeSet<i64> = old.into_iter().flat_map(|row| row.keys).collect();
        store::drop_rows(write.connection(), id, &self.dropped).await?;
        // Once by themselves, for their new keys.
        let fixed = judge::judge(write.connection(), &mut Seen::default(), self.rows.clone()).await?;
        keys.extend(fixed.iter().flat_map(|row| row.keys.iter().copied()));
        store::put_rows(write.connection(), id, &fixed).await?;
        let mut rows = alike(write, id, keys).await?;
        rows.extend(self.rows.into_iter().map(|row| (row.number(), row)));
        let judged = judge::judge(write.connection(), &mut Seen::default(), rows.into_values().collect()).await?;
        store::put_rows(write.connection(), id, &judged).await?;
        let mut after = before.clone();
        store::count(write.connection(), id).await?.into_import(&mut after);
        store::update(write, &before, &mut after).await?;
        Ok(after)
    }
}

/// The rows that share a key with one of these, directly or by others between them.
async fn alike(write: &mut Write, id: Uuid, mut keys: BTreeSet<i64>) -> Result<BTreeMap<u32, Read>, Failure> {
    loop {
        let known: Vec<i64> = keys.iter().copied().collect();
        let found = store::alike(write.connection(), id, &known).await?;
        keys.extend(found.iter().flat_map(|row| row.keys.iter().copied()));
        if keys.len() == known.len() {
            return Ok(found.into_iter().map(Read::from).map(|row| (row.number(), row)).collect());
        }
    }
}

fn not_ready() -> Failure {
    Failure::state("IMPORT_NOT_READY")
}

/// Writes the given cells over those of the row.
fn correct(row: &mut Row, fix: &Fix, layout: &Layout, pointer: &str, violations: &mut Vec<Violation>) {
    for (header, value) in fix.values.iter().flat_map(|values| &values.fields) {
        let Some((place, _)) = layout.places().find(|(_, column)| column.header == *header) else {
            let headers: Vec<&str> = layout.places().map(|(_, column)| column.header.as_str()).collect();
            let violation = Violation::new(format!("{pointer}/values/{header}"), NOT_ALLOWED);
            violations.push(violation.allowed(headers.join(", ")));
            continue;
        };
        if row.cells.len() <= place {
            row.cells.resize(place + 1, Cell::Empty);
        }
        row.cells[place] = match &value.kind {
            Some(Kind::StringValue(text)) if !text.is_empty() => Cell::Text(text.replace('\0', "")),
            Some(Kind::NumberValue(number)) => Cell::Number(*number),
            Some(Kind::BoolValue(value)) => Cell::Bool(*value),
            _ => Cell::Empty,
        };
    }
}
