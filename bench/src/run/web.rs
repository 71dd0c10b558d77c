//! P-14: how much script the sign-in page and the list of customers load, and whether a list of 10,000 scrolls without a late frame.
//!
//! The web's own scripts measure it (`web/size.mjs`, `web/bench/scroll.ts`), the second in a browser at a running `cims all`, which
//! shares its processors: an empty page that the same wheel scrolls tells what the machine alone does.

use std::process::Stdio;

use anyhow::{Context, Result};
use serde::{Deserialize, de::DeserializeOwned};
use tokio::process::Command;

use super::{
    Arguments,
    process::System,
    report::{Figure, Report, median},
};

const GOAL_KB: f64 = 350.0;
const GOAL_ROWS: f64 = 10_000.0;
const GOAL_MS: f64 = 50.0;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Size {
    list_kb: f64,
}

/// What one run of the wheel found.
#[derive(Debug, Deserialize)]
struct Round {
    /// That came into sight.
    rows: f64,
    /// A page with nothing on it.
    empty: Frames,
    /// Through the list, which loads as it goes.
    down: Frames,
    /// And back, when all of it is there.
    up: Frames,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Frames {
    frames: f64,
    longest_ms: f64,
    over50: f64,
    /// What the browser itself calls a long animation frame.
    long_frames: f64,
}

pub async fn measure(system: &System, arguments: &Arguments, report: &mut Report) -> Result<()> {
    let size: Size = told(script("size").args(["--", "--json"])).await?;
    let mut all = system.all()?;
    all.ready(Some("/readyz")).await?;
    let mut rounds = Vec::with_capacity(arguments.rounds);
    for number in 0..arguments.rounds {
        report.note_load();
        let mut scroll = script("bench:scroll");
        scroll.env("CIMS_URL", format!("http://{}", all.address)).env("CIMS_DEMO_PASSWORD", &arguments.password);
        let round: Round = told(&mut scroll).await?;
        println!("P-14 round {}: {round:?}", number + 1);
        rounds.push(round);
    }
    judge(&size, &rounds, report);
    Ok(())
}

/// A script of `web/package.json`.
fn script(name: &str) -> Command {
    let mut command = Command::new("npm");
    command.args(["run", "--silent", name]).current_dir("web").stdin(Stdio::null());
    command
}

/// What a script tells as JSON, on a line among others.
async fn told<T: DeserializeOwned>(script: &mut Command) -> Result<T> {
    let output = script.output().await.context("cannot run npm")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find(|line| line.starts_with('{')).filter(|_| output.status.success());
    let line = line.with_context(|| format!("npm: {text}{}", String::from_utf8_lossy(&output.stderr)))?;
    serde_json::from_str(line).with_context(|| line.to_owned())
}

fn judge(size: &Size, rounds: &[Round], report: &mut Report) {
    let of = |value: fn(&Round) -> f64| median(rounds.iter().map(value).collect());
    let mut put = |name: &str, value, unit, goal| {
        report.put(Figure { id: "P-14", name: name.to_owned(), value, unit, goal });
    };
    put("sign-in and list: script, compressed", size.list_kb, "KB", Some((GOAL_KB, false)));
    put("list: rows seen", of(|round| round.rows), "", Some((GOAL_ROWS, true)));
    put("scrolled down: longest frame", of(|round| round.down.longest_ms), "ms", Some((GOAL_MS, false)));
    put("scrolled down: frames over 50 ms", of(|round| round.down.over50), "", Some((0.0, false)));
    put("scrolled down: frames", of(|round| round.down.frames), "", None);
    put("scrolled down: long animation frames", of(|round| round.down.long_frames), "", None);
    put("scrolled up, all loaded: longest frame", of(|round| round.up.longest_ms), "ms", None);
    put("scrolled up, all loaded: over 50 ms", of(|round| round.up.over50), "", None);
    put("empty page: longest frame", of(|round| round.empty.longest_ms), "ms", None);
    put("empty page: frames over 50 ms", of(|round| round.empty.over50), "", None);
    put("empty page: frames", of(|round| round.empty.frames), "", None);
}
