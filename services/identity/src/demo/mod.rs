//! Demo people, for servers that listen on loopback only; the process sees to that.

mod store;

use futures_util::future::try_join_all;
use kit::{Failure, clock::Clock, database::Pool};

use crate::password::Hasher;

const ROOT: &str = "总部";
const BELOW: [&str; 4] = ["销售一部", "销售二部", "客服部", "市场部"];

/// A demo person.
#[derive(Debug)]
struct Person {
    username: &'static str,
    display_name: &'static str,
    role: &'static str,
    department: &'static str,
}

const fn person(
    username: &'static str,
    display_name: &'static str,
    role: &'static str,
    department: &'static str,
) -> Person {
    Person { username, display_name, role, department }
}

const PEOPLE: [Person; 9] = [
    person("admin", "系统管理员", "administrator", ROOT),
    person("manager1", "张经理", "manager", "销售一部"),
    person("manager2", "李经理", "manager", "销售二部"),
    person("rep1", "王销售", "representative", "销售一部"),
    person("rep2", "赵销售", "representative", "销售一部"),
    person("rep3", "孙销售", "representative", "销售二部"),
    person("service1", "周客服", "service_agent", "客服部"),
    person("marketing1", "吴市场", "marketing", "市场部"),
    person("exec1", "郑总", "executive", ROOT),
];

/// Puts the demo departments and people there, all with this password. Run again it changes nothing but the passwords.
///
/// # Errors
/// When the database is out of reach.
pub async fn seed(pool: &Pool, clock: &Clock, password: &str) -> Result<(), Failure> {
    let hasher = Hasher::new();
    let hash = async |person| Ok::<_, Failure>((person, hasher.hash(password.to_owned()).await?));
    let people = try_join_all(PEOPLE.iter().map(hash)).await?;
    let mut transaction = pool.begin().await?;
    let root = store::put_department(&mut transaction, clock, None, ROOT).await?;
    for name in BELOW {
        store::put_department(&mut transaction, clock, Some(root), name).await?;
    }
    for (person, hash) in people {
        store::put_person(&mut transaction, clock, person, &hash).await?;
    }
    transaction.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn demo_people_have_roles_and_departments_that_exist() {
        for person in &PEOPLE {
            assert!(crate::role::builtin().iter().any(|role| role.code == person.role), "{person:?}");
            assert!(person.department == ROOT || BELOW.contains(&person.department), "{person:?}");
        }
    }
}
