//! Settings from the environment. A wrong value stops the start and says its name, its value and what is allowed.

use std::{borrow::Cow, env, fmt::Display, path::PathBuf, str::FromStr};

use crate::{live::Source, problem::Failure};

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{name} is not set; allowed: {allowed}")]
    Missing { name: String, allowed: String },
    #[error("{name} is {value:?}: {reason}; allowed: {allowed}")]
    Invalid { name: String, value: String, reason: String, allowed: String },
}

/// An environment variable: how it is read, and what people are told of it. Whoever reads one keeps it as a constant;
/// the binary lists them all.
#[derive(Clone, Debug)]
pub struct Variable {
    /// In a family, `<SERVICE>` stands for the name of each service.
    pub name: Cow<'static, str>,
    pub default: Fallback,
    /// What it may hold, as an error says it.
    pub allowed: &'static str,
    /// What it does, in Markdown.
    pub meaning: &'static str,
    /// Never printed, and may stand in a file that `<name>_FILE` names.
    pub is_secret: bool,
}

/// What holds while a variable is unset or empty.
#[derive(Clone, Copy, Debug)]
pub enum Fallback {
    Value(&'static str),
    /// No value of its own; in words, what follows from that.
    Told(&'static str),
}

const SERVICE: &str = "<SERVICE>";

impl Variable {
    /// The variable that a service has in a family.
    #[must_use]
    pub fn of(&self, service: &str) -> Variable {
        Variable { name: self.name.replace(SERVICE, &service.to_uppercase()).into(), ..self.clone() }
    }

    pub fn is_family(&self) -> bool {
        self.name.contains(SERVICE)
    }

    /// The name of the variable that names a file with the secret.
    pub fn file_name(&self) -> String {
        format!("{}_FILE", self.name)
    }

    /// Its value, or its default.
    ///
    /// # Errors
    /// When the value is wrong, or there is none.
    pub fn read<T>(&self) -> Result<T, ConfigError>
    where
        T: FromStr<Err: Display>,
    {
        if let Some(value) = self.optional()? {
            return Ok(value);
        }
        match self.default {
            Fallback::Value(text) => text.parse().map_err(|error: T::Err| self.invalid(text, error)),
            Fallback::Told(_) => Err(self.missing()),
        }
    }

    /// Its value, if it is set and not empty.
    ///
    /// # Errors
    /// When the value is wrong.
    pub fn optional<T>(&self) -> Result<Option<T>, ConfigError>
    where
        T: FromStr<Err: Display>,
    {
        let Some(value) = set(&self.name) else { return Ok(None) };
        value.parse().map(Some).map_err(|error: T::Err| self.invalid(&value, error))
    }

    /// A secret: the variable itself, or what stands in the file that `<name>_FILE` names.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn secret(&self) -> Result<Option<String>, ConfigError> {
        if let Some(value) = set(&self.name) {
            return Ok(Some(value));
        }
        let Some(path) = set(&self.file_name()).map(PathBuf::from) else { return Ok(None) };
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text.trim().to_owned())),
            Err(error) => Err(ConfigError::Invalid {
                name: self.file_name(),
                value: path.display().to_string(),
                reason: error.to_string(),
                allowed: "the path of a file that can be read".to_owned(),
            }),
        }
    }

    /// The same for as long as the process runs: what its file holds at each reading. None when it is not set.
    ///
    /// # Errors
    /// When the file cannot be read now.
    pub fn source(&self) -> Result<Option<Source>, ConfigError> {
        if self.secret()?.is_none() {
            return Ok(None);
        }
        let variable = self.clone();
        let read = move || variable.secret().map(Option::unwrap_or_default).map_err(Failure::internal);
        Ok(Some(Source::new(read)))
    }

    pub fn missing(&self) -> ConfigError {
        ConfigError::Missing { name: self.name.to_string(), allowed: self.allowed.to_owned() }
    }

    pub fn invalid(&self, value: &str, reason: impl Display) -> ConfigError {
        ConfigError::Invalid {
            name: self.name.to_string(),
            value: if self.is_secret { "…".to_owned() } else { value.to_owned() },
            reason: reason.to_string(),
            allowed: self.allowed.to_owned(),
        }
    }
}

fn set(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
