//! xtask between cargo and the compiler: the query macros write into one folder per process, and only a wrapper knows
//! which crate a process compiles.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

/// Set when cargo starts xtask in place of the compiler: the folder with one folder per crate.
const OUTPUT: &str = "CIMS_XTASK_QUERY_FOLDER";

/// Makes cargo start this program in place of the compiler for the workspace's crates.
pub fn stand_between(cargo: &mut Command, output: &Path) -> Result<()> {
    let this = std::env::current_exe().context("cannot find the program xtask")?;
    cargo.env("RUSTC_WORKSPACE_WRAPPER", this).env(OUTPUT, output);
    Ok(())
}

/// Becomes the compiler when cargo started xtask in its place; else returns.
pub fn become_compiler_if_asked() -> Result<()> {
    let Some(output) = std::env::var_os(OUTPUT) else {
        return Ok(());
    };
    let mut arguments = std::env::args_os().skip(1);
    let Some(program) = arguments.next() else { bail!("{OUTPUT} is set, but no compiler is named") };
    let mut compiler = Command::new(program);
    compiler.args(arguments);
    if let Some(name) = crate_folder_name() {
        let folder = Path::new(&output).join(name);
        if folder.is_dir() {
            compiler.env("SQLX_OFFLINE_DIR", folder);
        }
    }
    Err(compiler.exec()).context("cannot run the compiler")
}

/// The name of the folder of the crate that cargo has compiled; it tells none when it asks for the version.
fn crate_folder_name() -> Option<std::ffi::OsString> {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR")?;
    Some(Path::new(&manifest).file_name()?.to_owned())
}
