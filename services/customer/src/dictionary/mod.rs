//! The dictionaries of customers: level, source, industry, status.

mod store;

use kit::{
    Failure,
    dictionaries::{Seed, Usage, Used, parse},
};
use sqlx::PgConnection;

/// What a new installation starts with.
///
/// # Errors
/// Never: the file is part of the build, and tested.
pub fn seeds() -> Result<Vec<Seed>, Failure> {
    parse(include_str!("../../dictionaries.toml"))
}

/// Which customers have which codes.
#[derive(Debug)]
pub struct CustomerUsage;

#[tonic::async_trait]
impl Usage for CustomerUsage {
    async fn used(&self, connection: &mut PgConnection) -> Result<Vec<Used>, Failure> {
        store::used(connection).await
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use kit::schema::{MessageTable, schema};

    use super::*;

    fn sound() -> Vec<Seed> {
        seeds().expect("dictionaries.toml is sound")
    }

    #[test]
    fn codes_are_unique_and_in_lower_snake_case() {
        for dictionary in sound() {
            let mut seen = HashSet::new();
            for item in &dictionary.items {
                let plain =
                    item.code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
                assert!(plain && seen.insert(&item.code), "{}.{}", dictionary.code, item.code);
            }
        }
    }

    #[test]
    fn every_dictionary_that_a_request_names_exists() {
        fn check(known: &[Seed], message: &MessageTable, depth: u8) {
            for field in &message.fields {
                let named = field.rules.dictionary.as_ref();
                assert!(named.is_none_or(|code| known.iter().any(|own| own.code == *code)), "{}", field.full_name);
                if let Some(inner) = field.message().filter(|_| depth < 4) {
                    check(known, inner, depth + 1);
                }
            }
        }
        for method in schema().methods().into_iter().filter(|method| method.service.starts_with("cims.customer.")) {
            check(&sound(), method.request(), 0);
        }
    }
}
