//! A spreadsheet to fill in: headers that an import knows, a row as an example, and the values that are allowed.

use std::fs::File;

use cims_proto::customer::v1::{Contact, Customer, FileChunk};
use kit::{
    Failure,
    schema::{FieldTable, table_of},
};
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use tonic::codegen::BoxStream;

use super::{
    pieces, saved,
    texts::{Language, Texts},
};
use crate::import::Jobs;

/// The columns, by the paths of their fields.
const COLUMNS: [&str; 20] = [
    "name",
    "type",
    "creditCode",
    "contacts.name",
    "contacts.salutation",
    "contacts.position",
    "phones",
    "email",
    "regionCode",
    "address",
    "homepage",
    "industry",
    "source",
    "level",
    "status",
    "cooperationProducts",
    "firstCooperationDate",
    "cumulativeAmount",
    "ownerId",
    "remarks",
];
const WIDTH: f64 = 18.0;

/// A column, with the values that are allowed in it when they are few.
struct Column {
    header: String,
    example: String,
    allowed: Vec<String>,
}

/// # Errors
/// When the database refuses or no temporary file can be written.
pub async fn template(jobs: &Jobs, language: Language) -> Result<BoxStream<FileChunk>, Failure> {
    let dictionaries = kit::dictionaries::list(&jobs.pool).await?;
    let labels = |code: &str| -> Vec<String> {
        let items = dictionaries.iter().filter(|own| own.code == code).flat_map(|own| &own.items);
        let label = |item: &cims_proto::dictionary::v1::DictionaryItem| match language {
            Language::Chinese => item.label_zh.clone(),
            Language::English => item.label_en.clone(),
        };
        items.filter(|item| !item.retired).map(label).collect()
    };
    let texts = Texts::of(language)?;
    let columns = COLUMNS.into_iter().filter_map(|path| column(path, language, &texts, labels)).collect::<Vec<_>>();
    let (file_name, sheet, values) =
        (texts.text("template-file"), texts.text("template-sheet"), texts.text("template-values"));
    let work = move || write(&columns, sheet, values);
    let file = tokio::task::spawn_blocking(work).await.map_err(Failure::internal)??;
    Ok(pieces(file, file_name))
}

fn column(path: &str, language: Language, texts: &Texts, labels: impl Fn(&str) -> Vec<String>) -> Option<Column> {
    let field = match path.strip_prefix("contacts.") {
        Some(name) => table_of::<Contact>().fields.iter().find(|field| field.json == name)?,
        None => table_of::<Customer>().fields.iter().find(|field| field.json == path)?,
    };
    let allowed = match &field.rules.dictionary {
        Some(dictionary) => labels(dictionary),
        None if path == "type" => ["type-ENTERPRISE", "type-INDIVIDUAL"].map(|key| texts.text(key)).to_vec(),
        None => Vec::new(),
    };
    let example = texts.find(&format!("example-{}", path.replace('.', "-")), &[]);
    let example = example.or_else(|| allowed.first().cloned()).unwrap_or_default();
    Some(Column { header: header(field, language)?, example, allowed })
}

/// A word by which an import knows the field.
fn header(field: &FieldTable, language: Language) -> Option<String> {
    let words = &field.rules.import_words;
    let english = words.iter().find(|word| word.is_ascii()).filter(|_| language == Language::English);
    let word = english.or_else(|| words.first())?;
    let mut characters = word.chars();
    characters.next().map(|first| first.to_uppercase().collect::<String>() + characters.as_str())
}

fn write(columns: &[Column], sheet: String, values: String) -> Result<File, Failure> {
    let mut workbook = Workbook::new();
    fill(&mut workbook, columns, sheet, values).map_err(Failure::internal)?;
    saved(workbook)
}

fn fill(workbook: &mut Workbook, columns: &[Column], name: String, values: String) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    let text = Format::new().set_num_format("@");
    let sheet = workbook.add_worksheet().set_name(name)?;
    sheet.set_freeze_panes(1, 0)?;
    for (index, column) in (0..).zip(columns) {
        sheet.set_column_width(index, WIDTH)?;
        // Phones and codes are texts: as numbers they would lose digits.
        sheet.set_column_format(index, &text)?;
        sheet.write_string_with_format(0, index, &column.header, &bold)?;
        sheet.write_string_with_format(1, index, &column.example, &text)?;
    }
    let sheet = workbook.add_worksheet().set_name(values)?;
    for (index, column) in (0..).zip(columns.iter().filter(|column| !column.allowed.is_empty())) {
        sheet.set_column_width(index, WIDTH)?;
        sheet.write_string_with_format(0, index, &column.header, &bold)?;
        for (row, value) in (1..).zip(&column.allowed) {
            sheet.write_string(row, index, value)?;
        }
    }
    Ok(())
}
