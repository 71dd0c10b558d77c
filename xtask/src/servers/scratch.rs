//! A PostgreSQL for work that leaves nothing behind.

use anyhow::{Context, Result};
use tempfile::TempDir;

use super::{Durability, Postgres, Variables, given, temporary};
use crate::console::timed;
use crate::install;

/// A PostgreSQL whose data goes away with the value, or the one that the tests were told to use.
#[derive(Debug)]
pub struct ScratchPostgres {
    /// An administrator's URL.
    pub url: String,
    // In this order: the server stops before its data goes.
    _server: Option<Postgres>,
    _folder: Option<TempDir>,
}

impl ScratchPostgres {
    /// Starts the server.
    pub fn start() -> Result<Self> {
        if let Some(url) = given(Variables::TESTS.database) {
            return Ok(Self { url, _server: None, _folder: None });
        }
        let programs = install::servers(true, false)?.postgres.context("no PostgreSQL")?;
        let folder = temporary()?;
        let place = folder.path().join("postgres");
        let server = timed("PostgreSQL ready", || Postgres::start(&programs, &place, Durability::Scratch))?;
        Ok(Self { url: server.url(), _server: Some(server), _folder: Some(folder) })
    }
}
