//! Every setting of the process, read once from the environment. `docs/operations/settings.md` lists them.

use std::{collections::HashMap, fs, net::SocketAddr, path::PathBuf};

use kit::{
    Failure,
    clock::Clock,
    config::{self, ConfigError},
    database,
};

use crate::{keys::Keys, process::SERVICES_FILE, role::Role};

/// What a process needs to run roles.
#[derive(Clone, Debug)]
pub struct Settings {
    pub database: Database,
    pub amqp_url: String,
    /// Stands before every exchange and queue.
    pub amqp_prefix: String,
    pub http_address: SocketAddr,
    pub web_dir: PathBuf,
    /// This program, which reads uploaded files as a process of its own.
    pub program: PathBuf,
    pub keys: Keys,
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
    admin_url: Option<String>,
    role_password: Option<String>,
    services: HashMap<Role, String>,
}

impl Database {
    fn at(admin_url: &str) -> Database {
        Database { admin_url: Some(admin_url.to_owned()), role_password: None, services: HashMap::new() }
    }

    fn from_environment() -> Result<Database, ConfigError> {
        const ALLOWED: &str = "postgres://user@host:port/database";
        let mut services = HashMap::new();
        for role in Role::SERVICES {
            let name = format!("CIMS_{}_DATABASE_URL", role.name().to_uppercase());
            if let Some(url) = config::optional::<String>(&name, ALLOWED)? {
                services.insert(role, url);
            }
        }
        Ok(Database {
            admin_url: config::optional("CIMS_DATABASE_URL", ALLOWED)?,
            role_password: config::secret("CIMS_DATABASE_ROLE_PASSWORD")?,
            services,
        })
    }

    /// The administrator's address, which only migrations use.
    ///
    /// # Errors
    /// When `CIMS_DATABASE_URL` is not set.
    pub fn admin_url(&self) -> Result<&str, Failure> {
        self.admin_url.as_deref().ok_or_else(|| {
            Failure::internal("CIMS_DATABASE_URL is not set; allowed: postgres://user@host:port/database")
        })
    }

    pub fn role_password(&self) -> Option<&str> {
        self.role_password.as_deref()
    }

    /// A service's own address: as set, or the administrator's with the service's login.
    ///
    /// # Errors
    /// When neither is set.
    pub fn url(&self, role: Role) -> Result<String, Failure> {
        match self.services.get(&role) {
            Some(url) => Ok(url.clone()),
            None => database::service_url(self.admin_url()?, role.name(), self.role_password()),
        }
    }
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
                amqp_url: config::or_default(
                    "CIMS_AMQP_URL",
                    "amqp://guest:guest@127.0.0.1:5672".to_owned(),
                    "amqp://user:password@host:port",
                )?,
                amqp_prefix: config::or_default("CIMS_AMQP_PREFIX", String::new(), "a text")?,
                http_address: config::or_default(
                    "CIMS_HTTP_ADDR",
                    Role::Gateway.default_address(),
                    "host:port, such as 127.0.0.1:8080",
                )?,
                web_dir: config::or_default("CIMS_WEB_DIR", PathBuf::from("web/dist"), "a folder")?,
                program: match config::optional("CIMS_PROGRAM", "the path of cims")? {
                    Some(program) => program,
                    None => std::env::current_exe().unwrap_or_else(|_| PathBuf::from("cims")),
                },
                keys: Keys::unset(),
                clock: Clock::system(),
                listen: HashMap::new(),
                peers: HashMap::new(),
            };
            for service in Role::SERVICES {
                let upper = service.name().to_uppercase();
                let address = config::optional(&format!("CIMS_{upper}_ADDR"), "host:port, such as 127.0.0.1:9101")?;
                let url = config::optional(&format!("CIMS_{upper}_URL"), "http://host:port")?;
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
