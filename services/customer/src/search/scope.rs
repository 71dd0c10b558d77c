//! Owner and department as words: looking up what somebody typed then finds only what stands within the scope.

use intake::search::digest;
use kit::Scope;
use uuid::Uuid;

/// The words of a row of this owner and this department.
pub fn words_of(owner: Option<Uuid>, department: Option<Uuid>) -> impl Iterator<Item = i64> {
    owner.map(owner_word).into_iter().chain(department.map(department_word))
}

/// A row within the scope has one of these, but for what is shared; none when it is within whatever it has.
pub fn words_within(scope: &Scope) -> Option<Vec<i64>> {
    if *scope == Scope::Everything {
        return None;
    }
    let departments = scope.departments().unwrap_or_default().iter().copied().map(department_word);
    Some(departments.chain(scope.owner().map(owner_word)).collect())
}

pub(super) fn owner_word(owner: Uuid) -> i64 {
    digest(&format!("o:{owner}"))
}

pub(super) fn department_word(department: Uuid) -> i64 {
    digest(&format!("d:{department}"))
}
