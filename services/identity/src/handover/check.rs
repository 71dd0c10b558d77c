//! Who may hand over to whom.

use std::collections::{BTreeSet, HashMap};

use cims_proto::handover::v1::HandoverRule;
use kit::{Failure, Scope, Violation, call::parse_id, database::Pool, problem::code, schema::table_of};
use uuid::Uuid;

use crate::user::{self, User};

/// Refused: who hands over keeps nothing.
const SAME_PERSON: &str = "SAME_PERSON";

/// Refuses a person that there is not, and receivers whom nobody could give anything or whom the scope does not reach.
///
/// # Errors
/// `Invalid` with what is wrong with each; when the database refuses.
pub async fn check(pool: &Pool, user_id: Uuid, rules: &[HandoverRule], scope: &Scope) -> Result<(), Failure> {
    let mut ids = BTreeSet::from([user_id]);
    for rule in rules {
        for id in &rule.receiver_ids {
            ids.insert(parse_id("/rules", id)?);
        }
    }
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let people = user::store::resolve(pool, &ids, &[]).await?;
    let people: HashMap<String, &User> = people.iter().map(|user| (user.id.to_string(), user)).collect();
    if !people.contains_key(&user_id.to_string()) {
        return Err(Failure::field("/userId", code::NOT_FOUND, ""));
    }
    let violations = violations(user_id, rules, &people, scope);
    if violations.is_empty() { Ok(()) } else { Err(Failure::Invalid(violations)) }
}

fn violations(user_id: Uuid, rules: &[HandoverRule], people: &HashMap<String, &User>, scope: &Scope) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (turn, rule) in rules.iter().enumerate() {
        for (place, id) in rule.receiver_ids.iter().enumerate() {
            let refused = match people.get(id) {
                None => code::NOT_FOUND,
                Some(user) if user.id == user_id => SAME_PERSON,
                Some(user) if user.disabled => code::DISABLED,
                Some(user) if !scope.contains(Some(user.id), user.department_id, false) => code::OUT_OF_REACH,
                Some(_) => continue,
            };
            let pointer = format!("/rules/{turn}/receiverIds/{place}");
            let field = table_of::<HandoverRule>().field("receiver_ids");
            violations.push(match field {
                Some(field) => Violation::of(field, pointer, refused),
                None => Violation::new(pointer, refused),
            });
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use kit::clock::Clock;

    use super::*;

    #[test]
    fn receivers_are_others_who_are_there_and_within_reach() {
        let (now, department) = (Clock::system().now(), Uuid::from_u128(9));
        let user = |number: u128| User::new(Uuid::from_u128(number), "u", now);
        let near = User { department_id: Some(department), ..user(1) };
        let (far, out) = (user(2), User { disabled: true, ..user(3) });
        let people = [&near, &far, &out].into_iter().map(|user| (user.id.to_string(), user)).collect();
        let rule = HandoverRule {
            receiver_ids: [1, 2, 3, 4].map(|number| Uuid::from_u128(number).to_string()).to_vec(),
            ..HandoverRule::default()
        };
        let told = |user_id, scope: &Scope| {
            let violations = violations(Uuid::from_u128(user_id), std::slice::from_ref(&rule), &people, scope);
            violations.into_iter().map(|violation| (violation.pointer, violation.code)).collect::<Vec<_>>()
        };
        let at = |place: usize| format!("/rules/0/receiverIds/{place}");
        let both = [(at(2), code::DISABLED), (at(3), code::NOT_FOUND)];
        assert_eq!(told(7, &Scope::Everything), both);
        let reach = Scope::Departments([department].into());
        assert_eq!(told(7, &reach), [vec![(at(1), code::OUT_OF_REACH)], both.to_vec()].concat());
        assert_eq!(told(1, &Scope::Everything), [vec![(at(0), SAME_PERSON)], both.to_vec()].concat());
    }
}
