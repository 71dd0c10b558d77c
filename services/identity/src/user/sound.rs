//! How names sound, so that pickers find 王销售 by `wangxs`, `wxs` and `w`. The readings are those of customers' search.

use intake::search::sound::{arms, text};
use kit::{Failure, database::Pool};

use super::store;

const BATCH: i64 = 500;

/// What the row of a name keeps.
pub fn of(name: &str) -> String {
    text([name])
}

/// Regular expressions of which the sound of a wanted name fits one; none when nothing is to be heard in the fragment.
pub fn patterns(fragment: &str) -> Vec<String> {
    let letter = fragment.to_ascii_lowercase();
    if letter.len() == 1 && letter.bytes().all(|byte| byte.is_ascii_lowercase()) {
        // Among a million customers one letter finds too many; among colleagues it is the first that people type.
        return vec![format!("^[^;],([a-z]+,)*{letter}[a-z,]*;")];
    }
    let pattern = |leads, pattern| if leads { format!("^{pattern}") } else { pattern };
    arms(fragment).into_iter().map(|arm| pattern(arm.leads, arm.pattern)).collect()
}

/// Writes the sound of people who were there before it was kept, until all have it.
///
/// # Errors
/// When the database is out of reach; what is written by then stays.
pub async fn fill(pool: Pool) -> Result<(), Failure> {
    while batch(&pool).await? > 0 {}
    Ok(())
}

async fn batch(pool: &Pool) -> Result<usize, Failure> {
    let people = store::unheard(pool, BATCH).await?;
    let (ids, sounds): (Vec<_>, Vec<_>) = people.iter().map(|(id, name)| (*id, of(name))).unzip();
    store::put_sounds(pool, &ids, &sounds).await?;
    Ok(people.len())
}

#[cfg(test)]
mod tests {
    use regex_lite::Regex;

    use super::*;

    #[test]
    fn people_are_found_by_pinyin_initials_and_one_letter() {
        let found = |fragment: &str, name: &str| {
            patterns(fragment).iter().any(|pattern| Regex::new(pattern).expect("a pattern").is_match(&of(name)))
        };
        for fragment in ["w", "wang", "wx", "wxs", "WangXiao", "xiaoshou", "王x"] {
            assert!(found(fragment, "王销售"), "{fragment}");
        }
        for fragment in ["x", "s", "zhao", "xw", "王", ""] {
            assert!(!found(fragment, "王销售"), "{fragment}");
        }
        assert!(found("shan", "单经理") && found("s", "单经理") && found("l", "Li Lei"));
    }
}
