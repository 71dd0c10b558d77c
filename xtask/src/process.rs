//! Running other programs.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::group::Group;
use crate::signals;

/// Finds a program on the PATH.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|candidate| is_program(candidate))
}

/// Whether the path is a file that may be executed.
pub fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

/// Runs the command with the terminal's output; an error says what failed. A signal to xtask ends it.
pub fn run(command: &mut Command) -> Result<()> {
    let name = name(command);
    let mut group = Group::spawn(command)?;
    let status = loop {
        if let Some(status) = group.wait_for(Duration::from_millis(100))? {
            break status;
        }
        if signals::asked_to_stop() {
            group.terminate(Duration::from_secs(10));
            bail!("{name}: stopped by a signal");
        }
    };
    if !status.success() {
        bail!("{name} ended with {status}");
    }
    Ok(())
}

/// Runs a short command silently and returns its standard output; an error carries what it printed.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot run {}", name(command)))?;
    if !output.status.success() {
        bail!(
            "{} ended with {}\n{}{}",
            name(command),
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The program and its first arguments, short enough for a message.
pub fn name(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let mut text = program.to_string_lossy().into_owned();
    for word in command.get_args().take(3) {
        text.push(' ');
        text.extend(word.to_string_lossy().chars().take(60));
    }
    text
}
