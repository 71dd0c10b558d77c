//! Passwords that somebody reads from a screen or hears on the phone, and uses once.

use rand::seq::IndexedRandom;

/// Without what looks or sounds like another: 0 and o, 1, i and l.
const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
const GROUPS: usize = 4;
const GROUP: usize = 4;

/// A password of four times four letters, one of 2^79.
pub fn generate() -> String {
    let mut random = rand::rng();
    let mut group =
        || -> String { (0..GROUP).filter_map(|_| LETTERS.choose(&mut random).copied()).map(char::from).collect() };
    (0..GROUPS).map(|_| group()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_password_is_long_and_never_the_same() {
        let (one, other) = (generate(), generate());
        assert_eq!(one.len(), 19, "{one}");
        assert_ne!(one, other);
    }
}
