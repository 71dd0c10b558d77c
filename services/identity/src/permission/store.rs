//! The statements by which people's permissions are found.

use std::collections::BTreeSet;

use kit::{Failure, database::Pool};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    department::{self, Tree},
    role::{self, Merged, Place},
};

/// What people with these roles may do.
pub async fn merged(pool: &Pool, roles: &[String]) -> Result<Merged, Failure> {
    let roles = role::store::of(pool, roles).await?;
    Ok(role::merge(roles.iter().map(AsRef::as_ref)))
}

/// The tree of departments, when a grant needs it; else none of it.
pub async fn tree_for(pool: &Pool, may: &Merged) -> Result<Tree, Failure> {
    if may.chooses() { department::store::tree(pool).await } else { Ok(Tree::default()) }
}

/// Selects what there is to know of the person `$1`, with `tree` beside it: the person's own department and those below, and
/// which of them are `own`, that is this one and the retired ones right below it or below such a one.
// `union`, not `union all`: departments moved into a circle by mistake would never end.
macro_rules! with_tree {
    ($of:ident, $select:tt, $($argument:expr),*) => {
        sqlx::query_as!(
            $of,
            "with recursive tree as (
            select department_id as id, true as own from app_user where id = $1 and department_id is not null
            union
            select department.id, tree.own and department.retire_time is not null
            from department join tree on department.parent_id = tree.id
        )
        " + $select,
            $($argument),*
        )
    };
}
pub(crate) use with_tree;

/// Where a person stands.
pub async fn place(pool: &Pool, user_id: Uuid) -> Result<Place, Failure> {
    let row = with_tree!(
        Place,
        r#"select department_id,
            array(select id from tree) as "tree!",
            array(select id from tree where own) as "own!"
        from app_user where id = $1"#,
        user_id
    );
    Ok(row.fetch_optional(pool).await?.unwrap_or_default())
}

/// A person's roles.
#[derive(Clone, Debug)]
pub struct Holder {
    pub id: Uuid,
    pub display_name: String,
    /// Codes, sorted.
    pub roles: Vec<String>,
}

/// Everybody who is not disabled and has a role.
pub async fn holders(connection: &mut PgConnection) -> Result<Vec<Holder>, Failure> {
    let rows = sqlx::query_as!(
        Holder,
        r#"select id, display_name, array(select role from user_role where user_id = app_user.id order by role) as "roles!"
        from app_user
        where not disabled and exists (select from user_role where user_id = app_user.id)
        order by display_name collate "zh-Hans-x-icu", id"#,
    );
    Ok(rows.fetch_all(connection).await?)
}

/// Codes of the roles that somebody has.
pub fn codes(holders: &[Holder]) -> Vec<String> {
    let codes: BTreeSet<&String> = holders.iter().flat_map(|holder| &holder.roles).collect();
    codes.into_iter().cloned().collect()
}
