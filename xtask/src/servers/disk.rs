//! A small disk for a server that is to find it full: a file system in memory, mounted where nobody but the server sees it, and gone
//! with it.

use std::path::Path;
use std::process::Command;

/// Mounts the disk and starts the program. To mount takes root, if only of a namespace; PostgreSQL wants to be started by somebody
/// else, so it gets a second one.
const SCRIPT: &str = r#"mount -t tmpfs -o "size=$1,mode=700" cims "$2" && shift 2 &&
    exec unshare --user --map-user=1000 --map-group=1000 -- "$@""#;

/// Begins the command of a program that finds a disk of so many bytes in a folder; the program and its arguments come after it.
pub fn command(bytes: u64, folder: &Path) -> Command {
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "--", "sh", "-c", SCRIPT, "sh"]);
    command.arg(bytes.to_string()).arg(folder);
    command
}
