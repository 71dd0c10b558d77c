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
    if let Some(pid) = running(pid_file, folder) {
        say(format!("ending process {pid} that a killed run left in {}", folder.display()));
        for signal in [signal, Signal::KILL] {
            let _ = kill_process(pid, signal);
            if is_gone_within(Duration::from_secs(20), pid_file, folder) {
                break;
            }
        }
    }
    if let Some(pid) = running(pid_file, folder) {
        bail!("process {pid} uses {} and does not end", folder.display());
    }
    let _ = std::fs::remove_file(pid_file);
    Ok(())
}

/// Waits that long at most until the process named by the pid file is no server of ours.
fn is_gone_within(limit: Duration, pid_file: &Path, folder: &Path) -> bool {
    let deadline = Instant::now() + limit;
    while running(pid_file, folder).is_some() {
        if Instant::now() > deadline {
            return false;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    true
}

/// The process named by the pid file, if it is a server of ours.
fn running(pid_file: &Path, folder: &Path) -> Option<Pid> {
    let text = std::fs::read_to_string(pid_file).ok()?;
    let pid = Pid::from_raw(text.lines().next()?.trim().parse().ok()?)?;
    names_folder(pid, folder).then_some(pid)
}

/// Whether the process was started with that folder, or a path in it, among its arguments.
fn names_folder(pid: Pid, folder: &Path) -> bool {
    let arguments = std::fs::read(format!("/proc/{}/cmdline", pid.as_raw_nonzero())).unwrap_or_default();
    arguments.split(|byte| *byte == 0).any(|argument| Path::new(OsStr::from_bytes(argument)).starts_with(folder))
}
