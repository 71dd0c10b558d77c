//! Tokens: EdDSA for people, signed by identity alone; HMAC for services, signed by each with the shared secret.

use std::{sync::Mutex, time::Duration};

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use moka::sync::Cache;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::keys::{KeyId, PrivateKey, PublicKey, PublicKeys, ServiceSecret, ServiceSecrets};
use crate::{clock::Clock, problem::Failure};

/// Whom a token names.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Principal {
    User { user_id: Uuid, session_id: Uuid },
    Service(String),
}

#[derive(Deserialize, Serialize)]
struct UserClaims {
    sub: Uuid,
    sid: Uuid,
    exp: i64,
}

#[derive(Deserialize, Serialize)]
struct ServiceClaims {
    sub: String,
    exp: i64,
}

/// An access token that names a person and a session until `expire_second` (Unix time).
///
/// # Errors
/// When the key cannot sign.
pub fn sign_access_token(
    key: &PrivateKey,
    user_id: Uuid,
    session_id: Uuid,
    expire_second: i64,
) -> Result<String, Failure> {
    let claims = UserClaims { sub: user_id, sid: session_id, exp: expire_second };
    let header = Header { kid: Some(key.public().name()), ..Header::new(Algorithm::EdDSA) };
    encode(&header, &claims, &key.encoding).map_err(Failure::internal)
}

/// Verifies tokens. A verified one is kept by its digest, because verifying costs as much as the rest of an RPC.
#[derive(Debug)]
pub struct Verifier {
    public: PublicKeys,
    secrets: ServiceSecrets,
    clock: Clock,
    verified: Cache<[u8; 32], Verified>,
}

#[derive(Clone, Debug)]
struct Verified {
    principal: Principal,
    expire_second: i64,
    key: KeyId,
}

impl Verifier {
    pub fn new(public: impl Into<PublicKeys>, secrets: impl Into<ServiceSecrets>, clock: Clock) -> Verifier {
        Verifier { public: public.into(), secrets: secrets.into(), clock, verified: Cache::new(20_000) }
    }

    /// # Errors
    /// `Unauthenticated` when the token is not ours or has expired.
    pub fn verify(&self, token: &str) -> Result<Principal, Failure> {
        let digest: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        let now = self.clock.now().timestamp();
        let verified = match self.verified.get(&digest).filter(|kept| self.stands(kept)) {
            Some(kept) => kept,
            None => {
                let fresh = self.decode(token)?;
                self.verified.insert(digest, fresh.clone());
                fresh
            }
        };
        match verified.expire_second <= now {
            true => Err(Failure::Unauthenticated("TOKEN_EXPIRED")),
            false => Ok(verified.principal),
        }
    }

    /// Whether the key that it was verified by is still there.
    fn stands(&self, verified: &Verified) -> bool {
        match verified.principal {
            Principal::User { .. } => self.public.live.now().iter().any(|key| key.id == verified.key),
            Principal::Service(_) => self.secrets.live.now().iter().any(|secret| secret.id == verified.key),
        }
    }

    fn decode(&self, token: &str) -> Result<Verified, Failure> {
        const INVALID: Failure = Failure::Unauthenticated("TOKEN_INVALID");
        let header = jsonwebtoken::decode_header(token).map_err(|_| INVALID)?;
        match header.alg {
            Algorithm::EdDSA => {
                let (claims, key) = self.decode_user(token, header.kid.as_deref()).ok_or(INVALID)?;
                let principal = Principal::User { user_id: claims.sub, session_id: claims.sid };
                Ok(Verified { principal, expire_second: claims.exp, key })
            }
            Algorithm::HS256 => {
                let (claims, key) = self.decode_service(token).ok_or(INVALID)?;
                Ok(Verified { principal: Principal::Service(claims.sub), expire_second: claims.exp, key })
            }
            _ => Err(INVALID),
        }
    }

    /// By the key of that name; a token without one is of a version that named none, and any may fit.
    fn decode_user(&self, token: &str, name: Option<&str>) -> Option<(UserClaims, KeyId)> {
        let decode_by = |keys: &[PublicKey]| {
            let mut named = keys.iter().filter(|key| name.is_none_or(|name| key.name() == name));
            named.find_map(|key| {
                let token = decode::<UserClaims>(token, &key.decoding, &validation(Algorithm::EdDSA)).ok()?;
                Some((token.claims, key.id))
            })
        };
        // Identity may have begun a moment ago to sign with a key that came a moment before.
        decode_by(&self.public.live.now()).or_else(|| decode_by(&self.public.live.anew()))
    }

    /// By whichever secret fits: there are few, and a digest costs little.
    fn decode_service(&self, token: &str) -> Option<(ServiceClaims, KeyId)> {
        let decode_by = |secrets: &[ServiceSecret]| {
            secrets.iter().find_map(|secret| {
                let key = DecodingKey::from_secret(&secret.bytes);
                let token = decode::<ServiceClaims>(token, &key, &validation(Algorithm::HS256)).ok()?;
                Some((token.claims, secret.id))
            })
        };
        // The other may have read a moment ago what came a moment before.
        decode_by(&self.secrets.live.now()).or_else(|| decode_by(&self.secrets.live.anew()))
    }
}

/// Expiry is checked against our own clock, each time, also for kept tokens.
fn validation(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.validate_exp = false;
    validation
}

/// Seconds for which a service's token is good.
const SERVICE_TOKEN_SECONDS: i64 = 300;
/// It is renewed when fewer remain.
const SERVICE_TOKEN_RENEW_SECONDS: i64 = 60;

/// Makes the tokens by which one service proves itself to the others.
#[derive(Debug)]
pub struct ServiceTokens {
    service: &'static str,
    secrets: ServiceSecrets,
    clock: Clock,
    current: Mutex<Option<Signed>>,
}

#[derive(Debug)]
struct Signed {
    token: String,
    expire_second: i64,
    key: KeyId,
}

impl ServiceTokens {
    pub fn new(service: &'static str, secrets: impl Into<ServiceSecrets>, clock: Clock) -> ServiceTokens {
        ServiceTokens { service, secrets: secrets.into(), clock, current: Mutex::new(None) }
    }

    /// The token of now, signed by the newest secret.
    ///
    /// # Errors
    /// When the secret cannot sign.
    pub fn token(&self) -> Result<String, Failure> {
        let now = self.clock.now().timestamp();
        let secrets = self.secrets.live.now();
        let newest = &secrets[0];
        let mut current = self.current.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let lasts = |signed: &&Signed| signed.expire_second - now >= SERVICE_TOKEN_RENEW_SECONDS;
        if let Some(signed) = current.as_ref().filter(lasts).filter(|signed| signed.key == newest.id) {
            return Ok(signed.token.clone());
        }
        let signed = self.sign(newest, now + SERVICE_TOKEN_SECONDS)?;
        Ok(current.insert(signed).token.clone())
    }

    fn sign(&self, secret: &ServiceSecret, expire_second: i64) -> Result<Signed, Failure> {
        let claims = ServiceClaims { sub: self.service.to_owned(), exp: expire_second };
        let key = EncodingKey::from_secret(&secret.bytes);
        let token = encode(&Header::new(Algorithm::HS256), &claims, &key).map_err(Failure::internal)?;
        Ok(Signed { token, expire_second, key: secret.id })
    }
}

/// How long an access token is good.
pub const ACCESS_TOKEN_LIFE: Duration = Duration::from_secs(600);
