//! Where a database is, and by which password: read anew for every connection, so that passwords change under a running
//! process (docs/decisions/0027-rotation.md).

use std::{
    str::FromStr,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use sqlx::{Connection, Error, PgConnection, postgres::PgConnectOptions};

use crate::{live::Source, problem::Failure};

/// So long a refused connection is tried again: the file and the server do not change at the same moment.
const REFUSED_LIMIT: Duration = Duration::from_secs(2);
const REFUSED_PAUSE: Duration = Duration::from_millis(200);

/// Clones share what worked.
#[derive(Clone)]
pub(super) struct Address {
    /// Addresses, the newest first, with spaces or line breaks between them.
    source: Source,
    settings: Vec<(&'static str, &'static str)>,
    /// By which the last connection opened: the file may be ahead of the server.
    worked: Arc<Mutex<Option<String>>>,
}

impl Address {
    /// With settings of the server for every connection.
    ///
    /// # Errors
    /// When an address is none.
    pub fn new(source: Source, settings: Vec<(&'static str, &'static str)>) -> Result<Address, Failure> {
        let text = source.read()?;
        for url in text.split_whitespace() {
            PgConnectOptions::from_str(url).map_err(Failure::internal)?;
        }
        Ok(Address { source, settings, worked: Arc::default() })
    }

    /// The same with more settings.
    pub fn with(&self, settings: &[(&'static str, &'static str)]) -> Address {
        Address { settings: [&self.settings[..], settings].concat(), ..self.clone() }
    }

    /// # Errors
    /// When the database is out of reach, or refuses every password for two seconds.
    pub async fn connect(&self) -> Result<PgConnection, Error> {
        let begin = Instant::now();
        loop {
            match self.try_each().await {
                Err(error) if is_refused(&error) && begin.elapsed() < REFUSED_LIMIT => {
                    tokio::time::sleep(REFUSED_PAUSE).await;
                }
                answer => return answer,
            }
        }
    }

    async fn try_each(&self) -> Result<PgConnection, Error> {
        let mut last = Error::Configuration("there is no address of a database".into());
        for url in self.urls()? {
            let options = PgConnectOptions::from_str(&url)?.options(self.settings.iter().copied());
            match PgConnection::connect_with(&options).await {
                Ok(connection) => {
                    *self.worked() = Some(url);
                    return Ok(connection);
                }
                Err(error) if is_refused(&error) => last = error,
                Err(error) => return Err(error),
            }
        }
        Err(last)
    }

    /// What the source says, then what worked last.
    fn urls(&self) -> Result<Vec<String>, Error> {
        let worked = self.worked().clone();
        let text = match (self.source.read(), &worked) {
            (Ok(text), _) => text,
            (Err(failure), Some(_)) => {
                tracing::warn!(%failure, "the address of the database cannot be read; the one before holds on");
                String::new()
            }
            (Err(failure), None) => return Err(Error::Configuration(failure.into())),
        };
        let mut urls: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        let other = worked.filter(|worked| !urls.contains(worked));
        urls.extend(other);
        Ok(urls)
    }

    fn worked(&self) -> std::sync::MutexGuard<'_, Option<String>> {
        self.worked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The server answered, and wants another login or password: SQLSTATE class 28.
fn is_refused(error: &Error) -> bool {
    error.as_database_error().and_then(|error| error.code()).is_some_and(|code| code.starts_with("28"))
}
