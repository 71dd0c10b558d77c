//! Every variable of the binary, who reads it, and the table that people read.

use std::borrow::Cow;

use kit::{
    config::{
        Fallback::{Told, Value},
        Variable,
    },
    telemetry,
};

use crate::role::Role;

macro_rules! variable {
    ($name:ident, $text:literal, $default:expr, $allowed:literal, $meaning:literal) => {
        variable!($name, $text, $default, $allowed, $meaning, false);
    };
    ($name:ident, $text:literal, $default:expr, $allowed:literal, $meaning:literal, $is_secret:expr) => {
        pub const $name: Variable = Variable {
            name: Cow::Borrowed($text),
            default: $default,
            allowed: $allowed,
            meaning: $meaning,
            is_secret: $is_secret,
        };
    };
}
const SECRET: bool = true;

variable!(
    DATABASE_URL,
    "CIMS_DATABASE_URL",
    Told("none"),
    "postgres://user@host:port/database",
    "PostgreSQL, as an administrator: `postgres://user@host:port/database`. Services that have no address of their own use its host and database with the login `cims_<service>`",
    SECRET
);
variable!(
    DATABASE_PASSWORD,
    "CIMS_DATABASE_PASSWORD",
    Told("what stands in the address"),
    "letters and digits",
    "the administrator's password, when it does not stand in `CIMS_DATABASE_URL`. Letters and digits only",
    SECRET
);
variable!(
    DATABASE_ROLE_PASSWORD,
    "CIMS_DATABASE_ROLE_PASSWORD",
    Told("`migrate` leaves passwords as they are"),
    "letters and digits",
    "the password of every login `cims_<service>`: `cims migrate` sets it, services use it in addresses made from `CIMS_DATABASE_URL`. Letters and digits only. Several, the newest first, with commas or line breaks between them: `migrate` sets the first, services try each. Read anew for every connection: [how to change it](rotate.md)",
    SECRET
);
variable!(
    SERVICE_DATABASE_URL,
    "CIMS_<SERVICE>_DATABASE_URL",
    Told("from `CIMS_DATABASE_URL`"),
    "postgres://user:password@host:port/database",
    "a service's own database address. Several, the newest first, with line breaks between them: the service tries each. Read anew for every connection",
    SECRET
);
variable!(
    AMQP_URL,
    "CIMS_AMQP_URL",
    Value("amqp://guest:guest@127.0.0.1:5672"),
    "amqp://user:password@host:port",
    "RabbitMQ. Several addresses, the newest first, with line breaks between them: each is tried. Read anew for every connection: [how to change the password](rotate.md)",
    SECRET
);
variable!(AMQP_PREFIX, "CIMS_AMQP_PREFIX", Told("empty"), "a text", "stands before every exchange and queue");
variable!(
    HTTP_ADDR,
    "CIMS_HTTP_ADDR",
    Value("127.0.0.1:8080"),
    "host:port, such as 127.0.0.1:8080",
    "where the gateway listens. Beyond loopback it refuses to start unless `CIMS_BEHIND_TLS` is true"
);
variable!(
    SERVICE_ADDR,
    "CIMS_<SERVICE>_ADDR",
    Told("`127.0.0.1:9101` to `9105`"),
    "host:port, such as 127.0.0.1:9101",
    "where a service that runs alone listens for gRPC; `cims all` does not look at it"
);
variable!(
    SERVICE_URL,
    "CIMS_<SERVICE>_URL",
    Told("`http://127.0.0.1:9101` to `9105`"),
    "http://host:port",
    "where the others find it; `cims all` does not look at it"
);
variable!(WEB_DIR, "CIMS_WEB_DIR", Value("web/dist"), "a folder", "the built web UI");
variable!(
    PROGRAM,
    "CIMS_PROGRAM",
    Told("this program"),
    "the path of cims",
    "the `cims` that the customer service starts to read an uploaded file, as a process of at most 64 MB"
);
variable!(
    METRICS_ADDR,
    "CIMS_METRICS_ADDR",
    Told("`127.0.0.1:9464` for `cims all`, where a taken port is only a warning; none for a single role"),
    "host:port, such as 127.0.0.1:9464",
    "where `/metrics` and `/health` are served"
);
variable!(
    SIGNING_KEY,
    "CIMS_SIGNING_KEY",
    Told("`all`: made"),
    "Ed25519 private keys, PKCS#8 PEM, the newest first",
    "Ed25519 private key, PKCS#8 PEM; signs access tokens. Identity alone has it. Of several, one after the other, the first signs. A changed file holds within a second: [how to change it](rotate.md)",
    SECRET
);
variable!(
    VERIFYING_KEY,
    "CIMS_VERIFYING_KEY",
    Told("the public half of the signing key, where that is set"),
    "Ed25519 public keys, PEM",
    "Ed25519 public key, PEM; verifies access tokens. Several, one after the other, all verify. A changed file holds within a second: [how to change it](rotate.md)",
    SECRET
);
variable!(
    SERVICE_SECRET,
    "CIMS_SERVICE_SECRET",
    Told("`all`: made"),
    "texts of at least 32 bytes, a line each, the newest first",
    "at least 32 bytes, the same for all roles: by it services prove themselves to one another. Of several, a line each, the first signs, all are believed. A changed file holds within a second: [how to change it](rotate.md)",
    SECRET
);
variable!(
    SECRET_KEY,
    "CIMS_SECRET_KEY",
    Told("`all`: made"),
    "keys of 64 hexadecimal digits, the newest first, with commas or line breaks between them",
    "64 hexadecimal digits: the key under which secrets of persons (ID numbers, second factors) stand in the database. Identity and customer have it, the same. **Without it they cannot be read again: keep a copy apart from the backups.** To change it, put a new key before the old ones, with commas between them, and start both services anew: new values are sealed under the first, all open, and what stands under an old one is sealed anew. docs/operations/upgrade.md says when an old one may go",
    SECRET
);
variable!(
    AUDIT_KEY,
    "CIMS_AUDIT_KEY",
    Told("`all`: made"),
    "keys of 64 hexadecimal digits, the newest first, with commas or line breaks between them",
    "64 hexadecimal digits, the same for all services: the Ed25519 key that signs the seals of the events. **Whoever has it and the database can rewrite the log unseen: keep it from those who administer the database, and a copy apart from the backups.** To change it, put a new key before the old ones, with commas between them",
    SECRET
);
variable!(
    OIDC_ISSUER,
    "CIMS_OIDC_ISSUER",
    Told("nobody signs in by a provider"),
    "an https address without a query; http for 127.0.0.1 and localhost alone",
    "the provider of OpenID Connect, as it writes its own address: <https://id.example.com/realms/company>. [How to register CIMS there](sign-in-provider.md)"
);
variable!(
    OIDC_CLIENT_ID,
    "CIMS_OIDC_CLIENT_ID",
    Told("none; wanted with `CIMS_OIDC_ISSUER`"),
    "a text",
    "what CIMS is called there"
);
variable!(
    OIDC_CLIENT_SECRET,
    "CIMS_OIDC_CLIENT_SECRET",
    Told("none; wanted with `CIMS_OIDC_ISSUER`"),
    "a text",
    "by what CIMS proves itself there",
    SECRET
);
variable!(
    OIDC_REDIRECT_URL,
    "CIMS_OIDC_REDIRECT_URL",
    Told("none; wanted with `CIMS_OIDC_ISSUER`"),
    "an https address without a query; http for 127.0.0.1 and localhost alone",
    "the page of CIMS to which the provider sends people back: `https://` the host of CIMS `/sign-in/callback`, to the letter as it is registered there"
);
variable!(
    OIDC_LABEL,
    "CIMS_OIDC_LABEL",
    Value("公司账号|your company account"),
    "a text, or one in Chinese and one in English with | between them",
    "what the button on the sign-in page calls the provider, in Chinese and in English: 用…登录, Sign in with …"
);
variable!(
    DEMO_PASSWORD,
    "CIMS_DEMO_PASSWORD",
    Told("`cargo xtask up`: made, kept in `.cims/demo-password`"),
    "at least 12 characters",
    "the password of the demo people. `cims all` and `cims gateway` print it at the start when they listen on loopback",
    SECRET
);

