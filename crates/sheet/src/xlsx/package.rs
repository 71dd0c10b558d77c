//! Which file of the archive is what, and which styles show days.

use std::{
    collections::HashMap,
    io::{Read, Seek},
};

use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::xml::{attribute, reader};
use crate::{Error, archive, date};

const PACKAGE: &str = "_rels/.rels";
const WORKBOOK: &str = "xl/workbook.xml";

/// The files that matter, by their place in the archive.
pub(super) struct Package {
    /// Those of the sheets that a person sees.
    pub sheets: Vec<usize>,
    pub strings: Option<usize>,
    pub styles: Styles,
}

/// How numbers are shown.
#[derive(Default)]
pub(super) struct Styles {
    /// By the style's number: whether it shows days or times.
    pub dates: Vec<bool>,
    /// Days are counted from 1904 on.
    pub is_1904: bool,
}

/// Where a relation of a file leads.
struct Relation {
    kind: String,
    /// Path within the archive.
    target: String,
}

impl Package {
    pub(super) fn read<R: Read + Seek>(archive: &mut ZipArchive<R>) -> Result<Self, Error> {
        let workbook = workbook(archive)?;
        let (folder, name) = workbook.rsplit_once('/').unwrap_or(("", &workbook));
        let relations = relations(archive, &format!("{folder}/_rels/{name}.rels"), folder)?;
        let mut package = Package { sheets: Vec::new(), strings: None, styles: Styles::default() };
        let mut shown = Vec::new();
        let index = archive.index_for_name(&workbook).ok_or(Error::Unsupported)?;
        each_start(archive, index, |tag| {
            match tag.local_name().as_ref() {
                "workbookPr" => {
                    let value = attribute(tag, "date1904")?;
                    package.styles.is_1904 = value.is_some_and(|value| value == "1" || value == "true");
                }
                "sheet" if attribute(tag, "state")?.is_none_or(|state| state == "visible") => {
                    shown.extend(attribute(tag, "id")?);
                }
                _ => {}
            }
            Ok(())
        })?;
        let sheets = shown.iter().filter_map(|id| relations.get(id)).filter(|sheet| sheet.kind == "worksheet");
        for sheet in sheets {
            let index = archive.index_for_name(&sheet.target);
            package.sheets.push(index.ok_or(Error::Damaged("a sheet is missing"))?);
        }
        let find = |kind: &str| relations.values().find(|relation| relation.kind == kind);
        package.strings = find("sharedStrings").and_then(|file| archive.index_for_name(&file.target));
        if let Some(index) = find("styles").and_then(|file| archive.index_for_name(&file.target)) {
            package.styles.dates = dates(archive, index)?;
        }
        Ok(package)
    }
}

/// The path of the workbook; an archive without one is no spreadsheet.
fn workbook<R: Read + Seek>(archive: &mut ZipArchive<R>) -> Result<String, Error> {
    let relations = relations(archive, PACKAGE, "")?;
    let found = relations.into_values().find(|relation| relation.kind == "officeDocument");
    Ok(found.map_or_else(|| WORKBOOK.to_owned(), |relation| relation.target))
}

/// The relations of a file in a folder, by their ids; none when it has no such file.
fn relations<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    path: &str,
    folder: &str,
) -> Result<HashMap<String, Relation>, Error> {
    let mut relations = HashMap::new();
    let Some(index) = archive.index_for_name(path.trim_start_matches('/')) else { return Ok(relations) };
    each_start(archive, index, |tag| {
        if let (Some(id), Some(kind), Some(target)) =
            (attribute(tag, "Id")?, attribute(tag, "Type")?, attribute(tag, "Target")?)
        {
            let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
            relations.insert(id, Relation { kind, target: path_of(folder, &target) });
        }
        Ok(())
    })?;
    Ok(relations)
}

/// `/xl/worksheets/sheet1.xml`, or `worksheets/sheet1.xml` from the folder `xl`, as the archive names it.
fn path_of(folder: &str, target: &str) -> String {
    let whole = match target.strip_prefix('/') {
        Some(whole) => whole.to_owned(),
        None => format!("{folder}/{target}"),
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Whether each cell style shows days.
fn dates<R: Read + Seek>(archive: &mut ZipArchive<R>, index: usize) -> Result<Vec<bool>, Error> {
    const MOST: usize = 65_536;
    let mut codes: HashMap<u32, bool> = HashMap::new();
    let (mut dates, mut within) = (Vec::new(), false);
    each_start(archive, index, |tag| {
        let number = |name| Ok::<_, Error>(attribute(tag, name)?.and_then(|id| id.parse().ok()).unwrap_or_default());
        match tag.local_name().as_ref() {
            "numFmt" if codes.len() < MOST => {
                let code = attribute(tag, "formatCode")?.unwrap_or_default();
                codes.insert(number("numFmtId")?, date::is_date_code(&code));
            }
            // Others, as those of named styles, hold such elements too.
            "cellXfs" => within = true,
            "cellStyles" | "dxfs" => within = false,
            "xf" if within && dates.len() < MOST => {
                let id = number("numFmtId")?;
                dates.push(codes.get(&id).copied().unwrap_or_else(|| date::is_date_format(id)));
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(dates)
}

/// Hands over every element's start.
fn each_start<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    index: usize,
    mut each: impl FnMut(&BytesStart<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut xml = reader(archive::entry(archive, index)?);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer)? {
            Event::Start(tag) => each(&tag)?,
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}
