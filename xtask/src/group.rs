//! A child in a process group of its own: Ctrl-C on the terminal reaches xtask alone, which then decides who stops when.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::process;

/// A running child and everything it starts; dropped, it is ended.
#[derive(Debug)]
pub struct Group {
    child: Child,
    ended: bool,
}

impl Group {
    /// Starts the command without standard input.
    pub fn spawn(command: &mut Command) -> Result<Self> {
        let child = command
            .stdin(Stdio::null())
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start {}", process::name(command)))?;
        Ok(Self { child, ended: false })
    }

    /// The process id of the child itself.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The child's standard output, when the command piped it.
    pub fn take_stdout(&mut self) -> Option<std::process::ChildStdout> {
        self.child.stdout.take()
    }

    /// Waits that long at most for the child to end.
    pub fn wait_for(&mut self, limit: Duration) -> Result<Option<ExitStatus>> {
        let deadline = Instant::now() + limit;
        loop {
            if let Some(status) = self.child.try_wait().context("cannot wait for a child")? {
                self.ended = true;
                return Ok(Some(status));
            }
            if Instant::now() >= deadline {
                return Ok(None);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Sends a signal to the child alone.
    pub fn signal(&self, signal: Signal) {
        if let Some(pid) = Pid::from_raw(self.child.id().cast_signed())
            && !self.ended
        {
            // It may have ended a moment ago.
            let _ = kill_process(pid, signal);
        }
    }

    /// Asks the whole group to end and kills what is left after the limit.
    pub fn terminate(&mut self, limit: Duration) {
        self.signal_group(Signal::TERM);
        let _ = self.wait_for(limit);
        self.kill();
    }

    /// Kills the whole group at once.
    pub fn kill(&mut self) {
        self.signal_group(Signal::KILL);
        if !self.ended {
            let _ = self.child.wait();
            self.ended = true;
        }
    }

    fn signal_group(&self, signal: Signal) {
        if let Some(pid) = Pid::from_raw(self.child.id().cast_signed()) {
            // No such group: everyone has ended already.
            let _ = kill_process_group(pid, signal);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if !self.ended {
            self.terminate(Duration::from_secs(5));
        }
    }
}
