//! What traces cost whose collector is down: the processor time of P-1 when `CIMS_OTLP_ENDPOINT` names a port that nobody listens on,
//! as a multiple of what it is without, and the memory that is held then.
//!
//! Each run has a `cims all` of its own, so that what an earlier one holds is not counted. Two runs make a pair, and which of them is
//! first changes from pair to pair; the figure is the median of their ratios.

use anyhow::Result;

use super::{
    Arguments,
    measure::drive,
    process::{MEBIBYTE, System, free_address},
    read,
    report::{Figure, Report, median},
};

/// Processor time with a collector that is down, as a multiple of that without.
const GOAL: f64 = 1.02;
const PAIRS: usize = 10;

#[derive(Debug)]
struct Run {
    cpu_us: f64,
    /// Resident when the load was over.
    mebibytes: f64,
}

#[derive(Debug)]
struct Pair {
    without: Run,
    down: Run,
}

pub async fn measure(system: &System, arguments: &Arguments, report: &mut Report) -> Result<()> {
    let collector = format!("http://{}", free_address()?);
    let down = [("CIMS_OTLP_ENDPOINT", collector.as_str())];
    let mut pairs = Vec::with_capacity(PAIRS);
    for number in 0..PAIRS {
        report.note_load();
        let pair = if number % 2 == 0 {
            let without = run(system, arguments, number, &[]).await?;
            Pair { without, down: run(system, arguments, number, &down).await? }
        } else {
            let down = run(system, arguments, number, &down).await?;
            Pair { without: run(system, arguments, number, &[]).await?, down }
        };
        println!("telemetry pair {}: {pair:.2?}", number + 1);
        pairs.push(pair);
    }
    judge(&pairs, report);
    Ok(())
}

async fn run(system: &System, arguments: &Arguments, number: usize, settings: &[(&str, &str)]) -> Result<Run> {
    let mut all = system.all_with(settings)?;
    all.ready(Some("/readyz")).await?;
    let load = drive(arguments, &read::WORK, number, &all, &[&all]).await?;
    Ok(Run { cpu_us: load.cpu_us[0], mebibytes: all.resident()? as f64 / MEBIBYTE })
}

fn judge(pairs: &[Pair], report: &mut Report) {
    let of = |value: fn(&Pair) -> f64| median(pairs.iter().map(value).collect());
    let mut put = |name: &str, value, unit, goal| {
        let name = format!("{}: {name}", read::WORK.name);
        report.put(Figure { id: read::WORK.id, name, value, unit, goal });
    };
    let ratio = of(|pair| pair.down.cpu_us / pair.without.cpu_us);
    put("collector down, of without", ratio, "", Some((GOAL, false)));
    put("… processor time, down", of(|pair| pair.down.cpu_us), "µs", None);
    put("… processor time, without", of(|pair| pair.without.cpu_us), "µs", None);
    put("… resident, down", of(|pair| pair.down.mebibytes), "MiB", None);
    put("… resident, without", of(|pair| pair.without.mebibytes), "MiB", None);
}
