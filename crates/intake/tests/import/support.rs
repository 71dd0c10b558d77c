//! What the customer service passes in, read from the sources of truth.

use std::collections::HashMap;
use std::convert::Infallible;
use std::error::Error;
use std::path::PathBuf;

use intake::dictionary::{Dictionary, Item};
use intake::import::{Checked, Context, Dictionaries, Draft, Existing, HeaderWords, Owners, Verdict};
use serde::Deserialize;

pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

pub fn repository(path: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join(path)
}

/// A field of customer.proto as an import sees it.
pub struct ProtoField {
    /// JSON path: `creditCode`, `contacts.name`.
    pub path: String,
    pub import_words: Vec<String>,
    pub max_length: Option<usize>,
    pub max_items: Option<usize>,
}

/// The annotated fields of `Customer` and `Contact`.
pub fn proto_fields() -> Result<Vec<ProtoField>> {
    let proto = std::fs::read_to_string(repository("proto/cims/customer/v1/customer.proto"))?;
    let mut fields = Vec::new();
    for (message, prefix) in [("Customer", ""), ("Contact", "contacts.")] {
        let (_, body) = proto.split_once(&format!("\nmessage {message} {{")).ok_or(message)?;
        let (body, _) = body.split_once("\n}").ok_or(message)?;
        for field in body.split(';') {
            fields.extend(proto_field(field, prefix));
        }
    }
    Ok(fields)
}

fn proto_field(declaration: &str, prefix: &str) -> Option<ProtoField> {
    let (declared, options) = declaration.split_once(" = ")?;
    let (_, options) = options.split_once('[')?;
    let name = declared.split_whitespace().last()?;
    let number = |option: &str| {
        let (_, value) = options.split_once(&format!("{option}: "))?;
        value.split(|character: char| !character.is_ascii_digit()).next()?.parse().ok()
    };
    let words = options
        .split_once("import_words: [")
        .and_then(|(_, words)| words.split_once(']'))
        .map_or("", |(words, _)| words);
    Some(ProtoField {
        path: format!("{prefix}{}", camel_case(name)),
        import_words: words.split('"').skip(1).step_by(2).map(str::to_owned).collect(),
        max_length: number("max_length"),
        max_items: number("max_items"),
    })
}

fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |camel, word| {
        let (initial, rest) = word.split_at(1);
        camel + &initial.to_uppercase() + rest
    })
}

pub fn header_words() -> Result<HeaderWords> {
    let fields = proto_fields()?;
    let words: Vec<(&str, Vec<String>)> =
        fields.iter().map(|field| (field.path.as_str(), field.import_words.clone())).collect();
    Ok(HeaderWords::new(&words))
}

#[derive(Deserialize)]
struct DictionaryFile {
    dictionary: Vec<DictionaryTable>,
}

#[derive(Deserialize)]
struct DictionaryTable {
    code: String,
    item: Vec<Item>,
}

pub fn dictionaries() -> Result<Dictionaries> {
    let file = std::fs::read_to_string(repository("services/customer/dictionaries.toml"))?;
    let file: DictionaryFile = toml::from_str(&file)?;
    let mut tables: HashMap<String, Dictionary> =
        file.dictionary.into_iter().map(|table| (table.code, Dictionary::new(table.item))).collect();
    let mut take = |code: &str| tables.remove(code).ok_or(format!("no dictionary {code}"));
    Ok(Dictionaries {
        industry: take("industry")?,
        source: take("source")?,
        level: take("level")?,
        status: take("status")?,
    })
}

/// The demo users, each meaning an id.
pub fn owners() -> Owners {
    let mut owners = Owners::default();
    for name in ["admin", "manager1", "manager2", "rep1", "rep2", "rep3"] {
        owners.insert(name, &format!("id of {name}"));
    }
    owners
}

/// The verdicts on the rows of a csv.
pub fn check_text(csv: &str) -> Result<Vec<Checked>> {
    check_text_against(csv, &Existing::default())
}

pub fn check_text_against(csv: &str, existing: &Existing) -> Result<Vec<Checked>> {
    let dictionaries = dictionaries()?;
    let owners = owners();
    let now = "2026-01-01T12:00:00".parse()?;
    let context = Context { dictionaries: &dictionaries, owners: &owners, now };
    let mut rows = Vec::new();
    intake::import::check(
        csv.as_bytes(),
        "list.csv",
        &header_words()?,
        &context,
        |_| Ok::<_, Infallible>(existing.clone()),
        |_, _, checked| {
            rows.push(checked);
            Ok(())
        },
    )?;
    Ok(rows)
}

/// The drafts of a csv whose rows are all accepted.
pub fn drafts(csv: &str) -> Result<Vec<Draft>> {
    check_text(csv)?
        .into_iter()
        .map(|checked| match checked.verdict {
            Verdict::Accepted(draft) => Ok(*draft),
            other => Err(format!("row {}: {other:?}", checked.row).into()),
        })
        .collect()
}

/// Column, field and code of the errors of a csv's first row.
pub fn errors(csv: &str) -> Result<Vec<(String, String, &'static str)>> {
    match check_text(csv)?.into_iter().next().map(|checked| checked.verdict) {
        Some(Verdict::Rejected(errors)) => {
            Ok(errors.into_iter().map(|error| (error.column, error.field, error.code.as_str())).collect())
        }
        other => Err(format!("{other:?}").into()),
    }
}
