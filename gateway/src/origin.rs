//! Where a request comes from.

use std::{
    borrow::Cow,
    net::{IpAddr, SocketAddr},
};

use http::HeaderMap;
use kit::{
    Failure,
    config::{Fallback, Variable},
};

pub const TRUSTED_PROXY: Variable = Variable {
    name: Cow::Borrowed("CIMS_TRUSTED_PROXY"),
    default: Fallback::Told("nobody is believed"),
    allowed: "addresses or networks separated by commas, such as 10.0.0.0/8",
    meaning: "addresses or networks, separated by commas (`10.0.0.0/8`), whose `X-Forwarded-For` is believed",
    is_secret: false,
};

/// Proxies whose `X-Forwarded-For` is believed: addresses or networks (`10.0.0.0/8`).
#[derive(Debug, Default)]
pub struct TrustedProxies {
    networks: Vec<(IpAddr, u8)>,
}

impl TrustedProxies {
    /// From `CIMS_TRUSTED_PROXY`: addresses or networks, separated by commas; none when unset.
    ///
    /// # Errors
    /// When one is neither.
    pub fn from_environment() -> Result<TrustedProxies, Failure> {
        let text = TRUSTED_PROXY.optional::<String>().map_err(Failure::internal)?.unwrap_or_default();
        let networks =
            text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(network).collect::<Option<Vec<_>>>();
        let networks = networks.ok_or_else(|| Failure::internal(TRUSTED_PROXY.invalid(&text, "not a network")))?;
        Ok(TrustedProxies { networks })
    }

    /// The caller's address: the peer's, or what a believed proxy says of its own peer.
    pub fn source(&self, peer: SocketAddr, headers: &HeaderMap) -> IpAddr {
        let mut source = peer.ip().to_canonical();
        let forwarded = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
        let hops: Vec<&str> = forwarded.flat_map(|value| value.split(',')).map(str::trim).collect();
        for hop in hops.iter().rev() {
            match hop.parse::<IpAddr>() {
                Ok(address) if self.trusts(source) => source = address.to_canonical(),
                _ => break,
            }
        }
        source
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|(network, length)| match (network, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                same_prefix(network.to_bits().into(), address.to_bits().into(), *length, 32)
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                same_prefix(network.to_bits(), address.to_bits(), *length, 128)
            }
            _ => false,
        })
    }
}

fn network(text: &str) -> Option<(IpAddr, u8)> {
    let (address, length) = text.split_once('/').unwrap_or((text, ""));
    let address: IpAddr = address.parse().ok()?;
    let bits = if address.is_ipv4() { 32 } else { 128 };
    let length = if length.is_empty() { bits } else { length.parse().ok()? };
    (length <= bits).then_some((address, length))
}

fn same_prefix(one: u128, other: u128, length: u8, bits: u8) -> bool {
    length == 0 || (one ^ other) >> (bits - length) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_believed_proxies_speak_for_others() {
        let trusted = TrustedProxies { networks: vec![network("10.0.0.0/8").expect("a network")] };
        let headers = HeaderMap::from_iter([(
            http::HeaderName::from_static("x-forwarded-for"),
            "1.1.1.1, 9.9.9.9, 10.0.0.2".parse().expect("a header"),
        )]);
        let of = |peer: &str| trusted.source(peer.parse().expect("an address"), &headers).to_string();
        assert_eq!(of("10.0.0.1:5"), "9.9.9.9");
        assert_eq!(of("8.8.8.8:5"), "8.8.8.8");
    }
}
