//! The words by which a customer is found (T-04).
//!
//! A row holds its words in a `text[]` under a GIN index; a question is a set of [`Arm`]s, and a row answers
//! it when any arm fits: the row has all `tokens` of the arm, and a name or contact's name has the question itself,
//! normalised, in it, because pairs may stand in another order. PostgreSQL's trigrams cannot find two Chinese
//! characters, pairs can (`quality.md`).
//!
//! | word | made of | answers |
//! |---|---|---|
//! | `晶美` | every two neighbours of the customer's name | fragments of two characters and more |
//! | `^江` | the first character of the name | a question of one character |
//! | `c:张三`, `c^张` | the same of every contact's name | the same |
//! | `p:13800138000` | all digits of a phone, and a landline's without its area code | a whole number |
//! | `p6:138000`, `p4:8000` | its last six and four digits | six or four digits |
//! | `e:li@example.com` | an e-mail address in lower case | a whole address |
//! | `u:91350100M000100Y43` | the unified social credit code | a whole code |
//! | `@jm`, `~jing'mei`, `~^jing` | how names sound, see [`sound`] | pinyin, first letters, both mixed with characters |
//!
//! Names are taken as [`name::normalise`] gives them. A pair of digits in a name (`p:`) cannot be mistaken for a
//! phone: name words have two characters, and `p:` begins longer ones only.

mod readings;
pub mod sound;
mod spelling;

use std::collections::BTreeSet;

use crate::{credit_code, email, name, phone};

/// What an arm looks at; the reason that a result gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// `name`
    Name,
    /// `contacts.name`
    Contact,
    /// `phones`
    Phone,
    /// `email`
    Email,
    /// `creditCode`
    CreditCode,
}

/// One way to answer a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arm {
    pub field: Field,
    /// The row has all of them; never empty.
    pub tokens: Vec<String>,
}

/// What a customer is found by. Phones as [`phone::parse`] gives them; phones and e-mail of contacts included.
#[derive(Debug, Clone, Default)]
pub struct Words<'t> {
    pub name: &'t str,
    pub contacts: Vec<&'t str>,
    pub phones: Vec<&'t str>,
    pub emails: Vec<&'t str>,
    pub credit_code: Option<&'t str>,
}

/// The words of a customer, sorted, each once.
pub fn tokens(words: &Words<'_>) -> Vec<String> {
    let mut tokens = BTreeSet::new();
    tokens.extend(name_tokens(words.name, Field::Name));
    tokens.extend(sound::tokens(words.name));
    for contact_name in &words.contacts {
        tokens.extend(name_tokens(contact_name, Field::Contact));
        tokens.extend(sound::tokens(contact_name));
    }
    tokens.extend(words.phones.iter().flat_map(|number| phone_tokens(number)));
    tokens.extend(words.emails.iter().filter(|email| !email.is_empty()).map(|email| email_token(email)));
    tokens.extend(words.credit_code.map(credit_code_token));
    tokens.into_iter().collect()
}

/// The arms of a question; none when nothing can be seen in it, and then nothing is found.
///
/// A fragment of a name or contact's name, or a phone: whole in any way of writing, or its last four or six
/// digits; an e-mail address or credit code. One character finds names that begin with it. Spaces do not part
/// fragments. What the question means as pinyin says [`sound::arms`].
pub fn query_tokens(query: &str) -> Vec<Arm> {
    let fragment = name::normalise(query);
    let names = [Field::Name, Field::Contact].into_iter().filter_map(|field| name_arm(&fragment, field));
    let whole = |field, token| Arm { field, tokens: vec![token] };
    let email = email::parse(query).ok().map(|email| whole(Field::Email, email_token(&email)));
    let code = credit_code::parse(query).ok().map(|code| whole(Field::CreditCode, credit_code_token(&code)));
    names.chain(phone_arm(query)).chain(email).chain(code).collect()
}

/// A word as rows keep it: a number is smaller than a text and quicker to compare. Two words of a million customers share
/// one with a chance of one in a million; it must stay what it is (FNV-1a).
pub fn digest(word: &str) -> i64 {
    let mixed = word
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    mixed.cast_signed()
}

/// The word of a whole e-mail address.
pub fn email_token(email: &str) -> String {
    format!("e:{}", email.to_lowercase())
}

/// The word of a credit code as [`credit_code::parse`] gives it.
pub fn credit_code_token(code: &str) -> String {
    format!("u:{code}")
}

/// The word of a whole phone number's digits.
pub fn phone_token(key: &str) -> String {
    format!("p:{key}")
}

/// The number of a customer that is asked for by its code: "C-000123", "c123".
pub fn number_of_code(query: &str) -> Option<i64> {
    let key = name::normalise(query);
    let digits = key.strip_prefix('c')?;
    let digits = digits.strip_prefix('-').unwrap_or(digits);
    let are_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| are_digits)
}

fn name_arm(fragment: &str, field: Field) -> Option<Arm> {
    let tokens = match fragment.chars().count() {
        0 => return None,
        1 => vec![first(fragment, field)?],
        _ => {
            let pairs: BTreeSet<String> = pairs(fragment, field).collect();
            pairs.into_iter().collect()
        }
    };
    Some(Arm { field, tokens })
}

