//! Every setting of the process, read once from the environment; files with passwords, signing keys and the
//! secret of the services are followed.
//! `docs/operations/settings.md` lists them.

use std::{collections::HashMap, fs, net::SocketAddr, path::PathBuf};

use identity::ProviderSettings;
use kit::{Failure, clock::Clock, config::ConfigError, database, live::Source};

use crate::{
    keys::Keys,
    process::SERVICES_FILE,
    provider,
    role::Role,
    variables::{
        AMQP_PREFIX, AMQP_URL, DATABASE_PASSWORD, DATABASE_ROLE_PASSWORD, DATABASE_URL, HTTP_ADDR, PROGRAM,
        SERVICE_ADDR, SERVICE_DATABASE_URL, SERVICE_URL, WEB_DIR,
    },
};

/// What a process needs to run roles.
#[derive(Clone, Debug)]
pub struct Settings {
    pub database: Database,
    /// Addresses of RabbitMQ, the newest first, with spaces or line breaks between them.
    pub amqp_url: Source,
    /// Stands before every exchange and queue.
    pub amqp_prefix: String,
    pub http_address: SocketAddr,
    pub web_dir: PathBuf,
    /// This program, which reads uploaded files as a process of its own.
    pub program: PathBuf,
    pub keys: Keys,
    /// By which people sign in beside their passwords; only where identity runs.
    pub provider: Option<ProviderSettings>,
    /// Where time comes from; a test has its own.
    pub clock: Clock,
    /// Where each service listens; a service without an entry takes a free port on loopback.
    pub listen: HashMap<Role, SocketAddr>,
    /// Where the services are that this process does not run.
    pub peers: HashMap<Role, String>,
}

/// Where the database is.
#[derive(Clone, Debug)]
pub struct Database {
    admin_url: Option<Source>,
    admin_password: Option<Source>,
    /// The newest first.
    role_passwords: Option<Source>,
    /// Addresses of each, the newest first.
    services: HashMap<Role, Source>,
}

impl Database {
    fn at(admin_url: &str) -> Database {
        Database {
            admin_url: Some(admin_url.into()),
            admin_password: None,
            role_passwords: None,
            services: HashMap::new(),
        }
    }

    fn from_environment() -> Result<Database, ConfigError> {
        let mut services = HashMap::new();
        for role in Role::SERVICES {
            if let Some(url) = SERVICE_DATABASE_URL.of(role.name()).source()? {
                services.insert(role, url);
            }
        }
        Ok(Database {
            admin_url: DATABASE_URL.source()?,
            admin_password: DATABASE_PASSWORD.source()?,
            role_passwords: DATABASE_ROLE_PASSWORD.source()?,
            services,
        })
    }

    /// The administrator's address, which only migrations use.
    ///
    /// # Errors
    /// When `CIMS_DATABASE_URL` is not set.
    pub fn admin_url(&self) -> Result<String, Failure> {
        let url = self.base()?.read()?;
        match &self.admin_password {
            Some(password) => database::with_password(&url, &password.read()?),
            None => Ok(url),
        }
    }

    fn base(&self) -> Result<&Source, Failure> {
        self.admin_url.as_ref().ok_or_else(|| Failure::internal(DATABASE_URL.missing()))
    }

    /// The newest password of the services' logins.
    ///
    /// # Errors
    /// When its file cannot be read.
    pub fn role_password(&self) -> Result<Option<String>, Failure> {
        let Some(source) = &self.role_passwords else { return Ok(None) };
        Ok(listed(&source.read()?).next().map(str::to_owned))
    }

    /// A service's own addresses, a line each: as set, or the administrator's with the service's login and each password.
    ///
    /// # Errors
    /// When neither is set.
    pub fn url(&self, role: Role) -> Result<Source, Failure> {
        if let Some(own) = self.services.get(&role) {
            return Ok(own.clone());
        }
        let (base, passwords) = (self.base()?.clone(), self.role_passwords.clone());
        Ok(Source::new(move || {
            let (base, passwords) = (base.read()?, passwords.as_ref().map(Source::read).transpose()?);
            let Some(passwords) = passwords else { return database::service_url(&base, role.name(), None) };
            let urls = listed(&passwords).map(|password| database::service_url(&base, role.name(), Some(password)));
            Ok(urls.collect::<Result<Vec<_>, _>>()?.join("\n"))
        }))
    }
}

/// Passwords of letters and digits, with commas or line breaks between them.
fn listed(passwords: &str) -> impl Iterator<Item = &str> {
    passwords.split([',', '\n', '\r', ' ']).filter(|password| !password.is_empty())
}

impl Settings {
    /// Settings of a tool that runs beside `cims all` and finds its services and keys in the same data folder; without
    /// one, beside processes of single roles.
    ///
    /// # Errors
    /// As [`Settings::from_environment`], or when no process has run on the folder.
    pub fn beside(data: Option<PathBuf>) -> Result<Settings, Failure> {
        let Some(data) = data else { return Settings::from_environment(Some(Role::Gateway), None) };
        let mut settings = Settings::from_environment(None, Some(data.clone()))?;
        let path = data.join(SERVICES_FILE);
        let text = fs::read(&path).map_err(|error| Failure::internal(format!("{}: {error}", path.display())))?;
        let services: HashMap<String, String> = serde_json::from_slice(&text).map_err(Failure::internal)?;
        settings.peers =
            Role::SERVICES.into_iter().filter_map(|role| Some((role, services.get(role.name())?.clone()))).collect();
        Ok(settings)
    }

    /// The database at an administrator's address, with logins without a password, as a private server has them.
    pub fn database_at(admin_url: &str) -> Database {
        Database::at(admin_url)
    }

    /// Reads the settings of a process that runs one role, or, with none, all of them.
    ///
    /// # Errors
    /// When a variable is wrong: its name, its value and what is allowed.
    pub fn from_environment(role: Option<Role>, data: Option<PathBuf>) -> Result<Settings, Failure> {
        let read = || -> Result<_, ConfigError> {
            let mut settings = Settings {
                database: Database::from_environment()?,
                amqp_url: match AMQP_URL.source()? {
                    Some(told) => told,
                    None => AMQP_URL.read::<String>()?.into(),
                },
                amqp_prefix: AMQP_PREFIX.optional()?.unwrap_or_default(),
                http_address: HTTP_ADDR.read()?,
                web_dir: WEB_DIR.read()?,
                program: match PROGRAM.optional()? {
                    Some(program) => program,
                    None => std::env::current_exe().unwrap_or_else(|_| PathBuf::from("cims")),
                },
                keys: Keys::unset(),
                provider: match role {
                    None | Some(Role::Identity) => provider::from_environment()?,
                    Some(_) => None,
                },
                clock: Clock::system(),
                listen: HashMap::new(),
                peers: HashMap::new(),
            };
            for service in Role::SERVICES {
                let address = SERVICE_ADDR.of(service.name()).optional()?;
                let url = SERVICE_URL.of(service.name()).optional()?;
                if role == Some(service) {
                    settings.listen.insert(service, address.unwrap_or(service.default_address()));
                }
                if role.is_some_and(|role| role != service) {
                    settings.peers.insert(service, url.unwrap_or(format!("http://{}", service.default_address())));
                }
            }
            Ok(settings)
        };
        let mut settings = read().map_err(Failure::internal)?;
        settings.keys = Keys::load(role, data.as_deref())?;
        Ok(settings)
    }
}
