//! The figures of the home page.

mod rpc;
mod store;
mod window;

pub use rpc::Reports;

use std::{cmp::Reverse, collections::BTreeMap};

use cims_proto::reporting::v1::home::{Count, Member};
use uuid::Uuid;

/// Most people that a team shows.
const TEAM_LIMIT: usize = 100;
/// A quarter, nearly.
const TREND_WEEKS: u64 = 12;

/// Counts above zero, the largest first.
fn counts(cells: impl IntoIterator<Item = (String, i64)>) -> Vec<Count> {
    let mut counts: Vec<Count> = cells
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(key, count)| Count { key, count: narrow(count) })
        .collect();
    counts.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.key.cmp(&other.key)));
    counts
}

/// Everybody who owns a customer or wrote a contact record of this week, those with most customers first.
fn team(customers: Vec<(Uuid, i64)>, contacts: &[(Option<Uuid>, i64)]) -> Vec<Member> {
    let mut people: BTreeMap<Uuid, (i64, i64)> =
        customers.into_iter().map(|(owner, count)| (owner, (count, 0))).collect();
    for (author, count) in contacts {
        if let Some(author) = author {
            people.entry(*author).or_default().1 += count;
        }
    }
    let mut members: Vec<_> =
        people.into_iter().filter(|(_, (customers, contacts))| *customers > 0 || *contacts > 0).collect();
    members.sort_by_key(|(_, (customers, contacts))| (Reverse(*customers), Reverse(*contacts)));
    members.truncate(TEAM_LIMIT);
    let member = |(user_id, (customers, contacts)): (Uuid, (i64, i64))| Member {
        user_id: user_id.to_string(),
        customers: narrow(customers),
        contacts_this_week: Some(narrow(contacts)),
    };
    members.into_iter().map(member).collect()
}

fn narrow(count: i64) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_team_holds_owners_and_authors_by_customers() {
        let [one, two, three] = [1, 2, 3].map(Uuid::from_u128);
        let members = team(vec![(one, 2), (two, 5), (Uuid::nil(), 0)], &[(Some(three), 4), (Some(two), 1), (None, 9)]);
        let seen: Vec<_> = members
            .iter()
            .map(|member| (member.user_id.as_str(), member.customers, member.contacts_this_week))
            .collect();
        let expected = [(two.to_string(), 5, Some(1)), (one.to_string(), 2, Some(0)), (three.to_string(), 0, Some(4))];
        assert_eq!(
            seen,
            expected.iter().map(|(id, customers, contacts)| (id.as_str(), *customers, *contacts)).collect::<Vec<_>>()
        );
    }
}
