//! Customers that look like each other: equal normalised names or phones. A soft rule: who knows better goes on.

use chrono::{DateTime, Utc};
use kit::{Call, Failure, database::Pool, problem::Match, write::Write};
use sha2::{Digest, Sha256};

use super::{
    Customer, access,
    store::{self, Twin},
};

/// The key of a name, as [`intake::name::normalise`] gives it.
pub fn name_key(normalised: &str) -> i64 {
    key("name", normalised)
}

/// The key of a phone, as [`intake::phone::key`] gives it.
pub fn phone_key(digits: &str) -> i64 {
    key("phone", digits)
}

/// The key of a credit code. No customer holds it: codes are unique by their own index.
pub fn code_key(code: &str) -> i64 {
    key("code", code)
}

/// The keys of a customer, sorted, each once. Two customers that share one look like each other.
///
/// Digests, so that one array of numbers with one index, and one list of advisory locks, serve every kind of key. The
/// chance that two of ten million different keys meet is one in 370,000.
pub fn keys<'p>(name: &str, numbers: impl IntoIterator<Item = &'p str>) -> Vec<i64> {
    let phones = numbers.into_iter().map(|number| phone_key(&intake::phone::key(number)));
    let mut keys: Vec<i64> = phones.chain([name_key(&intake::name::normalise(name))]).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn key(kind: &str, text: &str) -> i64 {
    let digest = Sha256::new().chain_update(kind).chain_update([0]).chain_update(text).finalize();
    i64::from_be_bytes(std::array::from_fn(|index| digest[index]))
}

/// Refuses a customer just written within this transaction that looks like others, unless its author knows.
///
/// `keys` are those that it did not have before. The statement that wrote it holds their advisory locks, so of two
/// writers at once the second looks after the first has committed; and as it looks after it wrote, the common case,
/// without a twin, needs no round trip for the locks.
///
/// # Errors
/// `Duplicate` with the twins, which then undoes the write.
pub async fn refuse_twins(write: &mut Write, call: &Call, customer: &Customer, keys: &[i64]) -> Result<(), Failure> {
    if call.allow_duplicate || keys.is_empty() {
        return Ok(());
    }
    let reader = (access::reader(call), write.now());
    let twins = store::twins(write.connection(), keys, customer.id, reader).await?;
    if twins.is_empty() {
        return Ok(());
    }
    let own_name = intake::name::normalise(&customer.name);
    let numbers = kit::schema::words(&customer.id_number);
    let by = |twin: &Twin| match () {
        () if numbers.iter().any(|number| twin.keys.contains(number)) => "idNumber",
        () if intake::name::normalise(&twin.name) == own_name => "name",
        () => "phone",
    };
    let matches = twins.into_iter().map(|twin| shown(call, by(&twin), twin)).collect();
    Err(Failure::Duplicate { matches, hard: false })
}

/// The failure of a write whose credit code another customer has, with that customer. Others pass through.
pub async fn name_holder(
    failure: Failure,
    pool: &Pool,
    call: &Call,
    customer: &Customer,
    now: DateTime<Utc>,
) -> Failure {
    let Failure::Duplicate { hard: true, .. } = failure else { return failure };
    let code = customer.credit_code.as_deref().unwrap_or_default();
    match store::credit_code_holder(pool, code, (access::reader(call), now)).await {
        Ok(holder) => {
            let matches = holder.into_iter().map(|holder| shown(call, "creditCode", holder)).collect();
            Failure::Duplicate { matches, hard: true }
        }
        Err(failure) => failure,
    }
}

/// A twin as the caller may see it: outside the caller's scope only that there is one, and whose, for who sees owners.
fn shown(call: &Call, by: &'static str, twin: Twin) -> Match {
    let owner_id = twin.owner_id.filter(|_| access::sees_owners(call)).map(|id| id.to_string()).unwrap_or_default();
    if access::may_read(call, (twin.owner_id, twin.department_id), twin.shared, twin.deleted) {
        return Match { id: twin.id.to_string(), name: twin.name, owner_id, by };
    }
    Match { id: String::new(), name: starred(&twin.name), owner_id, by }
}

/// The first character, and a star for each other.
fn starred(name: &str) -> String {
    name.chars().enumerate().map(|(index, character)| if index == 0 { character } else { '*' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writing_does_not_tell_customers_apart() {
        let keys_of = |name, number| keys(name, [number]);
        assert_eq!(
            keys_of("江苏晶美（中国）有限公司", "010-62751234"),
            keys_of("江苏晶美(中国) 有限公司", "01062751234")
        );
        assert_ne!(keys_of("甲", "13800138000"), keys_of("乙", "13800138000"));
        assert_ne!(name_key("13800138000"), phone_key("13800138000"));
        // Kept in rows: a key must stay what it is.
        assert_eq!(name_key("甲"), -1_453_878_499_597_999_365);
        assert_eq!(starred("江苏晶美"), "江***");
    }
}
