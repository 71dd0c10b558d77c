//! Where packages put the programs.

use std::path::{Path, PathBuf};

use crate::process::{find, is_program};
use crate::repository::sorted_entries;

/// The folder with PostgreSQL's programs: the one on the PATH, else the newest version.
pub fn postgres() -> Option<PathBuf> {
    let complete = |folder: &PathBuf| ["postgres", "initdb"].iter().all(|name| is_program(&folder.join(name)));
    let on_path = find("initdb").and_then(|program| real_folder(&program));
    on_path.into_iter().chain(versions("/usr/lib/postgresql", "bin")).find(complete)
}

/// The folder with RabbitMQ's own scripts; the wrapper that Debian puts on the PATH wants to be root or rabbitmq.
pub fn rabbitmq() -> Option<PathBuf> {
    let complete =
        |folder: &PathBuf| ["rabbitmq-server", "rabbitmq-env"].iter().all(|name| is_program(&folder.join(name)));
    let on_path = find("rabbitmq-server").and_then(|program| real_folder(&program));
    on_path.into_iter().chain(versions("/usr/lib/rabbitmq/lib", "sbin")).find(complete)
}

/// Erlang's port mapper.
pub fn epmd() -> Option<PathBuf> {
    let folder = Path::new("/usr/lib/erlang/bin");
    find("epmd").or_else(|| Some(folder.join("epmd")).filter(|program| is_program(program)))
}

/// PostgreSQL's command line client.
pub fn psql() -> Option<PathBuf> {
    find("psql").or_else(|| Some(postgres()?.join("psql")).filter(|program| is_program(program)))
}

/// PostgreSQL's load driver.
pub fn pgbench() -> Option<PathBuf> {
    find("pgbench").or_else(|| Some(postgres()?.join("pgbench")).filter(|program| is_program(program)))
}

/// Chromium or a browser like it.
pub fn chromium() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome"].iter().find_map(|name| find(name))
}

/// Firefox, Debian's long-term one first.
pub fn firefox() -> Option<PathBuf> {
    ["firefox-esr", "firefox"].iter().find_map(|name| find(name))
}

/// Whether a font with Chinese characters is installed.
pub fn has_chinese_font() -> bool {
    let folders = ["/usr/share/fonts/opentype/noto", "/usr/share/fonts/truetype/noto", "/usr/share/fonts/noto-cjk"];
    let mut files = folders.iter().flat_map(|folder| sorted_entries(Path::new(folder)).unwrap_or_default());
    files.any(|file| file.to_string_lossy().contains("CJK"))
}

/// The folder that a program really stands in.
fn real_folder(program: &Path) -> Option<PathBuf> {
    program.canonicalize().ok()?.parent().map(Path::to_path_buf)
}

/// The folders `<parent>/<version>/<inner>`, newest version first.
fn versions(parent: &str, inner: &str) -> Vec<PathBuf> {
    let mut folders = sorted_entries(Path::new(parent)).unwrap_or_default();
    folders.sort_by_key(|folder| numbers(&folder.file_name().unwrap_or_default().to_string_lossy()));
    folders.iter().rev().map(|folder| folder.join(inner)).collect()
}

/// The numbers in a name, so that version 9 stands before version 15.
fn numbers(name: &str) -> Vec<u32> {
    name.split(|letter: char| !letter.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        assert!(numbers("15") > numbers("9.6"));
        assert!(numbers("rabbitmq_server-3.10.8") > numbers("rabbitmq_server-3.9.13"));
    }
}
