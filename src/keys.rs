//! The keys of a process: from the environment, or made once and kept in the data folder.

use std::{fs, io::Write, path::Path};

use kit::{
    Failure,
    audit::AuditKeys,
    auth::{PrivateKey, PrivateKeys, PublicKeys, ServiceSecret, ServiceSecrets},
    live::Source,
    secret::Secrets,
};

use crate::{
    role::Role,
    variables::{AUDIT_KEY, SECRET_KEY, SERVICE_SECRET, SIGNING_KEY, VERIFYING_KEY},
};

#[derive(Clone, Debug)]
pub struct Keys {
    /// Only where identity runs.
    pub signing: Option<PrivateKeys>,
    pub verifying: Option<PublicKeys>,
    pub service_secrets: Option<ServiceSecrets>,
    /// Where secrets of persons are kept: identity and customer.
    pub secrets: Option<Secrets>,
    /// Where events are sealed.
    pub audit: Option<AuditKeys>,
}

impl Keys {
    pub(crate) fn unset() -> Keys {
        Keys { signing: None, verifying: None, service_secrets: None, secrets: None, audit: None }
    }

    /// New keys, good for one process and its tests.
    ///
    /// # Errors
    /// When the key cannot be made.
    pub fn generate() -> Result<Keys, Failure> {
        let signing = PrivateKeys::from(PrivateKey::generate().map_err(Failure::internal)?);
        Ok(Keys {
            verifying: Some(signing.public()),
            signing: Some(signing),
            service_secrets: Some(ServiceSecret::generate().into()),
            secrets: Some(Secrets::parse(&Secrets::random_text())?),
            audit: Some(AuditKeys::parse(&AuditKeys::random_text())?),
        })
    }

    /// `CIMS_SIGNING_KEY`, `CIMS_VERIFYING_KEY`, `CIMS_SERVICE_SECRET`, `CIMS_SECRET_KEY` and `CIMS_AUDIT_KEY` (or the files
    /// that `…_FILE` name). A process that runs everything makes what is missing and keeps it in its data folder.
    ///
    /// # Errors
    /// When one is missing or not a key.
    pub fn load(role: Option<Role>, data: Option<&Path>) -> Result<Keys, Failure> {
        let kept = |file: &str, make: &dyn Fn() -> Result<String, Failure>| match (role, data) {
            (None, Some(data)) => keep(&data.join(file), make).map(Some),
            (None, None) => make().map(Some),
            (Some(_), _) => Ok(None),
        };
        let signing = match SIGNING_KEY.source().map_err(Failure::internal)? {
            Some(told) => Some(told),
            None => {
                kept("signing-key.pem", &|| Ok(PrivateKey::generate().map_err(Failure::internal)?.pem().to_owned()))?
                    .map(Source::from)
            }
        };
        let signing = signing.map(PrivateKeys::new).transpose()?;
        let verifying = match VERIFYING_KEY.source().map_err(Failure::internal)? {
            Some(told) => Some(PublicKeys::new(told)?),
            None => signing.as_ref().map(PrivateKeys::public),
        };
        let shared = match SERVICE_SECRET.source().map_err(Failure::internal)? {
            Some(told) => Some(told),
            None => kept("service-secret", &|| Ok(ServiceSecret::random_text()))?.map(Source::from),
        };
        let service_secrets = shared.map(ServiceSecrets::new).transpose()?;
        let secrets = match SECRET_KEY.secret().map_err(Failure::internal)? {
            Some(text) => Some(text),
            None => kept("secret-key", &|| Ok(Secrets::random_text()))?,
        };
        let secrets = secrets.map(|text| Secrets::parse(&text)).transpose()?;
        let audit = match AUDIT_KEY.secret().map_err(Failure::internal)? {
            Some(text) => Some(text),
            None => kept("audit-key", &|| Ok(AuditKeys::random_text()))?,
        };
        let audit = audit.map(|text| AuditKeys::parse(&text)).transpose()?;
        Ok(Keys { signing, verifying, service_secrets, secrets, audit })
    }
}

/// The text of a file that only its owner may read, made on the first start.
pub(crate) fn keep(path: &Path, make: &dyn Fn() -> Result<String, Failure>) -> Result<String, Failure> {
    if let Ok(text) = fs::read_to_string(path) {
        return Ok(text.trim().to_owned());
    }
    let text = make()?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(Failure::internal)?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|error| Failure::internal(format!("{}: {error}", path.display())))?;
    file.write_all(text.as_bytes()).map_err(Failure::internal)?;
    Ok(text)
}