/// The commands that read a variable, besides `all`, which reads every one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Readers {
    /// Every role, and the tools.
    Every,
    /// And `migrate` and `seed`.
    Services,
    /// Services, and the tools that work on the seals.
    Sealers,
    /// Services that keep secrets of persons.
    Keepers,
    /// Services that run alone.
    Alone,
    One(Role),
    /// `migrate` and `seed` alone.
    Administration,
    Seed,
}

impl Readers {
    pub fn include(self, role: Role) -> bool {
        match self {
            Readers::Every => true,
            Readers::Services | Readers::Sealers | Readers::Alone => role != Role::Gateway,
            Readers::Keepers => matches!(role, Role::Identity | Role::Customer),
            Readers::One(own) => own == role,
            Readers::Administration | Readers::Seed => false,
        }
    }

    fn told(self) -> &'static str {
        match self {
            Readers::Every => "all roles",
            Readers::Services => "services, `migrate`, `seed`",
            Readers::Sealers => "services, `audit`",
            Readers::Keepers => "identity, customer",
            Readers::Alone => "services",
            Readers::One(role) => role.name(),
            Readers::Administration => "`migrate`, `seed`",
            Readers::Seed => "`seed`",
        }
    }
}

/// Every variable under its heading.
pub const TABLE: [(&str, &[(Variable, Readers)]); 4] = [
    (
        "Where things are",
        &[
            (DATABASE_URL, Readers::Services),
            (DATABASE_PASSWORD, Readers::Administration),
            (DATABASE_ROLE_PASSWORD, Readers::Services),
            (SERVICE_DATABASE_URL, Readers::Services),
            (AMQP_URL, Readers::Every),
            (AMQP_PREFIX, Readers::Every),
            (HTTP_ADDR, Readers::One(Role::Gateway)),
            (SERVICE_ADDR, Readers::Alone),
            (SERVICE_URL, Readers::Every),
            (WEB_DIR, Readers::One(Role::Gateway)),
            (PROGRAM, Readers::One(Role::Customer)),
            (METRICS_ADDR, Readers::Every),
            (telemetry::OTLP_ENDPOINT, Readers::Every),
        ],
    ),
    (
        "Security",
        &[
            (SIGNING_KEY, Readers::One(Role::Identity)),
            (VERIFYING_KEY, Readers::Every),
            (SERVICE_SECRET, Readers::Every),
            (SECRET_KEY, Readers::Keepers),
            (AUDIT_KEY, Readers::Sealers),
            (gateway::BEHIND_TLS, Readers::One(Role::Gateway)),
            (gateway::TRUSTED_PROXY, Readers::One(Role::Gateway)),
        ],
    ),
    (
        "Sign-in by a provider",
        &[
            (OIDC_ISSUER, Readers::One(Role::Identity)),
            (OIDC_CLIENT_ID, Readers::One(Role::Identity)),
            (OIDC_CLIENT_SECRET, Readers::One(Role::Identity)),
            (OIDC_REDIRECT_URL, Readers::One(Role::Identity)),
            (OIDC_LABEL, Readers::One(Role::Identity)),
        ],
    ),
    (
        "Behaviour",
        &[
            (telemetry::LOG, Readers::Every),
            (customer::REVEALS_PER_DAY, Readers::One(Role::Customer)),
            (interaction::EDIT_HOURS, Readers::One(Role::Interaction)),
            (DEMO_PASSWORD, Readers::Seed),
        ],
    ),
];

