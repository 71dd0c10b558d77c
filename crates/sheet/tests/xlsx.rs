//! xlsx files made by hand, good and bad.

use std::io::{Cursor, Write};

use sheet::{Cell, Row, Workbook};
use zip::write::SimpleFileOptions;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/TARGET</Relationships>"#;
const WORKBOOK: &str = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
<sheets><sheet name="one" sheetId="1" r:id="rId1"/></sheets></workbook>"#;

/// An xlsx with one sheet of these rows, and further files.
fn xlsx(rows: &str, others: &[(&str, &[u8])]) -> Result<Vec<u8>> {
    let package = RELATIONS.replace("TARGET", r#"officeDocument" Target="xl/workbook.xml"/>"#);
    const STRINGS: &str = r#"<Relationship Id="rId2" Type="x/sharedStrings" Target="sharedStrings.xml"/>"#;
    let book = RELATIONS.replace("TARGET", &format!(r#"worksheet" Target="worksheets/sheet1.xml"/>{STRINGS}"#));
    let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let files: [(&str, &[u8]); 4] = [
        ("_rels/.rels", package.as_bytes()),
        ("xl/workbook.xml", WORKBOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", book.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ];
    for (name, bytes) in files.iter().chain(others) {
        archive.start_file(*name, SimpleFileOptions::default())?;
        archive.write_all(bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}

fn read(bytes: &[u8]) -> std::result::Result<Vec<Row>, sheet::Error> {
    Workbook::open(Cursor::new(bytes), "list.xlsx")?.rows(0)?.collect()
}

fn code(bytes: &[u8]) -> Option<&'static str> {
    read(bytes).err().map(|error| error.code())
}

#[test]
fn cells_keep_their_place_and_kind() -> Result<()> {
    let file = xlsx(
        r#"<row r="2"><c r="B2" t="inlineStr"><is><t>张三</t></is></c><c r="D2"><v>13800138000</v></c></row>
        <row r="3"/><row r="5"><c r="A5" t="b"><v>1</v></c><c r="C5" s="1"/></row>"#,
        &[],
    )?;
    let rows = read(&file)?;
    assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [2, 5]);
    assert_eq!(rows[0].cell(0), &Cell::Empty);
    assert_eq!(rows[0].cell(1).text(), "张三");
    assert_eq!(rows[0].cell(3).text(), "13800138000");
    assert_eq!(rows[1].cells, [Cell::Bool(true)]);
    Ok(())
}

#[test]
fn a_far_cell_costs_nothing() -> Result<()> {
    let last_row = xlsx(r#"<row r="1048576"><c r="A1048576"><v>1</v></c></row>"#, &[])?;
    assert_eq!(read(&last_row)?[0].number, 1_048_576);
    let last_column = xlsx(r#"<row r="1"><c r="XFD1"><v>1</v></c></row>"#, &[])?;
    assert_eq!(code(&last_column), Some("TOO_MANY_COLUMNS"));
    for number in ["1048577", "99999999999"] {
        let beyond = xlsx(&format!(r#"<row r="{number}"/>"#), &[])?;
        assert_eq!(code(&beyond), Some("TOO_MANY_ROWS"));
        // Told before the first row, which is not looked at: it would be damaged.
        let told = xlsx(&format!(r#"<dimension ref="A1:C{number}"/><c/>"#), &[])?;
        assert_eq!(code(&told), Some("TOO_MANY_ROWS"));
    }
    for range in ["A1:XFD1048576", "A1", "", "nonsense"] {
        let honest = xlsx(&format!(r#"<dimension ref="{range}"/><row r="1"><c r="A1"><v>1</v></c></row>"#), &[])?;
        assert_eq!(code(&honest), None, "{range}");
    }
    Ok(())
}

#[test]
fn a_cell_stands_where_its_row_and_the_one_before_say() -> Result<()> {
    for rows in [
        r#"<row r="1"><c r="A1048576"><v>1</v></c></row>"#,
        r#"<row r="7"/><row r="3"><c r="A3"><v>1</v></c></row>"#,
        r#"<row r="1"><c r="C1"><v>1</v></c><c r="A1"><v>1</v></c></row>"#,
    ] {
        assert_eq!(code(&xlsx(rows, &[])?), Some("CELL_OUT_OF_ORDER"), "{rows}");
    }
    let implied = read(&xlsx("<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>", &[])?)?;
    assert_eq!(implied.iter().map(|row| (row.number, row.cells.len())).collect::<Vec<_>>(), [(1, 2), (2, 1)]);
    Ok(())
}

/// Where the record of a file inside begins in the directory at the archive's end.
fn record(bytes: &[u8], name: &str) -> Option<usize> {
    const HEAD: usize = 46;
    let at = bytes.windows(name.len()).rposition(|window| window == name.as_bytes())?;
    at.checked_sub(HEAD).filter(|start| bytes[*start..].starts_with(b"PK\x01\x02"))
}

#[test]
fn an_archive_that_lies_is_refused() -> Result<()> {
    const SHEET: &str = "xl/worksheets/sheet1.xml";
    let honest = xlsx(&format!("<row>{}</row>", "<c><v>1</v></c>".repeat(200)), &[])?;
    assert_eq!(code(&honest), None);
    let place = record(&honest, SHEET).ok_or("no record")?;
    // It unpacks to more than it says.
    let mut small = honest.clone();
    small[place + 24..place + 28].copy_from_slice(&64_u32.to_le_bytes());
    assert_eq!(code(&small), Some("FILE_UNREADABLE"));
    // It says that it is locked.
    let mut locked = honest.clone();
    locked[place + 8] |= 1;
    assert_eq!(code(&locked), Some("FILE_PROTECTED"));
    // Two names for the same bytes.
    let mut twice = honest.clone();
    let other = record(&honest, "xl/workbook.xml").ok_or("no record")?;
    let (start, size) = (honest[place + 42..place + 46].to_vec(), honest[place + 20..place + 28].to_vec());
    twice[other + 42..other + 46].copy_from_slice(&start);
    twice[other + 20..other + 28].copy_from_slice(&size);
    assert_eq!(code(&twice), Some("FILE_UNREADABLE"));
    // An archive of something else, and one within another.
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("list.xlsx", SimpleFileOptions::default())?;
    archive.write_all(&honest)?;
    assert_eq!(code(&archive.finish()?.into_inner()), Some("FILE_UNSUPPORTED"));
    Ok(())
}

#[test]
fn the_name_says_what_the_content_is() -> Result<()> {
    let opened = |bytes: &[u8], name: &str| match Workbook::open(Cursor::new(bytes.to_vec()), name) {
        Ok(_) => "",
        Err(error) => error.code(),
    };
    let file = xlsx("", &[])?;
    assert_eq!(opened(&file, "list.XLSX"), "");
    assert_eq!(opened(&file, "list.csv"), "FILE_MISNAMED");
    assert_eq!(opened(b"name,phone", "list.xlsx"), "FILE_MISNAMED");
    assert_eq!(opened(b"name,phone", "list.pdf"), "FILE_UNSUPPORTED");
    let mut locked = b"\xd0\xcf\x11\xe0".to_vec();
    locked.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(opened(&locked, "list.xlsx"), "FILE_PROTECTED");
    Ok(())
}

#[test]
fn rows_survive_the_way_between_processes() -> Result<()> {
    let rows = r#"<row r="2"><c r="B2" t="inlineStr"><is><t>张三</t></is></c><c r="D2"><v>-1.5</v></c></row>
        <row r="5"><c r="A5" t="b"><v>1</v></c><c r="B5" t="d"><v>2023-01-05T12:37:00Z</v></c></row>"#;
    let file = xlsx(rows, &[])?;
    let mut written = tempfile::tempfile()?;
    sheet::spool::write(Cursor::new(&file), "list.xlsx", &mut written)?;
    let mut spool = sheet::Spool::open(written)?;
    assert_eq!((spool.sheets(), spool.count(0)), (1, 2));
    let back = spool.rows(0)?.collect::<std::io::Result<Vec<_>>>()?;
    assert_eq!(back, read(&file)?);
    Ok(())
}

#[test]
fn bombs_are_refused_before_unpacking() -> Result<()> {
    let zeros = vec![b' '; 4 << 20];
    assert_eq!(code(&xlsx("", &[("xl/media/a", &zeros)])?), Some("FILE_TOO_LARGE"));
    let names: Vec<String> = (0..200).map(|number| format!("xl/media/{number}")).collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert_eq!(code(&xlsx("", &many)?), Some("FILE_TOO_LARGE"));
    assert_eq!(code(&xlsx("", &[("xl/vbaProject.bin", b"")])?), Some("FILE_HAS_MACROS"));
    Ok(())
}

#[test]
fn a_long_text_is_refused_with_its_place() -> Result<()> {
    let text = "长".repeat(32_768);
    let row = format!(r#"<row r="7"><c r="C7" t="inlineStr"><is><t>{text}</t></is></c></row>"#);
    // Noise keeps the file from packing like a bomb.
    let noise: Vec<u8> = (0..200_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let file = xlsx(&row, &[("xl/media/noise", &noise)])?;
    let error = read(&file).err().ok_or("read")?;
    assert!(matches!(error, sheet::Error::TextTooLong { row: 7, column: 3 }), "{error}");
    Ok(())
}

#[test]
fn the_sample_list() -> Result<()> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/customers-5000.xlsx");
    let bytes = std::fs::read(path)?;
    let mut book = Workbook::open(Cursor::new(&bytes), "customers-5000.xlsx")?;
    assert_eq!(book.sheets(), 2);
    let rows = book.rows(0)?.collect::<std::result::Result<Vec<_>, _>>()?;
    assert_eq!((rows.len(), rows[2].number), (5_002, 3));
    assert_eq!(rows[1].cell(0).text(), "客户名称");
    assert_eq!(rows[2].cell(17).text(), "2023-04-02 12:37:00");
    assert_eq!(rows[2].cell(18), &Cell::Number(717_605.36));
    assert_eq!(book.rows(1)?.count(), 1);
    Ok(())
}

#[test]
fn a_shared_text_repeated_is_bounded() -> Result<()> {
    let strings = format!(r#"<sst uniqueCount="1"><si><t>{}</t></si></sst>"#, "x".repeat(32_767));
    let cells: String = ('A'..='Z').map(|column| format!(r#"<c r="{column}1" t="s"><v>0</v></c>"#)).collect();
    let row = format!(r#"<row r="1">{cells}</row>"#);
    let file = xlsx(&row, &[("xl/sharedStrings.xml", strings.as_bytes())])?;
    let error = read(&file).err().ok_or("read")?;
    assert!(matches!(error, sheet::Error::RowTooLong { row: 1 }), "{error}");
    Ok(())
}
