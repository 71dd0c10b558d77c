//! The figures, their goals and the conditions under which they were found.

use std::{
    fs,
    time::{Duration, Instant},
};

use anyhow::Result;
use kit::clock::Clock;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection, Row};

/// One figure.
#[derive(Debug)]
pub struct Figure {
    pub id: &'static str,
    pub name: String,
    pub value: f64,
    pub unit: &'static str,
    /// What to reach, and whether more is better; none where it only explains another figure.
    pub goal: Option<(f64, bool)>,
}

#[derive(Debug)]
pub struct Report {
    conditions: Value,
    /// Load averages of the last minute, before each round.
    loads: Vec<f64>,
    figures: Vec<Figure>,
}

impl Report {
    pub async fn begin(url: &str, customers: u64) -> Result<Report> {
        let mut connection = PgConnection::connect(url).await?;
        let names =
            ["server_version", "shared_buffers", "fsync", "synchronous_commit", "full_page_writes", "max_wal_size"];
        let mut settings = serde_json::Map::new();
        for name in names {
            let row = sqlx::query("select current_setting($1)").bind(name).fetch_one(&mut connection).await?;
            settings.insert(name.to_owned(), row.try_get::<String, _>(0)?.into());
        }
        let conditions = json!({
            "customers": customers,
            "processors": std::thread::available_parallelism()?.get(),
            "postgresql": settings,
        });
        Ok(Report { conditions, loads: Vec::new(), figures: Vec::new() })
    }

    /// Notes how busy the machine is.
    pub fn note_load(&mut self) {
        self.loads.extend(load_average());
    }

    pub fn put(&mut self, figure: Figure) {
        self.figures.push(figure);
    }

    /// Prints the table and writes `bench/results/<date>-<name>.json`.
    pub fn finish(mut self, name: &str) -> Result<()> {
        println!("{:<6}{:<46}{:>12} {:<11}{:>9}  verdict", "", "figure", "measured", "", "goal");
        for figure in &self.figures {
            let goal =
                figure.goal.map_or_else(String::new, |(goal, more)| format!("{} {goal}", if more { "≥" } else { "≤" }));
            let verdict = figure.verdict().unwrap_or_default();
            println!(
                "{:<6}{:<46}{:>12} {:<11}{goal:>9}  {verdict}",
                figure.id,
                figure.name,
                shown(figure.value),
                figure.unit
            );
        }
        let date = Clock::system().now().format("%Y-%m-%d").to_string();
        self.conditions["loadAverages"] = json!(self.loads);
        let figures: Vec<Value> = self.figures.iter().map(Figure::json).collect();
        let document = json!({ "date": date, "conditions": self.conditions, "figures": figures });
        let path = format!("bench/results/{date}-{name}.json");
        fs::create_dir_all("bench/results")?;
        fs::write(&path, serde_json::to_string_pretty(&document)? + "\n")?;
        println!("{path}; {}", self.conditions);
        Ok(())
    }
}

impl Figure {
    fn verdict(&self) -> Option<&'static str> {
        let (goal, more) = self.goal?;
        let reached = if more { self.value >= goal } else { self.value <= goal };
        Some(if reached { "reached" } else { "MISSED" })
    }

    fn json(&self) -> Value {
        let goal = self.goal.map(|(goal, more)| json!({ if more { "atLeast" } else { "atMost" }: goal }));
        let value = (self.value * 1_000.0).round() / 1_000.0;
        json!({ "id": self.id, "name": self.name, "value": value, "unit": self.unit, "goal": goal, "verdict": self.verdict() })
    }
}

fn shown(value: f64) -> String {
    if value < 10.0 { format!("{value:.2}") } else { format!("{value:.0}") }
}

/// Of the last minute.
fn load_average() -> Option<f64> {
    fs::read_to_string("/proc/loadavg").ok()?.split(' ').next()?.parse().ok()
}

/// Waits until others leave the machine alone, but no longer than that; the results tell the load they were found at.
pub async fn quiet(limit: Duration) {
    const QUIET: f64 = 1.0;
    const LOOK: Duration = Duration::from_secs(5);
    let begin = Instant::now();
    while load_average().is_some_and(|load| load >= QUIET) && begin.elapsed() < limit {
        tokio::time::sleep(LOOK).await;
    }
}

pub fn median(values: Vec<f64>) -> f64 {
    median_and_p99(values)[0]
}

/// Not numbers when there is no value.
pub fn median_and_p99(mut values: Vec<f64>) -> [f64; 2] {
    values.sort_by(f64::total_cmp);
    [values.len() / 2, values.len() * 99 / 100].map(|place| values.get(place).copied().unwrap_or(f64::NAN))
}
