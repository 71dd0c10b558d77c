//! What an operator says of the provider.

use std::{convert::Infallible, str::FromStr};

use openidconnect::url::Url;

/// Hosts that only this machine reaches, so that nobody listens on the way.
const LOOPBACK: [&str; 3] = ["127.0.0.1", "localhost", "[::1]"];

/// The provider, and what CIMS is to it.
#[derive(Clone)]
pub struct ProviderSettings {
    pub issuer: SafeUrl,
    pub client_id: String,
    pub client_secret: String,
    /// The page of CIMS to which the provider sends people back.
    pub redirect_url: SafeUrl,
    pub label: Label,
}

impl std::fmt::Debug for ProviderSettings {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "ProviderSettings({})", self.issuer.text())
    }
}

/// An address over TLS, or on loopback.
#[derive(Clone, Debug)]
pub struct SafeUrl(String);

impl SafeUrl {
    /// As it was written: issuers are compared by the letter.
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl FromStr for SafeUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<SafeUrl, &'static str> {
        let url = Url::parse(text).map_err(|_| "not an address")?;
        if !is_safe(&url) {
            return Err("neither https nor on loopback");
        }
        match (url.query(), url.fragment()) {
            (None, None) => Ok(SafeUrl(text.to_owned())),
            _ => Err("more than a path behind the host"),
        }
    }
}

/// Whether what is sent there is read by nobody else.
pub fn is_safe(url: &Url) -> bool {
    match url.scheme() {
        "https" => true,
        "http" => url.host_str().is_some_and(|host| LOOPBACK.contains(&host)),
        _ => false,
    }
}

/// What the button calls the provider.
#[derive(Clone, Debug)]
pub struct Label {
    pub zh: String,
    pub en: String,
}

impl FromStr for Label {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Label, Infallible> {
        let (zh, en) = text.split_once('|').unwrap_or((text, text));
        Ok(Label { zh: zh.trim().to_owned(), en: en.trim().to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_over_tls_or_on_loopback() {
        for text in
            ["https://id.example.com", "https://id.example.com/realms/a/", "http://127.0.0.1:9000", "http://localhost"]
        {
            assert!(text.parse::<SafeUrl>().is_ok_and(|url| url.text() == text), "{text}");
        }
        for text in [
            "http://id.example.com",
            "http://127.0.0.1.example.com",
            "http://10.0.0.1",
            "ftp://127.0.0.1",
            "id",
            "https://id.example.com/?a=b",
        ] {
            assert!(text.parse::<SafeUrl>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_label_has_two_languages_or_one_for_both() {
        let of = |text: &str| text.parse::<Label>().map(|label| (label.zh, label.en));
        assert_eq!(of("公司账号|your account"), Ok(("公司账号".to_owned(), "your account".to_owned())));
        assert_eq!(of("Keycloak"), Ok(("Keycloak".to_owned(), "Keycloak".to_owned())));
    }
}
