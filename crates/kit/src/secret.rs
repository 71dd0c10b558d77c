//! Secrets of persons at rest: sealed under keys that stand outside the database, and found again without being opened.
//!
//! Each value has a key of its own, and that key is sealed by one of the process's keys: an envelope. When a new key comes
//! first, what the old ones sealed still opens, and [`Secrets::renewed`] puts a value's key into a new envelope without
//! touching the value. A value that is looked for has [`Secrets::digests`] beside it: one per key, of which the statement
//! takes any.

use std::fmt;

use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, MAX_TAG_LEN, NONCE_LEN, Nonce, UnboundKey},
    hkdf, hmac,
};

use crate::problem::Failure;

const KEY: usize = 32;
const ID: usize = 4;
const VERSION: u8 = 1;
/// Version, key id, nonce and the sealed key of the value.
const ENVELOPE: usize = 1 + ID + NONCE_LEN + KEY + MAX_TAG_LEN;

/// What is allowed in `CIMS_SECRET_KEY`.
pub const ALLOWED: &str = "keys of 64 hexadecimal digits, the newest first, with commas or line breaks between them";

/// The keys of a process: the first seals, all open.
#[derive(Clone)]
pub struct Secrets {
    keys: Vec<Key>,
}

#[derive(Clone)]
struct Key {
    id: [u8; ID],
    sealing: LessSafeKey,
    digesting: hmac::Key,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secrets")
    }
}

impl Secrets {
    /// # Errors
    /// When the text holds no key, or something else than keys.
    pub fn parse(text: &str) -> Result<Secrets, Failure> {
        let texts = text.split([',', '\n', '\r', ' ']).filter(|text| !text.is_empty());
        let keys = texts.map(Key::parse).collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() { Err(refused()) } else { Ok(Secrets { keys }) }
    }

    /// A new key as text.
    pub fn random_text() -> String {
        hex::encode(rand::random::<[u8; KEY]>())
    }

    /// Seals a value. `place` says what it is and whose ("customer.idNumber 0190…"): elsewhere it does not open.
    ///
    /// # Errors
    /// When the value is larger than a message can be.
    pub fn seal(&self, place: &str, value: &[u8]) -> Result<Vec<u8>, Failure> {
        let value_key: [u8; KEY] = rand::random();
        let mut sealed = self.current().envelope(place, &value_key)?;
        let mut body = value.to_vec();
        aead(&value_key)?
            .seal_in_place_append_tag(once(), Aad::from(place.as_bytes()), &mut body)
            .map_err(Failure::internal)?;
        sealed.extend(body);
        Ok(sealed)
    }

    /// The value that was sealed at this place.
    ///
    /// # Errors
    /// When it was sealed at another one or under a key that is not among these, or is damaged.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>, Failure> {
        let (value_key, body) = self.value_key(place, sealed)?;
        let mut body = body.to_vec();
        let value = aead(&value_key)?
            .open_in_place(once(), Aad::from(place.as_bytes()), &mut body)
            .map_err(|_| broken(place))?;
        Ok(value.to_vec())
    }

    /// The same value under the newest key; none when it is that already.
    ///
    /// # Errors
    /// As [`Secrets::open`].
    pub fn renewed(&self, place: &str, sealed: &[u8]) -> Result<Option<Vec<u8>>, Failure> {
        if sealed.get(1..1 + ID) == Some(self.current().id.as_slice()) {
            return Ok(None);
        }
        let (value_key, body) = self.value_key(place, sealed)?;
        let mut renewed = self.current().envelope(place, &value_key)?;
        renewed.extend_from_slice(body);
        Ok(Some(renewed))
    }

    /// By which a value is found: one digest per key, the newest first, for `digest = any($n)`. `kind` says what it is
    /// ("customer.idNumber"), not whose. The first is the one to store.
    pub fn digests(&self, kind: &str, value: &[u8]) -> Vec<Vec<u8>> {
        let of = |key: &Key| {
            let mut context = hmac::Context::with_key(&key.digesting);
            for part in [kind.as_bytes(), &[0], value] {
                context.update(part);
            }
            context.sign().as_ref().to_vec()
        };
        self.keys.iter().map(of).collect()
    }

    /// What is kept of a request, to know it again. By the oldest key: it stays the same when a new one comes.
    pub fn digest_of_request(&self, message: &[u8]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.keys[self.keys.len() - 1].digesting);
        context.update(b"request\0");
        context.update(message);
        let tag = context.sign();
        std::array::from_fn(|index| tag.as_ref()[index])
    }

    /// How many keys there are.
    pub fn count(&self) -> usize {
        self.keys.len()
    }

    /// `parse` refuses to be without one.
    fn current(&self) -> &Key {
        &self.keys[0]
    }

    fn value_key<'s>(&self, place: &str, sealed: &'s [u8]) -> Result<([u8; KEY], &'s [u8]), Failure> {
        let (envelope, body) = sealed.split_at_checked(ENVELOPE).ok_or_else(|| broken(place))?;
        let id = &envelope[1..1 + ID];
        let key = self.keys.iter().find(|key| envelope[0] == VERSION && key.id == id);
        let key = key
            .ok_or_else(|| Failure::internal(format!("{place}: sealed under a key that is not in CIMS_SECRET_KEY")))?;
        Ok((key.value_key(place, &envelope[1 + ID..])?, body))
    }
}

