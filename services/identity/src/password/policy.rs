//! Which passwords may be chosen. Length and being hard to guess decide; what kinds of characters a password has does
//! not.

use cims_proto::identity::v1::ChangePasswordRequest;
use kit::{Failure, Violation, problem::code, schema::table_of};
use zxcvbn::zxcvbn;

/// Fewest characters.
pub const SHORTEST: usize = 12;
/// Common passwords, words, names, rows of keys and what is made of them is guessed in fewer tries than ten to this.
const FEWEST_GUESSES_LOG10: f64 = 8.0;
/// A shorter name stands in too much by chance.
const SHORTEST_NAME: usize = 3;
/// As [`SHORTEST_NAME`], of names that are not written in letters: two characters are a whole Chinese name.
const SHORTEST_WIDE_NAME: usize = 2;

pub const COMMON_PASSWORD: &str = "COMMON_PASSWORD";
pub const HOLDS_NAME: &str = "HOLDS_NAME";
pub const SAME_PASSWORD: &str = "SAME_PASSWORD";
pub const WRONG_PASSWORD: &str = "WRONG_PASSWORD";

/// Checks a new password against the names of the person. It takes milliseconds: not for the async threads.
///
/// # Errors
/// `Invalid` at `pointer` with what is not allowed.
pub fn check(pointer: &str, password: &str, names: &[&str]) -> Result<(), Failure> {
    if password.chars().count() < SHORTEST {
        return Err(refused(pointer, code::TOO_SHORT, &SHORTEST.to_string()));
    }
    let lower = password.to_lowercase();
    for name in names {
        let shortest = if name.is_ascii() { SHORTEST_NAME } else { SHORTEST_WIDE_NAME };
        if name.chars().count() >= shortest && lower.contains(&name.to_lowercase()) {
            return Err(refused(pointer, HOLDS_NAME, name));
        }
    }
    if zxcvbn(password, names).guesses_log10() < FEWEST_GUESSES_LOG10 {
        return Err(refused(pointer, COMMON_PASSWORD, ""));
    }
    Ok(())
}

/// What is wrong with a password of a request, under its label.
pub fn refused(pointer: &str, code: &'static str, allowed: &str) -> Failure {
    let field = match pointer {
        "/currentPassword" => "current_password",
        _ => "new_password",
    };
    let label = table_of::<ChangePasswordRequest>().field(field);
    let violation = label.map_or_else(|| Violation::new(pointer, code), |field| Violation::of(field, pointer, code));
    Failure::Invalid(vec![violation.allowed(allowed)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(password: &str) -> Option<&'static str> {
        match check("/newPassword", password, &["rep1", "王销售"]) {
            Ok(()) => None,
            Err(Failure::Invalid(violations)) => violations.first().map(|violation| violation.code),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn long_and_hard_to_guess_is_enough() {
        for good in ["correct horse battery", "红烧狮子头配冰可乐加柠檬", "vBq9-tz2m-Lw4x", "eleven pink umbrellas"]
        {
            assert_eq!(told(good), None, "{good}");
        }
    }

    #[test]
    fn short_common_and_own_names_are_refused() {
        assert_eq!(told("vBq9-tz2m-L"), Some(code::TOO_SHORT));
        // Twelve characters, not bytes.
        assert_eq!(told("红烧狮子头配冰可乐加"), Some(code::TOO_SHORT));
        for common in
            ["password1234", "qwertyuiopas", "111111111111", "123456789012", "Passw0rdPassw0rd", "1qaz2wsx3edc"]
        {
            assert_eq!(told(common), Some(COMMON_PASSWORD), "{common}");
        }
        assert_eq!(told("my-REP1-tz2m-Lw4x"), Some(HOLDS_NAME));
        assert_eq!(told("王销售的红烧狮子头配冰可乐"), Some(HOLDS_NAME));
    }
}
