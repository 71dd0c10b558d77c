//! Recovery codes: each works once in place of a code of the device.

use data_encoding::BASE32_NOPAD;
use kit::secret::Secrets;

/// Codes that are given out at once.
const COUNT: usize = 10;
/// Fifty bits, ten characters.
const CHARACTERS: usize = 10;
const RANDOM: usize = 7;
const KIND: &str = "identity.recoveryCode";

/// New codes as people read them: "K7QXM-2VHTA".
pub fn generate() -> Vec<String> {
    (0..COUNT).map(|_| shown(&BASE32_NOPAD.encode(&rand::random::<[u8; RANDOM]>())[..CHARACTERS])).collect()
}

fn shown(code: &str) -> String {
    let (front, back) = code.split_at(CHARACTERS / 2);
    format!("{front}-{back}")
}

/// By which a code is known, under each key. Short as codes are, a digest without a key could be tried out.
pub fn digests(secrets: &Secrets, user_id: uuid::Uuid, code: &str) -> Vec<Vec<u8>> {
    secrets.digests(&format!("{KIND} {user_id}"), plain(code).as_bytes())
}

/// Without what people add or leave out.
fn plain(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|character| character.to_ascii_uppercase()).collect()
}

/// Whether it has the form of a recovery code rather than of the device's.
pub fn is_one(code: &str) -> bool {
    plain(code).len() == CHARACTERS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_known_however_it_is_typed() {
        let secrets = Secrets::parse(&Secrets::random_text()).expect("a key");
        let codes = generate();
        assert_eq!(codes.len(), COUNT);
        let (user, other) = (uuid::Uuid::from_u128(1), uuid::Uuid::from_u128(2));
        let code = &codes[0];
        assert!(is_one(code) && !is_one("123456"));
        let typed = format!(" {} ", code.to_lowercase().replace('-', " "));
        assert_eq!(digests(&secrets, user, code), digests(&secrets, user, &typed));
        assert_ne!(digests(&secrets, user, code), digests(&secrets, other, code));
        assert_ne!(digests(&secrets, user, code), digests(&secrets, user, &codes[1]));
    }
}
