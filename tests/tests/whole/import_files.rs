//! Files from outside: crafted ones are refused while everything goes on, large honest ones pass within their memory.

use std::{
    env,
    fs::File,
    io::{BufWriter, Cursor, Seek, Write},
    process::{Command, ExitStatus, Stdio},
    time::Instant,
};

use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};
use tests::World;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// An xlsx of parts written by hand.
fn crafted(rows: &str, others: &[(&str, &[u8])]) -> Vec<u8> {
    let relation = |kind: &str, target: &str| {
        format!(r#"<Relationships><Relationship Id="r" Type="x/{kind}" Target="{target}"/></Relationships>"#)
    };
    let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    let (package, book) = (relation("officeDocument", "book.xml"), relation("worksheet", "sheet.xml"));
    let files: [(&str, &[u8]); 4] = [
        ("_rels/.rels", package.as_bytes()),
        ("book.xml", br#"<workbook><sheets><sheet name="one" id="r"/></sheets></workbook>"#),
        ("_rels/book.xml.rels", book.as_bytes()),
        ("sheet.xml", sheet.as_bytes()),
    ];
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files.iter().chain(others) {
        // As it is: what packs better than a list can is refused for that alone.
        let method = if *name == "noise" { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let options = SimpleFileOptions::default().compression_method(method);
        archive.start_file(*name, options).expect("a file inside");
        archive.write_all(bytes).expect("it is written");
    }
    archive.finish().expect("an archive").into_inner()
}

/// What Excel writes behind a password: a compound file that says so.
fn locked() -> Vec<u8> {
    let mark = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".iter().copied();
    mark.chain("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes)).collect()
}

/// A whole spreadsheet in an archive.
fn nested(inner: &[u8]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("inner.xlsx", SimpleFileOptions::default()).expect("a file inside");
    archive.write_all(inner).expect("it is written");
    archive.finish().expect("an archive").into_inner()
}

/// Bytes that do not pack.
fn noise(length: u32) -> Vec<u8> {
    (0..length).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn crafted_files_are_refused_at_once_while_everything_goes_on() {
    let world = World::start().await;
    let admin = world.person("admin").await;
    let text =
        |length| format!(r#"<row r="2"><c r="A2" t="inlineStr"><is><t>{}</t></is></c></row>"#, "长".repeat(length));
    let dense = noise(1 << 20);
    let head = "客户名称,手机\n";
    let files: Vec<(&str, Vec<u8>, &str)> = vec![
        ("rows.xlsx", crafted(r#"<row r="1048577"/>"#, &[]), "TOO_MANY_ROWS"),
        ("rows.csv", format!("{head}{}", "甲,\n".repeat(1_048_576)).into_bytes(), "TOO_MANY_ROWS"),
        ("columns.csv", format!("{head}{}甲\n", ",".repeat(500)).into_bytes(), "TOO_MANY_COLUMNS"),
        ("far.xlsx", crafted(r#"<row r="1"><c r="A1048576"><v>1</v></c></row>"#, &[]), "CELL_OUT_OF_ORDER"),
        ("text.xlsx", crafted(&text(32_768), &[("noise", &dense)]), "TEXT_TOO_LONG"),
        ("endless.xlsx", crafted(&text(20 << 20), &[("noise", &dense)]), "TEXT_TOO_LONG"),
        ("bomb.xlsx", crafted("", &[("bomb", &vec![0; 8 << 20])]), "FILE_TOO_LARGE"),
        ("many.xlsx", crafted(&"<![CDATA[<".repeat(9 << 20), &[("noise", &dense)]), "FILE_TOO_LARGE"),
        ("macro.xlsx", crafted("", &[("xl/vbaProject.bin", b"x")]), "FILE_HAS_MACROS"),
        ("name.xlsx", head.as_bytes().to_vec(), "FILE_MISNAMED"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), "FILE_UNSUPPORTED"),
        ("empty.csv", b"\n\n\n".to_vec(), "NO_HEADER"),
        ("password.xlsx", locked(), "FILE_PROTECTED"),
        ("nested.xlsx", nested(&crafted("<row r=\"1\"/>", &[])), "FILE_UNSUPPORTED"),
    ];
    for (name, bytes, code) in files {
        let begin = Instant::now();
        let (import, me) = tokio::join!(admin.upload(name, bytes), admin.get("/v1/me"));
        assert_eq!((import["state"].as_str(), import["problem"].as_str()), (Some("FAILED"), Some(code)), "{name}");
        me.ok();
        println!("{name}: refused after {:.1?}", begin.elapsed());
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_xls_is_read_as_people_see_it() {
    let world = World::start().await;
    let admin = world.person("admin").await;
    let import = admin.upload("customers.xls", include_bytes!("../../data/customers.xls").to_vec()).await;
    let counts = ["total", "accepted", "rejected", "duplicates"].map(|name| import[name].as_i64());
    assert_eq!((import["state"].as_str(), counts), (Some("READY"), [4, 2, 1, 1].map(Some)), "{import}");
    let path = format!("/v1/imports/{}", import["id"].as_str().expect("an id"));
    admin.post(&format!("{path}:run"), &serde_json::json!({})).await.ok();
    admin.import_until(&import, &["SUCCEEDED"]).await;
    let rows = admin.get(&format!("{path}/rows")).await.ok();
    let id = rows["rows"][0]["customerId"].as_str().expect("an id");
    let customer = admin.get(&format!("/v1/customers/{id}")).await.ok();
    let shown = ["name", "firstCooperationDate", "cumulativeAmount", "remarks"].map(|name| customer[name].as_str());
    assert_eq!(shown, [Some("甲厂"), Some("2021-03-05"), Some("717605.36"), Some("第一行\n第二行")], "{customer}");
    assert_eq!(customer["phones"][0]["number"], "13800138000", "{customer}");
    world.stop().await;
}

/// What a customer of a list has.
fn texts(row: u32) -> [String; 6] {
    [
        format!("大表样本第{row}号有限公司"),
        format!("王{row}"),
        format!("13{row:09}"),
        format!("customer{row}@example.com"),
        format!("中山路 {row} 号"),
        format!("第 {row} 行的备注"),
    ]
}

const HEADERS: [&str; 6] = ["客户名称", "联系人", "手机", "邮箱", "地址", "备注"];

/// A list of many customers, each of whose texts stands in the file once.
fn list(rows: u32) -> File {
    let fill = |sheet: &mut Worksheet| -> Result<(), XlsxError> {
        for (column, header) in (0..).zip(HEADERS) {
            sheet.write_string(0, column, header)?;
        }
        for row in 1..=rows {
            for (column, text) in (0..).zip(texts(row)) {
                sheet.write_string(row, column, text)?;
            }
        }
        Ok(())
    };
    let mut workbook = Workbook::new();
    // Texts go to the file's table of shared ones, as most programs write them.
    fill(workbook.add_worksheet_with_low_memory().expect("a sheet")).expect("rows");
    let mut file = tempfile::tempfile().expect("a file");
    workbook.save_to_writer(&mut file).expect("it is written");
    file.rewind().expect("a file");
    file
}

/// The same as separated text.
fn separated(rows: u32) -> File {
    let mut file = BufWriter::new(tempfile::tempfile().expect("a file"));
    writeln!(file, "{}", HEADERS.join(",")).expect("it is written");
    for row in 1..=rows {
        writeln!(file, "{}", texts(row).join(",")).expect("it is written");
    }
    let mut file = file.into_inner().expect("it is written");
    file.rewind().expect("a file");
    file
}

/// The command by which the service reads files, which limits its own memory.
fn reader(file: File, name: &str, output: File) -> ExitStatus {
    Command::new(env::var("CIMS_BINARY").expect("run the tests by `cargo xtask test`"))
        .args(["sheet-rows", "--", name])
        .env("MIMALLOC_ARENA_EAGER_COMMIT", "0")
        .stdin(file)
        .stdout(output)
        .stderr(Stdio::null())
        .status()
        .expect("it starts")
}

fn read(file: File, name: &str) -> (bool, u32) {
    let output = tempfile::tempfile().expect("a file");
    let status = reader(file, name, output.try_clone().expect("a file"));
    let rows = sheet::Spool::open(output).map(|spool| spool.count(0)).unwrap_or_default();
    (status.success(), rows)
}

#[test]
fn a_long_list_passes_within_its_memory() {
    assert_eq!(read(list(100_000), "list.xlsx"), (true, 100_001));
    assert_eq!(read(separated(100_000), "list.csv"), (true, 100_001));
}

/// By exit 3 whoever started it would say that the file is at fault, and the import would have failed for good.
#[test]
fn a_full_disk_is_no_fault_of_the_file() {
    let full = File::options().write(true).open("/dev/full").expect("Linux has it");
    let status = reader(separated(10), "list.csv", full);
    assert!(!status.success() && status.code() != Some(3), "{status}");
}

#[test]
#[ignore = "a minute"]
fn a_list_of_a_million_passes_within_its_memory() {
    const ROWS: u32 = 1_000_000;
    for (name, file) in [("list.xlsx", list(ROWS)), ("list.csv", separated(ROWS))] {
        let (bytes, begin) = (file.metadata().expect("a file").len(), Instant::now());
        assert_eq!(read(file, name), (true, ROWS + 1), "{name}");
        println!("{name}: {bytes} bytes read in {:.1?}", begin.elapsed());
    }
}
