//! The crates that own a database schema, and how such a schema comes to stand in a database.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::repository::{files_with_extension, root, sorted_entries};
use crate::{install, process};

/// A crate with queries of its own, which are compiled against a schema of its own.
#[derive(Debug)]
pub struct SchemaCrate {
    /// The folder's name, which is the schema's name as well.
    pub name: String,
    /// The crate's folder.
    pub folder: PathBuf,
    /// Whether `sqlx.toml` stands in the folder, that is: whether the crate has queries checked by the compiler.
    pub has_queries: bool,
}

impl SchemaCrate {
    /// The database role of the service.
    pub fn role(&self) -> String {
        format!("cims_{}", self.name)
    }

    /// The environment variable that the query macros read, as said in `sqlx.toml`.
    pub fn url_variable(&self) -> Result<String> {
        let usual = format!("CIMS_{}_DATABASE_URL", self.name.to_uppercase());
        if !self.has_queries {
            return Ok(usual);
        }
        let text = read(&self.folder.join("sqlx.toml"))?;
        let named = text.lines().find_map(|line| {
            let value = line.trim().strip_prefix("database-url-var")?.trim_start().strip_prefix('=')?;
            Some(value.trim().trim_matches('"').to_owned())
        });
        Ok(named.unwrap_or(usual))
    }

    /// The migrations in the order in which they apply: the shared tables first.
    pub fn migrations(&self) -> Result<Vec<PathBuf>> {
        let crates = root().join("crates");
        let mut folders = vec![crates.join("kit")];
        if self.depends_on("directory")? {
            folders.push(crates.join("directory"));
        }
        // `kit` and `directory` own a schema themselves when they have queries: their files apply once.
        if !folders.contains(&self.folder) {
            folders.push(self.folder.clone());
        }
        let mut files = Vec::new();
        for folder in folders {
            files.extend(files_with_extension(&folder.join("migrations"), "sql")?);
        }
        Ok(files)
    }

    fn depends_on(&self, dependency: &str) -> Result<bool> {
        let text = read(&self.folder.join("Cargo.toml"))?;
        Ok(text.lines().any(|line| line.strip_prefix(dependency).is_some_and(|rest| rest.starts_with(['.', ' ', '=']))))
    }
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Every crate with a schema: those with compiler-checked queries, and services that have migrations.
pub fn all() -> Result<Vec<SchemaCrate>> {
    let mut found = Vec::new();
    for parent in ["crates", "services"] {
        for folder in sorted_entries(&root().join(parent))? {
            let has_queries = folder.join("sqlx.toml").is_file();
            let has_migrations = !files_with_extension(&folder.join("migrations"), "sql")?.is_empty();
            let is_service = parent == "services" && has_migrations;
            if !has_queries && !is_service {
                continue;
            }
            let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            found.push(SchemaCrate { name, folder, has_queries });
        }
    }
    Ok(found)
}

/// Builds the crate's schema anew in the database behind the URL, whose user has to be an administrator.
pub fn rebuild(database_url: &str, schema: &SchemaCrate) -> Result<()> {
    psql(database_url, |command| command.arg("-c").arg(preparation(schema)))?;
    for file in schema.migrations()? {
        apply(database_url, &schema.name, &file)
            .with_context(|| format!("schema {}: {}", schema.name, file.display()))?;
    }
    Ok(())
}

/// The role, its search path (on the role alone: a cloned database would lose a path set `in database`), an empty
/// schema and the rights on what the migrations will create, which they may narrow.
fn preparation(schema: &SchemaCrate) -> String {
    let (name, role) = (&schema.name, schema.role());
    format!(
        "do $$ begin create role {role} login; exception when duplicate_object then null; end $$;
         alter role {role} set search_path = {name};
         drop schema if exists {name} cascade;
         create schema {name};
         grant usage on schema {name} to {role};
         alter default privileges in schema {name} grant select, insert, update, delete on tables to {role};
         alter default privileges in schema {name} grant usage, select, update on sequences to {role};"
    )
}

/// Applies one file as sqlx does: in one transaction, unless its first line asks for none.
fn apply(database_url: &str, schema: &str, file: &Path) -> Result<()> {
    let in_transaction = !read(file)?.starts_with("-- no-transaction");
    psql(database_url, |command| {
        if in_transaction {
            command.arg("--single-transaction");
        }
        command.arg("-c").arg(format!("set search_path to {schema}")).arg("-f").arg(file)
    })
}

/// Runs psql with the arguments that `fill` adds, stopping at the first error.
pub fn psql(url: &str, fill: impl FnOnce(&mut Command) -> &mut Command) -> Result<()> {
    let mut command = Command::new(install::psql()?);
    command.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url]);
    // Notices of `drop … if exists` would bury an error.
    command.env("PGOPTIONS", "-c client_min_messages=warning").current_dir(root());
    process::output(fill(&mut command)).map(drop)
}
