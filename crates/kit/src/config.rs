//! Settings from the environment. A wrong value stops the start and says its name, its value and what is allowed.

use std::{env, fmt::Display, path::PathBuf, str::FromStr};

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{name} is not set; allowed: {allowed}")]
    Missing { name: String, allowed: String },
    #[error("{name} is {value:?}: {reason}; allowed: {allowed}")]
    Invalid { name: String, value: String, reason: String, allowed: String },
}

/// The value of a variable, or the default when it is unset or empty.
pub fn or_default<T>(name: &str, default: T, allowed: &str) -> Result<T, ConfigError>
where
    T: FromStr<Err: Display>,
{
    optional(name, allowed).map(|value| value.unwrap_or(default))
}

/// The value of a variable, if it is set and not empty.
pub fn optional<T>(name: &str, allowed: &str) -> Result<Option<T>, ConfigError>
where
    T: FromStr<Err: Display>,
{
    let Some(value) = env::var(name).ok().filter(|value| !value.is_empty()) else { return Ok(None) };
    value.parse().map(Some).map_err(|error: T::Err| ConfigError::Invalid {
        name: name.to_owned(),
        reason: error.to_string(),
        allowed: allowed.to_owned(),
        value: if name.contains("PASSWORD") || name.contains("SECRET") { "…".to_owned() } else { value },
    })
}

/// The value of a variable that has no default.
pub fn required<T>(name: &str, allowed: &str) -> Result<T, ConfigError>
where
    T: FromStr<Err: Display>,
{
    optional(name, allowed)?.ok_or_else(|| ConfigError::Missing { name: name.to_owned(), allowed: allowed.to_owned() })
}

/// A secret: the variable itself, or the file that `<name>_FILE` names.
pub fn secret(name: &str) -> Result<Option<String>, ConfigError> {
    if let Some(value) = optional::<String>(name, "a secret")? {
        return Ok(Some(value));
    }
    let file = format!("{name}_FILE");
    let Some(path) = optional::<PathBuf>(&file, "the path of a file")? else { return Ok(None) };
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(Some(text.trim().to_owned())),
        Err(error) => Err(ConfigError::Invalid {
            name: file,
            value: path.display().to_string(),
            reason: error.to_string(),
            allowed: "the path of a file that can be read".to_owned(),
        }),
    }
}
