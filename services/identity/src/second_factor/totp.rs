//! Codes that follow from a secret and the time (RFC 6238), as every authenticator app makes them: HMAC-SHA-1, six
//! digits, thirty seconds.

use chrono::{DateTime, Utc};
use data_encoding::BASE32_NOPAD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use ring::hmac;
use subtle::ConstantTimeEq;

/// As RFC 4226 recommends for SHA-1.
pub const SECRET: usize = 20;
const STEP_SECONDS: i64 = 30;
const MODULUS: u32 = 1_000_000;
/// Codes this many steps away are good too: clocks of phones differ, and people type slowly.
const TOLERANCE: i64 = 1;
/// What an authenticator app shows above the code.
const ISSUER: &str = "CIMS";

/// The step whose code this is; none when it is no code of now.
pub fn step_of(secret: &[u8], code: &str, now: DateTime<Utc>) -> Option<i64> {
    let current = now.timestamp().div_euclid(STEP_SECONDS);
    // All are compared, so that the time does not tell which.
    let steps = (current - TOLERANCE)..=(current + TOLERANCE);
    steps.fold(None, |found, step| {
        let same = bool::from(at(secret, step).as_bytes().ct_eq(code.as_bytes()));
        if same { Some(step) } else { found }
    })
}

fn at(secret: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let offset = tag.last().map_or(0, |last| usize::from(last & 0x0f));
    let part = tag.get(offset..offset + 4).and_then(|part| part.try_into().ok()).unwrap_or_default();
    format!("{:06}", (u32::from_be_bytes(part) & 0x7fff_ffff) % MODULUS)
}

/// As people type it in.
pub fn text(secret: &[u8]) -> String {
    BASE32_NOPAD.encode(secret)
}

/// As apps read it from a QR code.
pub fn uri(secret: &[u8], username: &str) -> String {
    let name = utf8_percent_encode(username, NON_ALPHANUMERIC);
    format!(
        "otpauth://totp/{ISSUER}:{name}?secret={}&issuer={ISSUER}&algorithm=SHA1&digits=6&period={STEP_SECONDS}",
        text(secret)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_rfc() {
        // RFC 6238, appendix B, of which six digits are the last of the eight.
        for (second, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(at(b"12345678901234567890", second / STEP_SECONDS), code, "at {second}");
        }
    }

    #[test]
    fn a_code_is_good_for_its_own_step_and_the_ones_beside_it() {
        let secret = b"12345678901234567890";
        let now = |second| DateTime::from_timestamp(second, 0).expect("a moment");
        for second in [1_111_111_080, 1_111_111_109, 1_111_111_139, 1_111_111_050] {
            assert_eq!(step_of(secret, "081804", now(second)), Some(37_037_036), "at {second}");
        }
        for second in [1_111_111_049, 1_111_111_140] {
            assert_eq!(step_of(secret, "081804", now(second)), None, "at {second}");
        }
        for code in ["", "81804", "0818040", "081805"] {
            assert_eq!(step_of(secret, code, now(1_111_111_109)), None, "{code}");
        }
    }

    #[test]
    fn apps_read_who_and_where_from_the_uri() {
        assert_eq!(
            uri(b"12345678901234567890", "rep 1"),
            "otpauth://totp/CIMS:rep%201?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=CIMS&algorithm=SHA1&digits=6&period=30"
        );
    }
}
