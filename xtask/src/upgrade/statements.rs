//! Every statement that the last release committed, prepared on the schema of today.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::Release;
use crate::console::{say, timed};
use crate::database::{recreate, role_url, with_database};
use crate::repository::root;
use crate::schemas::{self, SchemaCrate};
use crate::servers::ScratchPostgres;
use crate::{install, process, signals};

const DATABASE: &str = "cims_upgrade";
/// Begins the lines about columns that may now be null.
const NULLABLE: &str = "may be null";
/// What `prepare` takes; the others have no parameters.
const PREPARED: [&str; 6] = ["select", "insert", "update", "delete", "merge", "with"];

/// A query file: `services/customer/.sqlx/query-….json`.
struct Statement {
    path: String,
    query: String,
    /// Types as PostgreSQL names them.
    parameters: Vec<String>,
    /// None where the name of the type is none of PostgreSQL's own.
    columns: Vec<Option<String>>,
    /// Table and column of those that the release takes to be never null.
    required: Vec<(String, String)>,
}

/// Fails with every statement that the server refuses, or whose answer has other types than the release reads.
pub fn check(_fix: bool) -> Result<()> {
    let Some(release) = Release::find()? else { return Ok(()) };
    let statements = statements(&release)?;
    let mut crates = schemas::all()?;
    crates.retain(|schema| schema.has_queries);
    let server = ScratchPostgres::start()?;
    recreate(&server.url, DATABASE)?;
    let database_url = with_database(&server.url, DATABASE);
    timed("migrations applied", || crates.iter().try_for_each(|schema| schemas::rebuild(&database_url, schema)))?;
    let folder = tempfile::tempdir().context("cannot create a folder for a statement")?;
    let script = folder.path().join("statement.sql");
    let mut broken = Vec::new();
    for statement in &statements {
        signals::check()?;
        let fault = match crates.iter().find(|schema| statement.is_of(schema)) {
            Some(schema) => statement.fault(&role_url(&server.url, &schema.role(), DATABASE), &script)?,
            None => Some("its schema is gone".to_owned()),
        };
        broken.extend(fault.map(|fault| format!("{}: {fault}", statement.path)));
    }
    if !broken.is_empty() {
        bail!("the last release would not work on this schema:\n  {}", broken.join("\n  "));
    }
    say(format!("last release: {} statements work on this schema", statements.len()));
    Ok(())
}

fn statements(release: &Release) -> Result<Vec<Statement>> {
    let mut statements = Vec::new();
    for path in release.paths()? {
        if path.contains("/.sqlx/") && path.ends_with(".json") {
            let text = release.read(&path)?;
            statements.push(Statement::parse(path.clone(), &text).with_context(|| path)?);
        }
    }
    Ok(statements)
}

impl Statement {
    fn parse(path: String, text: &str) -> Result<Statement> {
        let value: Value = serde_json::from_str(text)?;
        let query = value["query"].as_str().context("no query")?.trim_end_matches([';', ' ', '\n']).to_owned();
        let describe = &value["describe"];
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let parameters = list(&describe["parameters"]["Left"]);
        let parameters =
            parameters.iter().map(|recorded| type_name(recorded).unwrap_or_else(|| "unknown".to_owned())).collect();
        let columns = list(&describe["columns"]);
        let required =
            columns.iter().zip(list(&describe["nullable"])).filter(|(_, nullable)| nullable.as_bool() == Some(false));
        let required = required.filter_map(|(column, _)| {
            let table = &column["origin"]["Table"];
            Some((table["table"].as_str()?.to_owned(), table["name"].as_str()?.to_owned()))
        });
        let required = required.collect();
        let columns = columns.iter().map(|column| type_name(&column["type_info"])).collect();
        Ok(Statement { path, query, parameters, columns, required })
    }

    fn is_of(&self, schema: &SchemaCrate) -> bool {
        self.path.split('/').nth(1) == Some(schema.name.as_str())
    }

