//! The key pair that signs people's tokens and the secret that signs services' tokens.

use std::fmt;

use ed25519_dalek::{
    SigningKey,
    pkcs8::{DecodePrivateKey, EncodePrivateKey, EncodePublicKey, spki::der::pem::LineEnding},
};
use jsonwebtoken::{DecodingKey, EncodingKey};

#[derive(Debug, thiserror::Error)]
#[error("not an Ed25519 key in PEM: {0}")]
pub struct KeyError(String);

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
    pem: String,
}

/// What all services share to prove to one another that they are services.
#[derive(Clone)]
pub struct ServiceSecret {
    pub(super) bytes: Vec<u8>,
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
hide!(PrivateKey, PublicKey, ServiceSecret);

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
        Ok(PublicKey { decoding: DecodingKey::from_ed_pem(pem.as_bytes()).map_err(text)?, pem: pem.to_owned() })
    }

    pub fn pem(&self) -> &str {
        &self.pem
    }
}

impl ServiceSecret {
    pub fn generate() -> ServiceSecret {
        ServiceSecret { bytes: ServiceSecret::random_text().into_bytes() }
    }

    /// A new secret as text: 64 hexadecimal digits.
    pub fn random_text() -> String {
        rand::random::<[u8; 32]>().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// # Errors
    /// When it is shorter than 32 bytes: it could be guessed.
    pub fn new(text: &str) -> Result<ServiceSecret, KeyError> {
        match text.len() {
            32.. => Ok(ServiceSecret { bytes: text.as_bytes().to_vec() }),
            length => Err(KeyError(format!("a service secret of {length} bytes; at least 32 are needed"))),
        }
    }
}

fn text(error: impl fmt::Display) -> KeyError {
    KeyError(error.to_string())
}
