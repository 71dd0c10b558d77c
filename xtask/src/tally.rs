//! How many tests passed and failed, summed over runners; a sum is given only when every runner told its counts.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use serde_json::Value;

/// Counts of tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    passed: u64,
    failed: u64,
    // False when a runner failed without telling which test did.
    complete: bool,
}

impl Tally {
    /// No test yet.
    pub const NONE: Self = Self { passed: 0, failed: 0, complete: true };
    /// A runner that told nothing.
    pub const UNKNOWN: Self = Self { passed: 0, failed: 0, complete: false };

    /// Both together.
    pub fn plus(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            complete: self.complete && other.complete,
        }
    }

    /// Copies what cargo prints to standard output and counts on the way.
    pub fn copy_from_cargo(output: impl Read) -> Self {
        let mut tally = Self::NONE;
        let mut lines = BufReader::new(output);
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line).is_ok_and(|count| count > 0) {
            let text = String::from_utf8_lossy(&line);
            print!("{text}");
            tally = tally.plus(Self::from_cargo_line(&text).unwrap_or(Self::NONE));
            line.clear();
        }
        tally
    }

    /// `test result: ok. 3 passed; 1 failed; …`
    fn from_cargo_line(line: &str) -> Option<Self> {
        let counts = line.strip_prefix("test result: ")?.split_once(". ")?.1;
        let number = |word: &str| {
            let part = counts.split(';').find(|part| part.trim().ends_with(word))?;
            part.split_whitespace().next()?.parse().ok()
        };
        Some(Self { passed: number("passed")?, failed: number("failed")?, complete: true })
    }

    /// Reads the report that vitest wrote.
    pub fn from_vitest(report: &Path) -> Self {
        let text = std::fs::read_to_string(report).unwrap_or_default();
        let report: Value = serde_json::from_str(&text).unwrap_or_default();
        let number = |field: &str| report.get(field).and_then(Value::as_u64);
        match (number("numPassedTests"), number("numFailedTests")) {
            (Some(passed), Some(failed)) => Self { passed, failed, complete: true },
            _ => Self::UNKNOWN,
        }
    }

    /// A runner that failed must have told of a failed test: else one crashed and the sum would be a lie.
    pub fn of_runner(self, succeeded: bool) -> Self {
        let plausible = succeeded || self.failed > 0;
        Self { complete: self.complete && plausible, ..self }
    }

    /// The closing line, when it is true.
    pub fn line(self) -> Option<String> {
        self.complete.then(|| format!("{} passed, {} failed", self.passed, self.failed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_lines_are_summed() {
        let output = "test a ... ok\n\
            test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out\n";
        let tally = Tally::copy_from_cargo(output.as_bytes());
        assert_eq!(tally.line().as_deref(), Some("5 passed, 1 failed"));
    }

    #[test]
    fn a_failure_without_a_failed_test_gives_no_sum() {
        let tally = Tally::copy_from_cargo("test result: ok. 3 passed; 0 failed\n".as_bytes());
        assert_eq!(tally.of_runner(false).line(), None);
        assert_eq!(tally.plus(Tally::UNKNOWN).line(), None);
    }
}
