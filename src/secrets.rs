//! `cims secrets`: everything that an installation has to keep to itself, made once.

use std::path::Path;

use kit::{
    Failure,
    audit::AuditKeys,
    auth::{PrivateKey, PrivateKeys, ServiceSecret},
    database,
    secret::Secrets,
};

use crate::keys::keep;

/// Makes the secrets that are not there yet, one folder for each of those who share one. What is there stays.
///
/// # Errors
/// When the folder cannot be written to.
pub fn make(folder: &Path, amqp_url: &str) -> Result<(), Failure> {
    // Hexadecimal digits: they stand in addresses as they are.
    let random = |file: &str| keep(&folder.join(file), &|| Ok(ServiceSecret::random_text()));
    random("database/password")?;
    random("database-role/password")?;
    let amqp = random("amqp/password")?;
    keep(&folder.join("amqp/url"), &|| database::with_password(amqp_url, &amqp))?;
    random("service/secret")?;
    let key = keep(&folder.join("signing/key.pem"), &|| {
        Ok(PrivateKey::generate().map_err(Failure::internal)?.pem().to_owned())
    })?;
    // There may be several, while the old one is being replaced.
    let key = PrivateKeys::new(key.into())?.newest();
    keep(&folder.join("service/verifying-key.pem"), &|| Ok(key.public().pem().to_owned()))?;
    keep(&folder.join("sealing/key"), &|| Ok(Secrets::random_text()))?;
    keep(&folder.join("audit/key"), &|| Ok(AuditKeys::random_text()))?;
    // Short enough to be typed.
    keep(&folder.join("demo/password"), &|| Ok(ServiceSecret::random_text()[..20].to_owned()))?;
    Ok(())
}
