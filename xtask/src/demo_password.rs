//! The password of the demo logins, the same across starts.

use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, Result};

const VARIABLE: &str = "CIMS_DEMO_PASSWORD";
const LENGTH: usize = 20;

/// 32 characters that are not mistaken for one another: five bits of each random byte choose one without bias.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyzACDEFHJ47";

/// The password from the environment, else the one kept in the data folder, else a new one.
pub fn get(data: &Path) -> Result<String> {
    if let Some(password) = std::env::var(VARIABLE).ok().filter(|value| !value.is_empty()) {
        return Ok(password);
    }
    let file = data.join("demo-password");
    match std::fs::read_to_string(&file) {
        Ok(text) if !text.trim().is_empty() => return Ok(text.trim().to_owned()),
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("cannot read {}", file.display()));
        }
        _ => {}
    }
    let password = generate()?;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    options
        .open(&file)
        .and_then(|mut opened| writeln!(opened, "{password}"))
        .with_context(|| format!("cannot write {}", file.display()))?;
    Ok(password)
}

/// A new password.
pub fn generate() -> Result<String> {
    let mut random = [0; LENGTH];
    std::fs::File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut random))
        .context("cannot read random bytes")?;
    Ok(random.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_password_stays_and_only_its_owner_reads_it() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let first = get(folder.path())?;
        assert_eq!(first.len(), LENGTH);
        assert_eq!(get(folder.path())?, first);
        let mode = folder.path().join("demo-password").metadata()?.permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        Ok(())
    }
}
