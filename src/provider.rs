//! The provider of OpenID Connect by which people sign in, where one is set.

use identity::ProviderSettings;
use kit::config::{ConfigError, Variable};

use crate::variables::{OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_ISSUER, OIDC_LABEL, OIDC_REDIRECT_URL};

/// # Errors
/// When a variable is wrong, or some are set and others are missing.
pub(crate) fn from_environment() -> Result<Option<ProviderSettings>, ConfigError> {
    let Some(issuer) = OIDC_ISSUER.optional()? else { return Ok(None) };
    let missing = |variable: Variable| move || variable.missing();
    Ok(Some(ProviderSettings {
        issuer,
        client_id: OIDC_CLIENT_ID.optional()?.ok_or_else(missing(OIDC_CLIENT_ID))?,
        client_secret: OIDC_CLIENT_SECRET.secret()?.ok_or_else(missing(OIDC_CLIENT_SECRET))?,
        redirect_url: OIDC_REDIRECT_URL.optional()?.ok_or_else(missing(OIDC_REDIRECT_URL))?,
        label: OIDC_LABEL.read()?,
    }))
}
