//! A row as it is shown.

use cims_proto::customer::v1::{ImportRow, import_row};
use intake::import::{Cell, Layout};
use kit::Failure;
use prost_types::{Struct, Value, value::Kind};
use serde::Deserialize;

use super::{Outcome, store};

/// The kept outcomes that an asked one means: flagged rows are accepted ones, and dropped ones are shown when asked for.
pub fn outcomes(asked: import_row::Outcome) -> &'static [Outcome] {
    match asked {
        import_row::Outcome::Unspecified => {
            &[Outcome::Accepted, Outcome::Flagged, Outcome::Rejected, Outcome::Duplicate]
        }
        import_row::Outcome::Accepted => &[Outcome::Accepted, Outcome::Flagged],
        import_row::Outcome::Flagged => &[Outcome::Flagged],
        import_row::Outcome::Rejected => &[Outcome::Rejected],
        import_row::Outcome::Duplicate => &[Outcome::Duplicate],
        import_row::Outcome::Dropped => &[Outcome::Dropped],
    }
}

/// An error of a row, as `intake::import::RowError` writes it.
#[derive(Debug, Deserialize)]
pub struct RowError {
    pub column: String,
    pub field: String,
    pub code: String,
    pub allowed: String,
}

/// # Errors
/// When what is kept of the row cannot be read: a defect.
pub fn errors(row: &store::Row) -> Result<Vec<RowError>, Failure> {
    Vec::deserialize(&row.errors).map_err(Failure::internal)
}

/// # Errors
/// As [`errors`].
pub fn shown(row: store::Row, layout: &Layout) -> Result<ImportRow, Failure> {
    let errors = errors(&row)?;
    let outcome = match row.outcome {
        Outcome::Accepted => import_row::Outcome::Accepted,
        Outcome::Flagged => import_row::Outcome::Flagged,
        Outcome::Rejected => import_row::Outcome::Rejected,
        Outcome::Duplicate => import_row::Outcome::Duplicate,
        Outcome::Dropped => import_row::Outcome::Dropped,
    };
    let flags = row.flags.as_array().into_iter().flatten().filter_map(|flag| flag.as_str()).map(str::to_owned);
    Ok(ImportRow {
        row: row.row,
        outcome: outcome.into(),
        values: Some(values(layout, &row.cells)),
        errors: errors
            .into_iter()
            .map(|error| import_row::Error {
                column: error.column,
                code: error.code,
                allowed: error.allowed,
                field: error.field,
            })
            .collect(),
        duplicate_of: row.duplicate_by.filter(|by| !by.is_empty()).map(|by| import_row::DuplicateOf {
            row: row.duplicate_row.unwrap_or_default(),
            customer_id: row.duplicate_customer_id.map(|id| id.to_string()).unwrap_or_default(),
            by,
        }),
        flags: flags.collect(),
        customer_id: row.customer_id.map(|id| id.to_string()).unwrap_or_default(),
        kept_because: row.kept_because,
    })
}

/// The cells that say something, as texts by header. Of two columns with one header the first that says something.
fn values(layout: &Layout, cells: &[Cell]) -> Struct {
    let mut values = Struct::default();
    for (place, column) in layout.places() {
        if let Some(cell) = cells.get(place).filter(|cell| !cell.is_blank()) {
            let text = || Value { kind: Some(Kind::StringValue(cell.text().into_owned())) };
            values.fields.entry(column.header.clone()).or_insert_with(text);
        }
    }
    values
}