    /// What is wrong with it, as the service's login on the database behind the URL.
    fn fault(&self, url: &str, script: &Path) -> Result<Option<String>> {
        std::fs::write(script, self.script()).with_context(|| format!("cannot write {}", script.display()))?;
        let mut psql = Command::new(install::psql()?);
        psql.args(["-X", "-q", "-A", "-t", "-F", "|", "-v", "ON_ERROR_STOP=1", "-d", url, "-f"]).arg(script);
        let answer = match process::output(psql.current_dir(root())) {
            Ok(answer) => answer,
            Err(error) => return Ok(Some(format!("{error:#}"))),
        };
        let lines = answer.lines().filter_map(|line| line.split_once('|'));
        let (nullable, found): (Vec<_>, Vec<_>) = lines.partition(|(name, _)| *name == NULLABLE);
        if let Some((_, column)) = nullable.first() {
            return Ok(Some(format!("{column} may now be null")));
        }
        let found: Vec<String> = found.iter().map(|(_, name)| plain(name)).collect();
        let fits = |(found, read): (&String, &Option<String>)| read.as_ref().is_none_or(|read| read == found);
        if found.len() == self.columns.len() && found.iter().zip(&self.columns).all(fits) {
            return Ok(None);
        }
        let read: Vec<&str> = self.columns.iter().map(|read| read.as_deref().unwrap_or("…")).collect();
        Ok(Some(format!("answers ({}), the release reads ({})", found.join(", "), read.join(", "))))
    }

    /// Describes it as the compiler's macros do, and prepares it with the types that the release sends.
    fn script(&self) -> String {
        let query = &self.query;
        let mut script = format!("{query}\n\\gdesc\n");
        let word = query.split_whitespace().next().unwrap_or_default().to_lowercase();
        if PREPARED.contains(&word.as_str()) {
            let types = match self.parameters.is_empty() {
                true => String::new(),
                false => format!(" ({})", self.parameters.join(", ")),
            };
            script += &format!("prepare checked{types} as {query}\n;\n");
        }
        for (table, column) in &self.required {
            script += &format!(
                "select '{NULLABLE}', '{table}.{column}' where not exists (select from pg_attribute
                    where attrelid = to_regclass('{table}') and attname = '{column}' and attnotnull);\n"
            );
        }
        script
    }
}

/// PostgreSQL's name of a type that sqlx has recorded: `Int8Array` is `bigint[]`.
fn type_name(recorded: &Value) -> Option<String> {
    let recorded = recorded.as_str()?;
    let (element, array) = recorded.strip_suffix("Array").map_or((recorded, ""), |element| (element, "[]"));
    let lower = element.to_lowercase();
    let name = match element {
        "Bool" => "boolean",
        "Int2" => "smallint",
        "Int4" => "integer",
        "Int8" => "bigint",
        "Float4" => "real",
        "Float8" => "double precision",
        "Timestamp" => "timestamp without time zone",
        "Timestamptz" => "timestamp with time zone",
        "Varchar" => "character varying",
        "Bpchar" => "character",
        _ => lower.as_str(),
    };
    Some(format!("{name}{array}"))
}

/// Without a length: `numeric(18,2)` is `numeric`.
fn plain(name: &str) -> String {
    match (name.split_once('('), name.split_once(')')) {
        (Some((before, _)), Some((_, after))) => format!("{before}{after}"),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_have_the_names_that_the_server_prints() {
        let named = |text: &str| type_name(&Value::from(text)).expect("a name");
        assert_eq!(named("Int8Array"), "bigint[]");
        assert_eq!(named("Timestamptz"), "timestamp with time zone");
        assert_eq!(named("Jsonb"), "jsonb");
        assert_eq!(plain("numeric(18,2)[]"), "numeric[]");
        assert_eq!(plain("uuid"), "uuid");
    }

    #[test]
    fn a_query_file_becomes_a_script() {
        let text = r#"{ "query": "select id, upper(name) as \"word!\" from customer where id = $1;", "describe": {
            "columns": [
                { "name": "id", "type_info": "Uuid", "origin": { "Table": { "table": "customer", "name": "id" } } },
                { "name": "word!", "type_info": "Text", "origin": "Expression" }
            ],
            "parameters": { "Left": ["Uuid"] }, "nullable": [false, null] } }"#;
        let statement = Statement::parse("services/customer/.sqlx/query-1.json".to_owned(), text).expect("it parses");
        assert_eq!(statement.columns, [Some("uuid".to_owned()), Some("text".to_owned())]);
        assert_eq!(statement.required, [("customer".to_owned(), "id".to_owned())]);
        let script = statement.script();
        assert!(script.starts_with("select id") && script.contains("= $1\n\\gdesc\nprepare checked (uuid) as select"));
    }
}
