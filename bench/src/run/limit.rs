//! What PostgreSQL alone does with the same statements: pgbench with prepared statements and as many clients.

use std::{fs, path::Path, time::Duration};

use anyhow::{Context, Result, bail};
use tokio::process::Command;
use uuid::Uuid;

use super::CONNECTIONS;

/// A script of pgbench, and how often it is run beside the others.
#[derive(Debug)]
pub struct Script {
    pub share: u32,
    pub text: String,
}

/// The statement that contains a text, from the query files of a crate: the limit must run what CIMS runs.
pub fn query(folder: &str, contained: &str) -> Result<String> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {folder}"))? {
        let file: serde_json::Value = serde_json::from_slice(&fs::read(entry?.path())?)?;
        if let Some(query) = file["query"].as_str().filter(|query| query.contains(contained)) {
            return Ok(query.to_owned());
        }
    }
    bail!("no query of {folder} contains {contained:?}: the statement has changed")
}

/// The statement with an expression in place of each parameter.
pub fn filled_in(statement: &str, expressions: &[&str]) -> String {
    // From the last on: $1 begins like $10.
    let numbered = expressions.iter().enumerate().rev();
    numbered
        .fold(statement.to_owned(), |text, (index, expression)| text.replace(&format!("${}", index + 1), expression))
}

/// An id of the organisation, counted by a variable of the script.
pub fn uuid_of(first: Uuid, variable: &str) -> String {
    let text = first.simple().to_string();
    format!("('{}' || lpad(to_hex(:{variable}::bigint), 12, '0'))::uuid", &text[..20])
}

/// Transactions per second.
pub async fn run(pgbench: &Path, url: &str, folder: &Path, scripts: &[Script], length: Duration) -> Result<f64> {
    let mut command = Command::new(pgbench);
    command.args(["--no-vacuum", "--protocol=prepared", "--jobs=2"]);
    command.arg(format!("--client={CONNECTIONS}")).arg(format!("--time={}", length.as_secs()));
    for (index, script) in scripts.iter().enumerate() {
        let file = folder.join(format!("limit-{index}.sql"));
        fs::write(&file, &script.text)?;
        command.arg(format!("--file={}@{}", file.display(), script.share));
    }
    let output = command.arg(url).output().await.context("cannot run pgbench")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let rate = text.lines().find_map(|line| line.strip_prefix("tps = ")).and_then(|line| line.split(' ').next());
    match rate.filter(|_| output.status.success()) {
        Some(rate) => Ok(rate.parse()?),
        None => bail!("pgbench: {text}{}", String::from_utf8_lossy(&output.stderr)),
    }
}
