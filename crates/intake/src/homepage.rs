//! Addresses of home pages.

use crate::email::is_domain;
use crate::text;

/// The text is no web address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a web address")]
pub struct HomepageError;

/// The address with its scheme; people leave it out, then it is `http://`, which every server answers.
///
/// Anything but http and https is refused: the UI makes a link of it.
pub fn parse(text: &str) -> Result<String, HomepageError> {
    let address = text::fold(text);
    let lower = address.to_ascii_lowercase();
    let rest_bytes =
        ["http://", "https://"].iter().find_map(|scheme| lower.strip_prefix(scheme)).map_or(address.len(), str::len);
    let rest = &address[address.len() - rest_bytes..];
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (domain, port) = host.split_once(':').unwrap_or((host, "80"));
    if rest.contains(char::is_whitespace) || !is_domain(domain) || port.parse::<u16>().is_err() {
        return Err(HomepageError);
    }
    Ok(if rest_bytes == address.len() { format!("http://{address}") } else { address })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_scheme_is_added_and_others_are_refused() {
        assert_eq!(parse("www.example.com").as_deref(), Ok("http://www.example.com"));
        assert_eq!(parse("HTTPS://example.com:8443/a?b#c").as_deref(), Ok("HTTPS://example.com:8443/a?b#c"));
        for bad in ["javascript:alert(1)", "ftp://example.com", "无", "example", "www.example.com 和别的", "http://"]
        {
            assert_eq!(parse(bad), Err(HomepageError), "{bad}");
        }
    }
}
