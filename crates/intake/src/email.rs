//! E-mail addresses.

use crate::text;

/// RFC 5321 4.5.3.1.3, less the brackets.
const LONGEST: usize = 254;
const LONGEST_LOCAL_PART: usize = 64;

/// The text is no e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an e-mail address")]
pub struct EmailError;

/// The address in half width, as written otherwise.
///
/// A name, one `@`, and a domain of at least two labels, of which the last is no number; so `a@b` is none,
/// though a mail server at home would take it. Quoted names and bare IP addresses are refused.
pub fn parse(text: &str) -> Result<String, EmailError> {
    let address = text::fold(text);
    let (local, domain) = address.split_once('@').ok_or(EmailError)?;
    if address.len() <= LONGEST && is_local_part(local) && is_domain(domain) { Ok(address) } else { Err(EmailError) }
}

fn is_local_part(local: &str) -> bool {
    let is_allowed = |character: char| character.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(character);
    local.len() <= LONGEST_LOCAL_PART && local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_allowed))
}

/// Labels of letters, digits and inner dashes, with a top level of letters (or punycode).
pub(crate) fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|character| character.is_alphanumeric() || character == '-')
    };
    let top_level = domain.rsplit('.').next().unwrap_or_default();
    domain.contains('.')
        && domain.split('.').all(is_label)
        && top_level.chars().count() >= 2
        && !top_level.chars().all(|character| character.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_addresses_from_the_rest() {
        for good in ["user0@example152.com", "zhang.san+crm@mail.example.com.cn", "张三@例子.公司"] {
            assert_eq!(parse(good).as_deref(), Ok(good));
        }
        assert_eq!(parse(" user＠example.com ").as_deref(), Ok("user@example.com"));
        let bad = [
            "",
            "user@",
            "user at example.com",
            "@example.com",
            "a@b",
            "a@b..com",
            ".a@b.com",
            "a@b@c.com",
            "a@10.0.0.1",
            "a@-b.com",
            "a;b@c.com",
        ];
        for bad in bad {
            assert_eq!(parse(bad), Err(EmailError), "{bad}");
        }
    }
}
