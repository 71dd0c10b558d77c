//! Servers that outlived a killed xtask.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use rustix::process::{Pid, Signal, kill_process};

use crate::console::say;

/// Ends the process named by the first line of a pid file if it is a server of ours, and removes the file: a pid that
/// now belongs to somebody else must neither be signalled nor keep the server from starting.
pub fn end(pid_file: &Path, folder: &Path, signal: Signal) -> Result<()> {
    let Ok(text) = std::fs::read_to_string(pid_file) else { return Ok(()) };
    let pid = text.lines().next().and_then(|line| line.trim().parse().ok()).and_then(Pid::from_raw);
    if let Some(pid) = pid
        && names_folder(pid, folder)
    {
        say(format!("ending process {pid:?} that a killed run left in {}", folder.display()));
        end_process(pid, folder, signal)?;
    }
    let _ = std::fs::remove_file(pid_file);
    Ok(())
}

fn end_process(pid: Pid, folder: &Path, signal: Signal) -> Result<()> {
    for signal in [signal, Signal::KILL] {
        let _ = kill_process(pid, signal);
        let deadline = Instant::now() + Duration::from_secs(20);
        while Instant::now() < deadline {
            if !names_folder(pid, folder) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    bail!("process {pid:?} uses {} and does not end", folder.display())
}

/// Whether the process was started with that folder, or a path in it, among its arguments.
fn names_folder(pid: Pid, folder: &Path) -> bool {
    let arguments = std::fs::read(format!("/proc/{}/cmdline", pid.as_raw_nonzero())).unwrap_or_default();
    arguments
        .split(|byte| *byte == 0)
        .any(|argument| Path::new(OsStr::from_bytes(argument)).starts_with(folder))
}
