//! Running CIMS for the browser tests, on free ports: one with demo people and no customers, one with nobody, one whose
//! people also sign in by a provider.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::console::say;
use crate::database::{recreate, with_database};
use crate::group::Group;
use crate::repository::root;
use crate::servers::{Servers, log, ports};
use crate::{demo_password, process, signals, web};

/// Who is there when the tests begin.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum People {
    Demo,
    /// The first administrator is yet to be made.
    Nobody,
    /// Demo people who also sign in by a provider of OpenID Connect, which the tests start.
    ByProvider,
}

impl People {
    fn database(self) -> &'static str {
        match self {
            People::Demo => "cims_browser_story",
            People::Nobody => "cims_browser_first_run",
            People::ByProvider => "cims_browser_provider",
        }
    }
}

/// What CIMS is to the provider.
const CLIENT_ID: &str = "cims";
/// Before the token on a line that the server prints while there is nobody.
const SETUP_TOKEN: &str = "setup token: ";
const READY_LIMIT: Duration = Duration::from_secs(60);
/// Longer than the 25 s in which the binary promises to drain.
const DRAIN_LIMIT: Duration = Duration::from_secs(30);

/// `cims all` on a database of its own; dropped, it is ended.
#[derive(Debug)]
pub struct Story {
    cims: Group,
    people: People,
    port: u16,
    /// Where the tests start the provider, and by what CIMS proves itself there.
    provider_port: u16,
    client_secret: String,
    password: String,
    log: PathBuf,
}

impl Story {
    /// Creates the database, fills in the people and starts the server, whose data is in `folder`.
    pub fn start(binary: &Path, servers: &Servers, folder: &Path, people: People) -> Result<Self> {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
        recreate(&servers.database_url, people.database())?;
        let password = demo_password::generate()?;
        let [port, provider_port] = ports::free()?;
        let client_secret = demo_password::generate()?;
        let log = folder.join("cims.log");
        let cims = |words: &[&str]| -> Result<Command> {
            let output = log::open(&log)?;
            let mut command = Command::new(binary);
            command
                .args(words)
                .current_dir(root())
                .env("CIMS_DATABASE_URL", with_database(&servers.database_url, people.database()))
                .env("CIMS_AMQP_URL", &servers.amqp_url)
                // Of this run: what an earlier one left in the queues is not ours.
                .env("CIMS_AMQP_PREFIX", format!("{}-{}.", people.database(), std::process::id()))
                .env("CIMS_HTTP_ADDR", format!("127.0.0.1:{port}"))
                .env("CIMS_WEB_DIR", web::built())
                .env("CIMS_DEMO_PASSWORD", &password);
            if people == People::ByProvider {
                command
                    .env("CIMS_OIDC_ISSUER", issuer(provider_port))
                    .env("CIMS_OIDC_CLIENT_ID", CLIENT_ID)
                    .env("CIMS_OIDC_CLIENT_SECRET", &client_secret)
                    .env("CIMS_OIDC_REDIRECT_URL", format!("http://127.0.0.1:{port}/sign-in/callback"));
            }
            command.stdout(output.try_clone().context("cannot share a log")?).stderr(output);
            Ok(command)
        };
        let prepare = |words: &[&str]| process::run(&mut cims(words)?).with_context(|| log::tail(&log));
        prepare(&["migrate"])?;
        if people != People::Nobody {
            prepare(&["seed", "--empty"])?;
        }
        let group = Group::spawn(cims(&["all", "--data"])?.arg(folder))?;
        let mut story = Self { cims: group, people, port, provider_port, client_secret, password, log };
        story.wait_until_ready()?;
        Ok(story)
    }

    /// What the tests read to find the server and to sign in, or to set it up.
    pub fn environment(&self) -> Result<Vec<(&'static str, OsString)>> {
        let url = format!("http://127.0.0.1:{}", self.port).into();
        Ok(match self.people {
            People::Demo => vec![("CIMS_URL", url), ("CIMS_DEMO_PASSWORD", self.password.clone().into())],
            People::Nobody => vec![("CIMS_FIRST_RUN_URL", url), ("CIMS_SETUP_TOKEN", self.setup_token()?.into())],
            People::ByProvider => vec![
                ("CIMS_BY_PROVIDER_URL", url),
                ("CIMS_BY_PROVIDER_PASSWORD", self.password.clone().into()),
                ("CIMS_PROVIDER_ISSUER", issuer(self.provider_port).into()),
                ("CIMS_PROVIDER_CLIENT_ID", CLIENT_ID.into()),
                ("CIMS_PROVIDER_CLIENT_SECRET", self.client_secret.clone().into()),
            ],
        })
    }

    fn setup_token(&self) -> Result<String> {
        let deadline = Instant::now() + READY_LIMIT;
        loop {
            let text = std::fs::read_to_string(&self.log).with_context(|| format!("no {}", self.log.display()))?;
            if let Some(token) = text.lines().filter_map(|line| line.strip_prefix(SETUP_TOKEN)).next_back() {
                return Ok(token.to_owned());
            }
            if Instant::now() > deadline {
                bail!("no set-up token within {READY_LIMIT:?}; {}", log::tail(&self.log));
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Shows the end of the server's log, for a story that failed.
    pub fn show_log(&self) {
        say(log::tail(&self.log));
    }

    /// Stops the server as an operator would.
    pub fn stop(mut self) -> Result<()> {
        self.cims.signal(rustix::process::Signal::TERM);
        match self.cims.wait_for(DRAIN_LIMIT)? {
            Some(status) if status.success() => Ok(()),
            Some(status) => bail!("`cims all` ended with {status}; {}", log::tail(&self.log)),
            None => bail!("`cims all` did not end within {DRAIN_LIMIT:?}; {}", log::tail(&self.log)),
        }
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let deadline = Instant::now() + READY_LIMIT;
        while !self.is_ready() {
            signals::check()?;
            if let Some(status) = self.cims.wait_for(Duration::from_millis(100))? {
                bail!("`cims all` ended with {status}; {}", log::tail(&self.log));
            }
            if Instant::now() > deadline {
                bail!("`cims all` is not ready after {READY_LIMIT:?}; {}", log::tail(&self.log));
            }
        }
        Ok(())
    }

    fn is_ready(&self) -> bool {
        ask(self.port, "/readyz").is_ok_and(|answer| answer.starts_with("HTTP/1.1 200 "))
    }
}

fn issuer(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

/// The first bytes of the answer to a GET.
fn ask(port: u16, path: &str) -> std::io::Result<String> {
    let mut stream = ports::connect(port)?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.take(1024).read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
