//! Separated text: encodings, separators, and the numbers of rows.

use std::io::Cursor;

use sheet::{Cell, Row, Workbook};

fn rows(bytes: &[u8]) -> Result<Vec<Row>, sheet::Error> {
    Workbook::open(Cursor::new(bytes), "list.csv")?.rows(0)?.collect()
}

fn texts(bytes: &[u8]) -> Result<Vec<(u32, Vec<String>)>, sheet::Error> {
    let text = |row: Row| row.cells.iter().map(|cell| cell.text().into_owned()).collect();
    Ok(rows(bytes)?.into_iter().map(|row| (row.number, text(row))).collect())
}

#[test]
fn blank_lines_count_and_quoted_line_breaks_do_not() -> Result<(), sheet::Error> {
    for end in ["\n", "\r\n", "\r"] {
        let lines = ["name,remarks", "A,\"one\ntwo\r\nthree\"", "", "", "B,", "", "C,x"];
        let read = texts(lines.join(end).as_bytes())?;
        let numbers: Vec<u32> = read.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [1, 2, 5, 7], "{end:?}");
        assert_eq!(read[1].1[1], "one\ntwo\r\nthree");
    }
    Ok(())
}

#[test]
fn every_encoding_gives_the_same_text() -> Result<(), sheet::Error> {
    let text = "姓名,备注\n王𠮷,👍\n";
    let (gb18030, _, _) = encoding_rs::GB18030.encode(text);
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let expected = texts(text.as_bytes())?;
    assert_eq!(expected[1].1, ["王𠮷", "👍"]);
    assert_eq!(texts(&gb18030)?, expected);
    assert_eq!(texts(&utf16)?, expected);
    let reversed: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for unmarked in [&utf16[2..], &reversed] {
        assert_eq!(texts(unmarked)?, expected);
    }
    assert_eq!(texts(format!("\u{feff}{text}").as_bytes())?, expected);
    Ok(())
}

#[test]
fn the_separator_is_found() -> Result<(), sheet::Error> {
    for delimiter in [",", ";", "\t"] {
        let text = ["客户清单", "name|phone|remarks", "A|1|\"a, b; c\"", "B|2|c"].join("\n").replace('|', delimiter);
        let read = texts(text.as_bytes())?;
        assert_eq!(read[2].1, ["A", "1", "a, b; c"], "{delimiter:?}");
    }
    Ok(())
}

#[test]
fn empty_fields_are_empty_cells() -> Result<(), sheet::Error> {
    let read = rows("a,,　\n,,\n".as_bytes())?;
    assert_eq!(read[0].cells[1], Cell::Empty);
    assert!(read[0].cells[2].is_blank() && !read[0].is_blank());
    assert!(read[1].is_blank());
    Ok(())
}

#[test]
fn a_list_that_is_too_long_is_refused_before_a_row_is_taken() -> Result<(), sheet::Error> {
    for end in ["\n", "\r\n", "\r"] {
        let text = format!("name,phone{end}") + &format!("A,1{end}").repeat(1_048_576);
        let mut output = Vec::new();
        let refused = sheet::spool::write(Cursor::new(text), "list.csv", &mut output).map_err(|error| error.code());
        assert_eq!((refused, output.len()), (Err("TOO_MANY_ROWS"), 0), "{end:?}");
    }
    // More lines than there may be rows, and fewer rows.
    let text = "name,remarks\n".to_owned() + &"A,\"one\ntwo\"\n".repeat(600_000);
    let mut output = Vec::new();
    sheet::spool::write(Cursor::new(text), "list.csv", &mut output)?;
    assert!(!output.is_empty());
    Ok(())
}

#[test]
fn limits_and_other_files_are_told_by_code() {
    let code = |bytes: &[u8]| rows(bytes).map_err(|error| error.code());
    assert_eq!(code("x".repeat(32_768).as_bytes()), Err("TEXT_TOO_LONG"));
    assert!(code("长".repeat(32_767).as_bytes()).is_ok());
    let wide = format!("{}x\n", ",".repeat(500));
    assert_eq!(code(wide.as_bytes()), Err("TOO_MANY_COLUMNS"));
    assert!(code(format!("x{}\n", ",".repeat(2_000)).as_bytes()).is_ok());
    assert_eq!(code(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), Err("FILE_UNSUPPORTED"));
    assert_eq!(code(b"name\n\xff\xff\xff\n"), Err("FILE_ENCODING"));
    assert_eq!(code(b"name\0phone"), Err("FILE_UNSUPPORTED"));
    assert_eq!(code(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), Err("FILE_MISNAMED"));
    assert_eq!(code(b"PK\x03\x04 and no more"), Err("FILE_MISNAMED"));
    assert_eq!(code("\n".repeat(1_048_576).as_bytes()).map(|rows| rows.len()), Ok(0));
    assert_eq!(code(format!("{}x", "\n".repeat(1_048_576)).as_bytes()), Err("TOO_MANY_ROWS"));
    assert_eq!(code(format!("a,\"{}", "b,".repeat(1 << 20)).as_bytes()), Err("TEXT_TOO_LONG"));
}