fn phone_arm(query: &str) -> Option<Arm> {
    let token = match phone::parse(query) {
        Ok(phone) => phone_token(&phone.key()),
        Err(_) => {
            let digits = name::normalise(query).replace('-', "");
            let are_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
            match digits.len() {
                4 if are_digits => format!("p4:{digits}"),
                6 if are_digits => format!("p6:{digits}"),
                7.. if are_digits => phone_token(&digits),
                _ => return None,
            }
        }
    };
    Some(Arm { field: Field::Phone, tokens: vec![token] })
}

fn name_tokens(text: &str, field: Field) -> Vec<String> {
    let key = name::normalise(text);
    first(&key, field).into_iter().chain(pairs(&key, field)).collect()
}

fn first(key: &str, field: Field) -> Option<String> {
    let mark = if field == Field::Contact { "c^" } else { "^" };
    key.chars().next().map(|character| format!("{mark}{character}"))
}

fn pairs(key: &str, field: Field) -> impl Iterator<Item = String> {
    let mark = if field == Field::Contact { "c:" } else { "" };
    key.chars().zip(key.chars().skip(1)).map(move |(left, right)| format!("{mark}{left}{right}"))
}

fn phone_tokens(number: &str) -> Vec<String> {
    let key = phone::key(number);
    let end = |digits: usize| key.len().checked_sub(digits).map(|start| &key[start..]);
    let whole = Some(phone_token(&key));
    let local = phone::local_digits(number).map(|local| phone_token(&local));
    let six = end(6).map(|digits| format!("p6:{digits}"));
    let four = end(4).map(|digits| format!("p4:{digits}"));
    [whole, local, six, four].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rule that the SQL of a search follows.
    fn is_found(query: &str, customer_name: &str, contact: &str, phone: &str) -> Vec<Field> {
        let words = Words { name: customer_name, contacts: vec![contact], phones: vec![phone], ..Words::default() };
        let tokens = tokens(&words);
        let fits = |arm: &Arm| {
            let holds = |text| name::normalise(text).contains(&name::normalise(query));
            let is_it = match arm.field {
                Field::Name => holds(customer_name),
                Field::Contact => holds(contact),
                _ => true,
            };
            is_it && arm.tokens.iter().all(|token| tokens.contains(token))
        };
        query_tokens(query).into_iter().filter(fits).map(|arm| arm.field).collect()
    }

    #[test]
    fn fragments_find_names_and_contacts() {
        let found = |query| is_found(query, "江苏晶美（中国）有限公司", "张晓三", "13800138000");
        for query in ["晶美", "江苏晶美", "晶美(中国)", "有限 公司", "江"] {
            assert_eq!(found(query), [Field::Name], "{query}");
        }
        for query in ["张", "张晓", "张晓三"] {
            assert_eq!(found(query), [Field::Contact], "{query}");
        }
        for query in ["美", "张三", "江苏有限", "苏江", "", " ", "%"] {
            assert_eq!(found(query), [], "{query}");
        }
    }

    #[test]
    fn pairs_in_another_order_do_not_find() {
        assert_eq!(is_found("abcab", "abxbcxca", "", ""), []);
        assert_eq!(is_found("abca", "xabca", "", ""), [Field::Name]);
    }

    #[test]
    fn phones_are_found_whole_and_by_their_end() {
        let mobile = |query| is_found(query, "甲", "乙", "13800138000");
        for query in ["13800138000", "+86 138-0013-8000", "１３８００１３８０００", "138000", "8000"] {
            assert_eq!(mobile(query), [Field::Phone], "{query}");
        }
        for query in ["000", "38000", "1380013", "13800138001", "138"] {
            assert_eq!(mobile(query), [], "{query}");
        }
        let landline = |query| is_found(query, "甲", "乙", "041-47725065");
        for query in ["041-47725065", "04147725065", "47725065", "5065"] {
            assert_eq!(landline(query), [Field::Phone], "{query}");
        }
    }

    #[test]
    fn digits_may_be_a_name_too() {
        assert_eq!(is_found("2023", "2023年度展会", "", "13800138000"), [Field::Name]);
        let both = is_found("8000", "8000公里商行", "", "13800138000");
        assert_eq!(both, [Field::Name, Field::Phone]);
    }

    #[test]
    fn addresses_and_codes_are_found_whole() {
        let words = Words {
            name: "甲",
            emails: vec!["Li@Example.com"],
            credit_code: Some("91350100M000100Y43"),
            ..Words::default()
        };
        let tokens = tokens(&words);
        let found =
            |query| query_tokens(query).into_iter().find(|arm| arm.tokens.iter().all(|token| tokens.contains(token)));
        assert_eq!(found("ｌｉ@example.com").map(|arm| arm.field), Some(Field::Email));
        assert_eq!(found("91350100m000100y43").map(|arm| arm.field), Some(Field::CreditCode));
        assert_eq!(found("example.com"), None);
        // Kept in rows: it must stay what it is.
        assert_eq!(digest("p4:8000"), 5_686_178_013_927_336_729);
        assert_eq!(["C-000123", "c123", "Ｃ－123"].map(number_of_code), [Some(123); 3]);
        assert_eq!(["C", "C-", "C-12a", "123"].map(number_of_code), [None; 4]);
    }
}
