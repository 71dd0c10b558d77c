//! P-7: a spreadsheet from its upload until every row can be found, and what the service and the process that reads the file
//! hold meanwhile.

use std::{
    fs,
    io::Cursor,
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};
use serde_json::Value;
use tokio::time::sleep;

use super::{
    Arguments,
    http::{Connection, post},
    process::{self, MEBIBYTE, System},
    report::{Figure, Report, median},
    sign_in::{self, Person, Reach},
};

/// How often memory and state are looked at.
const LOOK: Duration = Duration::from_millis(50);
const LIMIT: Duration = Duration::from_secs(3_600);
/// The goals, for so many rows.
const GOAL_ROWS: u32 = 100_000;
const GOAL_SECONDS: f64 = 60.0;
const GOAL_MEBIBYTES: f64 = 300.0;
/// A row of the longest list may take so many times as long as one of the shortest.
const GOAL_GROWTH: f64 = 1.3;

/// What one import took.
#[derive(Debug)]
struct Taken {
    checked: f64,
    written: f64,
    /// Most that the service and the reading process held together, and the latter alone, in MiB.
    together: f64,
    child: f64,
}

pub async fn measure(system: &System, arguments: &Arguments, report: &mut Report) -> Result<()> {
    let mut lists = arguments.import_rows.clone();
    lists.sort_unstable();
    let mut seconds_per_row = Vec::with_capacity(lists.len());
    for (list, rows) in lists.iter().copied().enumerate() {
        let mut rounds = Vec::with_capacity(arguments.rounds);
        for round in 0..arguments.rounds {
            report.note_load();
            let taken = import(system, arguments, rows, list * arguments.rounds + round).await?;
            println!("P-7 {rows} rows, round {}: {taken:.1?}", round + 1);
            rounds.push(taken);
        }
        let of = |value: fn(&Taken) -> f64| median(rounds.iter().map(value).collect());
        let seconds = of(|taken| taken.checked + taken.written);
        seconds_per_row.push(seconds / f64::from(rows));
        let goal = |value| (rows == GOAL_ROWS).then_some((value, false));
        let mut put = |name: &str, value, unit, goal| {
            report.put(Figure { id: "P-7", name: format!("import {rows} rows: {name}"), value, unit, goal });
        };
        put("upload to searchable", seconds, "s", goal(GOAL_SECONDS));
        put("of it checked after", of(|taken| taken.checked), "s", None);
        put("most held, with the reader", of(|taken| taken.together), "MiB", goal(GOAL_MEBIBYTES));
        put("most held by the reader", of(|taken| taken.child), "MiB", None);
    }
    if let (Some(first), Some(last), true) = (seconds_per_row.first(), seconds_per_row.last(), lists.len() > 1) {
        let name = "import: time of a row, longest list to shortest".to_owned();
        report.put(Figure { id: "P-7", name, value: last / first, unit: "", goal: Some((GOAL_GROWTH, false)) });
    }
    Ok(())
}

/// Imports a list into a freshly started `cims all`; no two numbers share a customer.
async fn import(system: &System, arguments: &Arguments, rows: u32, number: usize) -> Result<Taken> {
    let file = list(rows, number)?;
    let mut all = system.all()?;
    all.ready(Some("/readyz")).await?;
    let address = all.address;
    let admin = sign_in::sign_in(address, "admin", &arguments.password, Reach::All).await?;
    let mut memory = Memory { service: all.id(), together: 0.0, child: 0.0 };
    let begin = Instant::now();
    let mut connection = Connection::open(address).await?;
    ensure!(connection.exchange(&upload(&admin, &file)).await? == 201, "{}", text(&connection));
    let id = field(&connection, "id")?;
    let import = until(&mut connection, &admin, &id, "READY", &mut memory).await?;
    ensure!(import["accepted"] == rows, "not every row is accepted: {import}");
    let checked = begin.elapsed().as_secs_f64();
    let run = post(&format!("/v1/imports/{id}:run"), &admin.authorization, "{}");
    ensure!(connection.exchange(run.as_bytes()).await? == 200, "{}", text(&connection));
    let import = until(&mut connection, &admin, &id, "SUCCEEDED", &mut memory).await?;
    ensure!(import["accepted"] == rows, "not every row was written: {import}");
    is_found(address, &admin, &name(number, rows)).await?;
    let written = begin.elapsed().as_secs_f64() - checked;
    Ok(Taken { checked, written, together: memory.together, child: memory.child })
}

