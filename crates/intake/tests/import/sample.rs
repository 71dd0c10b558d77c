//! The sample list against its key: the outcome of every row, from the xlsx and from the csv.

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;

use intake::import::{Cell, Checked, Context, Draft, Existing, Twin, Verdict};

use crate::key::{Expected, accepted, as_it_stands, duplicate, key, rejected};
use crate::support::{self, Result, repository};

const XLSX: &str = "customers-5000.xlsx";
const CSV: &str = "customers-5000.csv";

/// A row as the file has it, by header, and what became of it.
struct Row {
    values: HashMap<String, String>,
    checked: Checked,
}

fn check(file: &str, existing: &Existing) -> Result<BTreeMap<u32, Row>> {
    let bytes = std::fs::read(repository("tests/data").join(file))?;
    let dictionaries = support::dictionaries()?;
    let owners = support::owners();
    let now = "2026-01-01T00:00:00".parse()?;
    let context = Context { dictionaries: &dictionaries, owners: &owners, now, is_id_number: |text| text.len() == 18 };
    let mut rows = BTreeMap::new();
    intake::import::check(
        &bytes,
        file,
        &support::header_words()?,
        &context,
        |_| Ok::<_, Infallible>(existing.clone()),
        |layout, row, checked| {
            let text = |(header, cell): (&str, &Cell)| (header.to_owned(), cell.text().into_owned());
            let values = layout.values(row).map(text).collect();
            rows.insert(row.number, Row { values, checked });
            Ok(())
        },
    )?;
    Ok(rows)
}

/// `title_rows`: how far the key's row numbers are ahead of the file's.
fn agrees_with_key(file: &str, title_rows: u32) -> Result<()> {
    let key = key()?;
    let rows = check(file, &Existing::default())?;
    assert_eq!(rows.len(), key.rows);
    let expected: HashMap<u32, &Expected> =
        key.detail.iter().map(|expected| (expected.row - title_rows, expected)).collect();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (number, row) in &rows {
        let expected = expected.get(number).copied();
        let outcome = match (&row.checked.verdict, expected) {
            (Verdict::Accepted(draft), None) => as_it_stands(&row.values, draft, None),
            (Verdict::Accepted(draft), Some(expected)) => {
                accepted(expected, draft).and_then(|()| as_it_stands(&row.values, draft, Some(expected)))
            }
            (Verdict::Rejected(errors), Some(expected)) => rejected(expected, errors),
            (Verdict::Duplicate { of, by, .. }, Some(expected)) => duplicate(expected, of, *by, title_rows),
            (verdict, None) => Err(format!("{verdict:?}")),
        };
        assert_eq!(outcome, Ok(()), "row {number}: {:?}", row.values);
        *counts.entry(word(&row.checked.verdict).to_owned()).or_default() += 1;
    }
    assert_eq!(counts, key.counts);
    Ok(())
}

fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Accepted(_) => "accept",
        Verdict::Rejected(_) => "reject",
        Verdict::Duplicate { .. } => "duplicate",
    }
}

#[test]
fn the_xlsx_comes_out_as_the_key_says() -> Result<()> {
    agrees_with_key(XLSX, 0)
}

#[test]
fn the_csv_comes_out_as_the_key_says() -> Result<()> {
    agrees_with_key(CSV, 1)
}

#[test]
fn the_csv_gives_the_drafts_of_the_xlsx() -> Result<()> {
    let csv = check(CSV, &Existing::default())?;
    for (number, row) in check(XLSX, &Existing::default())? {
        let same = csv.get(&(number - 1)).map(|row| draft(&row.checked.verdict));
        assert_eq!(same, Some(draft(&row.checked.verdict)), "row {number}");
    }
    Ok(())
}

fn draft(verdict: &Verdict) -> Option<&Draft> {
    match verdict {
        Verdict::Accepted(draft) | Verdict::Duplicate { draft, .. } => Some(draft),
        Verdict::Rejected(_) => None,
    }
}

#[test]
fn a_second_import_finds_the_first() -> Result<()> {
    let first = check(XLSX, &Existing::default())?;
    let mut existing = Existing::default();
    for row in first.values() {
        if let Verdict::Accepted(draft) = &row.checked.verdict {
            let id = format!("customer of row {}", row.checked.row);
            let keys = draft.keys();
            existing.credit_codes.extend(keys.credit_code.map(|code| (code, id.clone())));
            existing.names.insert(keys.name, id.clone());
            existing.phones.extend(keys.phones.into_iter().map(|phone| (phone, id.clone())));
        }
    }
    for (number, row) in check(XLSX, &existing)? {
        match (&first[&number].checked.verdict, &row.checked.verdict) {
            (Verdict::Accepted(_), Verdict::Duplicate { of: Twin::Customer(id), .. }) => {
                assert_eq!(*id, format!("customer of row {number}"));
            }
            (Verdict::Duplicate { of: Twin::Row(twin), .. }, Verdict::Duplicate { of: Twin::Customer(id), .. }) => {
                assert_eq!(*id, format!("customer of row {twin}"), "row {number}");
            }
            (Verdict::Rejected(before), Verdict::Rejected(after)) => assert_eq!(before, after),
            (before, after) => {
                return Err(format!("row {number}: {before:?}, then {after:?}").into());
            }
        }
    }
    Ok(())
}

#[test]
fn a_draft_survives_json() -> Result<()> {
    for row in check(XLSX, &Existing::default())?.values() {
        if let Verdict::Accepted(draft) = &row.checked.verdict {
            let json = serde_json::to_string(draft)?;
            assert_eq!(serde_json::from_str::<Draft>(&json)?, **draft);
        }
    }
    Ok(())
}