/// Read by the tools of development, never by this program.
const DEVELOPMENT: [&str; 10] = [
    "CIMS_TEST_DATABASE_URL",
    "CIMS_TEST_AMQP_URL",
    "CIMS_TEST_KILLS",
    "CIMS_BINARY",
    "CIMS_CHROMIUM",
    "CIMS_FIREFOX",
    "CIMS_URL",
    "CIMS_KIT_DATABASE_URL",
    "CIMS_DIRECTORY_DATABASE_URL",
    "CIMS_XTASK_QUERY_FOLDER",
];

/// Every variable with those who read it, a family once for each service.
pub fn all() -> impl Iterator<Item = (Variable, Readers)> {
    TABLE.into_iter().flat_map(|(_, rows)| rows).flat_map(|(variable, readers)| {
        let own: Vec<Variable> = match variable.is_family() {
            true => Role::SERVICES.into_iter().map(|role| variable.of(role.name())).collect(),
            false => vec![variable.clone()],
        };
        own.into_iter().map(|variable| (variable, *readers))
    })
}

/// Variables of the environment that look like ours and that nobody reads: most likely misspelt.
pub fn unknown() -> Vec<String> {
    let known: Vec<String> = all()
        .flat_map(|(variable, _)| {
            let file = variable.is_secret.then(|| variable.file_name());
            [Some(variable.name.into_owned()), file].into_iter().flatten()
        })
        .collect();
    let ours =
        std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()).filter(|name| name.starts_with("CIMS_"));
    let mut unknown: Vec<String> =
        ours.filter(|name| !known.contains(name) && !DEVELOPMENT.contains(&name.as_str())).collect();
    unknown.sort();
    unknown
}

/// The table as documents show it.
pub fn markdown() -> String {
    let mut text = String::new();
    for (heading, rows) in TABLE {
        text += &format!("## {heading}\n\n| variable | default | read by | meaning |\n|---|---|---|---|\n");
        for (variable, readers) in rows {
            let secret = if variable.is_secret { " †" } else { "" };
            let default = match variable.default {
                // A bar would end the column.
                Value(value) => format!("`{}`", value.replace('|', "\\|")),
                Told(told) => told.to_owned(),
            };
            text +=
                &format!("| `{}`{secret} | {default} | {} | {} |\n", variable.name, readers.told(), variable.meaning);
        }
        text += "\n";
    }
    text.truncate(text.trim_end().len());
    text
}

/// What holds in this environment: `NAME=value`, one a line, and of secrets only where they come from.
pub fn current() -> String {
    let mut text = String::new();
    for (variable, _) in all() {
        let name = &variable.name;
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let value = match (set(name), set(&variable.file_name()), variable.default) {
            (Some(_), ..) if variable.is_secret => "…".to_owned(),
            (None, Some(file), _) if variable.is_secret => format!("… (from {file})"),
            (Some(value), ..) => value,
            (None, _, Value(_)) if variable.is_secret => "… (the default)".to_owned(),
            (None, _, Value(value)) => format!("{value} (the default)"),
            (None, _, Told(told)) => format!("(unset: {told})"),
        };
        text += &format!("{name}={value}\n");
    }
    text
}