async fn until(
    connection: &mut Connection,
    person: &Person,
    id: &str,
    state: &str,
    memory: &mut Memory,
) -> Result<Value> {
    let request = format!("GET /v1/imports/{id} HTTP/1.1\r\nhost: localhost\r\n{}\r\n", person.authorization);
    let begin = Instant::now();
    loop {
        memory.look()?;
        ensure!(connection.exchange(request.as_bytes()).await? == 200, "{}", text(connection));
        let import: Value = serde_json::from_slice(connection.body())?;
        if import["state"] == state {
            return Ok(import);
        }
        ensure!(import["state"] != "FAILED" && begin.elapsed() < LIMIT, "it does not become {state}: {import}");
        sleep(LOOK).await;
    }
}

async fn is_found(address: SocketAddr, person: &Person, name: &str) -> Result<()> {
    let mut connection = Connection::open(address).await?;
    let body = serde_json::json!({ "query": name }).to_string();
    let search = post("/v1/customers:search", &person.authorization, &body);
    ensure!(connection.exchange(search.as_bytes()).await? == 200, "{}", text(&connection));
    ensure!(text(&connection).contains(name), "{name} is not found: {}", text(&connection));
    Ok(())
}

/// The most that the service and its children hold.
#[derive(Debug)]
struct Memory {
    service: u32,
    together: f64,
    child: f64,
}

impl Memory {
    fn look(&mut self) -> Result<()> {
        let mut children: Vec<u32> = Vec::new();
        // A child belongs to the thread that started it.
        for thread in fs::read_dir(format!("/proc/{}/task", self.service))? {
            let own = fs::read_to_string(thread?.path().join("children")).unwrap_or_default();
            children.extend(own.split_whitespace().filter_map(|id| id.parse::<u32>().ok()));
        }
        // One that has ended meanwhile holds nothing.
        let held = children.iter().filter_map(|child| process::resident(*child).ok()).sum::<u64>() as f64 / MEBIBYTE;
        let service = process::resident(self.service)? as f64 / MEBIBYTE;
        self.child = self.child.max(held);
        self.together = self.together.max(service + held);
        Ok(())
    }
}

fn name(number: usize, row: u32) -> String {
    format!("导入{number}第{row}号有限公司")
}

/// A list as a sales department has it, with the usual texts in each row.
fn list(rows: u32, number: usize) -> Result<Vec<u8>> {
    const HEADERS: [&str; 12] = [
        "客户名称",
        "客户类型",
        "联系人",
        "手机",
        "邮箱",
        "省",
        "市",
        "区县",
        "详细地址",
        "所属行业",
        "客户等级",
        "备注",
    ];
    let fill = |sheet: &mut Worksheet| -> Result<(), XlsxError> {
        for (column, header) in (0..).zip(HEADERS) {
            sheet.write_string(0, column, header)?;
        }
        for row in 1..=rows {
            let phone = format!("19{:09}", number as u64 * 1_500_000 + u64::from(row));
            let texts = [
                name(number, row),
                "企业客户".to_owned(),
                format!("王{row}"),
                phone,
                format!("import{number}-{row}@example.com"),
                "浙江省".to_owned(),
                "杭州市".to_owned(),
                "西湖区".to_owned(),
                format!("文三路{row}号"),
                "教育".to_owned(),
                "重要客户".to_owned(),
                format!("展会上认识，要求月底报价；第 {row} 行"),
            ];
            for (column, text) in (0..).zip(texts) {
                sheet.write_string(row, column, text)?;
            }
        }
        Ok(())
    };
    let mut workbook = Workbook::new();
    fill(workbook.add_worksheet_with_low_memory()?)?;
    let mut file = Cursor::new(Vec::new());
    workbook.save_to_writer(&mut file)?;
    Ok(file.into_inner())
}

fn upload(person: &Person, file: &[u8]) -> Vec<u8> {
    const BOUNDARY: &str = "a-boundary-that-no-spreadsheet-holds";
    let head = format!(
        "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"list.xlsx\"\r\ncontent-type: application/octet-stream\r\n\r\n"
    );
    let tail = format!("\r\n--{BOUNDARY}--\r\n");
    let length = head.len() + file.len() + tail.len();
    let request = format!(
        "POST /v1/imports HTTP/1.1\r\nhost: localhost\r\ncontent-type: multipart/form-data; boundary={BOUNDARY}\r\ncontent-length: {length}\r\n{}\r\n{head}",
        person.authorization
    );
    [request.as_bytes(), file, tail.as_bytes()].concat()
}

fn field(connection: &Connection, name: &str) -> Result<String> {
    let answer: Value = serde_json::from_slice(connection.body())?;
    answer[name].as_str().map(str::to_owned).with_context(|| format!("no {name}: {answer}"))
}

fn text(connection: &Connection) -> String {
    String::from_utf8_lossy(connection.body()).into_owned()
}
