//! Files that are made from others and committed: the description of the REST interface, the client's types, the tables
//! of settings and of events.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::cargo::{Profile, build_binary};
use crate::console::say;
use crate::repository::root;
use crate::{process, web};

/// Compares `gateway/openapi.json` with what the binary says, or writes it.
pub fn openapi(fix: bool) -> Result<()> {
    let file = root().join("gateway/openapi.json");
    let binary = build_binary(Profile::Dev)?;
    let output =
        Command::new(binary).arg("openapi").stdin(Stdio::null()).output().context("cannot run `cims openapi`")?;
    let told = String::from_utf8_lossy(&output.stderr);
    let unknown = output.stdout.is_empty() && (output.status.success() || told.contains("unrecognized"));
    if unknown && !file.exists() {
        say("SKIPPED openapi.json: `cims openapi` does not exist yet");
        return Ok(());
    }
    if !output.status.success() || unknown {
        bail!("`cims openapi` ended with {}\n{told}", output.status);
    }
    if read(&file)? == Some(output.stdout.clone()) {
        return Ok(());
    }
    if !fix {
        bail!("gateway/openapi.json is stale: run `cargo xtask check --fix`");
    }
    std::fs::write(&file, output.stdout).context("cannot write gateway/openapi.json")
}

/// Compares the tables in `docs/operations/settings.md` with the binary's, or writes them.
pub fn settings(fix: bool) -> Result<()> {
    tables("docs/operations/settings.md", &["config", "--markdown"], fix)
}

/// The same for the catalogue in `docs/events.md`.
pub fn events(fix: bool) -> Result<()> {
    tables("docs/events.md", &["events", "catalogue"], fix)
}

/// Tables that the binary prints, between marks in a document that is otherwise written by hand.
fn tables(document: &str, words: &[&str], fix: bool) -> Result<()> {
    const END: &str = "<!-- To here. -->";
    let begin = format!("<!-- From here on by `cims {}`: `cargo xtask check --fix` writes it. -->\n", words.join(" "));
    let file = root().join(document);
    let binary = build_binary(Profile::Dev)?;
    let tables = process::output(Command::new(binary).args(words))?;
    let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {document}"))?;
    let parts = text.split_once(&begin).and_then(|(head, rest)| Some((head, rest.split_once(END)?.1)));
    let (head, tail) = parts.with_context(|| format!("{document} has lost its marks"))?;
    let right = format!("{head}{begin}\n{tables}\n{END}{tail}");
    if text == right {
        return Ok(());
    }
    if !fix {
        bail!("{document} is stale: run `cargo xtask check --fix`");
    }
    std::fs::write(&file, right).with_context(|| format!("cannot write {document}"))
}

/// Compares `web/src/api/schema.d.ts` with what its generator makes of `gateway/openapi.json`, or writes it.
pub fn client_types(fix: bool) -> Result<()> {
    let input = root().join("gateway/openapi.json");
    if web::script("generate").is_none() || !input.exists() {
        say("SKIPPED schema.d.ts: its generator or gateway/openapi.json does not exist yet");
        return Ok(());
    }
    let output = Committed::new(web::folder().join("src/api/schema.d.ts"))?;
    web::install()?;
    process::run(web::npm_run("generate", &[]).stdout(std::io::stderr()))?;
    if !output.has_changed()? || fix {
        return output.keep_new();
    }
    bail!("web/src/api/schema.d.ts is stale: run `cargo xtask check --fix`")
}

/// A file that a generator writes in place; put back unless the new content is kept.
struct Committed {
    file: PathBuf,
    before: Option<Vec<u8>>,
    kept: bool,
}

impl Committed {
    fn new(file: PathBuf) -> Result<Self> {
        let before = read(&file)?;
        Ok(Self { file, before, kept: false })
    }

    fn has_changed(&self) -> Result<bool> {
        Ok(read(&self.file)? != self.before)
    }

    fn keep_new(mut self) -> Result<()> {
        self.kept = true;
        Ok(())
    }
}

impl Drop for Committed {
    fn drop(&mut self) {
        if self.kept {
            return;
        }
        // A failure here shows up in `git status`.
        let _ = match &self.before {
            Some(content) => std::fs::write(&self.file, content),
            None => std::fs::remove_file(&self.file),
        };
    }
}

fn read(file: &Path) -> Result<Option<Vec<u8>>> {
    match std::fs::read(file) {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", file.display())),
    }
}
