//! What a provider has said of somebody, verified.

use openidconnect::{EndUserEmail, core::CoreIdTokenClaims};

use super::Subject;

/// Methods of sign-in (RFC 8176) that are more than a password.
const STRONG: [&str; 2] = ["mfa", "otp"];

/// Somebody whom the provider knows.
#[derive(Debug)]
pub struct Answered {
    pub subject: Subject,
    /// None when the provider did not verify it.
    pub email: Option<String>,
    /// The provider asked for a second factor itself.
    pub strong: bool,
    /// Where the browser goes to sign out there.
    pub sign_out: Option<String>,
}

impl Answered {
    pub fn of(claims: &CoreIdTokenClaims) -> Answered {
        let methods = claims.auth_method_refs().map(Vec::as_slice).unwrap_or_default();
        Answered {
            subject: Subject { issuer: claims.issuer().to_string(), name: claims.subject().to_string() },
            email: verified(claims.email(), claims.email_verified()),
            strong: methods.iter().any(|method| STRONG.contains(&method.as_str())),
            sign_out: None,
        }
    }
}

pub fn verified(email: Option<&EndUserEmail>, verified: Option<bool>) -> Option<String> {
    email.filter(|_| verified == Some(true)).map(|email| email.as_str().trim().to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn answered(more: &Value) -> Answered {
        let mut claims = json!({ "iss": "https://id.example.com", "sub": "7", "aud": "cims", "exp": 2_000_000_000, "iat": 1_900_000_000 });
        claims.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        Answered::of(&serde_json::from_value(claims).expect("claims"))
    }

    #[test]
    fn an_address_counts_only_when_it_is_verified() {
        let email = |more| answered(&more).email;
        assert_eq!(
            email(json!({ "email": "a@example.com", "email_verified": true })),
            Some("a@example.com".to_owned())
        );
        assert_eq!(email(json!({ "email": "a@example.com", "email_verified": false })), None);
        assert_eq!(email(json!({ "email": "a@example.com" })), None);
        assert_eq!(email(json!({})), None);
    }

    #[test]
    fn the_provider_has_asked_for_more_than_a_password_when_it_says_so() {
        let strong = |more| answered(&more).strong;
        assert!(strong(json!({ "amr": ["pwd", "mfa"] })) && strong(json!({ "amr": ["otp"] })));
        assert!(!strong(json!({ "amr": ["pwd"] })) && !strong(json!({ "amr": [] })) && !strong(json!({})));
    }
}
