//! Tokens: EdDSA for people, signed by identity alone; HMAC for services, signed by each with the shared secret.

use std::{sync::Mutex, time::Duration};

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use moka::sync::Cache;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::keys::{PrivateKey, PublicKey, ServiceSecret};
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
    encode(&Header::new(Algorithm::EdDSA), &claims, &key.encoding).map_err(Failure::internal)
}

/// Verifies tokens. A verified one is kept by its digest, because verifying costs as much as the rest of an RPC.
#[derive(Debug)]
pub struct Verifier {
    public: PublicKey,
    secret: ServiceSecret,
    clock: Clock,
    verified: Cache<[u8; 32], (Principal, i64)>,
}

impl Verifier {
    pub fn new(public: PublicKey, secret: ServiceSecret, clock: Clock) -> Verifier {
        Verifier { public, secret, clock, verified: Cache::new(20_000) }
    }

    /// # Errors
    /// `Unauthenticated` when the token is not ours or has expired.
    pub fn verify(&self, token: &str) -> Result<Principal, Failure> {
        let digest: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        let now = self.clock.now().timestamp();
        let (principal, expire) = match self.verified.get(&digest) {
            Some(kept) => kept,
            None => {
                let fresh = self.decode(token)?;
                self.verified.insert(digest, fresh.clone());
                fresh
            }
        };
        if expire <= now { Err(Failure::Unauthenticated("TOKEN_EXPIRED")) } else { Ok(principal) }
    }

    fn decode(&self, token: &str) -> Result<(Principal, i64), Failure> {
        const INVALID: Failure = Failure::Unauthenticated("TOKEN_INVALID");
        let header = jsonwebtoken::decode_header(token).map_err(|_| INVALID)?;
        // Expiry is checked against our own clock, each time, also for kept tokens.
        let validation = |algorithm| {
            let mut validation = Validation::new(algorithm);
            validation.validate_exp = false;
            validation
        };
        match header.alg {
            Algorithm::EdDSA => {
                let claims = decode::<UserClaims>(token, &self.public.decoding, &validation(Algorithm::EdDSA))
                    .map_err(|_| INVALID)?
                    .claims;
                Ok((Principal::User { user_id: claims.sub, session_id: claims.sid }, claims.exp))
            }
            Algorithm::HS256 => {
                let key = DecodingKey::from_secret(&self.secret.bytes);
                let claims =
                    decode::<ServiceClaims>(token, &key, &validation(Algorithm::HS256)).map_err(|_| INVALID)?.claims;
                Ok((Principal::Service(claims.sub), claims.exp))
            }
            _ => Err(INVALID),
        }
    }
}

/// Seconds for which a service's token is good.
const SERVICE_TOKEN_SECONDS: i64 = 300;
/// It is renewed when fewer remain.
const SERVICE_TOKEN_RENEW_SECONDS: i64 = 60;

/// Makes the tokens by which one service proves itself to the others.
#[derive(Debug)]
pub struct ServiceTokens {
    service: &'static str,
    secret: ServiceSecret,
    clock: Clock,
    current: Mutex<(String, i64)>,
}

impl ServiceTokens {
    pub fn new(service: &'static str, secret: ServiceSecret, clock: Clock) -> ServiceTokens {
        ServiceTokens { service, secret, clock, current: Mutex::new((String::new(), 0)) }
    }

    /// The token of now.
    ///
    /// # Errors
    /// When the secret cannot sign.
    pub fn token(&self) -> Result<String, Failure> {
        let now = self.clock.now().timestamp();
        let mut current = self.current.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if current.1 - now < SERVICE_TOKEN_RENEW_SECONDS {
            let exp = now + SERVICE_TOKEN_SECONDS;
            let claims = ServiceClaims { sub: self.service.to_owned(), exp };
            let key = EncodingKey::from_secret(&self.secret.bytes);
            *current = (encode(&Header::new(Algorithm::HS256), &claims, &key).map_err(Failure::internal)?, exp);
        }
        Ok(current.0.clone())
    }
}

/// How long an access token is good.
pub const ACCESS_TOKEN_LIFE: Duration = Duration::from_secs(600);
