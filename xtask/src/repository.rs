//! Where things stand in the repository.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The root of the working copy that this xtask was built from.
pub fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}

/// The folder for data: the one given, else `.cims` in the repository.
pub fn data_folder(given: Option<&Path>) -> PathBuf {
    given.map_or_else(|| root().join(".cims"), Path::to_path_buf)
}

/// The folder's entries sorted by name, so that every run does the same in the same order; none when it is missing.
pub fn sorted_entries(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut paths = std::fs::read_dir(folder)
        .with_context(|| format!("cannot list {}", folder.display()))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

/// The folder's files with that extension, sorted by name.
pub fn files_with_extension(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let mut paths = sorted_entries(folder)?;
    paths.retain(|path| path.extension().is_some_and(|found| found == extension));
    Ok(paths)
}
