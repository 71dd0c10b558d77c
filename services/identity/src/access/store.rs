//! The statement by which a person's access is found.

use chrono::{DateTime, Utc};
use kit::{Failure, database::Pool};
use uuid::Uuid;

use crate::{permission::store::with_tree, role::Place};

/// A person's place and roles.
#[derive(Debug)]
pub struct Access {
    /// The person is not disabled and the session lives.
    pub active: bool,
    /// They call by an API key, which reads and does nothing else when it is read only.
    pub program: bool,
    pub read_only: bool,
    /// The person has to choose a password of their own first; never by a session that no password began.
    pub must_change_password: bool,
    pub department_id: Option<Uuid>,
    /// Own department and those below.
    pub department_tree: Vec<Uuid>,
    /// Own department, and the retired ones right below it or below such a one.
    pub own_departments: Vec<Uuid>,
    pub roles: Vec<String>,
}

impl Access {
    pub fn place(&self) -> Place {
        let (own, tree) = (self.own_departments.clone(), self.department_tree.clone());
        Place { department_id: self.department_id, own, tree }
    }
}

/// The access of a person by a session. None when there is no such person.
pub async fn find(pool: &Pool, user_id: Uuid, session_id: Uuid, now: DateTime<Utc>) -> Result<Option<Access>, Failure> {
    let row = with_tree!(
        Access,
        r#"select department_id,
            must_change_password and key.id is null and not coalesce(session.external, false) as "must_change_password!",
            key.id is not null as "program!",
            coalesce(key.read_only, false) as "read_only!",
            not disabled and (key.id is not null or session.id is not null) as "active!",
            array(select id from tree) as "department_tree!",
            array(select id from tree where own) as "own_departments!",
            array(
                select role from user_role
                where user_id = app_user.id and (key.id is null or role = any(key.roles))
            ) as "roles!"
        from app_user
        left join api_key key
            on key.id = $2 and key.user_id = app_user.id and key.revoke_time is null and key.expire_time > $3
        left join session
            on session.id = $2 and session.user_id = app_user.id and session.end_time is null
            and session.expire_time > $3 and session.idle_expire_time > $3
        where app_user.id = $1"#,
        user_id,
        session_id,
        now
    );
    Ok(row.fetch_optional(pool).await?)
}
