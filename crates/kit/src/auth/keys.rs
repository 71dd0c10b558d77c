//! The key pairs that sign people's tokens and the secrets that sign services' tokens.

use std::{fmt, sync::Arc};

use ed25519_dalek::{
    SigningKey, VerifyingKey,
    pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey, spki::der::pem::LineEnding},
};
use jsonwebtoken::{DecodingKey, EncodingKey};
use sha2::{Digest, Sha256};

use crate::{
    live::{Live, Source},
    problem::Failure,
};

#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("not an Ed25519 key in PEM: {0}")]
    Pem(String),
    #[error("a service secret of {0} bytes; at least 32 are needed")]
    Short(usize),
    #[error("there is no key")]
    Missing,
}

/// Identity's key: signs access tokens. Only identity has it.
#[derive(Clone)]
pub struct PrivateKey {
    pub(super) encoding: EncodingKey,
    public: PublicKey,
    pem: String,
}

/// Verifies access tokens. Every service has it.
#[derive(Clone)]
pub struct PublicKey {
    pub(super) decoding: DecodingKey,
    pub(super) id: KeyId,
    pem: String,
}

/// The beginning of the digest of a public key or a service secret. In a person's token, as hexadecimal digits, it says which
/// key signed it; a service's token names none: a digest of a secret is nobody's to see.
pub(super) type KeyId = [u8; 8];

/// Identity's keys, as their file has them: the first signs, the public halves of all verify.
#[derive(Clone)]
pub struct PrivateKeys {
    live: Arc<Live<Vec<PrivateKey>>>,
    public: PublicKeys,
}

/// The keys that verify access tokens, as their file has them.
#[derive(Clone)]
pub struct PublicKeys {
    pub(super) live: Arc<Live<Vec<PublicKey>>>,
}

/// What all services share to prove to one another that they are services.
#[derive(Clone)]
pub struct ServiceSecret {
    pub(super) bytes: Vec<u8>,
    pub(super) id: KeyId,
}

/// The secrets of services, as their file has them: the first signs, all verify.
#[derive(Clone)]
pub struct ServiceSecrets {
    pub(super) live: Arc<Live<Vec<ServiceSecret>>>,
}

macro_rules! hide {
    ($($name:ident),*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(stringify!($name))
            }
        }
    )*};
}
hide!(PrivateKey, PublicKey, PrivateKeys, PublicKeys, ServiceSecret, ServiceSecrets);

impl PrivateKey {
    /// A new key, for a first start or a test.
    ///
    /// # Errors
    /// When the key cannot be written as PEM.
    pub fn generate() -> Result<PrivateKey, KeyError> {
        let pem = SigningKey::from_bytes(&rand::random()).to_pkcs8_pem(LineEnding::LF).map_err(text)?;
        PrivateKey::from_pem(&pem)
    }

    /// # Errors
    /// When the text is not an Ed25519 private key in PKCS#8 PEM.
    pub fn from_pem(pem: &str) -> Result<PrivateKey, KeyError> {
        let key = SigningKey::from_pkcs8_pem(pem).map_err(text)?;
        let public = key.verifying_key().to_public_key_pem(LineEnding::LF).map_err(text)?;
        Ok(PrivateKey {
            encoding: EncodingKey::from_ed_pem(pem.as_bytes()).map_err(text)?,
            public: PublicKey::from_pem(&public)?,
            pem: pem.to_owned(),
        })
    }

    pub fn public(&self) -> PublicKey {
        self.public.clone()
    }

    pub fn pem(&self) -> &str {
        &self.pem
    }
}

impl PublicKey {
    /// # Errors
    /// When the text is not an Ed25519 public key in PEM.
    pub fn from_pem(pem: &str) -> Result<PublicKey, KeyError> {
        let key = VerifyingKey::from_public_key_pem(pem).map_err(text)?;
        Ok(PublicKey {
            decoding: DecodingKey::from_ed_pem(pem.as_bytes()).map_err(text)?,
            id: id(key.as_bytes()),
            pem: pem.to_owned(),
        })
    }

    /// By which a token names it.
    pub(super) fn name(&self) -> String {
        hex::encode(self.id)
    }

    pub fn pem(&self) -> &str {
        &self.pem
    }
}

