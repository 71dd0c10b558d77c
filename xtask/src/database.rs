//! `cargo xtask database`: a migrated scratch database on a server that runs already.

use anyhow::{Result, bail};

use crate::console::say;
use crate::schemas::{self, SchemaCrate};

/// Builds a scratch database.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// An administrator's URL of the server.
    #[arg(long)]
    url: String,
    /// The name of the database, which is dropped and created anew.
    #[arg(long, default_value = "cims_dev")]
    name: String,
    /// Rebuild only these schemas and leave the others in place.
    schemas: Vec<String>,
}

/// Leaves the scratch database up to date and prints the variables to export.
pub fn run(arguments: &Arguments) -> Result<()> {
    let mut crates = schemas::all()?;
    if arguments.schemas.is_empty() {
        recreate(&arguments.url, &arguments.name)?;
    } else {
        crates.retain(|schema| arguments.schemas.contains(&schema.name));
    }
    build(&arguments.url, &arguments.name, &crates)
}

/// Drops and creates the database.
pub fn recreate(admin_url: &str, name: &str) -> Result<()> {
    schemas::psql(admin_url, |command| {
        command
            .arg("-c")
            .arg(format!("drop database if exists {name} with (force)"))
            .arg("-c")
            .arg(format!("create database {name} encoding 'UTF8' locale 'C.UTF-8' template template0"))
    })
}

/// One broken migration must not keep the other engineers from theirs: it is reported at the end.
fn build(admin_url: &str, name: &str, crates: &[SchemaCrate]) -> Result<()> {
    let database_url = with_database(admin_url, name);
    let mut failed = Vec::new();
    for schema in crates {
        if let Err(error) = schemas::rebuild(&database_url, schema) {
            say(format!("{error:#}"));
            failed.push(schema.name.as_str());
        }
        println!("export {}={}", schema.url_variable()?, role_url(admin_url, &schema.role(), name));
    }
    if crates.is_empty() {
        say("no crate has migrations yet: the database is empty");
    }
    if !failed.is_empty() {
        bail!("schemas that could not be built: {}", failed.join(", "));
    }
    Ok(())
}

/// The URL with another database.
pub fn with_database(url: &str, name: &str) -> String {
    let (location, parameters) = url.split_once('?').map_or((url, None), |(left, right)| (left, Some(right)));
    let authority_begin = location.find("://").map_or(0, |at| at + 3);
    let authority_end = location[authority_begin..].find('/').map_or(location.len(), |at| authority_begin + at);
    let parameters = parameters.map(|text| format!("?{text}")).unwrap_or_default();
    format!("{}/{name}{parameters}", &location[..authority_end])
}

/// The URL with another user, without password, and another database.
pub fn role_url(url: &str, role: &str, name: &str) -> String {
    let url = with_database(url, name);
    let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", &url));
    let host_begin = rest.find('/').and_then(|end| rest[..end].rfind('@')).map_or(0, |at| at + 1);
    format!("{scheme}://{role}@{}", &rest[host_begin..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_of_a_url_is_replaced() {
        let cases = [
            ("postgres://a:b@host:5/x", "postgres://a:b@host:5/new"),
            ("postgres://host", "postgres://host/new"),
            ("postgres://a@h/x?sslmode=disable", "postgres://a@h/new?sslmode=disable"),
        ];
        for (given, expected) in cases {
            assert_eq!(with_database(given, "new"), expected);
        }
    }

    #[test]
    fn the_user_of_a_url_is_replaced_and_its_password_dropped() {
        assert_eq!(role_url("postgres://a:b@host:5/x", "cims_tagging", "d"), "postgres://cims_tagging@host:5/d");
        assert_eq!(role_url("postgres://host/x", "r", "d"), "postgres://r@host/d");
    }
}