impl Key {
    fn parse(text: &str) -> Result<Key, Failure> {
        let bytes: [u8; KEY] = hex::decode(text).ok().and_then(|bytes| bytes.try_into().ok()).ok_or_else(refused)?;
        // One key for each use, so that none tells anything of another.
        let master = hkdf::Salt::new(hkdf::HKDF_SHA256, b"cims").extract(&bytes);
        let part = |purpose: &[u8]| -> Result<[u8; KEY], Failure> {
            let mut out = [0; KEY];
            let purpose = [purpose];
            let expanded = master.expand(&purpose, hkdf::HKDF_SHA256).map_err(Failure::internal)?;
            expanded.fill(&mut out).map_err(Failure::internal)?;
            Ok(out)
        };
        let mut id = [0; ID];
        id.copy_from_slice(&part(b"id")?[..ID]);
        Ok(Key { id, sealing: aead(&part(b"seal")?)?, digesting: hmac::Key::new(hmac::HMAC_SHA256, &part(b"digest")?) })
    }

    fn envelope(&self, place: &str, value_key: &[u8; KEY]) -> Result<Vec<u8>, Failure> {
        let nonce: [u8; NONCE_LEN] = rand::random();
        let mut sealed_key = value_key.to_vec();
        self.sealing
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(place.as_bytes()), &mut sealed_key)
            .map_err(Failure::internal)?;
        Ok([&[VERSION][..], &self.id, &nonce, &sealed_key].concat())
    }

    /// Of what stands behind the key's id in an envelope.
    fn value_key(&self, place: &str, rest: &[u8]) -> Result<[u8; KEY], Failure> {
        let (nonce, sealed_key) = rest.split_at(NONCE_LEN);
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(Failure::internal)?;
        let mut sealed_key = sealed_key.to_vec();
        let opened = self.sealing.open_in_place(nonce, Aad::from(place.as_bytes()), &mut sealed_key);
        opened.ok().and_then(|key| (&*key).try_into().ok()).ok_or_else(|| broken(place))
    }
}

fn aead(key: &[u8; KEY]) -> Result<LessSafeKey, Failure> {
    UnboundKey::new(&AES_256_GCM, key).map(LessSafeKey::new).map_err(Failure::internal)
}

/// A value's own key seals once.
fn once() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
}

fn refused() -> Failure {
    Failure::internal(format!("CIMS_SECRET_KEY is not a key; allowed: {ALLOWED}"))
}

/// That a process was given no key and needs one.
pub(crate) fn missing() -> Failure {
    Failure::internal(format!("CIMS_SECRET_KEY is not set; allowed: {ALLOWED}"))
}

fn broken(place: &str) -> Failure {
    Failure::internal(format!("{place}: not what was sealed there"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: &str = "customer.idNumber 7";

    #[test]
    fn what_is_sealed_opens_at_its_place_alone_and_holds_nothing_in_clear() {
        let secrets = Secrets::parse(&Secrets::random_text()).expect("a key");
        let sealed = secrets.seal(PLACE, b"110101199003070000").expect("sealed");
        assert_eq!(secrets.open(PLACE, &sealed).expect("opened"), b"110101199003070000");
        assert!(!sealed.windows(6).any(|part| part == b"110101"));
        assert_ne!(
            sealed,
            secrets.seal(PLACE, b"110101199003070000").expect("sealed"),
            "equal values do not look equal"
        );
        assert!(secrets.open("customer.idNumber 8", &sealed).is_err());
        for position in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[position] ^= 1;
            assert!(secrets.open(PLACE, &damaged).is_err(), "byte {position}");
        }
        assert!(secrets.open(PLACE, &sealed[..sealed.len() - 1]).is_err());
        assert!(secrets.open(PLACE, b"").is_err());
    }

    #[test]
    fn a_new_key_comes_without_a_failed_read() {
        let (old_key, new_key) = (Secrets::random_text(), Secrets::random_text());
        let old = Secrets::parse(&old_key).expect("a key");
        let both = Secrets::parse(&format!("{new_key},\n{old_key}\n")).expect("two keys");
        let new = Secrets::parse(&new_key).expect("a key");
        let sealed = old.seal(PLACE, b"value").expect("sealed");
        assert_eq!(both.open(PLACE, &sealed).expect("still opens"), b"value");
        assert!(both.digests("customer.idNumber", b"value").contains(&old.digests("customer.idNumber", b"value")[0]));
        let renewed = both.renewed(PLACE, &sealed).expect("opened").expect("another envelope");
        assert_eq!(new.open(PLACE, &renewed).expect("the old key may go"), b"value");
        assert_eq!(both.renewed(PLACE, &renewed).expect("opened"), None);
        assert!(new.open(PLACE, &sealed).is_err());
        assert_ne!(new.digests("customer.idNumber", b"value"), new.digests("customer.other", b"value"));
    }

    #[test]
    fn other_texts_are_no_keys() {
        for text in ["", ",", "x", &"0".repeat(63), &"0".repeat(66), &format!("{} x", "0".repeat(64))] {
            assert!(Secrets::parse(text).is_err(), "{text}");
        }
    }
}
