//! Whose account it is that the provider speaks of.

use kit::{Failure, database::Pool};

use super::{LINKED_OTHERWISE, answer::Answered, store};
use crate::{attempt::Tried, user, user::User};

const DISABLED: Failure = Failure::Unauthenticated("EXTERNAL_DISABLED");
const EMAIL_UNVERIFIED: Failure = Failure::Unauthenticated("EXTERNAL_EMAIL_UNVERIFIED");
const NO_ACCOUNT: Failure = Failure::Unauthenticated("EXTERNAL_NO_ACCOUNT");
const SEVERAL_ACCOUNTS: Failure = Failure::Unauthenticated("EXTERNAL_SEVERAL_ACCOUNTS");

/// Why the provider's word opens no account.
#[derive(Debug)]
pub struct Refusal {
    pub failure: Failure,
    /// Whose account it is, where it is known.
    pub whom: Option<Tried>,
}

/// The account of somebody who was here before, or, the first time, the one that has their e-mail address.
pub async fn find(pool: &Pool, answered: &Answered) -> Result<Result<User, Refusal>, Failure> {
    let refused = |failure, whom: Option<&User>| Ok(Err(Refusal { failure, whom: whom.map(Tried::of) }));
    if let Some(holder) = store::holder(pool, &answered.subject).await? {
        let person = user::store::find(pool, holder).await?.ok_or(Failure::NotFound)?;
        return if person.disabled { refused(DISABLED, Some(&person)) } else { Ok(Ok(person)) };
    }
    let Some(email) = &answered.email else { return refused(EMAIL_UNVERIFIED, None) };
    let mut people = user::store::of_email(pool, email).await?;
    let Some(person) = people.pop() else { return refused(NO_ACCOUNT, None) };
    if !people.is_empty() {
        return refused(SEVERAL_ACCOUNTS, None);
    }
    // An address that went to a new colleague must not bring the account along.
    let other = store::find(pool, person.id).await?.filter(|other| other.issuer == answered.subject.issuer);
    if other.is_some() { refused(LINKED_OTHERWISE, Some(&person)) } else { Ok(Ok(person)) }
}
