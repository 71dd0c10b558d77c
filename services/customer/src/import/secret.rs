//! Secrets in a file. Its pieces are kept sealed, and of its rows the cells that hold a secret stand sealed beside the others,
//! where nothing is then left; so the tables of imports hold none in clear, however columns are mapped.

use std::collections::BTreeSet;

use intake::import::{Cell, Column, Draft, Field, Layout, Row as Raw};
use kit::{
    Failure,
    schema::{is_id_number, sealed_text, star, words},
    secret::Secrets,
};
use uuid::Uuid;

use super::{references::header_words, store::Row};
use crate::customer::ID_NUMBER;

/// A row as read, whose cells are all in clear, and the places of those that were kept sealed.
#[derive(Clone)]
pub struct Opened {
    pub row: Raw,
    places: BTreeSet<usize>,
}

impl From<Raw> for Opened {
    fn from(row: Raw) -> Opened {
        Opened { row, places: BTreeSet::new() }
    }
}

impl Opened {
    /// # Errors
    /// When a key is missing, or what was sealed is damaged.
    pub fn of(mut row: Raw, sealed: Option<&[u8]>, import_id: Uuid, secrets: &Secrets) -> Result<Opened, Failure> {
        let cells = open(sealed, import_id, secrets)?;
        let places = cells.iter().map(|(place, _)| *place).collect();
        put(&mut row.cells, cells);
        Ok(Opened { row, places })
    }

    /// The cells as they are kept: those that are open, and the others. Once a secret, a cell stays one whatever is then
    /// written there, and whatever its column is mapped to.
    ///
    /// # Errors
    /// Never for cells that were read.
    pub fn seal(
        self,
        columns: &BTreeSet<usize>,
        import_id: Uuid,
        secrets: &Secrets,
    ) -> Result<(Vec<Cell>, Option<Vec<u8>>), Failure> {
        let Opened { row: Raw { mut cells, .. }, mut places } = self;
        places.extend(columns);
        places.extend(cells.iter().enumerate().filter(|(_, cell)| is_number(cell)).map(|(place, _)| place));
        let taken = places.into_iter().filter_map(|place| Some((place, std::mem::take(cells.get_mut(place)?))));
        let taken: Vec<(usize, Cell)> = taken.filter(|(_, cell)| !cell.is_blank()).collect();
        if taken.is_empty() {
            return Ok((cells, None));
        }
        let text = serde_json::to_vec(&taken).map_err(Failure::internal)?;
        Ok((cells, Some(secrets.seal(&place(import_id), &text)?)))
    }
}

/// The places of columns that hold secrets: by their header, or as they are mapped.
pub fn columns(layout: &Layout) -> BTreeSet<usize> {
    let is_secret =
        |column: &Column| column.field == Some(Field::IdNumber) || header_words().mean(&column.header, Field::IdNumber);
    layout.places().filter(|(_, column)| is_secret(column)).map(|(place, _)| place).collect()
}

fn is_number(cell: &Cell) -> bool {
    // Most cells are too short or too wordy, which is told sooner than what they say.
    let may_be = |text: &str| text.len() >= 18 && text.chars().filter(|character| character.is_numeric()).count() >= 17;
    matches!(cell, Cell::Text(text) if may_be(text) && is_id_number(&intake::text::key(text)))
}

/// The draft with its secret sealed as a customer's is, and known by its digest.
///
/// # Errors
/// Never for what fits in a cell.
pub fn seal_draft(mut draft: Draft, secrets: &Secrets) -> Result<Draft, Failure> {
    if let Some(number) = draft.id_number.take() {
        let sealed = sealed_text(ID_NUMBER, &number, secrets)?;
        // The oldest key's: customers have it too, whenever they were written.
        draft.id_number_key = words(&sealed).pop();
        draft.id_number = Some(sealed);
    }
    Ok(draft)
}

/// The row with stars for its secrets, all of them for whoever sees none.
///
/// # Errors
/// When a key is missing, or what was sealed is damaged.
pub fn starred(mut row: Row, import_id: Uuid, is_hidden: bool, secrets: &Secrets) -> Result<Row, Failure> {
    let shown = |cell: &Cell| match is_hidden {
        true => "******".to_owned(),
        false => star(&cell.text()),
    };
    let cells = open(row.secret.take().as_deref(), import_id, secrets)?;
    put(&mut row.cells, cells.into_iter().map(|(place, cell)| (place, Cell::Text(shown(&cell)))).collect());
    Ok(row)
}

/// A piece of the file as it is kept.
///
/// # Errors
/// When it is larger than a message can be.
pub fn seal_piece(import_id: Uuid, number: i32, piece: &[u8], secrets: &Secrets) -> Result<Vec<u8>, Failure> {
    secrets.seal(&place_of_piece(import_id, number), piece)
}

/// # Errors
/// When a key is missing, or what was sealed is damaged.
pub fn open_piece(import_id: Uuid, number: i32, sealed: &[u8], secrets: &Secrets) -> Result<Vec<u8>, Failure> {
    secrets.open(&place_of_piece(import_id, number), sealed)
}

fn place_of_piece(import_id: Uuid, number: i32) -> String {
    format!("customer.import_piece {import_id} {number}")
}

/// Where the sealed cells of an import stand.
pub fn place(import_id: Uuid) -> String {
    format!("customer.import_row {import_id}")
}

fn open(sealed: Option<&[u8]>, import_id: Uuid, secrets: &Secrets) -> Result<Vec<(usize, Cell)>, Failure> {
    let Some(sealed) = sealed else { return Ok(Vec::new()) };
    let text = secrets.open(&place(import_id), sealed)?;
    serde_json::from_slice(&text).map_err(Failure::internal)
}

fn put(into: &mut Vec<Cell>, cells: Vec<(usize, Cell)>) {
    for (place, cell) in cells {
        if into.len() <= place {
            into.resize(place + 1, Cell::Empty);
        }
        into[place] = cell;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBER: &str = "11010519491231002X";

    fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[test]
    fn a_secret_is_kept_sealed_whatever_its_column_is_mapped_to() {
        let secrets = Secrets::parse(&Secrets::random_text()).expect("a key");
        let header = Raw { number: 1, cells: vec![text("客户名称"), text("身份证号"), text("其他")] };
        let layout = Layout::guess(&[header], header_words()).expect("a header");
        let layout = layout.without(&["idNumber".to_owned()]);
        let columns = columns(&layout);
        let id = Uuid::from_u128(7);
        let cells = vec![text("王小明"), text("11010519491231002"), text(" 11010519491231002x ")];
        let (open, sealed) =
            Opened::from(Raw { number: 2, cells: cells.clone() }).seal(&columns, id, &secrets).expect("sealed");
        assert_eq!(open, [text("王小明"), Cell::Empty, Cell::Empty]);
        let row = || Raw { number: 2, cells: open.clone() };
        let mut opened = Opened::of(row(), sealed.as_deref(), id, &secrets).expect("opened");
        assert_eq!(opened.row.cells, cells);
        assert!(Opened::of(row(), sealed.as_deref(), Uuid::from_u128(8), &secrets).is_err());
        opened.row.cells[2] = text(&NUMBER[..17]);
        let (open, _) = opened.seal(&columns, id, &secrets).expect("sealed");
        assert_eq!(open[2], Cell::Empty);
    }
}
