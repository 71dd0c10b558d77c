//! What xtask tells the person in front of it. Progress goes to standard error, so that standard output
//! carries results only and can be read by another program.

use std::io::Write;
use std::time::{Duration, Instant};

/// Prints one line of progress.
pub fn say(text: impl AsRef<str>) {
    // A closed standard error must not end the work.
    let _ = writeln!(std::io::stderr(), "{}", text.as_ref());
}

/// Runs a step and prints how long it took.
pub fn timed<T>(step: &str, work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    let begin = Instant::now();
    let result = work();
    let outcome = if result.is_ok() { "" } else { " (failed)" };
    say(format!("{step}: {}{outcome}", seconds(begin.elapsed())));
    result
}

/// A duration as people read it: `0.7 s`.
pub fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