impl PrivateKeys {
    /// # Errors
    /// When the text cannot be read, or is not one or several keys in PEM, one after the other.
    pub fn new(source: Source) -> Result<PrivateKeys, Failure> {
        let public = PublicKeys { live: Arc::new(Live::new(source.clone(), public_halves)?) };
        Ok(PrivateKeys { live: Arc::new(Live::new(source, private_keys)?), public })
    }

    /// The key that signs now.
    pub fn newest(&self) -> PrivateKey {
        self.live.now()[0].clone()
    }

    /// What verifies the tokens of all of them.
    pub fn public(&self) -> PublicKeys {
        self.public.clone()
    }
}

/// A key that stays.
impl From<PrivateKey> for PrivateKeys {
    fn from(key: PrivateKey) -> PrivateKeys {
        let public = key.public().into();
        PrivateKeys { live: Arc::new(Live::fixed(vec![key], private_keys)), public }
    }
}

impl PublicKeys {
    /// # Errors
    /// As [`PrivateKeys::new`].
    pub fn new(source: Source) -> Result<PublicKeys, Failure> {
        Ok(PublicKeys { live: Arc::new(Live::new(source, public_keys)?) })
    }
}

/// A key that stays.
impl From<PublicKey> for PublicKeys {
    fn from(key: PublicKey) -> PublicKeys {
        PublicKeys { live: Arc::new(Live::fixed(vec![key], public_keys)) }
    }
}

fn private_keys(pem: &str) -> Result<Vec<PrivateKey>, Failure> {
    parsed(pem, PrivateKey::from_pem)
}

fn public_keys(pem: &str) -> Result<Vec<PublicKey>, Failure> {
    parsed(pem, PublicKey::from_pem)
}

fn public_halves(pem: &str) -> Result<Vec<PublicKey>, Failure> {
    Ok(private_keys(pem)?.iter().map(PrivateKey::public).collect())
}

/// Every key of a text, and at least one.
fn parsed<T>(pem: &str, parse: fn(&str) -> Result<T, KeyError>) -> Result<Vec<T>, Failure> {
    const BEGIN: &str = "-----BEGIN";
    let blocks =
        pem.split(BEGIN).skip(1).map(|rest| format!("{BEGIN}{}", rest.trim_end_matches([',', '\n', '\r', ' '])));
    let keys = blocks.map(|block| parse(&block)).collect::<Result<Vec<_>, _>>();
    keys.and_then(at_least_one).map_err(Failure::internal)
}

fn at_least_one<T>(keys: Vec<T>) -> Result<Vec<T>, KeyError> {
    if keys.is_empty() { Err(KeyError::Missing) } else { Ok(keys) }
}

impl ServiceSecret {
    pub fn generate() -> ServiceSecret {
        ServiceSecret::of(&ServiceSecret::random_text())
    }

    /// A new secret as text: 64 hexadecimal digits.
    pub fn random_text() -> String {
        rand::random::<[u8; 32]>().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// # Errors
    /// When it is shorter than 32 bytes: it could be guessed.
    pub fn new(text: &str) -> Result<ServiceSecret, KeyError> {
        match text.len() {
            32.. => Ok(ServiceSecret::of(text)),
            length => Err(KeyError::Short(length)),
        }
    }

    fn of(text: &str) -> ServiceSecret {
        ServiceSecret { bytes: text.as_bytes().to_vec(), id: id(text.as_bytes()) }
    }
}

impl ServiceSecrets {
    /// # Errors
    /// When the text cannot be read, or is not one or several secrets, a line each.
    pub fn new(source: Source) -> Result<ServiceSecrets, Failure> {
        Ok(ServiceSecrets { live: Arc::new(Live::new(source, service_secrets)?) })
    }
}

/// A secret that stays.
impl From<ServiceSecret> for ServiceSecrets {
    fn from(secret: ServiceSecret) -> ServiceSecrets {
        ServiceSecrets { live: Arc::new(Live::fixed(vec![secret], service_secrets)) }
    }
}

fn service_secrets(text: &str) -> Result<Vec<ServiceSecret>, Failure> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let secrets = lines.map(ServiceSecret::new).collect::<Result<Vec<_>, _>>();
    secrets.and_then(at_least_one).map_err(Failure::internal)
}

fn id(bytes: &[u8]) -> KeyId {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    std::array::from_fn(|index| digest[index])
}

fn text(error: impl fmt::Display) -> KeyError {
    KeyError::Pem(error.to_string())
}
